"""Tables and queries of real MariaDB and MySQL servers: types, texts, refusals, limits; an import changes nothing."""

import csv
import io
import socket
import threading
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from common.tables.query import DatabaseRefused, Query
from common.tables.tests.servers import PASSWORD, Server, mariadb, mysql, root
from kernel.api.rpc.uploads import UploadServicer
from kernel.service.data_sets import DataSets
from kernel.service.folders import Folders
from kernel.service.uploads import Uploads
from kernel.store.layout import Layout
from kernel.store.query import opened_query
from proto.kernel.v1 import kernel_pb2 as pb

ROWS = 50_000
FILL = (
    "CREATE DATABASE shop CHARACTER SET utf8mb4",
    "USE shop",
    """CREATE TABLE `客户 ``list``` (
        id BIGINT UNSIGNED PRIMARY KEY, small TINYINT UNSIGNED, income DECIMAL(30, 4), whole DECIMAL(20, 0),
        ratio DOUBLE, city VARCHAR(40), born DATE, seen DATETIME(6), stamped TIMESTAMP NULL, raw VARBINARY(8),
        never INT)""",
    """INSERT INTO `客户 ``list``` VALUES
        (18446744073709551615, 255, -1234567890.1234, 7, 0.1, '北京, "x"', '1999-12-31', '2024-01-01 10:00:00.25',
         '2024-06-01 08:00:00', x'00ff', NULL),
        (1, 0, 0, 12, 1e-300, 'a\\rb\\nc 🙂', '0001-01-01', NULL, NULL, NULL, NULL),
        (2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)""",
    "CREATE TABLE digit (d INT)",
    "INSERT INTO digit VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)",
    """CREATE TABLE large AS SELECT a.d * 10000 + b.d * 1000 + c.d * 100 + d.d * 10 + e.d AS id, e.d % 7 AS x,
        REPEAT('y', 300) AS y FROM digit a, digit b, digit c, digit d, digit e WHERE a.d < 5""",
    "CREATE TABLE old (id INT) ENGINE=MyISAM",
    "CREATE TABLE `50%off` AS SELECT 1 AS x",
    "CREATE FUNCTION note() RETURNS INT MODIFIES SQL DATA BEGIN INSERT INTO old VALUES (1); RETURN 1; END",
    # Far more rights than an import needs: what holds is the transaction, not the grant.
    f"CREATE USER hanse@'127.0.0.1' IDENTIFIED BY '{PASSWORD}'",
    "GRANT ALL ON *.* TO hanse@'127.0.0.1'",
)


SYSTEMS = {"mariadb": mariadb, "mysql": mysql}
STATUS = {"mariadb": "information_schema", "mysql": "performance_schema"}


# Only Debian's unstable suite has MySQL: unpacking all that it stands on takes a minute.
@pytest.fixture(scope="module", params=["mariadb", pytest.param("mysql", marks=pytest.mark.long)])
def system(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def server(system: str) -> Iterator[Server]:
    with SYSTEMS[system]() as running:
        with root(running) as owner, owner.cursor() as cursor:
            for statement in FILL if system == "mysql" else (*FILL, "CREATE SEQUENCE counter"):
                cursor.execute(statement)
        yield running


def query(server: Server, ca: Path | None = None, **more: Any) -> Query:
    told = {"system": "mysql", "host": "127.0.0.1", "port": server.port, "database": "shop", "user": "hanse"}
    told |= {"password": PASSWORD, **more}
    return opened_query({f"{told['host']}:{told['port']}": ca}, **told)


def rows(asked: Query) -> list[list[str]]:
    return list(csv.reader(io.StringIO(b"".join(asked.rows()).decode(), newline="")))


def test_a_table_keeps_every_digit_and_sign(server: Server) -> None:
    asked = query(server, table="客户 `list`")
    header, empty_first, *others = sorted(rows(asked), key=lambda row: (row[0] != "id", len(row[0]), row[0]))
    assert header[:2] == ["id", "small"]
    assert empty_first == [
        "1", "0", "0.0000", "12", "1e-300", "a\rb\nc 🙂", "0001-01-01", "", "", "", "",
    ]  # fmt: skip
    assert others[0] == ["2", *[""] * 10]
    assert others[1] == [
        "18446744073709551615", "255", "-1234567890.1234", "7", "0.1", '北京, "x"', "1999-12-31",
        "2024-01-01T10:00:00.250000", "2024-06-01T00:00:00", "00ff", "",
    ], "a TIMESTAMP comes in UTC; the server's own clock is at +08:00"  # fmt: skip
    assert asked.types == {
        "id": "string",  # as a 64-bit integer it would not fit, as a float it would be another id
        "small": "int",
        "income": "float",
        "whole": "int",
        "ratio": "float",
        "city": "string",
        "born": "date",
        "seen": "date",
        "stamped": "date",
        "raw": "string",
        "never": "string",
    }


def test_a_percent_sign_in_a_name_is_a_sign_like_others(server: Server) -> None:
    assert rows(query(server, table="50%off")) == [["x"], ["1"]]
    assert rows(query(server, query=r"SELECT '\'%s\'' AS x FROM `50%off` -- '")) == [["x"], ["'%s'"]]


def test_a_query_is_looked_at_and_becomes_a_data_set(server: Server, tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    data_sets = DataSets(layout, 2, 1 << 26)
    opened = {server.address: None}
    servicer = UploadServicer(data_sets, Uploads(layout, 1 << 26, 1 << 27), Folders(()), opened)
    context: Any = None
    told = pb.StageQueryRequest(
        upload="up-1", system="mysql", host="127.0.0.1", port=server.port, database="shop", user="hanse",
        password=PASSWORD, query="SELECT id, income, city, born FROM `客户 ``list``` WHERE city LIKE '%' -- %",
    )  # fmt: skip
    assert servicer.StageQuery(told, context).upload.file_name == "query.csv"
    found = servicer.Detect(pb.DetectRequest(upload="up-1"), context).found.decode()
    assert "18446744073709551615" in found
    header = pb.ImportHeader(data_set="ds-1", name="x")
    asked = pb.ImportUploadRequest(upload="up-1", header=header, id_columns=["id"])
    made = servicer.ImportUpload(asked, context).data_set
    assert [(column.name, column.type) for column in made.columns] == [
        ("id", "string"), ("income", "float"), ("city", "string"), ("born", "date"),
    ]  # fmt: skip
    assert made.rows == 2


def test_an_import_changes_nothing(server: Server, system: str) -> None:
    out = server.certificate.with_name("out.csv")  # the server may write here
    for words in (
        "DELETE FROM old",
        "INSERT INTO old VALUES (1)",
        "SELECT note() AS x",
        "SELECT NEXT VALUE FOR counter AS x",
        f"SELECT 1 INTO OUTFILE '{out}'",
        "SELECT 1) AS x --",
        "SELECT 1) AS x #",
        f"SELECT 1) AS x INTO OUTFILE '{out}' /*",  # an open comment would swallow the end of the subquery
        f"SELECT 1) AS x INTO OUTFILE '{out}' /*!",
        "SELECT 1) AS x PROCEDURE analyse(10, (SELECT 2",
        # Between brackets of its own: MySQL takes INTO OUTFILE in the last part of a UNION, MariaDB does not.
        f"SELECT 1) AS x UNION SELECT 1 INTO OUTFILE '{out}' FROM (SELECT 1",  # noqa: S608
        "SELECT 1) AS x UNION SELECT 1 FROM (SELECT 1",
        "SELECT 1) AS x JOIN (SELECT 2",
    ):
        with pytest.raises(DatabaseRefused):
            rows(query(server, query=words))
    with root(server) as owner, owner.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM shop.old")
        assert cursor.fetchone() == (0,), "nothing was written"
        if system == "mariadb":
            cursor.execute("SELECT NEXT VALUE FOR shop.counter")
            assert cursor.fetchone() == (1,), "no number was drawn"
    assert not out.exists()


def test_what_is_refused_is_said_in_words_without_the_password(server: Server) -> None:
    for more, words in (
        ({"password": "wrong-密"}, "Access denied"),
        ({"user": "nobody"}, "Access denied"),
        ({"database": "none"}, "Unknown database"),
        ({"query": "", "table": "none"}, "doesn't exist"),
        ({"query": "SELECT nothing"}, "Unknown column"),
        ({"query": "SELEC 1"}, "error in your SQL syntax"),
        ({"host": "no.such.host.invalid"}, "Can't connect"),
        ({"port": 1}, "Can't connect"),
    ):
        with pytest.raises(DatabaseRefused, match=words) as refused:
            rows(query(server, **{"query": "SELECT 1", **more}))
        assert PASSWORD not in repr(refused.value) + str(refused.value.__cause__)
        assert "密" not in str(refused.value)
        assert not refused.value.detail.startswith("("), "words, not the driver's tuple"


def test_a_named_authority_must_have_signed_the_certificate(server: Server, system: str, stranger: Path) -> None:
    status = f"{STATUS[system]}.session_status WHERE variable_name = 'ssl_cipher'"
    words = f"SELECT variable_value <> '' AS encrypted FROM {status}"  # noqa: S608
    for ca in (None, server.certificate):
        assert rows(query(server, ca, query=words)) == [["encrypted"], ["1"]]
    with pytest.raises(DatabaseRefused, match="certificate verify failed"):
        rows(query(server, stranger, query=words))


def test_a_large_result_streams_in_little_memory(server: Server) -> None:
    size = 0
    tracemalloc.start()
    for block in query(server, table="large").rows():
        size += len(block)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert size > ROWS * 300
    assert peak < size / 2, f"{peak} bytes at once for {size}"


def test_who_wants_no_more_rows_does_not_wait_for_the_rest(server: Server) -> None:
    started = time.monotonic()
    # A reading to its end would take days.
    reading = query(server, query="SELECT a.id, b.y FROM large a, large b").rows()
    assert next(reading) == b"id,y\r\n"
    next(reading)
    reading.close()  # type: ignore[attr-defined]
    assert time.monotonic() - started < 30
    assert rows(query(server, query="SELECT 1 AS one")) == [["one"], ["1"]]


def test_long_statements_and_silent_servers_end(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DatabaseRefused, match=r"max_statement_time|maximum statement execution time"):
        rows(query(server, query="SELECT SLEEP(60)", longest_s=1))
    monkeypatch.setattr("common.tables.databases._CONNECT_S", 1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        held: list[socket.socket] = []
        taker = threading.Thread(target=lambda: held.append(silent.accept()[0]))
        taker.start()
        with pytest.raises(DatabaseRefused, match="timed out"):
            rows(query(server, port=silent.getsockname()[1], query="SELECT 1"))
        taker.join()
        held[0].close()
