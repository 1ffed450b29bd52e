"""The numbers of RSA-PSI, and what dishonest keys and numbers get."""

import numpy as np
import pytest
from gmpy2 import mpz, next_prime

from kernel.core.errors import BadPayload
from kernel.crypto.modular.arithmetic import VARIABLE, processor_suits
from kernel.crypto.prg import Stream
from kernel.protocol.psi.port import digests_of
from kernel.protocol.psi.rsa.blinding import Blinding
from kernel.protocol.psi.rsa.keys import EXPONENT, FaultySignature, SenderKey, check_key
from kernel.protocol.psi.rsa.numbers import as_bytes, check_units, hashed, tags, width

BITS = 1024
RNG = Stream(b"r" * 32, "rsa")
KEY = SenderKey.generate(BITS, RNG)
N = KEY.modulus
IDS = digests_of([f"id{n}" for n in range(30)], bytes(32))


def as_rows(data, count):
    return np.frombuffer(data, np.uint8).reshape(count, -1)


ROOTS = as_rows(KEY.proof("task-1"), 16)


def test_a_blind_signature_is_the_signature():
    hashes = hashed(N, "task-1", IDS)
    blinding = Blinding(N, hashes, RNG)
    answer = KEY.sign(as_rows(blinding.blinded(), len(IDS)))
    assert np.array_equal(blinding.unblind(answer), KEY.sign(hashes))
    powers = [pow(int.from_bytes(row.tobytes(), "big"), EXPONENT, N) for row in KEY.sign(hashes)]
    assert powers == [int.from_bytes(row.tobytes(), "big") for row in hashes]


@pytest.mark.skipif(not processor_suits(), reason="this processor has no AVX512-IFMA")
def test_both_paths_sign_alike(monkeypatch):
    made = []
    for path in ("portable", "wide"):
        monkeypatch.setenv(VARIABLE, path)
        made.append(KEY.sign(hashed(N, "task-1", IDS)))
    assert np.array_equal(*made)


def test_hashes_and_tags_are_bound_to_task_and_key():
    other = SenderKey.generate(BITS, RNG).modulus
    ways = [hashed(N, "task-1", IDS), hashed(N, "task-2", IDS), hashed(other, "task-1", IDS)]
    assert len({way.tobytes() for way in ways}) == len(ways)
    signatures = KEY.sign(ways[0])
    assert len({tags(n, task, signatures).tobytes() for n in (N, other) for task in ("task-1", "task-2")}) == 4


def test_an_honest_key_passes_for_its_task_only():
    check_key(N, "task-1", ROOTS, BITS)
    with pytest.raises(BadPayload, match="root"):
        check_key(N, "task-2", ROOTS, BITS)
    with pytest.raises(BadPayload, match="bits"):
        check_key(N, "task-1", ROOTS, 2048)
    with pytest.raises(BadPayload, match="root"):
        check_key(N, "task-1", ROOTS[::-1], BITS)


def test_keys_with_small_or_no_factors_are_refused():
    half = int(next_prime(mpz(1) << (BITS - 18)))
    while (65521 * half).bit_length() < BITS:
        half = int(next_prime(half * 2))
    with pytest.raises(BadPayload, match="small prime"):
        check_key(65521 * half, "t", ROOTS, (65521 * half).bit_length())
    prime = int(next_prime(mpz(1) << (BITS - 1)))
    with pytest.raises(BadPayload, match="prime"):
        check_key(prime, "t", ROOTS, BITS)


def test_numbers_that_are_no_units_are_refused():
    p = int.from_bytes(KEY.dumps()[: width(N)], "big")
    for bad in (0, N, N + 1, p, 3 * p):
        with pytest.raises(BadPayload):
            check_units(N, as_rows(as_bytes(2, N) + as_bytes(bad, N), 2))


def test_wrong_signatures_do_not_pass():
    blinding = Blinding(N, hashed(N, "task-1", IDS[:2]), RNG)
    signed = KEY.sign(as_rows(blinding.blinded(), 2))
    with pytest.raises(BadPayload, match="verify"):
        blinding.unblind(signed[::-1])


def test_a_fault_never_leaves():
    broken = SenderKey.loads(KEY.dumps())
    broken._exponents = (broken._exponents[0] + 2, broken._exponents[1])
    with pytest.raises(FaultySignature):
        broken.sign(hashed(N, "task-1", IDS[:1]))
