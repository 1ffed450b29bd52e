"""Where rows come from: workbooks, large files in little memory, and a real database."""

import datetime as dt
import random
import resource
import subprocess
import sys
import zipfile
from contextlib import suppress

import openpyxl
import psycopg
import pyarrow as pa
import pyarrow.parquet
import pytest

from common.errors import InvalidInput
from common.tables.query import DatabaseRefused
from common.tables.tests.servers import PASSWORD, postgresql
from fusion.domain.errors import BadFile, ChooseSheet
from fusion.service.database_rows import DatabaseRows, Wanted
from fusion.service.reading import open_file, write_table
from fusion.service.sheets import Sheet, sheets_of
from fusion.store.files import FileWorkFiles


def read(path, name, out, sheet=""):
    write_table(open_file(path, name, sheet), name, out, 1 << 30)
    return pa.parquet.read_table(out)


@pytest.fixture
def workbook(tmp_path):
    book = openpyxl.Workbook()
    first = book.active
    first.title = "people"
    for row in (
        ["id", "phone", "born", "seen", "ok", "share"],
        ["007", 13800001111, dt.date(1999, 12, 31), dt.datetime(2024, 1, 1, 10, 30), True, 0.5],  # noqa: DTZ001 (Excel knows no zones)
        [None, None, None, None, None, None],
        ["北京", 123456789012345678, None, None, False, 1e-7],
        ["x", 1.0, None, None, None, None],
    ):
        first.append(row)
    second = book.create_sheet("其他")
    second.append(["key"])
    second.append(["only"])
    path = tmp_path / "in.xlsx"
    book.save(path)
    return path


def test_a_workbooks_cells_come_as_people_wrote_them(workbook, tmp_path):
    table = read(workbook, "in.xlsx", tmp_path / "out.parquet", "people")
    assert table.to_pydict() == {
        "id": ["007", "北京", "x"],
        "phone": ["13800001111", "123456789012345700", "1"],
        "born": ["1999-12-31", "", ""],
        "seen": ["2024-01-01T10:30:00", "", ""],
        "ok": ["true", "false", ""],
        "share": ["0.5", "0.0000001", ""],
    }
    workbook = workbook.rename(tmp_path / "upload")
    assert read(workbook, "in", tmp_path / "out.parquet", "其他").to_pydict() == {"key": ["only"]}


def test_none_of_several_sheets_with_rows_is_taken_silently(workbook, tmp_path):
    assert sheets_of(workbook) == [Sheet("people", has_rows=True), Sheet("其他", has_rows=True)]
    with pytest.raises(ChooseSheet, match="people, 其他"):
        open_file(workbook, "in.xlsx")
    book = openpyxl.load_workbook(workbook)
    book["people"].delete_rows(2, 4)
    book.create_sheet("empty")
    book.save(workbook)
    assert [sheet.has_rows for sheet in sheets_of(workbook)] == [False, True, False]
    opened = open_file(workbook, "in.xlsx")
    assert opened.detail == "其他"
    assert read(workbook, "in.xlsx", tmp_path / "out.parquet").to_pydict() == {"key": ["only"]}
    book["其他"].delete_rows(2)
    book.save(workbook)
    with pytest.raises(BadFile, match="no rows"):
        read(workbook, "in.xlsx", tmp_path / "out.parquet")


def test_workbooks_that_cannot_be_read_are_told_and_leave_nothing(workbook, tmp_path, monkeypatch):
    out = tmp_path / "sets" / "out.parquet"
    out.parent.mkdir()

    def refused(path, name, match, sheet=""):
        with pytest.raises(BadFile, match=match) as caught:
            read(path, name, out, sheet)
        assert list(out.parent.iterdir()) == []
        return caught.value

    assert "people, 其他" in refused(workbook, "in.xlsx", "no sheet 'none'", "none").hint
    torn = tmp_path / "torn.xlsx"
    torn.write_bytes(workbook.read_bytes()[:-200])
    refused(torn, "torn.xlsx", "cannot be read")
    with zipfile.ZipFile(tmp_path / "empty.xlsx", "w") as archive:
        archive.writestr("nothing", b"")
    refused(tmp_path / "empty.xlsx", "empty.xlsx", "cannot be read")
    (tmp_path / "old.xls").write_bytes(b"\xd0\xcf\x11\xe0" + bytes(100))
    assert ".xlsx" in refused(tmp_path / "old.xls", "old.xls", "old form").hint
    (tmp_path / "text.xlsx").write_bytes(b"a,b\n1,2\n")
    refused(tmp_path / "text.xlsx", "text.xlsx", "content does not")
    (tmp_path / "a.csv").write_bytes(b"a,b\n1,2\n")
    refused(tmp_path / "a.csv", "a.csv", "only a workbook has sheets", "people")
    book = openpyxl.Workbook()
    book.active.append(["a", "b"])
    book.active.append([1, 2, 3])
    book.save(tmp_path / "wide.xlsx")
    refused(tmp_path / "wide.xlsx", "wide.xlsx", "row 2: 3 values where the header has 2")
    monkeypatch.setattr("common.tables.workbook._MOST_UNPACKED", 1000)
    refused(workbook, "in.xlsx", "unpacks to")


def test_damaged_workbooks_are_refused_by_name(workbook, tmp_path):
    content = workbook.read_bytes()
    with zipfile.ZipFile(workbook) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    rng = random.Random(7)
    for turn in range(150):
        bad = tmp_path / "bad.xlsx"
        if turn % 2:
            place, sign = rng.randrange(len(content)), bytes([rng.randrange(256)])
            bad.write_bytes(content[:place] + sign + content[place + 1 :])
        else:
            name = rng.choice([name for name in parts if parts[name]])
            place = rng.randrange(len(parts[name]))
            with zipfile.ZipFile(bad, "w") as archive:
                for part, text in parts.items():
                    cut = text[:place] + bytes([rng.randrange(32, 127)]) * 3 + text[place + 3 :]
                    archive.writestr(part, cut if part == name else text)
        with suppress(BadFile):
            read(bad, "bad.xlsx", tmp_path / "out.parquet", "people")
        with suppress(BadFile):
            sheets_of(bad)


def test_texts_that_are_no_utf8_are_refused_in_parquet_too(tmp_path):
    bad = pa.Array.from_buffers(pa.string(), 1, [None, pa.py_buffer(b"\0\0\0\0\2\0\0\0"), pa.py_buffer(b"\xff\xfe")])
    pa.parquet.write_table(pa.table({"id": bad}), tmp_path / "in.parquet")
    with pytest.raises(BadFile, match="UTF"):
        read(tmp_path / "in.parquet", "in.parquet", tmp_path / "out.parquet")
    assert not (tmp_path / "out.parquet").exists()


def test_a_small_file_that_unpacks_to_very_much_is_refused(tmp_path):
    text = pa.DictionaryArray.from_arrays(pa.array([0] * 2000, pa.int32()), ["x" * (1 << 20)])
    pa.parquet.write_table(pa.table({"id": [str(n) for n in range(2000)], "x": text}), tmp_path / "in.parquet")
    assert (tmp_path / "in.parquet").stat().st_size < 1 << 20
    out = tmp_path / "sets" / "out.parquet"
    out.parent.mkdir()
    with pytest.raises(BadFile, match="take more than"):
        write_table(open_file(tmp_path / "in.parquet", "x"), "x", out, 1 << 20)
    assert list(out.parent.iterdir()) == []


def test_lines_are_named_across_blocks(tmp_path, monkeypatch):
    monkeypatch.setattr("fusion.service.csv_file._BLOCK", 64)
    good = "id,x\n" + "".join(f"é{number:05d},1\n" for number in range(40))
    for bad, told in (
        (good.encode() + b"ab\xe9,2\n", "line 42, byte 3: 0xe9 is not UTF-8"),
        (good.encode() + b"a\0b,2\n", "line 42: a zero byte"),
        (good.encode() + b"\xe9", "cut off"),
        (good.encode() + b'"never closed\n' + b"a,2\n" * 50, "more than 64 bytes"),
    ):
        (tmp_path / "in.csv").write_bytes(bad)
        with pytest.raises(BadFile, match=told):
            read(tmp_path / "in.csv", "in.csv", tmp_path / "out.parquet")
    (tmp_path / "in.csv").write_bytes(b"\xef\xbb\xbf" + good.encode())
    table = read(tmp_path / "in.csv", "in.csv", tmp_path / "out.parquet")
    assert table.num_rows == 40
    assert table.column("id")[39].as_py() == "é00039"


_LARGE = """
import resource, sys
from pathlib import Path
from fusion.service.reading import open_file, write_table
path, out = Path(sys.argv[1]), Path(sys.argv[2])
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
rows, _ = write_table(open_file(path, path.name), path.name, out, 1 << 30)
print(rows, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


@pytest.mark.parametrize("rows", [1_500_000, pytest.param(10_000_000, marks=pytest.mark.long)])
def test_a_large_csv_passes_in_little_memory(tmp_path, rows):
    path = tmp_path / "large.csv"
    with path.open("w") as stream:
        stream.write("id,name,town,value\n")
        for start in range(0, rows, 10_000):
            stream.writelines(f"{13_000_000_000 + start + n},name {n},town {n},{n}\n" for n in range(10_000))
    command = [sys.executable, "-c", _LARGE, str(path), str(tmp_path / "out.parquet")]
    told = subprocess.run(command, capture_output=True, text=True, check=True, timeout=300).stdout.split()
    assert int(told[0]) == rows
    assert int(told[1]) < 300 << 10, f"{told[1]} KiB for a file of {path.stat().st_size} bytes"
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss > 0


@pytest.fixture(scope="module")
def server():
    with postgresql() as running:
        about = f"host=127.0.0.1 port={running.port} user=hanse dbname=postgres"
        with psycopg.connect(about, password=PASSWORD) as connection:
            connection.execute(
                "CREATE TABLE people AS SELECT lpad(n::text, 6, '0') AS id, n AS number,"
                " CASE WHEN n % 2 = 0 THEN '北京, \"x\"' END AS city FROM generate_series(1, 50000) AS n"
            )
        yield running


def wanted(server, **more):
    asked = {"kind": "postgresql", "host": "127.0.0.1", "port": server.port, "database": "postgres", "user": "hanse"}
    return Wanted(**{**asked, "password": PASSWORD, "table": "people", **more})


def test_a_table_and_a_query_are_read_once_and_leave_nothing(server, tmp_path):
    rows = DatabaseRows(FileWorkFiles(tmp_path, b"k" * 32), 1 << 30)
    with rows.fetched(wanted(server)) as path:
        table = read(path, "", tmp_path / "out.parquet")
    assert table.num_rows == 50_000
    assert table.slice(0, 2).to_pydict() == {
        "id": ["000001", "000002"], "number": ["1", "2"], "city": ["", '北京, "x"'],
    }  # fmt: skip
    ask = {"table": "", "query": "SELECT id FROM people WHERE number < 4 ORDER BY id"}
    with rows.fetched(wanted(server, **ask)) as path:
        assert read(path, "", tmp_path / "out.parquet").to_pydict() == {"id": ["000001", "000002", "000003"]}
    assert list((tmp_path / "incoming").iterdir()) == []


def test_a_database_may_have_to_show_its_certificate(server, tmp_path):
    rows = DatabaseRows(FileWorkFiles(tmp_path, b"k" * 32), 1 << 30)
    own, encrypted = (
        server.certificate.read_text(),
        "SELECT ssl::text AS x FROM pg_stat_ssl WHERE pid = pg_backend_pid()",
    )
    for more, answer in (
        ({"tls": "verify_ca", "ca": own}, "true"),
        ({"tls": "require"}, "true"),
        ({"tls": "off"}, "false"),
    ):
        with rows.fetched(wanted(server, table="", query=encrypted, **more)) as path:
            assert path.read_bytes() == f"x\r\n{answer}\r\n".encode(), more
    for bad, error, told in (
        ({"tls": "verify_ca"}, DatabaseRefused, "certificate"),
        ({"tls": "require", "ca": own}, InvalidInput, "verify_ca"),
        ({"tls": "verify_ca", "ca": "none"}, InvalidInput, "PEM"),
        ({"password": "wrong"}, DatabaseRefused, "password"),
        ({"table": "none"}, DatabaseRefused, "none"),
        ({"query": "SELECT 1"}, InvalidInput, "one of them"),
    ):
        with pytest.raises(error, match=told) as caught, rows.fetched(wanted(server, **bad)):
            pass
        assert PASSWORD not in str(caught.value)
    assert PASSWORD not in repr(wanted(server))
    assert list((tmp_path / "incoming").iterdir()) == []


def test_a_result_beyond_the_limit_is_broken_off(server, tmp_path):
    rows = DatabaseRows(FileWorkFiles(tmp_path, b"k" * 32), 10_000)
    with pytest.raises(BadFile, match="more than 10000 bytes"), rows.fetched(wanted(server)):
        pass
    assert list((tmp_path / "incoming").iterdir()) == []
