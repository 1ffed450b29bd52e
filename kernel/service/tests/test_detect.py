"""Detection, corrected types, combined ids, and the numbers that are kept of each column."""

import math
import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from common import canonical
from kernel.core.errors import UnknownColumn
from kernel.data.partition import from_bytes
from kernel.service.csv_file import BadEncoding, BadType, Reading
from kernel.service.csv_rows import open_text
from kernel.service.data_sets import DataSets
from kernel.service.detect import detect
from kernel.service.importing import Order
from kernel.store.layout import Layout


def found(tmp_path: Path, content: bytes, reading: Reading | None = None, kind: str = ".csv") -> dict[str, Any]:
    path = tmp_path / "content"
    path.write_bytes(content)
    return detect(path, kind, reading or Reading())


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_encoding_delimiter_and_types_are_found(tmp_path: Path, sign: str, encoding: str) -> None:
    rows = [
        ["编号", "年龄", "城市", "收入", "会员", "日期"],
        ["a1", "31", "北京", "1.5", "true", "2024-01-02"],
        ["a2", "", "上海", "2", "false", "2024-02-03"],
    ]
    told = found(tmp_path, "\n".join(sign.join(row) for row in rows).encode(encoding))
    assert told["problem"] is None
    assert (told["encoding"], told["delimiter"]) == (encoding, sign)
    assert [(c["name"], c["type"], c["missing"]) for c in told["columns"]] == [
        ("编号", "string", 0),
        ("年龄", "int", 1),
        ("城市", "string", 0),
        ("收入", "float", 0),
        ("会员", "bool", 0),
        ("日期", "date", 0),
    ]
    assert told["rows"][1][2] == "上海"
    assert told["complete"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "gb18030"])
def test_a_sample_ends_with_a_whole_line_in_any_encoding(tmp_path: Path, encoding: str) -> None:
    lines = [f"{number},北京{number}\n" for number in range(100_000)]
    told = found(tmp_path, f"id,x\n{''.join(lines)}".encode(encoding), Reading(encoding))
    assert (told["problem"], told["complete"]) == (None, False)
    assert [column["type"] for column in told["columns"]] == ["int", "string"]
    assert 0 < told["sampled"] < 100_000


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_a_file_that_ends_within_a_sign_is_refused_at_its_place(tmp_path: Path, encoding: str) -> None:
    told = found(tmp_path, "id,x\n1,北".encode(encoding)[:-1], Reading(encoding))
    assert told["problem"]["code"] == "HAN-4202"
    assert "line 2, column 3" in told["problem"]["detail"]


def test_a_field_of_200_kib_is_read(tmp_path: Path) -> None:
    told = found(tmp_path, b"id,x\n1," + b"a" * 200_000 + b"\n2,b\n")
    assert (told["problem"], told["delimiter"], told["sampled"]) == (None, ",", 2)


@pytest.mark.parametrize("encoding", ["nonsense", "zlib", "rot13", "undefined"])
def test_only_encodings_of_text_are_taken(tmp_path: Path, encoding: str) -> None:
    packed = zlib.compress(b"id,x\n" * 1000)
    told = found(tmp_path, packed, Reading(encoding))
    assert told["problem"]["code"] == "HAN-4202"
    with pytest.raises(BadEncoding):
        open_text(tmp_path / "content", Reading(encoding, ","))


def test_a_workbook_that_would_fill_the_memory_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("common.tables.workbook._MOST_UNPACKED", 1 << 20)
    with zipfile.ZipFile(tmp_path / "bomb", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * ((1 << 20) + 1))
    told = found(tmp_path, (tmp_path / "bomb").read_bytes(), kind=".xlsx")
    assert "unpacks to" in told["problem"]["detail"]
    assert found(tmp_path, b"PK\3\4 torn", kind=".xlsx")["problem"]["code"] == "HAN-1001"


def test_a_ragged_line_is_named_before_the_import(tmp_path: Path) -> None:
    told = found(tmp_path, b"id,x\na,1\nb,2,3\n")
    assert told["problem"]["code"] == "HAN-4201"
    assert "line 3" in told["problem"]["detail"]


def test_a_long_file_is_sampled_and_troublesome_columns_are_noted(tmp_path: Path) -> None:
    lines = b"id,same,none,x\n" + b"".join(b"%08d,7,,%d\n" % (n, n % 5) for n in range(100_000))
    told = found(tmp_path, lines)
    assert not told["complete"]
    assert 10_000 < told["sampled"] < 100_000
    notes = {(note["column"], note["note"]) for note in told["notes"]}
    assert notes == {("id", "unique"), ("same", "constant"), ("none", "empty")}


@pytest.fixture
def data_sets(tmp_path: Path) -> DataSets:
    return DataSets(Layout(tmp_path / "kernel"), 2, 1 << 24)


def imported(data_sets: DataSets, tmp_path: Path, content: bytes, **more: Any) -> dict[str, Any]:
    path = tmp_path / "content"
    path.write_bytes(content)
    order = Order(data_set="ds", name="n", file_name="a.csv", total_bytes=len(content), **more)
    return data_sets.import_path(order, path)


def test_corrected_types_are_kept_and_what_does_not_fit_is_placed_without_its_value(
    tmp_path: Path, data_sets: DataSets
) -> None:
    content = b"id;zip;x\na;01067;1\nb;10115;oops\n"
    with pytest.raises(BadType) as refused:
        imported(data_sets, tmp_path, content, id_column="id", reading=Reading(types={"x": "float"}))
    assert "column 3" in str(refused.value)
    assert "oops" not in str(refused.value)
    about = imported(data_sets, tmp_path, content, id_column="id", reading=Reading(types={"zip": "string"}))
    assert [column["type"] for column in about["columns"]] == ["string", "string", "string"]
    assert from_bytes(data_sets.preview("ds", 5)).column("zip").to_pylist() == ["01067"]
    assert (tmp_path / "content").exists(), "a file that is not ours stays"


def test_several_columns_make_one_id_and_columns_are_left_out(tmp_path: Path, data_sets: DataSets) -> None:
    content = b"bank,account,name,x\n1,7,Ann,1\n1,8,Ben,2\n2,7,Cas,3\n"
    about = imported(data_sets, tmp_path, content, id_columns=("bank", "account"), leave_out=("name",))
    assert about["id_column"] == "bank|account"
    assert [column["name"] for column in about["columns"]] == ["bank|account", "x"]
    assert from_bytes(data_sets.preview("ds", 5)).column("bank|account").to_pylist() == ["1|7", "1|8"]
    data_sets.delete("ds")
    with pytest.raises(UnknownColumn):
        imported(data_sets, tmp_path, content, leave_out=("nobody",))


def test_statistics_are_those_of_numpy(tmp_path: Path, data_sets: DataSets) -> None:
    generator = np.random.default_rng(7)
    values = generator.normal(10, 3, 2000)
    cities = generator.choice(["north", "south", "west"], 2000, p=[0.5, 0.3, 0.2])
    lines = [
        f"{n},{'' if n % 10 == 0 else repr(float(v))},{c}" for n, (v, c) in enumerate(zip(values, cities, strict=True))
    ]
    imported(data_sets, tmp_path, ("id,v,city\n" + "\n".join(lines)).encode(), id_column="id")
    told = {column["name"]: column for column in canonical.loads(data_sets.statistics("ds"))}
    kept = np.array([v for n, v in enumerate(values) if n % 10])
    v = told["v"]
    assert (v["missing"], v["distinct"]) == (200, 1800)
    for name, wanted in (
        ("min", kept.min()),
        ("max", kept.max()),
        ("mean", kept.mean()),
        ("sd", kept.std(ddof=1)),
    ):
        assert math.isclose(v[name], wanted, rel_tol=1e-12), name
    for share, value in v["quantiles"]:
        assert math.isclose(value, np.quantile(kept, share), rel_tol=1e-12)
    counts, edges = np.histogram(kept, bins=20)
    assert v["histogram"]["counts"] == counts.tolist()
    assert np.allclose(v["histogram"]["edges"], edges)
    names, sizes = np.unique(cities, return_counts=True)
    assert dict(map(tuple, told["city"]["top"])) == dict(zip(names.tolist(), sizes.tolist(), strict=True))
    assert "top" not in told["id"], "ids are not listed"
    assert sum(told["city"]["top"][i][1] for i in range(3)) == 2000
