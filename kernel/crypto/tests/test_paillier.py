"""The fast Paillier against phe and against plain arithmetic."""

import pickle

import numpy as np
import pytest
from gmpy2 import mpz
from hypothesis import given, settings
from hypothesis import strategies as st

from kernel.core.errors import BadPayload
from kernel.crypto import paillier
from kernel.crypto.paillier import products, reference
from kernel.crypto.paillier.fast import PrivateKey
from kernel.crypto.prg import Stream

BITS = 1024
STREAM = Stream(b"t" * 32, "paillier")
KEY = paillier.generate(BITS, STREAM, testing_any_size=True)


def _signed(key: PrivateKey, value: int) -> int:
    n = int(key.public.n)
    return value - n if value > n // 2 else value


@given(st.lists(st.integers(-(2**200), 2**200), min_size=1, max_size=4))
@settings(max_examples=20, deadline=None)
def test_round_trip(values):
    by_owner = [KEY.encrypt(value, STREAM) for value in values]
    by_other = [KEY.public.encrypt(value, STREAM) for value in values]
    assert [_signed(KEY, v) for v in KEY.decrypt(by_owner)] == values
    assert [_signed(KEY, v) for v in KEY.decrypt(by_other)] == values
    assert len(set(by_owner + by_other)) == 2 * len(values)


def test_phe_and_fast_read_each_other():
    theirs = reference.ReferenceKey(BITS)
    p, q = map(mpz, theirs.primes())
    public = paillier.PublicKey(p * q, pow(mpz(4), p * q, (p * q) ** 2))
    ours = PrivateKey(p, q, public)
    values = [0, 1, 2**70, 12345]
    assert ours.decrypt(theirs.encrypt(values)) == values
    assert theirs.decrypt([ours.encrypt(v, STREAM) for v in values]) == values
    assert theirs.decrypt([public.encrypt(v, STREAM) for v in values]) == values


class CountingStream(Stream):
    """Remembers how long the asked exponents were."""

    asked = 0

    def bits(self, n_bits):
        self.asked = n_bits
        return super().bits(n_bits)


def test_what_answers_the_keys_owner_is_blinded_by_exponents_longer_than_the_groups_order():
    own, foreign = CountingStream(b"s" * 32, 1), CountingStream(b"s" * 32, 1)
    assert KEY.decrypt([KEY.blinding(own), KEY.public.blinding(foreign)]) == [0, 0]
    assert own.asked == KEY.public.bits // 2
    assert foreign.asked >= KEY.public.bits + 40


@pytest.mark.parametrize("first_row", [0, 4])
def test_scores_equal_the_reference(first_row):
    rng = np.random.default_rng(1)
    block = rng.integers(-(2**23), 2**23, size=(7, 3))
    weights = [-(2**62), 5, 2**61]
    slots = products.Slots.of_rows(BITS, 90)
    bases = products.shifted(KEY.public, [KEY.encrypt(w, STREAM) for w in weights], slots)
    packed = products.scores(KEY.public, block, bases, slots, first_row)
    lead = first_row % slots.count
    offset = 1 << 95
    plain = KEY.decrypt(
        [c * KEY.encrypt(sum(offset << (slots.width * s) for s in range(slots.count)), STREAM) for c in packed]
    )
    got = [value - offset for value in slots.unpack(plain, lead + 7)][lead:]
    want = [sum(int(x) * w for x, w in zip(row, weights, strict=True)) for row in block]
    assert got == want
    phe = reference.product(KEY.public, block.tolist(), [KEY.encrypt(w, STREAM) for w in weights])
    assert [_signed(KEY, value) for value in KEY.decrypt(phe)] == want


def test_columns_equal_the_sum_over_two_blocks():
    rng = np.random.default_rng(2)
    matrix = rng.integers(-(2**14), 2**14, size=(23, 4))
    matrix[:, 3] = rng.integers(-1, 2, size=23) * 4321  # few different values
    vector = [int(v) for v in rng.integers(0, 2**62, size=23)]
    slots = products.Slots.of_convolution(BITS, 62 + 15 + 5)
    assert slots.count > 2
    ciphertexts = [KEY.encrypt(v, STREAM) for v in slots.pack(vector)]
    cut = 10
    head = products.columns(KEY.public, matrix[:cut], ciphertexts[: (cut - 1) // slots.count + 1], slots, 0)
    tail = products.columns(KEY.public, matrix[cut:], ciphertexts[cut // slots.count :], slots, cut)
    mask = 1 << slots.mask_bits
    for column in range(4):
        total = products.assemble(KEY.public, head[column] + tail[column]) * KEY.encrypt(mask, STREAM) % KEY.public.n2
        masked = KEY.decrypt([total])[0]
        got = slots.middle(masked) - slots.middle(mask)
        want = sum(int(x) * v for x, v in zip(matrix[:, column], vector, strict=True))
        half = 1 << (slots.width - 1)
        assert abs(((got - want + half) % (2 * half)) - half) <= 1


def test_blocks_are_checked():
    data = paillier.dumps(KEY.public, [KEY.encrypt(1, STREAM)] * 2)
    assert len(paillier.loads(KEY.public, data, 2)) == 2
    for bad in (data[:-1], b"x" * 8 + data[8:], data[:8] + bytes(len(data) - 8), data[:8] + b"\xff" * (len(data) - 8)):
        with pytest.raises(BadPayload):
            paillier.loads(KEY.public, bad, 2)
    key = KEY.public.dumps()
    assert paillier.PublicKey.loads(key, bits=BITS) == KEY.public
    for bad in (key[:-1], key[:8] + bytes(len(key) - 8), b"" + key[1:]):
        with pytest.raises(BadPayload):
            paillier.PublicKey.loads(bad, bits=BITS)


def test_private_keys_stay_at_home():
    with pytest.raises(TypeError):
        pickle.dumps(KEY)


def test_toy_keys_need_the_tests_argument():
    with pytest.raises(ValueError, match="2048"):
        paillier.generate(1024, STREAM)
