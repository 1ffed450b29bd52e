"""Keys, and packed products with matrices, against phe and against plain arithmetic."""

import pickle

import numpy as np
import pytest
from gmpy2 import mpz
from hypothesis import given, settings
from hypothesis import strategies as st
from phe import paillier as phe

from kernel.core.errors import BadPayload
from kernel.crypto import paillier
from kernel.crypto.modular import arithmetic
from kernel.crypto.paillier import Block, PrivateKey, encrypt, products, reference
from kernel.crypto.paillier.encryption import blindings
from kernel.crypto.prg import Stream
from kernel.crypto.tests import toy

BITS = 1024
STREAM = Stream(b"t" * 32, "paillier")
KEY = paillier.generate(BITS, STREAM, testing_any_size=True)


def _signed(key: PrivateKey, value: int) -> int:
    n = int(key.public.n)
    return value - n if value > n // 2 else value


@given(st.lists(st.integers(-(2**200), 2**200), min_size=1, max_size=6))
@settings(max_examples=20)
def test_round_trip(values):
    by_owner, by_other = KEY.encrypt(values, STREAM), encrypt(KEY.public, values, STREAM)
    assert [_signed(KEY, v) for v in KEY.decrypt(by_owner)] == values
    assert [_signed(KEY, v) for v in KEY.decrypt(by_other)] == values
    assert len(set(by_owner.ints() + by_other.ints())) == 2 * len(values)


def test_phe_and_ours_read_each_other():
    _, theirs = phe.generate_paillier_keypair(n_length=BITS)
    p, q = mpz(theirs.p), mpz(theirs.q)
    ours = PrivateKey(p, q, paillier.PublicKey(p * q, pow(mpz(4), p * q, (p * q) ** 2)))
    oracle = reference.Reference(ours.public, theirs.p, theirs.q)
    values = [0, 1, 2**70, 12345, 6]
    assert ours.decrypt(oracle.encrypt(values)) == values
    assert oracle.decrypt(ours.encrypt(values, STREAM)) == values
    assert oracle.decrypt(encrypt(ours.public, values, STREAM)) == values


class CountingStream(Stream):
    """Remembers how long the asked exponents were."""

    asked = 0

    def bits(self, n_bits):
        self.asked = n_bits
        return super().bits(n_bits)


def test_what_answers_the_keys_owner_is_blinded_by_exponents_longer_than_the_groups_order():
    own, foreign = CountingStream(b"s" * 32, 1), CountingStream(b"s" * 32, 1)
    for data in (KEY.blindings(5, own), blindings(KEY.public, 5, foreign)):
        assert KEY.decrypt(Block(KEY.public, data)) == [0] * 5
    assert own.asked == KEY.public.bits // 2
    assert foreign.asked >= KEY.public.bits + 40


@pytest.mark.parametrize("path", toy.PATHS)
@pytest.mark.parametrize("first_row", [0, 4])
def test_scores_equal_the_reference(first_row, path, monkeypatch):
    monkeypatch.setenv(arithmetic.VARIABLE, path)
    rng = np.random.default_rng(1)
    block = rng.integers(-(2**23), 2**23, size=(7, 3))
    weights = [-(2**62), 5, 2**61]
    slots = products.Slots.of_rows(BITS, 90)
    encrypted = KEY.encrypt(weights, STREAM)
    packed = products.scores(block, products.shifted(encrypted, slots), slots, first_row)
    lead = first_row % slots.count
    offset = 1 << 95
    masks = KEY.encrypt([sum(offset << (slots.width * s) for s in range(slots.count))] * len(packed), STREAM)
    plain = KEY.decrypt(paillier.add(packed, masks))
    got = [value - offset for value in slots.unpack(plain, lead + 7)][lead:]
    want = [sum(int(x) * w for x, w in zip(row, weights, strict=True)) for row in block]
    assert got == want
    oracle = reference.Reference(KEY.public, int(KEY._p), int(KEY._q))
    assert oracle.decrypt(oracle.product(block.T, encrypted)) == want


@pytest.mark.parametrize("path", toy.PATHS)
def test_columns_equal_the_sum_over_two_blocks(path, monkeypatch):
    monkeypatch.setenv(arithmetic.VARIABLE, path)
    rng = np.random.default_rng(2)
    matrix = rng.integers(-(2**14), 2**14, size=(23, 4))
    matrix[:, 3] = rng.integers(-1, 2, size=23) * 4321  # few different values
    vector = [int(v) for v in rng.integers(0, 2**62, size=23)]
    slots = products.Slots.of_convolution(BITS, 62 + 15 + 5)
    assert slots.count > 2
    ciphertexts = KEY.encrypt(slots.pack(vector), STREAM)
    cut = 10
    head = products.columns(matrix[:cut], ciphertexts[: (cut - 1) // slots.count + 1], slots, 0)
    tail = products.columns(matrix[cut:], ciphertexts[cut // slots.count :], slots, cut)
    mask = 1 << slots.mask_bits
    total = paillier.add(products.assemble(KEY.public, head + tail, 4), KEY.encrypt([mask] * 4, STREAM))
    for column, masked in enumerate(KEY.decrypt(total)):
        got = slots.middle(masked) - slots.middle(mask)
        want = sum(int(x) * v for x, v in zip(matrix[:, column], vector, strict=True))
        half = 1 << (slots.width - 1)
        assert abs(((got - want + half) % (2 * half)) - half) <= 1


def test_keys_are_checked():
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
