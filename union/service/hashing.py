"""keccak256 as a port, so that the use cases know no Ethereum library."""

from __future__ import annotations

from typing import Protocol


class Hash(Protocol):
    """keccak256: bytes to 32 bytes."""

    def __call__(self, data: bytes, /) -> bytes:
        """Return the hash."""
