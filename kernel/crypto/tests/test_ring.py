"""Rings of shares: what is written is read again, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.core.errors import BadPayload
from kernel.crypto.ring import ORDER, POWERS_OF_TWO, Ring

SMALL = Ring(257)


@given(st.lists(st.integers(-(1 << 300), 1 << 300), max_size=20))
def test_elements_return_and_are_lifted_to_the_nearest_zero(values):
    for ring in (SMALL, POWERS_OF_TWO, Ring(1 << 112)):
        data = ring.dump(values)
        assert len(data) == ring.width * len(values)
        assert ring.load(data, len(values)) == [value % ring.modulus for value in values]
        assert all((a - b) % ring.modulus == 0 for a, b in zip(ring.lift(values), values, strict=True))
        assert all(abs(value) <= ring.modulus // 2 for value in ring.lift(values))


@given(st.binary(max_size=200))
def test_any_bytes_are_elements_or_refused(data):
    try:
        values = POWERS_OF_TWO.load(data)
    except BadPayload:
        return
    assert POWERS_OF_TWO.dump(values) == data


@pytest.mark.parametrize(("data", "count"), [(b"\0", None), (b"\0\0", 2), (b"\1\1", 1), (b"\xff\xff", 1)])
def test_other_lengths_and_what_is_not_below_the_modulus_are_refused(data, count):
    with pytest.raises(BadPayload):
        SMALL.load(data, count)


def test_two_has_the_order_that_exponents_are_shared_by():
    assert pow(2, ORDER, POWERS_OF_TWO.modulus) == 1
    assert pow(2, ORDER // 2, POWERS_OF_TWO.modulus) == POWERS_OF_TWO.modulus - 1
