"""RSA blind-signature PSI (De Cristofaro and Tsudik 2010, §4.2, with full-domain hash): the mathematics of both sides.

Sender: makes a key for the task (`SenderKey.generate`), proves that it is well formed (`SenderKey.proof`), signs
blinded numbers (`SenderKey.sign`), and publishes `tags` of its own signatures in sorted order. Receiver: checks the
key (`check_key`), hashes its ids into the units of Z_n (`hash_to_units`), blinds (`Blinding`), unblinds what comes
back, and compares tags.

Semi-honest; a malicious sender cannot use a key under which x → x^e loses elements (the proof), and a fault during a
CRT signature never leaves the house (every result is checked before it is returned). One-more-RSA in the
random-oracle model.
"""

import hashlib
from collections.abc import Iterable, Sequence

import gmpy2
from gmpy2 import mpz

from kernel.core.context import Rng
from kernel.core.errors import BadPayload

EXPONENT = 65537
KEY_BITS = (2048, 3072)
TAG_BYTES = 16
N_ROOTS = 16  # each catches a key with gcd(e, φ) > 1 except with probability 1/e
_SECURITY_BYTES = 16  # extra bytes of the hash, so that its reduction modulo n is uniform
_ROUNDS = 40
_MIN_PRIME_DISTANCE_BITS = 100


class FaultySignature(BadPayload):
    """A signature failed its own check."""

    code = "HAN-4030"
    title = "A computed signature was wrong and was not sent"
    hint = "Run the task again. If it happens again, the machine's memory or processor is faulty."


def full_domain_hash(modulus: int, domain: bytes, *parts: bytes) -> int:
    """Hash length-prefixed parts to a unit of Z_n: SHAKE-256, 128 bits longer than n, reduced; again on a non-unit."""
    size = (modulus.bit_length() + 7) // 8 + _SECURITY_BYTES
    prefix = b"".join(len(part).to_bytes(4, "big") + part for part in (domain, *parts))
    counter = 0
    while True:
        digest = hashlib.shake_256(prefix + counter.to_bytes(4, "big")).digest(size)
        value = int.from_bytes(digest, "big") % modulus
        if gmpy2.gcd(value, modulus) == 1:
            return value
        counter += 1


def hash_to_units(modulus: int, salt: bytes, ids: Iterable[str]) -> list[mpz]:
    """Full-domain hashes of ids, bound to the task by its salt and to the key by its modulus."""
    key = _bytes(modulus, modulus)
    return [mpz(full_domain_hash(modulus, b"hanse-fusion-id-v1", salt, key, text.encode())) for text in ids]


def tags(modulus: int, salt: bytes, signatures: Iterable[int]) -> list[bytes]:
    """16-byte tags of signatures, salted per task."""
    return [
        hashlib.blake2b(
            _bytes(signature, modulus), key=salt[:32], digest_size=TAG_BYTES, person=b"hanse-psi-tag-v1"
        ).digest()
        for signature in signatures
    ]


def dump_numbers(modulus: int, values: Iterable[int]) -> bytes:
    """Concatenate numbers of the modulus' length, big-endian."""
    return b"".join(_bytes(value, modulus) for value in values)


def load_units(modulus: int, data: bytes) -> list[mpz]:
    """Read concatenated numbers.

    Raises
    ------
    BadPayload
        Not a multiple of the modulus' length, or a number that is no unit of Z_n.
    """
    size = (modulus.bit_length() + 7) // 8
    if len(data) % size:
        raise BadPayload(f"{len(data)} bytes are no list of {size}-byte numbers")
    values = [mpz(int.from_bytes(data[start : start + size], "big")) for start in range(0, len(data), size)]
    product = mpz(1)
    for value in values:
        if not 0 < value < modulus:
            raise BadPayload("a number out of range")
        product = product * value % modulus
    if gmpy2.gcd(product, modulus) != 1:
        raise BadPayload("a number that is no unit")
    return values


class SenderKey:
    """An RSA key of one task; it has no serialisation besides `primes`, which its owner may keep encrypted."""

    def __init__(self, p: int, q: int) -> None:
        self._p, self._q = mpz(p), mpz(q)
        self.modulus = int(self._p * self._q)
        self._d_p = gmpy2.invert(EXPONENT, self._p - 1)
        self._d_q = gmpy2.invert(EXPONENT, self._q - 1)
        self._q_inverse = gmpy2.invert(self._q, self._p)

    @classmethod
    def generate(cls, bits: int, rng: Rng, *, testing_any_size: bool = False) -> "SenderKey":
        """Make a fresh key of 2048 or 3072 bits; `testing_any_size` allows toy keys and is for tests."""
        if bits not in KEY_BITS and not testing_any_size:
            raise ValueError("RSA keys have 2048 or 3072 bits")
        while True:
            p, q = _prime(bits // 2, rng), _prime(bits // 2, rng)
            if abs(p - q).bit_length() > bits // 2 - _MIN_PRIME_DISTANCE_BITS and (p * q).bit_length() == bits:
                return cls(int(p), int(q))

    @property
    def primes(self) -> tuple[int, int]:
        """The secret factors, to be kept (encrypted) so that a task survives a restart."""
        return int(self._p), int(self._q)

    def sign(self, values: Sequence[int]) -> list[mpz]:
        """Return e-th roots of units, each checked against the public exponent before it is returned.

        Raises
        ------
        FaultySignature
            A check failed: releasing such a value would reveal the factors (Boneh, DeMillo and Lipton 1997).
        """
        n = mpz(self.modulus)
        left = gmpy2.powmod_base_list([value % self._p for value in values], self._d_p, self._p)
        right = gmpy2.powmod_base_list([value % self._q for value in values], self._d_q, self._q)
        roots = [b + self._q * ((a - b) * self._q_inverse % self._p) for a, b in zip(left, right, strict=True)]
        again = gmpy2.powmod_base_list(roots, EXPONENT, n)
        if any(value % n != check for value, check in zip(values, again, strict=True)):
            raise FaultySignature("a CRT signature did not verify")
        return roots

    def proof(self, task: str) -> list[bytes]:
        """Roots that show, to who checks them with `check_key`, that x → x^e is a permutation."""
        return [_bytes(int(root), self.modulus) for root in self.sign(_challenges(self.modulus, task))]


def check_key(modulus: int, exponent: int, task: str, roots: Sequence[bytes], bits: int) -> None:
    """Check a sender's key: length, exponent, no prime factor up to e, and e-th roots of hashes bound to the task.

    Raises
    ------
    BadPayload
        With the check that failed.
    """
    if modulus.bit_length() != bits or modulus % 2 == 0:
        raise BadPayload(f"the modulus has not {bits} bits or is even")
    if exponent != EXPONENT:
        raise BadPayload(f"the exponent is {exponent}, not {EXPONENT}")
    if gmpy2.gcd(modulus, gmpy2.primorial(EXPONENT)) != 1:
        raise BadPayload("the modulus has a small prime factor")
    if gmpy2.is_prime(modulus):
        raise BadPayload("the modulus is prime")
    if len(roots) != N_ROOTS:
        raise BadPayload(f"{len(roots)} roots where {N_ROOTS} are needed")
    values = load_units(modulus, b"".join(roots))
    size = (modulus.bit_length() + 7) // 8
    if any(len(root) != size for root in roots):
        raise BadPayload("a root of the wrong length")
    powers = gmpy2.powmod_base_list(values, EXPONENT, mpz(modulus))
    if list(powers) != _challenges(modulus, task):
        raise BadPayload("the key is not well formed: a root does not verify")


class Blinding:
    """The receiver's secret factors for one batch of hashes.

    Parameters
    ----------
    modulus
        A checked key.
    hashes
        From `hash_to_units`.
    rng
        Fresh factors for every batch; never use an instance twice.
    """

    def __init__(self, modulus: int, hashes: Sequence[int], rng: Rng) -> None:
        self._modulus = mpz(modulus)
        self._hashes = [mpz(value) for value in hashes]
        self._factors = [_unit(modulus, rng) for _ in hashes]

    def blinded(self) -> list[mpz]:
        """H(x)·r^e."""
        powers = gmpy2.powmod_base_list(self._factors, EXPONENT, self._modulus)
        return [value * power % self._modulus for value, power in zip(self._hashes, powers, strict=True)]

    def unblind(self, signed: Sequence[int]) -> list[mpz]:
        """Divide the factors out and verify each signature against its hash.

        Raises
        ------
        BadPayload
            Another number of signatures, or one that does not verify.
        """
        if len(signed) != len(self._hashes):
            raise BadPayload(f"{len(signed)} signatures for {len(self._hashes)} numbers")
        n = self._modulus
        inverses = _invert_all(self._factors, n)
        signatures = [value * inverse % n for value, inverse in zip(signed, inverses, strict=True)]
        if list(gmpy2.powmod_base_list(signatures, EXPONENT, n)) != self._hashes:
            raise BadPayload("a signature does not verify")
        return signatures


def _challenges(modulus: int, task: str) -> list[mpz]:
    """FDH("hanse-fusion-key-v1" ‖ task ‖ n ‖ i)."""
    n = _bytes(modulus, modulus)
    return [
        mpz(full_domain_hash(modulus, b"hanse-fusion-key-v1", task.encode(), n, index.to_bytes(4, "big")))
        for index in range(N_ROOTS)
    ]


def _bytes(value: int, modulus: int) -> bytes:
    return int(value).to_bytes((modulus.bit_length() + 7) // 8, "big")


def _unit(modulus: int, rng: Rng) -> mpz:
    while True:
        value = mpz(rng.below(modulus))
        if value > 1 and gmpy2.gcd(value, modulus) == 1:
            return value


def _prime(bits: int, rng: Rng) -> mpz:
    while True:
        candidate = mpz(int.from_bytes(rng.token(bits // 8), "big") | 3 << (bits - 2) | 1)
        if gmpy2.is_prime(candidate, _ROUNDS) and gmpy2.gcd(candidate - 1, EXPONENT) == 1:
            return candidate


def _invert_all(values: Sequence[mpz], modulus: mpz) -> list[mpz]:
    """Invert many units with a single inversion (Montgomery's trick)."""
    prefix = [mpz(1)]
    for value in values:
        prefix.append(prefix[-1] * value % modulus)
    inverse = gmpy2.invert(prefix[-1], modulus)
    out = [mpz(0)] * len(values)
    for index in range(len(values) - 1, -1, -1):
        out[index] = inverse * prefix[index] % modulus
        inverse = inverse * values[index] % modulus
    return out
