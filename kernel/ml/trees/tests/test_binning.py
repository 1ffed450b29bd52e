"""Bins: cuts by quantile, codes that mean what the model's splits mean, and sums of candidates."""

import tracemalloc

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.core.errors import OutOfRange
from kernel.data.local import LocalEngine
from kernel.data.schema import Schema
from kernel.ml.trees.binning import MOST_BINS, code, learn
from kernel.ml.trees.candidates import Candidates
from kernel.ml.trees.sums import Numbers


def _table(columns, n_partitions=3):
    arrow = pa.table({"id": [f"id{n}" for n in range(len(next(iter(columns.values()))))], **columns})
    return LocalEngine(n_partitions, n_threads=1).from_arrow(arrow, Schema.of(arrow.schema, "id"))


def _one(values, max_bin, n_partitions=3):
    table = _table({"x": values}, n_partitions)
    (bins,) = learn(table, ["x"], max_bin)
    return bins, code(table, [bins]).collect()[:, 0]


def test_few_values_have_a_bin_each_with_cuts_half_way():
    bins, codes = _one([3.0, 1.0, 2.0, 1.0, None, 3.0], 8)
    assert bins.cuts == (1.5, 2.5)
    assert bins.counts == (2, 1, 2, 1)
    assert codes.tolist() == [2, 0, 1, 0, 3, 2]
    assert bins.has_missing


@pytest.mark.parametrize("n_partitions", [1, 4])
def test_many_values_have_bins_of_equal_weight(n_partitions):
    values = np.random.default_rng(0).lognormal(size=10_000)
    bins, codes = _one(values.tolist(), 32, n_partitions)
    assert len(bins.cuts) == 31
    assert np.bincount(codes, minlength=33)[:32].max() < 1.02 * 10_000 / 32
    assert sum(bins.counts) == 10_000


def test_more_values_than_a_partition_tells_exactly_are_cut_nearly_alike():
    values = np.random.default_rng(0).normal(size=60_000)
    _, codes = _one(values.tolist(), 20, 2)
    assert np.abs(np.bincount(codes, minlength=20) - 3000).max() < 60


def test_a_heavy_value_takes_its_bins_together():
    bins, codes = _one([0.0] * 90 + [float(n) for n in range(1, 11)], 4)
    assert len(bins.cuts) == 1
    assert np.bincount(codes).tolist() == [90, 10]


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False, width=64), min_size=1, max_size=40), st.integers(2, 6))
def test_a_code_is_at_most_b_exactly_when_the_value_is_at_most_the_cut(values, max_bin):
    bins, codes = _one(values, max_bin)
    assert len(bins.cuts) < max_bin
    assert list(bins.cuts) == sorted(set(bins.cuts))
    for b, cut in enumerate(bins.cuts):
        assert np.array_equal(codes <= b, np.array(values) <= cut)


def test_all_256_codes_fit_a_byte():
    bins, codes = _one([None, *map(float, range(1000))], MOST_BINS)
    assert bins.n_codes == 256
    assert codes[0] == 255
    assert codes[1:].max() == 254


def test_frequent_categories_have_codes_and_the_rest_goes_right():
    table = _table({"t": ["b", "a", "a", None, "c", "b", "a", "d"]})
    (bins,) = learn(table, ["t"], 3)
    assert bins.categories == ("a", "b")
    assert bins.counts == (3, 2, 2, 1)
    assert code(table, [bins]).collect()[:, 0].tolist() == [1, 0, 0, 3, 2, 1, 0, 2]
    candidates = Candidates([bins])
    assert [candidates.split(n)["categories"] for n in range(3)] == [["a"], ["b"], []]
    assert candidates.split(2)["missing_left"]
    assert not any(candidates.goes_left(n)[2] for n in range(3))


def test_columns_without_two_values_have_no_candidates():
    for values in ([1.0] * 5, [None] * 5, ["x"] * 5, [True] * 5):
        table = _table({"x": pa.array(values, pa.float64() if values[0] is None else None)})
        assert len(Candidates(learn(table, ["x"], 8))) == 0
    for values in ([1.0, None], ["x", None], ["x", "y"], [True, False]):
        assert len(Candidates(learn(_table({"x": values * 3}), ["x"], 8))) == 1


def test_infinite_values_are_refused_without_naming_the_column_to_others():
    with pytest.raises(OutOfRange, match="column x") as caught:
        _one([1.0, float("-inf"), 2.0], 8)
    assert "x" not in caught.value.public_detail.split()


def test_candidates_sums_are_those_of_the_rows_that_go_left():
    rng = np.random.default_rng(5)
    number = [None if rng.random() < 0.2 else float(v) for v in rng.integers(0, 9, 200)]
    table = _table(
        {"n": number, "m": rng.normal(size=200), "t": [["p", "q", "r", None][k] for k in rng.integers(0, 4, 200)]}
    )
    bins = learn(table, ["n", "m", "t"], 6)
    codes, values = code(table, bins).collect(), rng.integers(-50, 50, 200)
    candidates = Candidates(bins)
    histogram = np.zeros((1, candidates.n_codes, 1), dtype=np.int64)
    for column in range(3):
        np.add.at(histogram[0, :, 0], candidates.offsets[column] + codes[:, column], values)
    found = candidates.sums(histogram, Numbers(1))[0, :, 0]
    assert len(candidates) == 6 + 5 + 5 + 4
    for number_, total in enumerate(found.tolist()):
        left = candidates.goes_left(number_)[codes[:, candidates.all[number_].column]]
        assert total == values[left].sum()


@pytest.mark.parametrize("least", [1, 5, 17])
def test_candidates_that_are_told_lie_apart(least):
    rng = np.random.default_rng(6)
    number = [None if rng.random() < 0.15 else float(v) for v in rng.integers(0, 25, 300)]
    table = _table(
        {
            "n": number,
            "m": rng.normal(size=300),
            "t": [["p", "q", "r"][k] for k in rng.choice(3, 300, p=[0.9, 0.06, 0.04])],
        }
    )
    bins = learn(table, ["n", "m", "t"], 24)
    codes, candidates = code(table, bins).collect(), Candidates(bins)
    node = rng.integers(0, 3, 300)
    counts = np.zeros((3, candidates.n_codes), dtype=np.int64)
    for column in range(3):
        np.add.at(counts, (node, candidates.offsets[column] + codes[:, column]), 1)
    told = candidates.apart(counts, least)
    assert told.all() if least == 1 else not told.all()
    for number_ in range(3):
        here = node == number_
        for missing_left in (False, True):
            for column in range(2):
                chosen = [
                    k for k, one in enumerate(candidates.all)
                    if one.column == column and one.missing_left == missing_left and told[number_, k]
                ]  # fmt: skip
                rows = [int(here[candidates.goes_left(k)[codes[:, column]]].sum()) for k in chosen]
                # The node's own sum is known too: what is right of a candidate is such a difference.
                gaps = np.diff([0, *rows, here.sum()])
                assert np.all((gaps == 0) | (gaps >= least))
                assert len(chosen) > 1 or missing_left
        shown = [k for k in np.flatnonzero(told[number_]) if candidates.all[k].column == 2]
        alone = [int(here[candidates.goes_left(k)[codes[:, 2]]].sum()) for k in shown]
        assert all(n == 0 or n >= least for n in [*alone, here.sum() - sum(alone)])


def test_categories_that_are_told_leave_no_few_rows_over():
    rows = {"p": 60, "q": 30, "r": 25, "s": 4}
    bins = learn(_table({"t": [text for text, n in rows.items() for _ in range(n)]}), ["t"], 9)
    candidates = Candidates(bins)
    counts = np.array([[60, 30, 25, 4, 0, 0], [60, 30, 25, 0, 0, 0], [60, 30, 15, 5, 0, 0], [90, 4, 0, 0, 0, 0]])
    told = candidates.apart(counts, 20)
    # Three told ones and the node would tell the sum of the four rows of s.
    assert told.tolist() == [
        [True, True, False, False],
        [True, True, True, True],
        [True, True, False, False],
        [False, False, True, True],
    ]
    assert candidates.apart(counts, 1).all()


def test_few_rows_right_of_a_candidate_are_told_as_little_as_few_between_two():
    values = [float(v) for v in range(4) for _ in range(30)] + [None] * 30
    candidates = Candidates(learn(_table({"n": values}), ["n"], 9))
    told = candidates.apart(np.array([[30, 30, 30, 3, 0], [30, 30, 30, 3, 30], [30, 30, 30, 30, 3]]), 20)
    shown = [[candidates.all[k] for k in np.flatnonzero(row)] for row in told]
    assert [[(one.code, one.missing_left) for one in row] for row in shown] == [
        [(0, False), (1, False), (3, False), (0, True), (1, True)],
        [(0, False), (1, False), (2, False), (0, True), (1, True)],
        [(0, False), (1, False), (2, False)],
    ]


def test_a_long_text_costs_no_more_than_itself():
    rows = ["x" * 1_000_000, *(f"text {row % 700}" for row in range(1400)), "z\0"]
    tracemalloc.start()
    try:
        (bins,) = learn(_table({"t": rows}), ["t"], 8)
        assert tracemalloc.get_traced_memory()[1] < 100_000_000
    finally:
        tracemalloc.stop()
    assert bins.categories == tuple(f"text {row}" for row in sorted(range(700), key=str)[:7])
    assert sum(bins.counts) == len(rows)
    (short,) = learn(_table({"t": ["z\0", "z\0", "z"]}), ["t"], 8)
    assert short.categories == ("z\0", "z")
