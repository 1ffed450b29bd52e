"""What the protocols on curve25519 share: hashing and masking on all workers, and how much of a point is compared."""

from collections.abc import Callable
from typing import TypeVar

import numpy as np

from kernel.crypto import curve
from kernel.protocol.psi.port import Bytes, Digests, Side, Terms, batches

_PART = 1 << 12  # ids a worker's piece
_SPARE_BITS = 64  # 2^-64: first bytes of two different ids anywhere in the sets agree
_Part = TypeVar("_Part")


def first_bytes(terms: Terms) -> int:
    """Return how many bytes of a point are compared."""
    bits = _SPARE_BITS + (terms.n_sender * terms.n_receiver).bit_length()
    return min(curve.POINT_BYTES, -(-bits // 8))


def hashed(side: Side, digests: Digests, scalar: bytes, domain: bytes, width: int = curve.POINT_BYTES) -> bytes:
    """Hash digests to points, mask these, and write the first `width` bytes of each one after the other."""
    parts = [(digests[start:end], domain, scalar) for start, end in batches(len(digests), _PART)]
    return _joined(side, _hash_part, parts)[:, :width].tobytes()


def masked(side: Side, points: Bytes, scalar: bytes) -> Bytes:
    """Mask points (n, 32).

    Raises
    ------
    BadPayload
        A point has small order.
    """
    parts = [(points[start:end], scalar) for start, end in batches(len(points), _PART)]
    return _joined(side, _mask_part, parts)


def _joined(side: Side, work: Callable[[_Part], Bytes], parts: list[_Part]) -> Bytes:
    return np.concatenate(list(side.workers(work, parts)))


def _hash_part(part: tuple[Digests, bytes, bytes]) -> Bytes:
    digests, domain, scalar = part
    return curve.mask(curve.encode_rows(digests, domain), scalar)


def _mask_part(part: tuple[Bytes, bytes]) -> Bytes:
    return curve.mask(*part)
