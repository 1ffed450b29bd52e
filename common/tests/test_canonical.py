"""Canonical JSON against the vectors of RFC 8785."""

import math
import struct
import sys
from enum import IntEnum

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.canonical import NotCanonical, dumps, loads

FLOATS = st.floats(allow_nan=False, allow_infinity=False)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | FLOATS | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize(
    ("bits", "text"),
    [  # RFC 8785 appendix B
        ("0000000000000000", "0"),
        ("8000000000000000", "0"),
        ("0000000000000001", "5e-324"),
        ("7fefffffffffffff", "1.7976931348623157e+308"),
        ("4340000000000000", "9007199254740992"),
        ("4430000000000000", "295147905179352830000"),
        ("44b52d02c7e14af5", "9.999999999999997e+22"),
        ("444b1ae4d6e2ef50", "1e+21"),
        ("3eb0c6f7a0b5ed8d", "0.000001"),
        ("3eb0c6f7a0b5ed8c", "9.999999999999997e-7"),
        ("41b3de4355555553", "333333333.3333332"),
        ("becbf647612f3696", "-0.0000033333333333333333"),
    ],
)
def test_numbers_of_the_rfc(bits: str, text: str) -> None:
    (value,) = struct.unpack(">d", bytes.fromhex(bits))
    assert dumps(value).decode() == text


def test_keys_sort_by_utf16() -> None:
    assert dumps({"\ufb33": 1, "\U0001f600": 2, "a": 3}).decode() == '{"a":3,"\U0001f600":2,"\ufb33":1}'


@given(JSON)
def test_round_trip(value: object) -> None:
    assert loads(dumps(value)) == value
    assert dumps(loads(dumps(value))) == dumps(value)


def test_numbers_of_other_kinds_are_written_like_plain_ones() -> None:
    class Level(IntEnum):
        HIGH = 3

    assert dumps([np.float64(0.1), Level.HIGH]) == b"[0.1,3]"


@pytest.mark.parametrize("value", [math.nan, math.inf, 2**53 + 1, {1: 2}, b"x", "\ud800", {"a": object()}])
def test_refuses(value: object) -> None:
    with pytest.raises(NotCanonical):
        dumps(value)


@pytest.mark.parametrize("data", [b'{"a":1,"a":2}', b"NaN", b"{", b"\xff", b"[" * 100_000, b"[" * 65 + b"]" * 65])
def test_loads_refuses(data: bytes) -> None:
    with pytest.raises(NotCanonical):
        loads(data)


def test_brackets_in_text_do_not_count_as_nesting() -> None:
    value = {"a": "[" * 200, "b\\": '\\"' + "{" * 200}
    assert loads(dumps(value)) == value


def test_deep_nesting_is_refused_under_a_high_recursion_limit() -> None:
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(1_000_000)
    try:
        with pytest.raises(NotCanonical, match="nested"):
            loads(b'{"a":' * 200_000)
    finally:
        sys.setrecursionlimit(limit)
