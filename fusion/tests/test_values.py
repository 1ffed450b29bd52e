"""Values of a sum are read exactly, those of rows with the same id are added, and what cannot be added is named."""

import datetime as dt
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet
import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.errors import InvalidInput
from fusion.domain.errors import BadValue
from fusion.domain.key_rule import KeyRule
from fusion.domain.sums import VALUE_BITS, scaled, written
from fusion.service.ids import Ids, read_ids
from fusion.service.values import check_named, read_values

TOO_LARGE = 1 << VALUE_BITS


def _file(folder: Path, ids: list[str], values: Any) -> tuple[Path, Ids]:
    path = folder / "set.parquet"
    pa.parquet.write_table(pa.table({"id": ids, "v": values}), path)
    return path, read_ids(path, ["id"], KeyRule(), b"s" * 32)


@pytest.mark.parametrize(
    ("values", "decimals", "expected"),
    [
        (["1.25", "-3", ".5", " +7. "], 2, [125, -300, 50, 700]),
        (["1.2500", "1e2", "12E-1", "0"], 2, [125, 10000, 120, 0]),
        ([0.1, 1e16 / 1e12, -2.5, 3.0], 1, [1, 100000, -25, 30]),
        ([1, -2, 3, TOO_LARGE - 1], 0, [1, -2, 3, TOO_LARGE - 1]),
        ([Decimal("1.50"), Decimal("2.00"), Decimal("-0.01"), Decimal("0.00")], 2, [150, 200, -1, 0]),
    ],
)
def test_values_of_every_kind_of_column(tmp_path: Path, values: Any, decimals: int, expected: list[int]) -> None:
    path, ids = _file(tmp_path, ["a", "b", "c", "d"], values)
    assert read_values(path, ids, "v", decimals).tolist() == expected


def test_rows_with_the_same_id_are_added_and_rows_without_one_left_out(tmp_path: Path) -> None:
    path, ids = _file(tmp_path, ["b", "a", "", "b", "a"], ["1.5", "-2", "nonsense", "1.25", "2"])
    assert read_values(path, ids, "v", 2).tolist() == [275, 0]


def test_more_rows_than_a_batch(tmp_path: Path) -> None:
    count = (1 << 16) + 10
    path, ids = _file(tmp_path, [str(n % 7) for n in range(count)], list(range(count)))
    assert read_values(path, ids, "v", 1).tolist() == [10 * sum(range(first, count, 7)) for first in range(7)]


@pytest.mark.parametrize(
    ("values", "decimals", "told"),
    [
        (["1", "2", "1.234"], 2, "row 3 has more than 2 decimals"),
        (["1", "1,5", "1"], 2, "row 2 is not a number"),
        (["1", "1_000", "1"], 0, "row 2 is not a number"),
        (["1", "NaN", "1"], 0, "row 2 is not a number"),
        (["1", "١٢", "1"], 0, "row 2 is not a number"),
        (["Infinity", "1", "1"], 0, "row 1 is not a number"),
        (["1", "9" * 61, "1"], 0, "row 2 is not a number"),
        (["1", "1", "9e999"], 6, "row 3 has a value of 140737488.355328 or more"),
        (["1", str(TOO_LARGE), "1"], 0, "row 2 has a value of 140737488355328 or more"),
        (["1", f"-{TOO_LARGE}", "1"], 0, "row 2 has a value of 140737488355328 or more"),
        (["1", "", "1"], 0, "row 2 has an id and no value"),
        ([1.0, float("nan"), 1.0], 0, "row 2 has an id and no value"),
        ([1.0, float("inf"), 1.0], 0, "row 2 is not a number"),
        ([1.0, None, 1.0], 0, "row 2 has an id and no value"),
        ([True, False, True], 0, "row 1 is not a number"),
        ([dt.date(2024, 1, 1)] * 3, 0, "row 1 is not a number"),
    ],
)
def test_what_cannot_be_added_is_named_by_its_row_only(tmp_path: Path, values: Any, decimals: int, told: str) -> None:
    path, ids = _file(tmp_path, ["a", "b", "c"], values)
    with pytest.raises(BadValue, match=told) as caught:
        read_values(path, ids, "v", decimals)
    assert "row" not in caught.value.public_detail
    assert caught.value.__cause__ is None


def test_empty_values_may_be_zero(tmp_path: Path) -> None:
    path, ids = _file(tmp_path, ["a", "b", "a"], ["", "2", None])
    assert read_values(path, ids, "v", 0, empty_as_zero=True).tolist() == [0, 2]


@pytest.mark.parametrize("value", [TOO_LARGE - 1, 1 - TOO_LARGE])
def test_values_of_one_id_that_together_are_too_large(tmp_path: Path, value: int) -> None:
    count = 1 << 17  # together beyond 64 bits
    path, ids = _file(tmp_path, ["a", *["b"] * count], [1, *[value] * count])
    with pytest.raises(BadValue, match="row 2, with the other rows of its id, has a value"):
        read_values(path, ids, "v", 0)
    path, ids = _file(tmp_path, ["a", "b", "b", "b"], [1, value, value, -value])
    assert read_values(path, ids, "v", 0).tolist() == [1, value]
    least = 1 if value > 0 else -1
    path, ids = _file(tmp_path, ["a", "b", "b"], [1, value, least])
    with pytest.raises(BadValue, match="row 2"):
        read_values(path, ids, "v", 0)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4), st.integers(0, 6))
def test_reading_is_exact(value: Decimal, decimals: int) -> None:
    exact = Fraction(value) * 10**decimals
    try:
        found = scaled(str(value), decimals, 1)
    except BadValue:
        assert exact.denominator != 1 or abs(exact) >= TOO_LARGE or len(str(value)) > 60
    else:
        assert found == exact


@given(st.text(max_size=20))
def test_whatever_is_typed_is_a_number_or_named(text: str) -> None:
    try:
        scaled(text, 3, 1)
    except BadValue as problem:
        assert text not in str(problem) or len(text) < 4  # noqa: PT017


@given(st.integers(-(1 << 79), 1 << 79), st.integers(0, 6))
def test_totals_are_written_exactly(total: int, decimals: int) -> None:
    text = written(total, decimals)
    assert Fraction(text) * 10**decimals == total
    assert len(text.partition(".")[2]) == decimals


def test_only_the_sender_of_a_sum_names_a_column() -> None:
    check_named("sum", "sender", "v", empty_as_zero=True)
    check_named("sum", "receiver", "", empty_as_zero=False)
    for learns, role, column, empty in (
        ("sum", "sender", "", False),
        ("sum", "receiver", "v", False),
        ("both", "sender", "v", False),
        ("size", "receiver", "", True),
    ):
        with pytest.raises(InvalidInput):
            check_named(learns, role, column, empty_as_zero=empty)
