"""Streams and fixed point."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.core.errors import OutOfRange
from kernel.crypto import fixed_point
from kernel.crypto.prg import Stream, SystemRng


def test_streams_differ_by_every_label():
    def draw(*labels):
        return Stream(b"k" * 32, *labels).token(64)

    assert draw("a", 1) == draw("a", 1)
    assert len({draw("a", 1), draw("a", 2), draw("a1"), draw("a", "", 1), draw()}) == 5
    stream = Stream(b"k" * 32)
    assert stream.token(5000) + stream.token(3) == Stream(b"k" * 32).token(5003)
    assert sorted(stream.permutation(50)) == list(range(50))
    assert all(0 <= stream.below(7) < 7 for _ in range(100))
    assert len(SystemRng().token(5)) == 5
    assert SystemRng().below(1) == 0


def test_permutations_sort_by_all_of_their_bits(monkeypatch):
    one, several = Stream(b"k" * 32), Stream(b"k" * 32)
    found = several.permutations(40, 3)
    assert [one.permutation(40).tolist() for _ in range(3)] == found.tolist()
    words = np.frombuffer(Stream(b"k" * 32).token(16 * 120), "<u8").reshape(3, 40, 2)
    assert all(np.array_equal(order, np.lexsort(row.T)) for order, row in zip(found, words, strict=True))
    # Words of which the first to look at is the same say little of each other but by the second.
    words = words.copy()
    words[1, :, 1] %= 4
    monkeypatch.setattr(several, "token", lambda _: words.tobytes())
    assert np.array_equal(several.permutations(40, 3)[1], np.lexsort(words[1].T))


@given(st.lists(st.floats(-1000, 1000), min_size=1))
def test_fixed_point_round_trip(values):
    array = np.array(values)
    decoded = fixed_point.decode(fixed_point.encode(array, 24, 40), 24)
    assert np.max(np.abs(decoded - array)) <= 2.0**-25


@pytest.mark.parametrize("bad", [np.nan, np.inf, 2.0**16, -(2.0**16)])
def test_fixed_point_refuses_what_does_not_fit(bad):
    with pytest.raises(OutOfRange):
        fixed_point.encode(np.array([bad]), 24, 40)


@given(st.integers(-(2**40), 2**40), st.integers(0, 2**64 - 1))
def test_truncation_of_lifted_shares_is_off_by_one_at_most(value, share):
    u, v = fixed_point.lift([share, value - share])
    if u + v == value:  # fails with probability 2^-23 for values this large
        assert abs((u >> 16) + (v >> 16) - (value >> 16)) <= 1
    assert fixed_point.reconstruct([u], [v]) == [value]


def test_ring_elements_travel():
    values = [0, 1, 2**128 - 1, 77]
    assert fixed_point.load_ring(fixed_point.dump_ring(values, 128), 128) == values
