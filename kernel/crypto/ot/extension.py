"""Correlated oblivious transfers from 128 base ones: Ishai, Kilian, Nissim and Petrank (CRYPTO 2003), §3; semi-honest.

The extending sender holds Δ of 128 bits and was the receiver of the base transfers with Δ's bits as choices. The
extending receiver has a choice bit r_j for each of n transfers and gets t_j; the sender gets q_j = t_j + r_j·Δ. Hashes
of q_j and q_j + Δ are two keys of which the receiver has the r_j-th (`keys_of`). Since Δ is an element of GF(2^128),
128 transfers with the bits of β as choices add up to a correlation C = B + Δ·β over the field (`combined`).
"""

import hashlib
from collections.abc import Sequence

import numpy as np

from kernel.core.errors import BadPayload
from kernel.crypto.aes import BLOCK_BYTES, Words
from kernel.crypto.ot.base import COUNT, Bits
from kernel.crypto.prg import Stream

_REDUCTION = np.uint64(0x87)  # x^128 = x^7 + x^2 + x + 1


def payload_bytes(count: int) -> int:
    """Bytes that the receiver sends for `count` transfers."""
    return COUNT * -(-count // 8)


class ExtendingReceiver:
    """Has both keys of each base transfer."""

    def __init__(self, keys: Sequence[tuple[bytes, bytes]]) -> None:
        self._keys = keys

    def extend(self, label: str, choices: Bits) -> tuple[bytes, Words]:
        """Return what to send, and t (n, 2). A label serves once."""
        packed = np.packbits(choices, bitorder="little")
        zero, one = (_columns([pair[side] for pair in self._keys], label, len(packed)) for side in range(2))
        return (zero ^ one ^ packed).tobytes(), _rows(zero, len(choices))


class ExtendingSender:
    """Has the key of each base transfer that the bits of Δ chose."""

    def __init__(self, delta: Bits, keys: Sequence[bytes]) -> None:
        self._bits, self._keys = delta, keys
        self.delta: Words = np.packbits(delta, bitorder="little").view("<u8")

    def extend(self, label: str, count: int, payload: bytes) -> Words:
        """Return q (n, 2).

        Raises
        ------
        BadPayload
            The payload is for another number of transfers.
        """
        if len(payload) != payload_bytes(count):
            raise BadPayload(f"{len(payload)} bytes where {count} transfers are expected")
        said = np.frombuffer(payload, np.uint8).reshape(COUNT, -1)
        own = _columns(self._keys, label, said.shape[1])
        return _rows(own ^ said * self._bits[:, None], count)


def keys_of(session: bytes, rows: Words) -> Words:
    """Hash rows (n, 2) to keys (n, 2), each bound to its place."""
    made = (
        hashlib.blake2b(place.to_bytes(8, "little") + row.tobytes(), key=session, digest_size=BLOCK_BYTES).digest()
        for place, row in enumerate(rows)
    )
    return np.frombuffer(b"".join(made), "<u8").reshape(-1, 2)


def combined(rows: Words) -> Words:
    """Add x^i·rows[:, i] over i, by Horner's rule: (n, 128, 2) to (n, 2)."""
    total = np.zeros((len(rows), 2), np.uint64)
    for place in range(rows.shape[1] - 1, -1, -1):
        total = doubled(total) ^ rows[:, place]
    return total


def doubled(values: Words) -> Words:
    """Multiply each element by x."""
    low, high = values[..., 0], values[..., 1]
    top = high >> np.uint64(63)
    shifted = [low << np.uint64(1) ^ top * _REDUCTION, high << np.uint64(1) | low >> np.uint64(63)]
    return np.stack(shifted, axis=-1)


def _columns(keys: Sequence[bytes], label: str, width: int) -> Bits:
    joined = b"".join(Stream(key, "ot", label).token(width) for key in keys)
    return np.frombuffer(joined, np.uint8).reshape(len(keys), width)


def _rows(columns: Bits, count: int) -> Words:
    """Transpose a matrix of bits, packed lowest first, to `count` rows of 128 bits."""
    bits = np.unpackbits(columns, axis=1, count=count, bitorder="little")
    return np.packbits(np.ascontiguousarray(bits.T), axis=1, bitorder="little").view("<u8")
