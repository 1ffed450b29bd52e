"""Blocks of ciphertexts: one array of bytes, never an object per number; and their form on the wire."""

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from kernel.core.errors import BadPayload
from kernel.crypto.modular.arithmetic import Bytes, Indices
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
        header = _MAGIC + self.key.fingerprint + _COUNT.pack(len(self))
        return b"".join([header, np.ascontiguousarray(self.data).data])

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
        if len(data) != HEADER_BYTES + said * key.cipher_bytes:
            raise BadPayload(f"{len(data)} bytes where {said} ciphertexts are expected")
        block = cls(key, np.frombuffer(data, np.uint8, offset=HEADER_BYTES).reshape(said, key.cipher_bytes))
        if said:
            key.check(block.data)
        return block
