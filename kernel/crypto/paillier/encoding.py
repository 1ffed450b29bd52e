"""Numbers as plaintexts: bytes, fixed point with one exponent for a whole tensor, and several in one plaintext."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from kernel.core.errors import OutOfRange
from kernel.crypto import fixed_point
from kernel.crypto.modular.arithmetic import Bytes, to_bytes

Integers = Sequence[int] | npt.NDArray[np.int64]
_WORD, _LOW = 32, (1 << 32) - 1


class Signed(Sequence[int]):
    """Signed integers of any length as bytes, which encryption takes without an object for each.

    Parameters
    ----------
    magnitude
        count × width, big-endian.
    negative
        Which of them are negative.
    """

    def __init__(self, magnitude: Bytes, negative: npt.NDArray[np.bool_]) -> None:
        # Bytes that no number uses are left out: a table of powers has a row for each.
        used = np.flatnonzero(magnitude.any(axis=0)).tolist()
        self.magnitude: Bytes = magnitude[:, used[0] if used else -1 :]
        self.negative = negative

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.magnitude)

    def __iter__(self) -> Iterator[int]:
        """Yield numbers."""
        for data, negative in zip(self.magnitude, self.negative.tolist(), strict=True):
            value = int.from_bytes(data.tobytes(), "big")
            yield -value if negative else value

    def __getitem__(self, place: Any) -> Any:
        """Return one number, or a list of some."""
        return list(self)[place]


class Digits(Sequence[int]):
    """Numbers Σ d_i·2^(width·i) by their signed digits; they are written as bytes when a cipher asks for them.

    Parameters
    ----------
    digits
        count × digits, the lowest first, each below 2^(width-1) in magnitude.
    """

    def __init__(self, digits: npt.NDArray[np.int64], width: int) -> None:
        self.digits, self.width = digits, width

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.digits)

    def __iter__(self) -> Iterator[int]:
        """Yield numbers."""
        return iter(self.signed())

    def __getitem__(self, place: Any) -> Any:
        """Return one number, or a list of some."""
        return self.signed()[place]

    def signed(self) -> Signed:
        """Write them as bytes."""
        places = self.digits.T
        negative = np.zeros(len(self), dtype=np.bool_)
        for digits in places:  # the sign is that of the highest digit that is not zero
            negative = np.where(digits == 0, negative, digits < 0)
        words = np.zeros((2 + -(-len(places) * self.width // _WORD), len(self)), dtype=np.int64)
        for number, digits in enumerate(places):
            value = np.where(negative, -digits, digits)
            first, shift = divmod(number * self.width, _WORD)
            for place, half in enumerate((value & _LOW, value >> _WORD), first):
                words[place] += (half << shift) & _LOW
                words[place + 1] += (half << shift) >> _WORD
        for place in range(len(words) - 1):
            words[place + 1] += words[place] >> _WORD
        whole = np.ascontiguousarray((words & _LOW)[::-1].T).astype(">u4")
        return Signed(whole.view(np.uint8).reshape(len(whole), 4 * len(words)), negative)


class Complement(Sequence[int]):
    """Numbers in two's complement, which `unpack` reads without an object for each.

    Parameters
    ----------
    data
        count × width, little-endian; widths in eights.
    """

    def __init__(self, data: Bytes) -> None:
        self.data = data

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.data)

    def __iter__(self) -> Iterator[int]:
        """Yield numbers."""
        return (int.from_bytes(row.tobytes(), "little", signed=True) for row in self.data)

    def __getitem__(self, place: Any) -> Any:
        """Return one number, or some."""
        return Complement(self.data[place]) if isinstance(place, slice) else list(self)[place]

    def plus(self, number: int) -> npt.NDArray[np.uint64]:
        """Add a number that is not negative: words of 64 bits of the sums modulo 2^(8·width), the lowest first."""
        words = np.ascontiguousarray(np.ascontiguousarray(self.data).view("<u8").T).astype(np.uint64)
        added = np.frombuffer(number.to_bytes(self.data.shape[1], "little"), "<u8")
        carry = np.zeros(len(self), dtype=np.bool_)
        for place, more in enumerate(added):
            words[place] += carry
            carry &= words[place] == 0
            words[place] += more
            carry |= words[place] < more
        return words


def magnitudes(values: Integers) -> tuple[Bytes, npt.NDArray[np.int64]]:
    """Absolute values as bytes, and 1 where the value is negative, else 0."""
    if isinstance(values, Digits):
        values = values.signed()
    if isinstance(values, Signed):
        return values.magnitude, values.negative.astype(np.int64)
    if isinstance(values, np.ndarray) and values.dtype == np.int64:
        # The absolute value of -2^63 is read as unsigned, so it is right too.
        return np.abs(values).astype(">u8").view(np.uint8).reshape(-1, 8), (values < 0).astype(np.int64)
    numbers = [int(value) for value in values]
    return to_bytes([abs(value) for value in numbers]), np.array([value < 0 for value in numbers], dtype=np.int64)


@dataclass(frozen=True)
class Scale:
    """Fixed point of a whole tensor: no exponent travels, so none tells a magnitude.

    Parameters
    ----------
    frac_bits
        A real x stands as round(x·2^frac_bits).
    value_bits
        Encodings, and sums read back, lie below 2^value_bits in magnitude.
    """

    frac_bits: int
    value_bits: int

    def encode(self, values: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
        """Encode reals.

        Raises
        ------
        OutOfRange
            A value is not finite, or too large.
        """
        return fixed_point.encode(values, self.frac_bits, min(self.value_bits, 62))

    def decode(self, values: Sequence[int]) -> npt.NDArray[np.float64]:
        """Decode signed integers.

        Raises
        ------
        OutOfRange
            A value left the range that the tensor was declared to have.
        """
        bound = 1 << self.value_bits
        if any(not -bound < value < bound for value in values):
            raise OutOfRange(f"a decrypted value is beyond ±{2.0 ** (self.value_bits - self.frac_bits):g}")
        return np.array([value / (1 << self.frac_bits) for value in values], dtype=np.float64)

    def times(self, other: "Scale", terms: int = 1) -> "Scale":
        """Scale of a sum of `terms` products of a number of this scale and one of the other."""
        grown = max(terms - 1, 0).bit_length()
        return Scale(self.frac_bits + other.frac_bits, self.value_bits + other.value_bits + grown)


def unpack(plaintexts: Sequence[int], width: int, count: int, n_values: int) -> npt.NDArray[np.int64]:
    """Split signed plaintexts into `count` signed slots of `width` bits each, at most 64, the lowest first.

    A slot's value lies in [-2^(width-1), 2^(width-1)); a negative one has borrowed from the next.

    Raises
    ------
    OutOfRange
        A plaintext does not fit its slots.
    """
    half, bits = 1 << (width - 1), width * count
    lift = half * (((1 << bits) - 1) // ((1 << width) - 1))  # half in every slot: nothing is negative any more
    if isinstance(plaintexts, Complement):
        return _cut(plaintexts.plus(lift), width, count)[:n_values] - half
    lifted = [plaintext + lift for plaintext in plaintexts]
    if any(value < 0 or value >> bits for value in lifted):
        raise OutOfRange("a packed plaintext overflowed its slots")
    data = to_bytes(lifted, -(-bits // 8))[:, ::-1]
    slots = np.unpackbits(data, axis=1, count=bits, bitorder="little").reshape(-1, width)
    values = np.zeros((len(slots), 8), np.uint8)
    values[:, : -(-width // 8)] = np.packbits(slots, axis=1, bitorder="little")
    return (values.view("<u8")[:n_values, 0] - np.uint64(half)).astype(np.int64)


def _cut(words: npt.NDArray[np.uint64], width: int, count: int) -> npt.NDArray[np.int64]:
    """Split numbers, words of 64 bits × numbers, into slots of at most 63 bits, those of a number together."""
    first, shift = np.divmod(np.arange(count + 1) * width, 64)
    padded = np.zeros((int(first[-1]) + 2, words.shape[1]), dtype=np.uint64)
    padded[: len(words)] = words[: len(padded)]
    right = shift.astype(np.uint64)[:, None]
    slots = padded[first] >> right
    slots |= (padded[first + 1] << np.uint64(1)) << (np.uint64(63) - right)
    if slots[-1].any() or words[int(first[-1]) + 1 :].any():
        raise OutOfRange("a packed plaintext overflowed its slots")
    slots &= np.uint64((1 << width) - 1)
    return slots[:-1].T.ravel().astype(np.int64)
