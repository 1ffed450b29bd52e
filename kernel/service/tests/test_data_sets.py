"""Importing files: whole or not at all, with errors that name the place."""

import io
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from common.errors import Conflict, InvalidInput, NotFound
from kernel.core.errors import DuplicateIds, UnknownColumn
from kernel.data.partition import from_bytes
from kernel.service.csv_file import BadEncoding, BadHeader, RaggedFile
from kernel.service.data_sets import DataSets
from kernel.service.importing import Order
from kernel.store.layout import Layout


@pytest.fixture
def data_sets(tmp_path: Path) -> DataSets:
    return DataSets(Layout(tmp_path), 4, 1 << 20)


def _import(data_sets: DataSets, data: bytes, name: str = "a.csv", **values: str) -> dict[str, object]:
    order = Order(data_set="set-1", name="A", file_name=name, total_bytes=len(data), **values)
    return data_sets.import_file(order, [data[:7], data[7:]])


def _nothing_left(tmp_path: Path) -> bool:
    return not any((tmp_path / "data_sets").iterdir())


def test_import_describes_columns_and_keeps_rows(data_sets: DataSets) -> None:
    about = _import(data_sets, b"id,x,name,y\nb,1.5,u,0\na,,v,1\nc,2,v,1\n", id_column="id", label_column="y")
    assert about["rows"] == 3
    assert about["columns"] == [
        {"name": "id", "type": "string", "missing": 0, "distinct": 3},
        {"name": "x", "type": "float", "missing": 1, "distinct": 2},
        {"name": "name", "type": "string", "missing": 0, "distinct": 2},
        {"name": "y", "type": "int", "missing": 0, "distinct": 2},
    ]
    assert data_sets.describe("set-1") == about
    assert from_bytes(data_sets.preview("set-1", 5)).column("id").to_pylist() == ["b"]


def test_numeric_ids_become_text_and_are_trimmed(data_sets: DataSets) -> None:
    _import(data_sets, b"id,x\n 7,1\n08 ,2\n", id_column="id")
    assert from_bytes(data_sets.preview("set-1", 5)).column("id").to_pylist() == ["7"]


@pytest.mark.parametrize(
    ("data", "error", "words"),
    [
        (b"id,x\na,1\nb,2,3\n", RaggedFile, r"line 3: 3 fields where the header has 2"),
        (b"id,x\na,1\nb\n", RaggedFile, r"line 3: 1 fields where the header has 2"),
        (b"id,\na,1\n", BadHeader, "column 2"),
        (b"id,x,x\na,1,2\n", BadHeader, "'x'"),
        (b"id;x\na;1\n", BadHeader, "separated by semicolons"),
        (b"id\tx\na\t1\n", BadHeader, "separated by tabs"),
        (b"id,x\n", UnknownColumn, "'x' has no values"),
        (b"id,x,y\na,1,\nb,2,\n", UnknownColumn, "'y' has no values"),
    ],
)
def test_bad_files_are_refused_whole(
    data_sets: DataSets, tmp_path: Path, data: bytes, error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        _import(data_sets, data, id_column="id")
    assert _nothing_left(tmp_path)


def test_wrong_encoding_names_line_and_column(data_sets: DataSets, tmp_path: Path) -> None:
    with pytest.raises(BadEncoding, match="line 3, column 4: byte 0xe9"):
        _import(data_sets, b"id,x\na,1\nb,c\xe9,3\n", id_column="id", encoding="utf-8")
    assert _nothing_left(tmp_path)


def test_encoding_is_detected(data_sets: DataSets) -> None:
    text = "id,ville\n" + "".join(f"{n},Orléans près de Besançon\n" for n in range(50))
    about = _import(data_sets, text.encode("latin-1"), id_column="id")
    assert about["rows"] == 50


def test_duplicates_are_counted_and_a_choice_is_offered(data_sets: DataSets, tmp_path: Path) -> None:
    data = b"id,x\na,1\na,2\n,3\nb,4\n"
    with pytest.raises(DuplicateIds, match="1 duplicate and 1 empty") as caught:
        _import(data_sets, data, id_column="id")
    assert "duplicates=first" in caught.value.hint
    assert _nothing_left(tmp_path)
    assert _import(data_sets, data, id_column="id", duplicates="first")["rows"] == 2


def test_truncated_upload_is_refused(data_sets: DataSets, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="5 of 9 bytes"):
        data_sets.import_file(Order("set-1", "A", "a.csv", 9), [b"id,x\n"])
    assert _nothing_left(tmp_path)


def test_unknown_column_lists_what_there_is(data_sets: DataSets) -> None:
    with pytest.raises(UnknownColumn, match="no column 'key'; the file has: id, x"):
        _import(data_sets, b"id,x\na,1\n", id_column="key")


def test_rows_without_id_are_numbered(data_sets: DataSets) -> None:
    assert _import(data_sets, b"x\n5\n6\n")["id_column"] == "_row"


def test_parquet_and_the_wrong_kind(data_sets: DataSets) -> None:
    sink = io.BytesIO()
    pq.write_table(pa.table({"id": ["a"], "x": [1]}), sink)
    assert _import(data_sets, sink.getvalue(), "a.parquet", id_column="id")["rows"] == 1
    data_sets.delete("set-1")
    with pytest.raises(InvalidInput, match="parquet"):
        _import(data_sets, b"no parquet", "a.parquet")
    with pytest.raises(InvalidInput, match=r"\.exe"):
        _import(data_sets, b"no table", "a.exe")


def test_twice_is_a_conflict_and_deleted_is_gone(data_sets: DataSets) -> None:
    _import(data_sets, b"id\na\n", id_column="id")
    with pytest.raises(Conflict):
        _import(data_sets, b"id\na\n", id_column="id")
    data_sets.delete("set-1")
    with pytest.raises(NotFound):
        data_sets.describe("set-1")


@pytest.mark.parametrize("name", ["../x", "a/b", "", ".hidden", "a..b"])
def test_ids_cannot_leave_the_folder(data_sets: DataSets, name: str) -> None:
    with pytest.raises(InvalidInput):
        data_sets.describe(name)


def test_what_a_killed_import_left_goes_at_the_next_start(data_sets: DataSets, tmp_path: Path) -> None:
    _import(data_sets, b"id,x\na,1\n", id_column="id")
    draft = tmp_path / "data_sets" / ".set-2.0a1b2c3d"
    draft.mkdir()
    (draft / "upload.csv").write_bytes(b"id,x\nb")
    again = DataSets(Layout(tmp_path), 4, 1 << 20)
    assert not draft.exists()
    assert again.describe("set-1")["rows"] == 1
