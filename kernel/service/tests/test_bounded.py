"""An import in bounded memory gives what one over the whole table gives: types, ids, numbers, versions."""

import datetime as dt
import random
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyarrow import csv

from common import canonical
from common.errors import InvalidInput
from common.tables import parquet_rows
from common.tables.parquet_rows import TooLarge
from kernel.core.errors import DuplicateIds, UnknownColumn
from kernel.data import Schema
from kernel.data.partition import read_file
from kernel.service import csv_rows, tally
from kernel.service.csv_file import RaggedFile, Reading
from kernel.service.data_sets import DataSets
from kernel.service.fingerprint import Fingerprint
from kernel.service.importing import Order
from kernel.service.statistics import statistics
from kernel.store.layout import Layout

WORDS = (
    "", "NA", "nan", "0", "1", "7", "01", "0x10", "+1", "-0", "1.5", "1e5", "inf", "99999999999999999999", "true",
    "FALSE", "2024-01-01", "0001-01-01", "12:30", "2024-01-01 10:00", "2024-01-01T10:00:00.25", "2024-01-01T10:00:00Z",
    " 1", "a", "上海", "two\nlines", 'a "quoted", one',
)  # fmt: skip


@given(st.lists(st.lists(st.sampled_from(WORDS), min_size=3, max_size=3), min_size=1, max_size=12), st.integers(1, 4))
@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_types_found_block_by_block_are_those_of_the_whole_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: list[list[str]], per_block: int
) -> None:
    # Long rows of a neighbour, so that a block holds few of them.
    table = pa.table({name: [row[n] for row in rows for _ in range(2)] for n, name in enumerate("xyz")})
    table = table.append_column("long", pa.array(["-" * (380 // per_block)] * table.num_rows))
    path = tmp_path / "a.csv"
    csv.write_csv(table, path)
    monkeypatch.setattr(csv_rows, "_BLOCK", 512)
    rows_of = csv_rows.open_text(path, Reading("utf-8", ","))
    whole = csv.read_csv(
        path,
        csv.ReadOptions(use_threads=False, block_size=1 << 24),
        csv.ParseOptions(newlines_in_values=True),
        csv.ConvertOptions(strings_can_be_null=True),
    )
    assert rows_of.schema == whole.schema
    got = rows_of.table().to_pydict()
    assert repr(got) == repr(whole.to_pydict())


def test_a_quote_that_is_not_closed_is_told_as_such(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_rows, "_BLOCK", 512)
    path = tmp_path / "a.csv"
    path.write_text('id,x\n1,"open\n' + "2,3\n" * 1000)
    with pytest.raises(RaggedFile, match="a double quote is not closed"):
        csv_rows.open_text(path, Reading("utf-8", ","))


def columns(n: int) -> pa.Table:
    chance = np.random.default_rng(3)
    floats = chance.normal(size=n)
    floats[::97], floats[::101], floats[5] = np.nan, np.inf, -0.0
    times = (chance.integers(0, 10**9, n)).astype("datetime64[s]")
    texts = [f"t{v}" for v in chance.zipf(1.5, n)]
    texts[3] = "x" * 150
    missing = chance.random(n) < 0.1
    return pa.table({
        "id": [f"c{i}" for i in chance.permutation(n)],
        "float": pa.array(floats, mask=missing),
        "whole": pa.array(chance.integers(-(2**62), 2**62, n)),
        "few": pa.array(chance.integers(0, 12, n), mask=missing),
        "halves": pa.array(chance.integers(0, 5, n) / 2),
        "text": texts,
        "flag": pa.array(chance.random(n) < 0.3, mask=missing),
        "time": pa.array(times, pa.timestamp("s"), mask=missing),
        "day": pa.array([dt.date(2020, 1, 1) + dt.timedelta(int(d)) for d in chance.integers(0, 15, n)]),
        "same": pa.array([4] * n),
        "vector": pa.array([[1.0, 2.0]] * n, pa.list_(pa.float64(), 2)),
    })  # fmt: skip


def in_the_clear(column: pa.ChunkedArray, kind: str) -> dict[str, Any]:
    """Return what a column's numbers must be, all of it in memory."""
    values = column.drop_null().to_pylist()
    counts = Counter("nan" if str(value) == "nan" else value for value in values)
    about: dict[str, Any] = {"missing": column.null_count, "distinct": len(counts)}
    if kind in ("int", "float"):
        finite = np.array([float(v) for v in values])
        finite = finite[np.isfinite(finite)]
        shares = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)
        quantiles = [[q, float(v)] for q, v in zip(shares, np.quantile(finite, shares), strict=True)]
        about |= {"min": finite.min(), "max": finite.max(), "quantiles": quantiles, "histogram": bins(finite)}
        about |= {"mean": pytest.approx(finite.mean(), rel=1e-12), "sd": pytest.approx(finite.std(ddof=1), rel=1e-12)}
    if kind == "date":
        seconds = np.array(values, "datetime64[s]").astype(np.float64)
        about |= {"min": str(min(values)), "max": str(max(values)), "histogram": bins(seconds)}
    if kind in ("string", "bool") or len(counts) <= 20:
        top = sorted(counts.items(), key=lambda pair: (-pair[1], str(pair[0])))[:10]
        about["top"] = [[str(value)[:100], count] for value, count in top]
    return about | {"constant": len(counts) == 1 and not column.null_count}


def bins(values: np.ndarray[Any, Any]) -> dict[str, Any]:
    distinct, counts = np.unique(values, return_counts=True)
    if len(distinct) <= 20:
        return {"values": distinct.tolist(), "counts": counts.tolist()}
    counts, edges = np.histogram(values, 20)
    return {"edges": edges.tolist(), "counts": counts.tolist()}


@pytest.mark.parametrize("room", [1 << 26, 20_000])
def test_numbers_are_those_of_the_whole_column(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, room: int) -> None:
    monkeypatch.setattr(tally, "_AT_ONCE", 3)
    monkeypatch.setattr(tally, "_PIECE", 2_000)
    monkeypatch.setattr("kernel.service.statistics.Tally", lambda folder: tally.Tally(folder, room))
    table = columns(20_000)
    parts = [tmp_path / f"part-{n}.parquet" for n in range(2)]
    for n, part in enumerate(parts):
        pq.write_table(table.slice(n * 12_000, 12_000), part, row_group_size=1_000)
    schema = Schema.of(table.schema, "id")
    told = {about["name"]: about for about in statistics(parts, schema, tmp_path)}
    assert told["id"] == {"name": "id", "type": "string", "missing": 0, "distinct": 20_000}
    assert told["vector"] == {"name": "vector", "type": "tensor", "missing": 0, "distinct": 0}
    for column in schema.columns[1:-1]:
        wanted = in_the_clear(table.column(column.name), column.kind)
        assert told[column.name] == {"name": column.name, "type": column.kind, **wanted}, column.name
    canonical.dumps(list(told.values()))
    assert sorted(tmp_path.iterdir()) == parts, "nothing stays behind"


@pytest.mark.parametrize("room", [1 << 26, 2_000])
def test_duplicates_are_counted_exactly_and_the_first_rows_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, room: int
) -> None:
    monkeypatch.setattr("kernel.service.ids.Tally", lambda folder: tally.Tally(folder, room))
    monkeypatch.setattr(csv_rows, "_BLOCK", 4_096)
    chance = random.Random(5)
    rows = [(chance.choice(["", " ", *map(str, range(3000))]), n) for n in range(8_000)]
    path = tmp_path / "a.csv"
    path.write_text("id,x\n" + "".join(f"{name},{n}\n" for name, n in rows))
    data_sets = DataSets(Layout(tmp_path / "kernel"), 3, 1 << 26)
    order = Order("ds", "n", "a.csv", path.stat().st_size, id_column="id")
    first: dict[str, int] = {}
    for name, n in rows:
        if name.strip():
            first.setdefault(name, n)
    empty = sum(not name.strip() for name, _ in rows)
    with pytest.raises(DuplicateIds, match=f"{len(rows) - empty - len(first)} duplicate and {empty} empty"):
        data_sets.import_path(order, path)
    assert not any((tmp_path / "kernel" / "data_sets").iterdir())
    about = data_sets.import_path(
        Order(**{f: getattr(order, f) for f in order.__slots__} | {"duplicates": "first"}), path
    )
    folder = tmp_path / "kernel" / "data_sets" / "ds"
    assert sorted(p.name for p in folder.iterdir()) == [
        "about.json", *[f"part-0000{n}.parquet" for n in range(3)], "schema.json", "statistics.json",
    ]  # fmt: skip
    parts = [read_file(str(folder / f"part-0000{n}.parquet")) for n in range(3)]
    kept = pa.concat_tables(parts)
    assert list(zip(kept.column("id").to_pylist(), kept.column("x").to_pylist(), strict=True)) == list(first.items())
    assert max(map(len, parts)) - min(map(len, parts)) <= 1
    assert about["rows"] == len(first)


def test_the_version_tells_contents_and_not_batches() -> None:
    table = columns(500)

    def version(rows: pa.Table, size: int) -> str:
        made = Fingerprint(rows.schema)
        for batch in rows.to_batches(size):
            made.add(batch)
        return made.hexdigest()

    assert version(table, 7) == version(table.combine_chunks(), 500) == version(pa.concat_tables([table]), 33)
    for name, new in (
        ("few", pa.nulls(500, pa.int64())),
        ("text", pa.array(["b"] * 500)),
        ("same", pa.array([5] * 500)),
    ):
        other = table.set_column(table.column_names.index(name), name, new)
        assert version(other, 7) != version(table, 7), name
    assert version(table.rename_columns(["x", *table.column_names[1:]]), 7) != version(table, 7)
    shifted = [pa.table({"a": a, "b": b}) for a, b in ((["ab", "c"], ["d", "e"]), (["a", "bc"], ["d", "e"]))]
    assert version(shifted[0], 2) != version(shifted[1], 2)


_GROWTH = """
import resource, sys
from pathlib import Path
from kernel.service import csv_rows, tally
from kernel.service.data_sets import DataSets
from kernel.service.importing import Order
from kernel.store.layout import Layout
csv_rows._BLOCK, tally.Tally.__init__.__defaults__ = 1 << 18, (1 << 20,)
data_sets = DataSets(Layout(Path(sys.argv[1])), 4, int(sys.argv[2]))
for n, path in enumerate(map(Path, sys.argv[3:])):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    try:
        data_sets.import_path(Order(f"ds-{n}", "n", path.name, path.stat().st_size, id_column="id"), path)
    except Exception as refused:
        print(refused.code, file=sys.stderr)
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) << 10)
"""


def growth(tmp_path: Path, most_bytes: int, *paths: Path) -> tuple[int, str]:
    """Import some files in a process of its own: by how many bytes it grew over the last one, and what was refused."""
    command = [sys.executable, "-c", _GROWTH, str(tmp_path / "kernel"), str(most_bytes), *map(str, paths)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return int(done.stdout), done.stderr.strip()


def test_a_large_file_is_imported_in_little_memory(tmp_path: Path) -> None:
    small, large = tmp_path / "small.csv", tmp_path / "large.csv"
    for path, rows in ((small, 120_000), (large, 480_000)):
        with path.open("w") as out:
            out.write("id," + ",".join(f"x{n}" for n in range(8)) + "\n")
            for n in range(rows):
                out.write(f"customer-{n}," + ",".join(f"{(n * k) % 9973}.25" for k in range(1, 9)) + "\n")
    grew, refused = growth(tmp_path, 1 << 30, small, large)
    size = large.stat().st_size
    assert not refused
    assert size > 35 << 20
    assert grew < size / 2, f"{grew} bytes more than for a quarter of {size}"


def test_a_parquet_file_is_refused_by_what_it_says_it_unpacks_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"id": [str(n) for n in range(4000)], "x": [7] * 4000}), path, row_group_size=1000)
    rows = parquet_rows.open_parquet(path).table()
    assert (rows.num_rows, rows.column("id")[-1].as_py()) == (4000, "3999")
    monkeypatch.setattr(parquet_rows, "_MOST_ROW_GROUP", 4000)
    with pytest.raises(TooLarge, match="row group 1 unpacks to"):
        parquet_rows.open_parquet(path)
    monkeypatch.setattr(parquet_rows, "_MOST_ROW_GROUP", 1 << 30)
    monkeypatch.setattr(parquet_rows, "_MOST_CELLS", 7999)
    with pytest.raises(TooLarge, match="4000 rows × 2 columns"):
        parquet_rows.open_parquet(path)
    texts = pa.table({"id": ["a"], "x": pa.array([["b"]], pa.list_(pa.string()))})
    pq.write_table(texts, path)
    with pytest.raises(UnknownColumn, match="'x' has texts in lists"):
        parquet_rows.open_parquet(path, UnknownColumn)


def test_one_long_text_in_every_row_does_not_fill_the_memory(tmp_path: Path) -> None:
    text = pa.DictionaryArray.from_arrays(pa.array([0] * 100_000, pa.int32()), ["x" * (1 << 20)])
    path = tmp_path / "bomb.parquet"
    pq.write_table(pa.table({"id": [str(n) for n in range(100_000)], "x": text}), path)
    assert path.stat().st_size < 2 << 20, "a hundred gigabytes in this file"
    rows = parquet_rows.open_parquet(path)
    batch = next(rows.batches(["id", "x"]))
    assert batch.num_rows == 15, "fifteen times a mebibyte and the ids"
    grew, refused = growth(tmp_path, 4 << 20, path)
    assert refused == "HAN-4206"
    assert grew < 512 << 20
    assert not any((tmp_path / "kernel" / "data_sets").iterdir())


def test_a_torn_page_is_told_as_a_bad_file(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    chance = np.random.default_rng(1)
    pq.write_table(pa.table({"id": [str(n) for n in range(5000)], "x": chance.normal(size=5000)}), path)
    torn = bytearray(path.read_bytes())
    torn[2000:6000] = bytes(4000)
    path.write_bytes(torn)
    data_sets = DataSets(Layout(tmp_path / "kernel"), 2, 1 << 26)
    with pytest.raises(InvalidInput, match="cannot be read as"):
        data_sets.import_path(Order("ds", "n", path.name, len(torn), id_column="id"), path)
    assert not any((tmp_path / "kernel" / "data_sets").iterdir())
