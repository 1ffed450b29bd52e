"""Okamoto–Uchiyama: known answers by the scheme's own definition, its keys on the wire, and its one danger."""

import pickle

import gmpy2
import pytest

from kernel.core.errors import BadPayload, OutOfRange
from kernel.crypto import ou
from kernel.crypto.ou.scheme import OkamotoUchiyama, OwnOkamotoUchiyama
from kernel.crypto.paillier import Block
from kernel.crypto.prg import Stream
from kernel.crypto.tests import toy

PUBLIC = toy.OU.public
VALUES = [0, 1, -1, 12345, -(2**PUBLIC.plain_bits) + 1]


def _stream(name="ou"):
    return Stream(b"s" * 32, name)


@pytest.mark.parametrize("path", toy.PATHS)
def test_both_sides_encrypt_as_the_paper_says(path, monkeypatch):
    monkeypatch.setenv("HANSE_MODULAR_PATH", path)
    stream, n = _stream(), PUBLIC.n
    want = [
        int(gmpy2.powmod(PUBLIC.g, m, n) * gmpy2.powmod(PUBLIC.h, stream.bits(PUBLIC.bits + 40), n) % n) for m in VALUES
    ]
    assert toy.OU.encrypt(VALUES, _stream()).ints() == want
    assert ou.encrypt(PUBLIC, VALUES, _stream()).ints() == want
    assert toy.OU.decrypt(Block.of(PUBLIC, want)) == VALUES


def test_a_foreign_key_serves_the_port_too():
    scheme = OkamotoUchiyama(PUBLIC, _stream())
    assert toy.OU.decrypt(scheme.rerandomise(scheme.encrypt(VALUES))) == VALUES


def test_the_blindings_of_both_sides_are_zeros():
    for scheme in (OkamotoUchiyama(PUBLIC, _stream()), OwnOkamotoUchiyama(toy.OU, _stream())):
        assert toy.OU.decrypt(scheme.rerandomise(Block.of(PUBLIC, [1, 1]))) == [0, 0]


def test_whoever_asks_for_p_gets_nothing():
    """A plaintext a little beyond p would come back less p; it is refused before anybody sees it."""
    for bits in (PUBLIC.plain_bits + 1, PUBLIC.bits // 3 + 1, PUBLIC.bits - 2):
        block = Block.of(PUBLIC, [gmpy2.powmod(PUBLIC.g, 3**400 % 2**bits | 1 << (bits - 1), PUBLIC.n)])
        with pytest.raises(OutOfRange) as refused:
            toy.OU.decrypt(block)
        assert not any(character.isdigit() for character in refused.value.detail)


def test_the_private_key_stays():
    with pytest.raises(TypeError, match="does not leave"):
        pickle.dumps(toy.OU)


def test_public_keys_travel():
    data = PUBLIC.dumps()
    assert ou.PublicKey.loads(data, bits=1536) == PUBLIC
    broken = [b"", data[:-1], data + b"0", b"HPK1" + data[4:], data[:8] + b"\0" * (len(data) - 8)]
    even = int(PUBLIC.n - 1).to_bytes(192, "big")
    broken += [data[:8] + even + data[200:], data[:200] + b"\xff" * 192 + data[392:]]
    # n - 1 has order two: blinded by its powers, an answer would be blinded by a sign.
    broken.append(data[:-192] + int(PUBLIC.n - 1).to_bytes(192, "big"))
    for wrong in broken:
        with pytest.raises(BadPayload):
            ou.PublicKey.loads(wrong, bits=1536)
    with pytest.raises(BadPayload):
        ou.PublicKey.loads(data, bits=2048)


@pytest.mark.parametrize("bits", [1024, 1536, 2047])
def test_only_long_keys_are_made(bits):
    with pytest.raises(ValueError, match="2048 or 3072"):
        ou.generate(bits, _stream())


def test_a_key_of_2048_bits_is_one():
    key = ou.generate(2048, _stream("key"))
    assert (key.public.bits, key.public.plain_bits, key.public.cipher_bytes) == (2048, 618, 256)
    assert key.decrypt(ou.encrypt(key.public, VALUES[:4], _stream())) == VALUES[:4]
