"""Tables and queries of a real PostgreSQL server: types, sizes, and that nothing can be changed through an import."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from common.errors import InvalidInput, ResourceExhausted
from common.tables.query import DatabaseRefused, Query
from common.tables.tests.servers import PASSWORD, Server, postgresql
from kernel.api.rpc.uploads import UploadServicer
from kernel.service.csv_file import Reading
from kernel.service.csv_rows import open_text
from kernel.service.data_sets import DataSets
from kernel.service.folders import Folders
from kernel.service.uploads import Uploads
from kernel.store.layout import Layout
from kernel.store.query import DatabaseNotOpened, opened_query
from proto.kernel.v1 import kernel_pb2 as pb


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with postgresql() as running:
        _fill(running.port)
        yield running


def _fill(port: int) -> None:
    with psycopg.connect(f"host=127.0.0.1 port={port} user=hanse dbname=postgres", password=PASSWORD) as connection:
        connection.execute(
            """CREATE TABLE "客户 list" AS SELECT
            lpad(n::text, 6, '0') AS id, n % 7 AS age, (n / 3.0)::numeric(12, 4) AS income,
            CASE WHEN n % 5 = 0 THEN NULL ELSE n % 2 = 0 END AS member,
            CASE WHEN n % 3 = 0 THEN 'NA' WHEN n % 3 = 1 THEN '北京, "x"' ELSE E'two\\nlines' END AS city,
            timestamp '2024-01-01 10:00:00.5' + n * interval '1 hour' AS since
            FROM generate_series(1, 20000) AS n"""
        )
        connection.execute("CREATE SEQUENCE counter")


def query(server: Server, ca: Path | None = None, **more: Any) -> Query:
    told = {"system": "postgresql", "host": "127.0.0.1", "database": "postgres", "user": "hanse", "password": PASSWORD}
    return opened_query({server.address: ca}, port=server.port, **{**told, **more})


def test_a_table_comes_with_its_types_and_values(server: Server, tmp_path: Path) -> None:
    uploads = Uploads(Layout(tmp_path), 1 << 26, 1 << 27)
    asked = query(server, table="客户 list")
    kept = uploads.keep_rows("up-1", "t.csv", asked.rows(), asked.types)
    assert kept.complete
    assert kept.types == {
        "id": "string",
        "age": "int",
        "income": "float",
        "member": "bool",
        "city": "string",
        "since": "date",
    }
    reading = Reading("utf-8", ",", kept.types or {}, only_empty_is_missing=True)
    table = open_text(uploads.path("up-1"), reading).table()
    assert table.num_rows == 20_000
    assert table.column("id").to_pylist()[:2] == ["000001", "000002"], "leading zeros stay"
    assert table.column("member").null_count == 4000
    assert table.column("city").to_pylist()[:3] == ['北京, "x"', "two\nlines", "NA"]
    assert abs(sum(table.column("income").to_pylist()) - sum(round(n / 3, 4) for n in range(1, 20001))) < 1e-3
    assert str(table.column("since").to_pylist()[0]) == "2024-01-01 11:00:00.500000"


def test_a_query_is_one_select_and_can_change_nothing(server: Server) -> None:
    asked = query(server, query="SELECT id, age FROM \"客户 list\" WHERE id LIKE '00000%' AND age % 2 = 0;")
    lines = b"".join(asked.rows()).decode().splitlines()
    assert lines[0] == "id,age"
    assert len(lines) > 2
    with pytest.raises(InvalidInput):
        query(server, query="SELECT 1) AS x; COMMIT; DROP TABLE t; --")
    for words in (
        'DELETE FROM "客户 list" RETURNING id',
        "INSERT INTO t VALUES (1)",
        "SELECT nextval('counter')",
        "SELECT 1) AS x --",  # the end of the subquery behind a comment: what follows it would be the person's own
    ):
        with pytest.raises(DatabaseRefused):
            list(query(server, query=words).rows())
    assert b"".join(query(server, query='SELECT count(*) FROM "客户 list"').rows()) == b"count\r\n20000\r\n"
    assert b"".join(query(server, query="SELECT 1 AS one -- with a comment").rows()) == b"one\r\n1\r\n"


def test_what_is_refused_is_said_without_the_password(server: Server) -> None:
    for more in ({"password": "wrong-one"}, {"database": "none"}, {"query": "SELECT nothing"}):
        with pytest.raises(DatabaseRefused) as refused:
            list(query(server, **{"query": "SELECT 1", **more}).rows())
        assert PASSWORD not in repr(refused.value) + str(refused.value.__cause__)
        assert "wrong-one" not in str(refused.value)
    with pytest.raises(DatabaseNotOpened):
        opened_query({}, system="postgresql", host="127.0.0.1", port=1, database="d", user="u", password="p", table="t")
    with pytest.raises(InvalidInput):
        query(server, table="t", query="SELECT 1")
    with pytest.raises(InvalidInput):
        query(server, system="sqlite", table="t")


def test_rows_stream_and_a_limit_keeps_nothing(server: Server, tmp_path: Path) -> None:
    uploads = Uploads(Layout(tmp_path), 10_000, 1 << 20)
    asked = query(server, table="客户 list")
    with pytest.raises(InvalidInput):
        uploads.keep_rows("up-1", "t.csv", asked.rows(), asked.types)
    assert not list((tmp_path / "uploads").iterdir())


def test_slow_queries_leave_threads_for_the_tasks(server: Server, tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    servicer = UploadServicer(
        DataSets(layout, 1, 1 << 20), Uploads(layout, 1 << 20, 1 << 23), Folders(()), {server.address: None}
    )
    context: Any = None

    def stage(upload: str, words: str) -> None:
        asked = pb.StageQueryRequest(
            upload=upload, system="postgresql", host="127.0.0.1", port=server.port, database="postgres", user="hanse",
            password=PASSWORD, query=words,
        )  # fmt: skip
        servicer.StageQuery(asked, context)

    with psycopg.connect(f"host=127.0.0.1 port={server.port} user=hanse dbname=postgres", password=PASSWORD) as gate:
        gate.execute("SELECT pg_advisory_lock(7)")
        waits = "SELECT pg_advisory_lock_shared(7)::text AS x"
        slow = [threading.Thread(target=stage, args=(f"up-{n}", waits)) for n in range(2)]
        for thread in slow:
            thread.start()
        try:
            while gate.execute("SELECT count(*) FROM pg_locks WHERE NOT granted").fetchone() != (2,):
                assert all(thread.is_alive() for thread in slow)
            with pytest.raises(ResourceExhausted):
                stage("up-3", "SELECT 1 AS x")
        finally:
            gate.execute("SELECT pg_advisory_unlock(7)")
            for thread in slow:
                thread.join()
    stage("up-3", "SELECT 1 AS x")


def test_a_named_authority_must_have_signed_the_certificate(server: Server, stranger: Path) -> None:
    words = "SELECT ssl::int AS encrypted FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
    for ca in (None, server.certificate):
        assert b"".join(query(server, ca, query=words).rows()) == b"encrypted\r\n1\r\n"
    with pytest.raises(DatabaseRefused, match="certificate"):
        list(query(server, stranger, query=words).rows())


def test_numbers_beyond_64_bits_keep_their_digits_and_long_statements_end(server: Server) -> None:
    asked = query(server, query="SELECT 12345678901234567890::numeric AS id, 7::numeric AS n, 0.5::numeric AS x")
    assert b"".join(asked.rows()).splitlines()[1] == b"12345678901234567890,7,0.5"
    assert asked.types == {"id": "string", "n": "int", "x": "float"}
    with pytest.raises(DatabaseRefused, match="timeout"):
        list(query(server, query="SELECT pg_sleep(60)::text AS x", longest_s=1).rows())
