"""The scheme that encrypts nothing adds as integers do."""

import functools
import random

import numpy as np
import pytest

from benchmarks.clear import Clear
from kernel.crypto import paillier
from kernel.crypto.prg import Stream

RANDOM = random.Random(5)


@functools.cache
def scheme():
    return Clear(paillier.generate(2048, Stream(b"c" * 32, "toy")).public)


def read(block):
    """The trees read packed numbers only."""
    return scheme().decrypt(scheme().pack(block, 1, 1))


def numbers(count, bits):
    return [RANDOM.randrange(-(1 << bits), 1 << bits) for _ in range(count)]


@pytest.mark.parametrize("bits", [1, 31, 32, 33, 92, 500, 1980])
def test_numbers_are_added_and_subtracted(bits):
    left, right = numbers(20, bits), [*numbers(18, bits), 0, -1]
    a, b = scheme().encrypt(left), scheme().encrypt(right)
    assert read(a) == left
    assert read(scheme().add(a, b)) == [x + y for x, y in zip(left, right, strict=True)]
    assert read(scheme().subtract(a, b)) == [x - y for x, y in zip(left, right, strict=True)]


def test_sums_by_bin_and_what_protocols_write_for_nothing():
    values = numbers(300, 92)
    bins = np.array([[RANDOM.randrange(-1, 4) for _ in range(3)] for _ in values])
    found = read(scheme().sums(scheme().encrypt(values), bins, 4))
    wanted = [sum(v for v, row in zip(values, bins, strict=True) if row[f] == b) for f in range(3) for b in range(4)]
    assert found == wanted
    nothing = np.zeros((1, scheme().key.cipher_bytes), np.uint8)
    nothing[:, -1] = 1
    assert read(paillier.Block(scheme().key, nothing)) == [0]


@pytest.mark.parametrize(("width", "count", "bits"), [(92, 22, 90), (46, 44, 44), (92, 1, 90), (68, 30, 66)])
def test_several_are_packed_in_one(width, count, bits):
    values = numbers(2 * count + 1, bits)
    sent = scheme().pack(scheme().encrypt(values), width, count)
    packed = scheme().decrypt(paillier.Block.loads(scheme().key, sent.dumps(), len(sent)))
    groups = [values[start : start + count] for start in range(0, len(values), count)]
    assert packed == [sum(value << (width * slot) for slot, value in enumerate(group)) for group in groups]


def test_a_key_that_is_too_short_is_refused():
    toy = paillier.generate(512, Stream(b"c" * 32, "toy"), testing_any_size=True)
    with pytest.raises(ValueError, match="no room"):
        Clear(toy.public)
