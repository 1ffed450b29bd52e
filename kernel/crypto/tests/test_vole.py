"""Vector OLE: C = B + Δ·A over GF(2^128); trees and code on their own."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernel.core.errors import BadPayload
from kernel.crypto.kernels import loaded
from kernel.crypto.ot.base import COUNT
from kernel.crypto.ot.extension import ExtendingReceiver, ExtendingSender
from kernel.crypto.prg import Stream
from kernel.crypto.vole import VoleReceiver, VoleSender
from kernel.crypto.vole.code import Code
from kernel.crypto.vole.silent import NOISE, Shape
from kernel.crypto.vole.trees import Trees, depth_of, sides

RNG = Stream(b"v" * 32, "vole")


def ends(seed=b"e"):
    rng = Stream(seed * 32, "base")
    delta = np.frombuffer(rng.token(COUNT), np.uint8) & 1
    keys = [(rng.token(32), rng.token(32)) for _ in range(COUNT)]
    chosen = [pair[bit] for pair, bit in zip(keys, delta, strict=True)]
    return VoleSender(ExtendingSender(delta, chosen)), VoleReceiver(ExtendingReceiver(keys))


@pytest.mark.parametrize("count", [1, 199, 200, 1530, 30_001])
def test_both_sides_are_correlated(count):
    sender, receiver = ends()
    request, holder = receiver.start("one", b"session", count, RNG)
    answer, share = sender.answer("one", b"session", count, request, RNG)
    assert (len(request), len(answer)) == (Shape(count).request_bytes, Shape(count).answer_bytes)
    a, c = holder.finish(answer)
    b = sender.expand(count, share)
    assert a.shape == b.shape == c.shape == (count, 2)
    loaded().field.add_multiples(b, a, sender.delta)
    assert np.array_equal(b, c)
    assert len({row.tobytes() for row in a}) == count
    assert 0.4 < np.unpackbits(a.view(np.uint8)).mean() < 0.6 or count == 1


def test_payloads_of_another_size_are_refused():
    sender, receiver = ends()
    request, holder = receiver.start("one", b"session", 300, RNG)
    with pytest.raises(BadPayload):
        sender.answer("one", b"session", 300, request[:-1], RNG)
    answer, _ = sender.answer("one", b"session", 300, request, RNG)
    with pytest.raises(BadPayload):
        holder.finish(answer + b"\0")


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 70), st.integers(0, 10**6))
def test_all_leaves_but_one_are_known(length, pick):
    n_trees, rng = 3, Stream(pick.to_bytes(32, "big"), "trees")
    places = np.array([rng.below(length) for _ in range(n_trees)])
    roots = rng.uint64(2 * n_trees).reshape(n_trees, 2)
    leaves, sums = Trees(b"s", length).grow(roots)
    assert leaves.shape == (length, n_trees, 2)
    chosen, trees = sides(places, length), np.arange(n_trees)
    assert len(chosen) == len(sums) == depth_of(length)
    known = Trees(b"s", length).regrow(places, [total[side, trees] for total, side in zip(sums, chosen, strict=True)])
    expected = leaves.copy()
    expected[places, trees] = 0
    assert np.array_equal(known, expected)
    assert len({leaf.tobytes() for leaf in leaves.reshape(-1, 2)}) == length * n_trees


def test_the_code_is_linear_over_the_field():
    """What sums commute with is H(a + Δ·b) = H(a) + Δ·H(b): so the correlation survives."""
    code, delta = Code(1000, 500), np.array([5, 1 << 63], np.uint64)
    first, second = (RNG.uint64(2000).reshape(1000, 2) for _ in range(2))

    def encoded(noise):
        room = code.room()
        code.noise(room)[:] = noise
        return code.compress(room)[0]

    mixed = first.copy()
    loaded().field.add_multiples(mixed, second, delta)
    expected = encoded(first)
    loaded().field.add_multiples(expected, encoded(second), delta)
    assert np.array_equal(encoded(mixed), expected)


def test_the_code_mixes_the_bits_of_a_value():
    """A code over bits would map 128 noise values with a common support to syndromes of rank one a bit."""
    code = Code(1000, 500)
    outs = []
    for bit in range(2):
        room = code.room()
        code.noise(room)[500] = (1 << bit, 0)
        outs.append(code.compress(room)[0])
    spread = np.bitwise_or.reduce(outs[0], axis=0)
    assert np.all(np.bitwise_count(spread) > 60)
    assert np.count_nonzero(np.any(outs[0] != 0, axis=1)) > 400  # one entry reaches nearly all


def test_noise_is_one_place_a_tree():
    assert Shape(1530).length * NOISE >= 2 * 1530
    assert Shape(1530).code().n_in == Shape(1530).length * NOISE
