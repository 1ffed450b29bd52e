"""Products in GF(2^128), on both ways to make them; AES on arrays against one block at a time."""

import numpy as np
import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hypothesis import given
from hypothesis import strategies as st

from kernel.crypto import kernels
from kernel.crypto.aes import Permutation, public_key
from kernel.crypto.kernels import NoCompiler, loaded
from kernel.crypto.ot.extension import combined, doubled

elements = st.integers(0, (1 << 128) - 1)
MASK = (1 << 64) - 1


def words(*values):
    return np.array([[value & MASK, value >> 64] for value in values], np.uint64)


def numbers(array):
    return [int(low) | int(high) << 64 for low, high in array.reshape(-1, 2)]


def product(a, b):
    """Shift and add, then reduce: the definition."""
    whole = 0
    for place in range(128):
        whole ^= a << place if b >> place & 1 else 0
    for place in range(254, 127, -1):
        whole ^= (1 << 128 | 0x87) << (place - 128) if whole >> place & 1 else 0
    return whole


@given(elements, elements)
def test_products_are_those_of_the_definition(a, b):
    low, high = loaded().field.product(*words(a)[0], *words(b)[0])
    assert int(low) | int(high) << 64 == product(a, b)


@given(st.integers(0, MASK), st.integers(0, MASK))
def test_both_carryless_multiplications_agree(a, b):
    low, high = loaded().field.by_integers(np.uint64(a), np.uint64(b))
    whole = 0
    for place in range(64):
        whole ^= a << place if b >> place & 1 else 0
    assert int(low) | int(high) << 64 == whole


@given(st.lists(elements, min_size=3, max_size=3), elements)
def test_multiples_are_added(values, factor):
    out = words(7, 8, 9)
    loaded().field.add_multiples(out, words(*values), words(factor)[0])
    assert numbers(out) == [start ^ product(value, factor) for start, value in zip((7, 8, 9), values, strict=True)]


@given(elements)
def test_doubling_multiplies_by_x(a):
    assert numbers(doubled(words(a))) == [product(a, 2)]


def test_horner_adds_powers_of_x():
    rows = words(*range(1, 257)).reshape(2, 128, 2)
    expected = [0, 0]
    for which in range(2):
        for place in range(128):
            expected[which] ^= product(1 + 128 * which + place, 1 << place)
    assert numbers(combined(rows)) == expected


def test_blocks_are_permuted_as_aes_does():
    key, blocks = public_key("test", 1), words(*range(5), 1 << 127)
    one = Cipher(algorithms.AES(key), modes.ECB()).encryptor()  # noqa: S305
    expected = b"".join(one.update(row.tobytes()) for row in blocks)
    assert Permutation(key).of(blocks).tobytes() == expected
    assert Permutation(key).hashed(blocks[::-1]).tobytes() == (Permutation(key).of(blocks) ^ blocks)[::-1].tobytes()
    assert public_key("a", "bc") != public_key("ab", "c")


def test_a_machine_without_a_compiler_is_named(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "kernel.crypto.kernels.field", None)
    monkeypatch.delattr(kernels, "field")
    loaded.cache_clear()
    try:
        with pytest.raises(NoCompiler, match="field"):
            loaded()
    finally:
        monkeypatch.undo()
        loaded.cache_clear()


def test_wrong_products_are_never_used(monkeypatch):
    monkeypatch.setattr(loaded().field, "product", lambda *_: (np.uint64(1), np.uint64(2)))
    loaded.cache_clear()
    with pytest.raises(NoCompiler, match="wrong"):
        loaded()
    monkeypatch.undo()
    loaded.cache_clear()
    assert loaded().field.tried()
