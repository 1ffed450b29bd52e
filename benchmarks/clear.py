"""Numbers in the clear behind the port of a cipher, added by numpy: what trees cost beside the cipher.

`kernel.crypto.paillier.plain` does the same by Python's integers, one at a time, which costs more than the protocol
that is to be measured. Only what the trees ask of a scheme is here. How long a "ciphertext" is, is a matter of the
key: a few bytes, or as many as one of Paillier's.

Numbers are signed words of 64 bits, each worth 2^32 times the one before, or what whoever encrypts digits says; they
are added without carrying, a gradient and a curvature as two words. The last eight bytes say how many words are used,
and what they are worth. Numbers that are packed are only read: words of 32 bits.
"""

import dataclasses
import hashlib
from collections.abc import Sequence
from typing import Any

import gmpy2
import numpy as np
import numpy.typing as npt

from kernel.core.errors import BadPayload
from kernel.crypto.paillier import Block
from kernel.crypto.paillier.encoding import Complement, Digits, Integers, magnitudes

Words = npt.NDArray[np.int64]
_BITS = 32
_MASK, _MASK_WORDS, _FORM = (1 << _BITS) - 1, 0xFF, np.int64(0xFFFF)


@dataclasses.dataclass(frozen=True)
class ClearKey:
    """See `kernel.crypto.paillier.keys.Key`; it keeps nothing secret.

    Parameters
    ----------
    cipher_bytes
        Length of what stands in a ciphertext's place; at least 24, in eights.
    plain_bits
        At most four bits a byte.
    """

    cipher_bytes: int = 32
    plain_bits: int = 126

    def __post_init__(self) -> None:
        """Check that plaintexts have room."""
        if self.cipher_bytes % 8 or self.plain_bits > _BITS * self.n_packed - 2:
            raise ValueError(f"{self.cipher_bytes} bytes have no room for {self.plain_bits} bits")

    @property
    def n_packed(self) -> int:
        """Words of a packed number."""
        return (self.cipher_bytes - 8) // 4

    @property
    def public(self) -> "ClearKey":
        """The same key."""
        return self

    @property
    def bits(self) -> int:
        """See `Key`."""
        return 8 * self.cipher_bytes

    @property
    def n(self) -> gmpy2.mpz:
        """See `Key`."""
        return gmpy2.mpz(1) << self.bits

    modulus = n

    @property
    def fingerprint(self) -> bytes:
        """See `Key`."""
        return hashlib.sha256(self.dumps()).digest()[:8]

    def dumps(self) -> bytes:
        """See `Key`."""
        return b"CLR1" + self.cipher_bytes.to_bytes(4, "big") + self.plain_bits.to_bytes(4, "big")

    @classmethod
    def loads(cls, data: bytes) -> "ClearKey":
        """Read what `dumps` wrote."""
        if data[:4] != b"CLR1" or len(data) != 12:  # noqa: PLR2004
            raise BadPayload("no key of numbers in the clear")
        return cls(int.from_bytes(data[4:8], "big"), int.from_bytes(data[8:], "big"))

    def check(self, ciphertexts: npt.NDArray[np.uint8]) -> None:
        """Any bytes are a number."""


class Clear:
    """See `kernel.crypto.paillier.scheme.OwnerScheme`."""

    def __init__(self, key: ClearKey) -> None:
        self.key: Any = key

    def encrypt(self, values: Integers) -> Block:
        """Write numbers."""
        if isinstance(values, Digits):
            return self._block(values.digits, values.width)
        size, negative = magnitudes(values)
        n_words = -(-size.shape[1] // 4)
        digits = np.zeros((len(size), 4 * n_words), np.uint8)
        digits[:, digits.shape[1] - size.shape[1] :] = size
        words = digits.view(">u4")[:, ::-1].astype(np.int64)
        return self._block(np.where(negative[:, None] != 0, -words, words), _BITS)

    def decrypt(self, block: Block) -> Complement:
        """Read packed numbers."""
        return Complement(block.data[:, : 4 * self.key.n_packed])

    def rerandomise(self, block: Block) -> Block:
        """There is nothing to blind."""
        return block

    def add(self, left: Block, right: Block) -> Block:
        """X + y."""
        return self._joined(left, right, np.add)

    def subtract(self, left: Block, right: Block) -> Block:
        """X - y."""
        return self._joined(left, right, np.subtract)

    def _joined(self, left: Block, right: Block, join: np.ufunc) -> Block:
        form = max(_form(left), _form(right))
        used = form & _MASK_WORDS
        return self._block(join(_view(left)[:, :used], _view(right)[:, :used]), form >> 8)

    def running(self, block: Block, ends: Sequence[int]) -> Block:
        """Each part and all before it."""
        n_words, bits = _read(block)
        parts = _view(block)[:, :n_words].reshape(len(ends), -1, n_words)
        return self._block(np.cumsum(parts, axis=0).reshape(-1, n_words), bits)

    def sums(self, block: Block, bins: npt.NDArray[np.int64], n_bins: int) -> Block:
        """Add by bin; sums of a million words of 32 bits are exact floats."""
        n_words, bits = _read(block)
        words = np.ascontiguousarray(_view(block)[:, :n_words].T, dtype=np.float64)
        total = np.zeros((bins.shape[1], n_bins + 1, n_words), dtype=np.int64)
        for feature, places in enumerate(bins.T):
            shifted = places + 1  # bin 0 takes those of none
            for word, weights in enumerate(words):
                total[feature, :, word] = np.bincount(shifted, weights, n_bins + 1)
        return self._block(total[:, 1:].reshape(-1, n_words), bits)

    def pack(self, block: Block, width: int, count: int) -> Block:
        """Several in one, the first lowest."""
        n_words, bits = _read(block)
        groups, n_packed = -(-len(block) // count), self.key.n_packed
        words = np.zeros((n_words, groups * count), dtype=np.int64)
        words[:, : len(block)] = _view(block)[:, :n_words].T
        out = np.zeros((n_packed + 2, groups), dtype=np.int64)  # what lies above is but a sign
        for slot in range(count):
            for word, digits in enumerate(words[:, slot::count]):
                first, shift = divmod(width * slot + bits * word, _BITS)
                for place, half in enumerate((digits & _MASK, digits >> _BITS), first):
                    shifted = half << shift
                    out[place] += shifted & _MASK
                    out[place + 1] += shifted >> _BITS
        for place in range(n_packed - 1):
            out[place + 1] += out[place] >> _BITS
        whole = np.zeros((groups, self.key.cipher_bytes), np.uint8)
        low = np.ascontiguousarray((out[:n_packed] & _MASK).astype("<u4").T)
        whole[:, : 4 * n_packed] = low.view(np.uint8).reshape(groups, -1)
        whole[:, -8] = 1
        return Block(self.key, whole)

    def _block(self, words: Words, bits: int) -> Block:
        whole = np.zeros((len(words), self.key.cipher_bytes // 8), dtype="<i8")
        whole[:, : words.shape[1]] = words
        whole[:, -1] = words.shape[1] | bits << 8
        return Block(self.key, whole.view(np.uint8))


def _view(block: Block) -> Words:
    return np.ascontiguousarray(block.data).view("<i8")


def _form(block: Block) -> int:
    """Words, and bits of each from the ninth bit on; whoever writes a zero without us sets the very last byte alone."""
    return int(np.bitwise_or.reduce(_view(block)[:, -1]) & _FORM) or 1


def _read(block: Block) -> tuple[int, int]:
    """How many words hold something, and how many bits each is worth."""
    form = _form(block)
    return form & _MASK_WORDS, form >> 8
