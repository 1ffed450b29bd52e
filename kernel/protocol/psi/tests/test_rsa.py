"""RSA blind-signature PSI: both sides, and what dishonest keys and numbers get."""

import pytest
from gmpy2 import mpz, next_prime

from kernel.core.errors import BadPayload
from kernel.crypto.prg import Stream
from kernel.protocol.psi import rsa

BITS = 1024
RNG = Stream(b"r" * 32, "rsa")
KEY = rsa.SenderKey.generate(BITS, RNG, testing_any_size=True)
SALT = bytes(range(32))


def _tags_of_receiver(ids):
    hashes = rsa.hash_to_units(KEY.modulus, SALT, ids)
    blinding = rsa.Blinding(KEY.modulus, hashes, RNG)
    sent = rsa.dump_numbers(KEY.modulus, blinding.blinded())
    answer = rsa.dump_numbers(KEY.modulus, KEY.sign(rsa.load_units(KEY.modulus, sent)))
    return rsa.tags(KEY.modulus, SALT, blinding.unblind(rsa.load_units(KEY.modulus, answer)))


def test_both_sides_find_the_intersection():
    mine, theirs = [f"id{i}" for i in range(30)], [f"id{i}" for i in range(20, 60)]
    sender = set(rsa.tags(KEY.modulus, SALT, KEY.sign(rsa.hash_to_units(KEY.modulus, SALT, theirs))))
    found = {id_ for id_, tag in zip(mine, _tags_of_receiver(mine), strict=True) if tag in sender}
    assert found == set(mine) & set(theirs)
    assert all(len(tag) == rsa.TAG_BYTES for tag in sender)


def test_tags_are_salted():
    signatures = KEY.sign(rsa.hash_to_units(KEY.modulus, SALT, ["a"]))
    assert rsa.tags(KEY.modulus, SALT, signatures) != rsa.tags(KEY.modulus, bytes(32), signatures)


def test_an_honest_key_passes_for_its_task_only():
    roots = KEY.proof("task-1")
    rsa.check_key(KEY.modulus, rsa.EXPONENT, "task-1", roots, BITS)
    with pytest.raises(BadPayload, match="root"):
        rsa.check_key(KEY.modulus, rsa.EXPONENT, "task-2", roots, BITS)
    with pytest.raises(BadPayload, match="exponent"):
        rsa.check_key(KEY.modulus, 3, "task-1", roots, BITS)
    with pytest.raises(BadPayload, match="roots"):
        rsa.check_key(KEY.modulus, rsa.EXPONENT, "task-1", roots[:-1], BITS)
    with pytest.raises(BadPayload, match="bits"):
        rsa.check_key(KEY.modulus, rsa.EXPONENT, "task-1", roots, 2048)


def test_keys_with_small_or_no_factors_are_refused():
    half = int(next_prime(mpz(1) << (BITS - 18)))
    while (65521 * half).bit_length() < BITS:
        half = int(next_prime(half * 2))
    with pytest.raises(BadPayload, match="small prime"):
        rsa.check_key(65521 * half, rsa.EXPONENT, "t", [], (65521 * half).bit_length())
    prime = int(next_prime(mpz(1) << (BITS - 1)))
    with pytest.raises(BadPayload, match="prime"):
        rsa.check_key(prime, rsa.EXPONENT, "t", [], BITS)


@pytest.mark.parametrize("bad", [b"", b"\0"])
def test_numbers_that_are_no_units_are_refused(bad):
    size = BITS // 8
    p, _ = KEY.primes
    for data in (bytes(size), KEY.modulus.to_bytes(size, "big"), p.to_bytes(size, "big"), b"\1" * (size - 1)):
        with pytest.raises(BadPayload):
            rsa.load_units(KEY.modulus, data + bad * size if bad else data)


def test_wrong_signatures_do_not_pass():
    blinding = rsa.Blinding(KEY.modulus, rsa.hash_to_units(KEY.modulus, SALT, ["a", "b"]), RNG)
    signed = KEY.sign(blinding.blinded())
    with pytest.raises(BadPayload):
        blinding.unblind([signed[1], signed[0]])
    with pytest.raises(BadPayload):
        blinding.unblind(signed[:1])


def test_a_fault_never_leaves():
    broken = rsa.SenderKey(*KEY.primes)
    broken._d_p += 2
    with pytest.raises(rsa.FaultySignature):
        broken.sign(rsa.hash_to_units(KEY.modulus, SALT, ["a"]))
