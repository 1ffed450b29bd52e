"""The scheme that encrypts nothing adds as integers do, whatever the length of its key."""

import random

import numpy as np
import pytest

from benchmarks.clear import Clear, ClearKey
from kernel.core.errors import BadPayload
from kernel.crypto import paillier
from kernel.protocol.trees.fields import Fields

RANDOM = random.Random(5)
SHORT, LONG = Clear(ClearKey()), Clear(ClearKey(512, 2046))


def read(scheme, block):
    """The trees read packed numbers only."""
    return list(scheme.decrypt(scheme.pack(block, 1, 1)))


def numbers(count, bits):
    return [RANDOM.randrange(-(1 << bits), 1 << bits) for _ in range(count)]


@pytest.mark.parametrize(
    ("scheme", "bits"), [*((SHORT, bits) for bits in (1, 31, 32, 33, 92)), (LONG, 92), (LONG, 500), (LONG, 1980)]
)
def test_numbers_are_added_and_subtracted(scheme, bits):
    left, right = numbers(20, bits), [*numbers(18, bits), 0, -1]
    a, b = scheme.encrypt(left), scheme.encrypt(right)
    assert read(scheme, a) == left
    assert read(scheme, scheme.add(a, b)) == [x + y for x, y in zip(left, right, strict=True)]
    assert read(scheme, scheme.subtract(a, b)) == [x - y for x, y in zip(left, right, strict=True)]


@pytest.mark.parametrize("scheme", [SHORT, LONG])
def test_sums_by_bin_and_what_protocols_write_for_nothing(scheme):
    values = numbers(300, 92)
    bins = np.array([[RANDOM.randrange(-1, 4) for _ in range(3)] for _ in values])
    found = read(scheme, scheme.sums(scheme.encrypt(values), bins, 4))
    wanted = [sum(v for v, row in zip(values, bins, strict=True) if row[f] == b) for f in range(3) for b in range(4)]
    assert found == wanted
    nothing = np.zeros((1, scheme.key.cipher_bytes), np.uint8)
    nothing[:, -1] = 1
    nothing = paillier.Block(scheme.key, nothing)
    assert read(scheme, nothing) == [0]
    assert read(scheme, scheme.add(nothing, scheme.encrypt([-7]))) == [-7]


@pytest.mark.parametrize(
    ("scheme", "width", "count", "bits"),
    [(SHORT, 92, 1, 90), (SHORT, 46, 2, 44), (LONG, 92, 22, 90), (LONG, 46, 44, 44), (LONG, 92, 1, 90)],
)
def test_several_are_packed_in_one(scheme, width, count, bits):
    values = numbers(2 * count + 1, bits)
    sent = scheme.pack(scheme.encrypt(values), width, count)
    packed = scheme.decrypt(paillier.Block.loads(scheme.key, sent.dumps(), len(sent)))
    groups = [values[start : start + count] for start in range(0, len(values), count)]
    assert list(packed) == [sum(value << (width * slot) for slot, value in enumerate(group)) for group in groups]


@pytest.mark.parametrize(("scheme", "count"), [(SHORT, 1), (LONG, 20)])
@pytest.mark.parametrize("n_rows", [9, 100_000])
def test_what_trees_send_comes_back(scheme, count, n_rows):
    """A row's two words, their sums, several packed in one, and what is read of them."""
    fields = Fields(n_rows, 1, count * 2 * Fields(n_rows, 1, 2046).width)
    rng = np.random.default_rng(3)
    values = np.stack([rng.integers(-(1 << 30), 1 << 30, n_rows), rng.integers(0, 1 << 30, n_rows)], axis=1)
    groups = rng.integers(-1, 7, (n_rows, 2))
    found = scheme.sums(scheme.encrypt(fields.encode(values)), groups, 7)
    wanted = np.array([values[column == group].sum(axis=0) for column in groups.T for group in range(7)])
    packed = scheme.pack(found, fields.fields * fields.width, fields.count)
    assert np.array_equal(fields.decode(scheme.decrypt(packed), 14), wanted)
    parts = scheme.pack(scheme.running(found, [7, 7]), fields.fields * fields.width, fields.count)
    wanted[7:] += wanted[:7]
    assert np.array_equal(fields.decode(scheme.decrypt(parts), 14), wanted)


def test_keys_say_what_they_have_room_for():
    assert ClearKey.loads(LONG.key.dumps()) == LONG.key != SHORT.key
    with pytest.raises(BadPayload):
        ClearKey.loads(b"CLR1")
    with pytest.raises(ValueError, match="no room"):
        ClearKey(32, 200)
