"""Ids as digests: exactly what the rule's definition says of each row, whatever the values are."""

import datetime as dt
import hashlib
import itertools
import tracemalloc
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.parquet
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fusion.domain.cleaning import Cleaning
from fusion.domain.errors import HashUnknown
from fusion.domain.key_rule import HASH_DIGITS, KeyRule
from fusion.service import ids as ids_module
from fusion.service.columns import ids_of, normal_of
from fusion.service.ids import read_ids
from fusion.service.precheck import check_hashed
from kernel.protocol.psi.port import digests_of

SALT = b"s" * 32
DAY, MOMENT = dt.datetime(2024, 1, 31, tzinfo=dt.UTC), dt.datetime(2024, 1, 31, 9, 5, tzinfo=dt.UTC)
HASHES = ["none", *HASH_DIGITS]
# Signs on which Arrow and Python might differ: spaces of all kinds, letters that grow, what JSON escapes.
ODD = st.text(alphabet='aZ0 \t\x0b\x1c\x1f\x7f\x85\u00a0\u2003\u3000"\\\x00\nßİﬁ１é\u0301Ωǅ🙂', max_size=6)
HEX = st.sampled_from([digit * count for digit in "0aFg" for count in (31, 32, 40, 64)])
# Numbers as people write them, beside any text; what a step takes out is drawn anew for each column.
PHONES = st.text(alphabet="+0086 138-.()[]\t\u200e\uff18\u2212\n", max_size=16)
VALUES = st.none() | PHONES | ODD | st.text(max_size=8) | HEX | HEX.map(lambda text: f" {text}\n")
CLEANINGS = st.builds(
    Cleaning,
    keep=st.sampled_from(["all", "no_separators", "letters_and_digits", "digits"]),
    prefixes=st.lists(st.sampled_from(["+86", "0086", "86", "+0", "8", "0"]), max_size=3).map(tuple),
    rest_at_least=st.integers(1, 6),
)
RULES = st.builds(
    KeyRule,
    columns=st.just(3),
    clean=st.just(()) | st.tuples(CLEANINGS, CLEANINGS, CLEANINGS),
    trim=st.booleans(),
    case=st.sampled_from(["keep", "lower", "upper"]),
    form=st.sampled_from(["none", "NFC", "NFKC"]),
    hash=st.sampled_from(HASHES),
)


@given(RULES, st.lists(st.tuples(VALUES, VALUES, VALUES), max_size=12), st.integers(1, 3), st.booleans())
def test_whole_columns_give_what_the_rule_says_of_each_row(rule, rows, width, hashed_here):
    rule = rule.model_copy(update={"columns": width, "clean": rule.clean[:width]})
    hashed_here = hashed_here and rule.hash != "none"
    names = ["a", "b", "c"][:width]
    batch = pa.record_batch(
        [pa.array([row[index] for row in rows], pa.string()) for index in range(width)], names=names
    )
    expected = [rule.key(row[:width], hashed_here=hashed_here) for row in rows]
    assert ids_of(batch, names, rule, hashed_here=hashed_here).to_pylist() == expected
    for place, name in enumerate(names):
        normal = normal_of(batch.column(name), rule, place).to_pylist()
        assert normal == [rule.steps(row[place], place)[-1][1] for row in rows]


@given(st.lists(st.sampled_from(["a", "b", " a", "", "é", "c"]), min_size=1, max_size=40))
def test_places_and_digests_are_those_of_the_first_rows(tmp_path_factory, values):
    path = tmp_path_factory.mktemp("ids") / "in.parquet"
    pa.parquet.write_table(pa.table({"id": values}), path, row_group_size=7)
    places = {}
    expected = [places.setdefault(key, len(places)) if (key := KeyRule().key([value])) else -1 for value in values]
    ids = read_ids(path, ["id"], KeyRule(), SALT)
    assert ids.places.tolist() == expected
    assert (ids.digests == digests_of(list(places), SALT)).all()
    assert ids.without_id == expected.count(-1)


def test_digests_that_begin_alike_stay_different():
    words = np.array([[1, 2], [1, 1], [5, 5], [1, 2], [1, 1], [0, 9]], dtype=np.uint64)
    distinct, places = ids_module._distinct(words.view(np.uint8).reshape(-1, 16))
    assert places.tolist() == [0, 1, 2, 0, 1, 3]
    assert distinct.view(np.uint64).reshape(-1, 2).tolist() == [[1, 2], [1, 1], [5, 5], [0, 9]]


def test_numbers_and_texts_of_all_types_give_the_same_ids():
    numbers = [1, 20, None]
    columns = [
        pa.array(numbers, pa.int64()),
        pa.array(numbers, pa.uint8()),
        pa.array(numbers, pa.float64()),
        pa.array(["1", "20", None], pa.large_string()),
        pa.array(["1", "20", None]).dictionary_encode(),
    ]
    for column in columns:
        batch = pa.record_batch([column], names=["id"])
        assert ids_of(batch, ["id"], KeyRule()).to_pylist() == ["1", "20", ""]


@pytest.mark.parametrize(
    ("column", "told"),
    [
        (pa.array([True, False]), ["true", "false"]),
        (pa.array([dt.date(2024, 1, 31)]), ["2024-01-31"]),
        # pandas has no days, and writes them as their midnights.
        (pa.array([DAY, MOMENT], pa.timestamp("ns")), ["2024-01-31", "2024-01-31T09:05:00"]),
        (pa.array([MOMENT], pa.timestamp("us", "Asia/Tokyo")), ["2024-01-31T09:05:00"]),
        (pa.array([Decimal(0), Decimal("1.50")], pa.decimal128(20, 10)), ["0.0000000000", "1.5000000000"]),
        (pa.array([1e-7, 0.1, 1e22]), ["0.0000001", "0.1", "10000000000000000000000"]),
        (pa.array([b"\x00\xab"]), ["00ab"]),
    ],
    ids=["booleans", "days", "moments", "zones", "decimals", "fractions", "bytes"],
)
def test_parquet_gives_the_texts_that_workbooks_and_databases_give(column, told):
    batch = pa.record_batch([column], names=["id"])
    assert ids_of(batch, ["id"], KeyRule()).to_pylist() == told


def test_both_sides_get_the_same_ids_whoever_has_hashes_already():
    for hashed in HASH_DIGITS:
        rule = KeyRule(case="lower", hash=hashed)
        plain = rule.key([" Ann@X.org "])
        assert len(plain) == HASH_DIGITS[hashed]
        assert rule.key([f"  {plain.upper()} "], hashed_here=True) == plain
        assert rule.key(["Ann@X.org"], hashed_here=True) == ""
        assert rule.key([" "]) == ""
    two = KeyRule(columns=2, hash="md5")
    assert two.key(["a", "b"]) == two.key([KeyRule(hash="md5").key([text]) for text in "ab"], hashed_here=True)
    assert KeyRule(hash="sm3").key(["abc"]) == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"


def test_a_hash_that_this_system_lacks_is_refused_by_name(monkeypatch):
    monkeypatch.setattr(hashlib, "algorithms_available", {"md5"})
    check_hashed(KeyRule(hash="md5"), hashed_here=False)
    with pytest.raises(HashUnknown, match="no sm3"):
        check_hashed(KeyRule(hash="sm3"), hashed_here=False)


@pytest.mark.long
def test_ten_million_ids_fit(tmp_path):
    count, path = 10_000_000, tmp_path / "in.parquet"
    with pa.parquet.ParquetWriter(path, pa.schema([("id", pa.string())])) as writer:
        for start in range(0, count, 1 << 18):
            chunk = [str(13_000_000_000 + number) for number in range(start, min(start + (1 << 18), count))]
            writer.write_table(pa.table({"id": chunk}))
    before = pa.total_allocated_bytes()
    tracemalloc.start()
    ids = read_ids(path, ["id"], KeyRule(), SALT)
    kept, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(ids.digests) == count
    assert kept < 230 << 20
    assert peak < 800 << 20
    assert pa.total_allocated_bytes() - before < 64 << 20


def test_rows_with_and_without_ids_are_counted(tmp_path):
    path = tmp_path / "in.parquet"
    rows = list(itertools.chain.from_iterable([["a", None, "b", "a"]] * 3))
    pa.parquet.write_table(pa.table({"id": rows}), path)
    ids = read_ids(path, ["id"], KeyRule(), SALT)
    assert (len(ids.digests), ids.duplicates, ids.without_id) == (2, 7, 3)
