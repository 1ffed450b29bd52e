"""Blocks of ciphertexts on the wire."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernel.core.errors import BadPayload
from kernel.crypto.paillier import HEADER_BYTES, Block, PublicKey
from kernel.crypto.tests import toy

KEY = toy.PUBLIC
SIZE = KEY.cipher_bytes
GOOD = Block.of(KEY, [1, 2, int(KEY.modulus) - 1])


def _with(*numbers):
    return Block(KEY, np.concatenate([GOOD.data, Block.of(KEY, numbers).data])).dumps()


def test_the_form_is_fixed():
    data = GOOD.dumps()
    assert data[:4] == b"HCB1"
    assert data[4:12] == KEY.fingerprint
    assert data[12:16] == bytes([0, 0, 0, 3])
    assert data[16:] == b"".join(value.to_bytes(SIZE, "big") for value in (1, 2, int(KEY.modulus) - 1))
    assert Block.loads(KEY, data) == Block.loads(KEY, data, 3) == GOOD
    assert Block.loads(KEY, GOOD[:0].dumps(), 0) == GOOD[:0]


@pytest.mark.parametrize("number", [int(KEY.modulus), int(KEY.modulus) + 1, 2 ** (8 * SIZE) - 1])
def test_numbers_out_of_range_are_refused(number):
    with pytest.raises(BadPayload, match="out of range"):
        Block.loads(KEY, _with(number))


@pytest.mark.parametrize("number", [0, int(toy.P), int(toy.Q) * 5, int(toy.N)])
def test_numbers_that_are_no_units_are_refused(number):
    with pytest.raises(BadPayload, match="unit"):
        Block.loads(KEY, _with(number))


def test_another_key_version_or_length_is_refused():
    data, other = GOOD.dumps(), PublicKey(KEY.n, KEY.base + 1)
    for key, bad, count in (
        (other, data, None),
        (KEY, b"HCB2" + data[4:], None),
        (KEY, data[:-1], None),
        (KEY, data + b"\0", None),
        (KEY, data, 2),
        (KEY, data[:12] + bytes([255] * 4) + data[16:], None),
        (KEY, data[:14], None),
        (KEY, b"", None),
    ):
        with pytest.raises(BadPayload):
            Block.loads(key, bad, count)


@given(st.binary(max_size=HEADER_BYTES + 3 * SIZE) | st.binary(max_size=3 * SIZE).map(lambda b: GOOD.dumps()[:16] + b))
@settings(max_examples=300)
def test_whatever_arrives_is_a_block_or_refused(data):
    try:
        block = Block.loads(KEY, data)
    except BadPayload:
        return
    assert block.dumps() == data
    assert all(0 < value < KEY.modulus for value in block.ints())


@given(st.integers(0, len(GOOD.dumps()) - 1), st.integers(1, 255))
@settings(max_examples=300)
def test_one_changed_byte_never_gives_the_same_block(place, flip):
    data = bytearray(GOOD.dumps())
    data[place] ^= flip
    try:
        block = Block.loads(KEY, bytes(data))
    except BadPayload:
        return
    assert place >= HEADER_BYTES
    assert block != GOOD
