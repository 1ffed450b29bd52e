"""Blocks of ciphertexts: one array of bytes, never an object per number; and their form on the wire."""

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import gmpy2
import numpy as np
import numpy.typing as npt

from kernel.core.errors import BadPayload
from kernel.crypto.paillier.arithmetic import Bytes, Indices, arithmetic, chosen
from kernel.crypto.paillier.keys import Key

FINGERPRINT_BYTES = 8
_MAGIC = b"HCB1"
_COUNT = struct.Struct(">I")
HEADER_BYTES = len(_MAGIC) + FINGERPRINT_BYTES + _COUNT.size


@dataclass(frozen=True, eq=False)
class Block:
    """Ciphertexts under one key.

    Parameters
    ----------
    data
        count × key.cipher_bytes, each row a number in (0, key.modulus), big-endian.
    """

    key: Key
    data: Bytes

    def __len__(self) -> int:
        """Return the number of ciphertexts."""
        return len(self.data)

    def __getitem__(self, rows: slice | Indices) -> "Block":
        """Choose ciphertexts."""
        return Block(self.key, self.data[rows])

    def __eq__(self, other: object) -> bool:
        """Compare ciphertext by ciphertext."""
        return isinstance(other, Block) and self.key == other.key and np.array_equal(self.data, other.data)

    __hash__ = None  # type: ignore[assignment]

    @classmethod
    def of(cls, key: Key, ciphertexts: Iterable[int]) -> "Block":
        """Make a block of numbers in (0, key.modulus)."""
        return cls.raw(key, b"".join(int(value).to_bytes(key.cipher_bytes, "big") for value in ciphertexts))

    @classmethod
    def join(cls, blocks: Sequence["Block"]) -> "Block":
        """Put blocks under one key one after the other."""
        return cls(blocks[0].key, np.concatenate([block.data for block in blocks]))

    @classmethod
    def raw(cls, key: Key, data: bytes) -> "Block":
        """Read what `tobytes` wrote, without any check: for one's own executors."""
        return cls(key, np.frombuffer(data, np.uint8).reshape(-1, key.cipher_bytes))

    def tobytes(self) -> bytes:
        """Concatenate without a header."""
        return self.data.tobytes()

    def ints(self) -> list[int]:
        """Ciphertexts as numbers."""
        return [int.from_bytes(row.tobytes(), "big") for row in self.data]

    def dumps(self) -> bytes:
        """Write version, key fingerprint, count and ciphertexts."""
        return _MAGIC + self.key.fingerprint + _COUNT.pack(len(self)) + self.tobytes()

    @classmethod
    def loads(cls, key: Key, data: bytes, count: int | None = None) -> "Block":
        """Read what `dumps` wrote; of exactly `count` ciphertexts where that is known.

        Raises
        ------
        BadPayload
            Another version, key or length, or a number that is no unit.
        """
        if data[: len(_MAGIC)] != _MAGIC:
            raise BadPayload("not a block of ciphertexts of version 1")
        if data[len(_MAGIC) : HEADER_BYTES - _COUNT.size] != key.fingerprint:
            raise BadPayload("ciphertexts under another key")
        if len(data) < HEADER_BYTES:
            raise BadPayload("a block of ciphertexts without its header")
        (said,) = _COUNT.unpack(data[HEADER_BYTES - _COUNT.size : HEADER_BYTES])
        if count not in (None, said):
            raise BadPayload(f"{said} ciphertexts where {count} are expected")
        return _checked(key, data[HEADER_BYTES:], said)


def _checked(key: Key, data: bytes, count: int) -> Block:
    if len(data) != count * key.cipher_bytes:
        raise BadPayload(f"{len(data)} bytes where {count} ciphertexts are expected")
    block = Block.raw(key, data)
    if not np.all(_below(block.data, int(key.modulus))):
        raise BadPayload("a ciphertext out of range")
    if count and not _units(block):
        raise BadPayload("a ciphertext that is not a unit")
    return block


def _below(data: Bytes, bound: int) -> npt.NDArray[np.bool_]:
    """Tell which rows are less than `bound`, by the first byte that differs."""
    limit = np.frombuffer(bound.to_bytes(data.shape[1], "big"), np.uint8)
    first = np.argmax(data != limit, axis=1)
    return np.asarray(data[np.arange(len(data)), first] < limit[first])


def _units(block: Block) -> bool:
    """Tell whether all are units, by one greatest common divisor with their product."""
    n, count = block.key.n, len(block)
    numbers = arithmetic(int(n), chosen(count))
    every = np.arange(count)
    product = numbers.segments(numbers.load(block.data), every, every[:1], every[-1:] + 1)
    return bool(gmpy2.gcd(int.from_bytes(numbers.store(product, block.key.bits // 8).tobytes(), "big"), n) == 1)
