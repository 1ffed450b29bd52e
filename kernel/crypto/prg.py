"""Randomness: the system's CSPRNG, and streams expanded from a key for masks.

A stream's key is derived by HKDF from a secret and a list of labels (job, attempt, iteration, message …). Two
different lists never give the same stream, so a mask is used for one value only as long as nobody opens the same
stream twice.
"""

import hashlib
import secrets

import numpy as np
import numpy.typing as npt
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_BLOCK = 4096


class SystemRng:
    """The operating system's generator."""

    def token(self, n_bytes: int) -> bytes:
        """Uniform bytes."""
        return secrets.token_bytes(n_bytes)

    def below(self, bound: int) -> int:
        """Uniform integer in [0, bound)."""
        return secrets.randbelow(bound)

    def bits(self, n_bits: int) -> int:
        """Uniform integer below 2^n_bits."""
        return secrets.randbits(n_bits)


def derive(secret: bytes, *labels: str | int | bytes) -> bytes:
    """Derive a 32-byte key from a secret and labels, which are length-prefixed so that no two lists collide."""
    info = b"hanse-prg-v1"
    for label in labels:
        part = label if isinstance(label, bytes) else str(label).encode()
        info += len(part).to_bytes(4, "big") + part
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(secret)


class Stream:
    """ChaCha20 keystream of a derived key; serves as a seeded `Rng` too.

    Parameters
    ----------
    secret
        At least 32 bytes unknown to whoever sees the masked values.
    labels
        What the stream is for.
    """

    def __init__(self, secret: bytes, *labels: str | int | bytes) -> None:
        self._cipher = Cipher(algorithms.ChaCha20(derive(secret, *labels), bytes(16)), None).encryptor()
        self._buffer = b""
        self._position = 0

    def token(self, n_bytes: int) -> bytes:
        """Return the next bytes of the stream."""
        if self._position + n_bytes > len(self._buffer):
            rest = self._buffer[self._position :]
            self._buffer = rest + self._cipher.update(bytes(max(_BLOCK, n_bytes)))
            self._position = 0
        start = self._position
        self._position += n_bytes
        return self._buffer[start : self._position]

    def bits(self, n_bits: int) -> int:
        """Uniform integer below 2^n_bits."""
        return int.from_bytes(self.token((n_bits + 7) // 8), "big") >> (-n_bits % 8)

    def below(self, bound: int) -> int:
        """Uniform integer in [0, bound), by rejection."""
        n_bits = (bound - 1).bit_length()
        while (value := self.bits(n_bits)) >= bound:
            pass
        return value

    def uint64(self, count: int) -> npt.NDArray[np.uint64]:
        """Uniform elements of the ring 2^64."""
        return np.frombuffer(self.token(8 * count), dtype="<u8").astype(np.uint64)

    def permutation(self, count: int) -> npt.NDArray[np.int64]:
        """Uniform permutation: positions sorted by 128 random bits each."""
        (order,) = self.permutations(count, 1)
        return np.asarray(order)

    def permutations(self, count: int, times: int) -> npt.NDArray[np.int64]:
        """Several permutations, (times, count): those that `permutation` gives one after the other."""
        words = np.frombuffer(self.token(16 * count * times), dtype="<u8").reshape(times, count, 2)
        first = np.ascontiguousarray(words[..., 1])
        orders, ranked = np.argsort(first, axis=1).astype(np.int64), np.sort(first, axis=1)
        for row in np.flatnonzero(np.any(ranked[:, 1:] == ranked[:, :-1], axis=1)).tolist():
            orders[row] = np.lexsort((words[row, :, 0], first[row]))  # the other 64 bits hardly ever decide
        return orders


def tag(key: bytes, text: str) -> bytes:
    """32-byte keyed hash of a text (BLAKE2b): an order or a name that means nothing without the key."""
    return hashlib.blake2b(text.encode(), key=key, digest_size=32).digest()
