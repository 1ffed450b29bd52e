"""Rings of integers modulo a number, in which additive shares are uniform."""

from collections.abc import Iterable
from dataclasses import dataclass

from kernel.core.errors import BadPayload


@dataclass(frozen=True)
class Ring:
    """Integers modulo `modulus`."""

    modulus: int

    @property
    def bits(self) -> int:
        """Bits of the largest element."""
        return (self.modulus - 1).bit_length()

    @property
    def width(self) -> int:
        """Bytes of an element."""
        return -(-self.bits // 8)

    def lift(self, values: Iterable[int]) -> list[int]:
        """Take the representatives nearest to zero."""
        half = self.modulus // 2
        return [(value + half) % self.modulus - half for value in values]

    def dump(self, values: Iterable[int]) -> bytes:
        """Write elements, each in `width` bytes, little-endian."""
        return b"".join((value % self.modulus).to_bytes(self.width, "little") for value in values)

    def load(self, data: bytes, count: int | None = None) -> list[int]:
        """Read what `dump` wrote.

        Raises
        ------
        BadPayload
            Not `count` elements, not whole ones, or one that is not below the modulus.
        """
        width = self.width
        if len(data) % width or count not in (None, len(data) // width):
            expected = "whole" if count is None else count
            raise BadPayload(f"{len(data)} bytes where {expected} ring elements are expected")
        values = [int.from_bytes(data[start : start + width], "little") for start in range(0, len(data), width)]
        if any(value >= self.modulus for value in values):
            raise BadPayload("a ring element beyond its modulus")
        return values


#: Modulo 2^256 + 1 the number 2 has order 512: 2^(a + b) is 2^a·2^b for a and b that add up modulo 512, a power of two.
POWERS_OF_TWO = Ring((1 << 256) + 1)
ORDER = 512
