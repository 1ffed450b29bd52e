"""The sender's key of one alignment, and how the receiver sees that it is well formed."""

import gmpy2
import numpy as np
from gmpy2 import mpz

from kernel.core.context import Rng
from kernel.core.errors import BadPayload, ComponentFailure
from kernel.crypto.modular.arithmetic import Arithmetic, Bytes, arithmetic, chosen, make
from kernel.protocol.psi.rsa.numbers import as_bytes, check_units, full_domain, width

EXPONENT = 65537
KEY_BITS = (2048, 3072)
N_ROOTS = 16  # each catches a key with gcd(e, φ) > 1 except with probability 1/e
_ROUNDS = 40
_MIN_PRIME_DISTANCE_BITS = 100


class FaultySignature(ComponentFailure):
    """A signature of our own failed its check: no partner's fault."""

    code = "HAN-4030"
    title = "A computed signature was wrong and was not sent"
    hint = "Run the task again. If it happens again, the machine's memory or processor is faulty."


class SenderKey:
    """An RSA key; it has no serialisation besides `dumps`, which its owner keeps in the vault."""

    def __init__(self, p: int, q: int) -> None:
        self._p, self._q = mpz(p), mpz(q)
        self.modulus = int(self._p * self._q)
        self._exponents = tuple(int(gmpy2.invert(EXPONENT, prime - 1)) for prime in (self._p, self._q))
        # One modulo the one prime and zero modulo the other, so that the two halves have only to be added.
        self._lifts = (
            int(self._q * gmpy2.invert(self._q, self._p)),
            int(self._p * gmpy2.invert(self._p, self._q)),
        )
        self._halves: dict[str, tuple[Arithmetic, Arithmetic]] = {}

    @classmethod
    def generate(cls, bits: int, rng: Rng) -> "SenderKey":
        """Make a fresh key."""
        while True:
            p, q = _prime(bits // 2, rng), _prime(bits // 2, rng)
            if abs(p - q).bit_length() > bits // 2 - _MIN_PRIME_DISTANCE_BITS and (p * q).bit_length() == bits:
                return cls(int(p), int(q))

    @classmethod
    def loads(cls, data: bytes) -> "SenderKey":
        """Read what `dumps` wrote."""
        half = len(data) // 2
        return cls(int.from_bytes(data[:half], "big"), int.from_bytes(data[half:], "big"))

    def dumps(self) -> bytes:
        """Return the secret factors."""
        size = width(self.modulus)
        return int(self._p).to_bytes(size, "big") + int(self._q).to_bytes(size, "big")

    def sign(self, values: Bytes) -> Bytes:
        """Return e-th roots of units (count, width), each checked against the public exponent.

        Raises
        ------
        FaultySignature
            A check failed: releasing such a value would reveal the factors.
        """
        path = chosen(len(values))
        if path not in self._halves:
            self._halves[path] = make(int(self._p), path), make(int(self._q), path)
        whole, size = arithmetic(self.modulus, path), width(self.modulus)
        parts = []
        for half, exponent, lift in zip(self._halves[path], self._exponents, self._lifts, strict=True):
            root = half.store(half.power(half.load(values), exponent), size // 2)
            parts.append(whole.multiply(whole.load(root), whole.load(_one(lift, size))))
        roots = whole.add(*parts)
        again = whole.store(whole.power(roots, EXPONENT), size)
        if not np.array_equal(again, values):
            raise FaultySignature("a CRT signature did not verify")
        return whole.store(roots, size)

    def proof(self, task: str) -> bytes:
        """Roots that show, to who checks them with `check_key`, that x → x^e is a permutation."""
        return self.sign(_challenges(self.modulus, task)).tobytes()


def check_key(modulus: int, task: str, roots: Bytes, bits: int) -> None:
    """Check a sender's key: length, no prime factor up to e, and e-th roots of hashes bound to the task.

    Raises
    ------
    BadPayload
        With the check that failed.
    """
    if modulus.bit_length() != bits or modulus % 2 == 0:
        raise BadPayload(f"the modulus has not {bits} bits or is even")
    if gmpy2.gcd(modulus, gmpy2.primorial(EXPONENT)) != 1:
        raise BadPayload("the modulus has a small prime factor")
    if gmpy2.is_prime(modulus):
        raise BadPayload("the modulus is prime")
    numbers = arithmetic(modulus, chosen(N_ROOTS))
    powers = numbers.power(numbers.load(check_units(modulus, roots)), EXPONENT)
    if not np.array_equal(numbers.store(powers, width(modulus)), _challenges(modulus, task)):
        raise BadPayload("the key is not well formed: a root does not verify")


def _challenges(modulus: int, task: str) -> Bytes:
    """FDH("hanse-psi-rsa-key-v2" ‖ task ‖ n ‖ i)."""
    n, name = as_bytes(modulus, modulus), task.encode()
    joined = b"".join(
        full_domain(modulus, b"hanse-psi-rsa-key-v2", name, n, index.to_bytes(4, "big")) for index in range(N_ROOTS)
    )
    numbers = arithmetic(modulus, chosen(N_ROOTS))
    return numbers.store(numbers.load(np.frombuffer(joined, np.uint8).reshape(N_ROOTS, -1)), width(modulus))


def _one(value: int, size: int) -> Bytes:
    return np.frombuffer(value.to_bytes(size, "big"), np.uint8).reshape(1, size)


def _prime(bits: int, rng: Rng) -> mpz:
    while True:
        candidate = mpz(int.from_bytes(rng.token(bits // 8), "big") | 3 << (bits - 2) | 1)
        if gmpy2.is_prime(candidate, _ROUNDS) and gmpy2.gcd(candidate - 1, EXPONENT) == 1:
            return candidate
