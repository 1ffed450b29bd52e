"""What is told of a column, from its values as they come and, after that, from each distinct one in ascending order."""

import math
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

_QUANTILES = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)
_BINS = 20
_LONGEST = 100

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]


class Summary:
    """Tells nothing; what there is to tell of numbers and dates, they do themselves."""

    def first(self, values: pa.Array) -> None:
        """Take values as they come."""

    def see(self, values: pa.ChunkedArray, counts: Counts) -> None:
        """Look at distinct values in ascending order."""

    def told(self) -> dict[str, Any]:
        """Return what there is to tell; nothing when no value allows it."""
        return {}


class Top:
    """The most frequent values, in text."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._best: list[tuple[str, int]] = []

    def see(self, values: pa.ChunkedArray, counts: pa.ChunkedArray) -> None:
        """Look at distinct values; of equally frequent ones the first stay."""
        order = np.argsort(-counts.to_numpy(), kind="stable")[: self._most]
        chosen = zip(values.take(order).to_pylist(), counts.take(order).to_pylist(), strict=True)
        self._best += [(str(value), count) for value, count in chosen]
        self._best = sorted(self._best, key=lambda pair: (-pair[1], pair[0]))[: self._most]

    def told(self, most: int) -> list[list[Any]]:
        """Return the most frequent ones with their counts."""
        return [[value[:_LONGEST], count] for value, count in self._best[:most]]


class Histogram:
    """Counts in equal bins, or of each value when there are few.

    Parameters
    ----------
    low, high
        The least and the greatest value.
    """

    def __init__(self, low: float, high: float) -> None:
        self._range = (low, high)
        self._few: dict[float, int] = {}
        self._counts: Counts = np.zeros(_BINS, np.int64)

    def see(self, values: Floats, counts: Counts) -> None:
        """Count values in ascending order."""
        for value, count in zip(values[: _BINS + 1].tolist(), counts[: _BINS + 1].tolist(), strict=True):
            if value in self._few or len(self._few) <= _BINS:
                self._few[value] = self._few.get(value, 0) + count
        if self._range[0] < self._range[1]:
            self._counts += np.histogram(values, _BINS, self._range, weights=counts)[0].astype(np.int64)

    def told(self) -> dict[str, Any]:
        """Return values and counts, or edges and counts."""
        if len(self._few) <= _BINS:
            return {"values": list(self._few), "counts": list(self._few.values())}
        return {"edges": np.linspace(*self._range, _BINS + 1).tolist(), "counts": self._counts.tolist()}


class Numbers(Summary):
    """Ends, moments, quantiles and histogram of the finite numbers."""

    def __init__(self) -> None:
        self._n, self._sums = 0, [0.0]
        self._low, self._high = math.inf, -math.inf
        self._passed, self._squares = 0, [0.0]
        self._at: dict[int, float] = {}
        self._histogram: Histogram | None = None

    def first(self, values: pa.Array) -> None:
        """Take values as they come."""
        finite = _finite(values)
        if finite.size:
            self._n += finite.size
            self._sums.append(float(finite.sum()))
            self._low, self._high = min(self._low, float(finite.min())), max(self._high, float(finite.max()))

    def see(self, values: pa.ChunkedArray, counts: Counts) -> None:
        """Look at distinct values in ascending order."""
        floats = pc.cast(values, pa.float64(), safe=False).to_numpy()
        keep = np.isfinite(floats)
        floats, counts = floats[keep], counts[keep]
        if not floats.size:
            return
        self._histogram = self._histogram or Histogram(self._low, self._high)
        self._histogram.see(floats, counts)
        self._squares.append(float(((floats - self._mean) ** 2 * counts).sum()))
        ends = self._passed + np.cumsum(counts)
        for place in _places(self._n):
            if self._passed <= place < ends[-1]:
                self._at[place] = float(floats[np.searchsorted(ends, place, "right")])
        self._passed = int(ends[-1])

    @property
    def _mean(self) -> float:
        return math.fsum(self._sums) / self._n

    def told(self) -> dict[str, Any]:
        """Return min, max, mean, sd, quantiles and histogram; nothing when no number is finite."""
        if self._histogram is None:
            return {}
        return {
            "min": self._low,
            "max": self._high,
            "mean": self._mean,
            "sd": math.sqrt(math.fsum(self._squares) / (self._n - 1)) if self._n > 1 else 0.0,
            "quantiles": [[share, self._quantile(share)] for share in _QUANTILES],
            "histogram": self._histogram.told(),
        }

    def _quantile(self, share: float) -> float:
        """Interpolate between the two values around, as NumPy does."""
        place = share * (self._n - 1)
        below = math.floor(place)
        return float(np.quantile([self._at[below], self._at[min(below + 1, self._n - 1)]], place - below))


class Dates(Summary):
    """Ends, and the histogram over seconds."""

    def __init__(self) -> None:
        self._low: int | None = None
        self._high = 0
        self._ends: list[str] = []
        self._histogram: Histogram | None = None

    def first(self, values: pa.Array) -> None:
        """Take values as they come, as whole numbers in their own unit."""
        if len(values):
            ends = pc.min_max(values).as_py()
            self._high = max(ends["max"], self._high) if self._low is not None else ends["max"]
            self._low = min(ends["min"], self._low) if self._low is not None else ends["min"]

    def see(self, values: pa.ChunkedArray, counts: Counts) -> None:
        """Look at distinct values in ascending order."""
        if self._histogram is None:
            unit = pa.int32() if values.type.bit_width == 32 else pa.int64()  # noqa: PLR2004
            ends = pa.array([self._low, self._high], unit).view(values.type)
            self._ends = [str(end) for end in ends.to_pylist()]
            self._histogram = Histogram(*_seconds(pa.chunked_array([ends])).tolist())
        self._histogram.see(_seconds(values), counts)

    def told(self) -> dict[str, Any]:
        """Return min, max and histogram."""
        if self._histogram is None:
            return {}
        return {"min": self._ends[0], "max": self._ends[1], "histogram": self._histogram.told()}


def _finite(values: pa.Array) -> Floats:
    floats: Floats = pc.cast(values, pa.float64(), safe=False).to_numpy(zero_copy_only=False)
    return floats[np.isfinite(floats)]


def _seconds(values: pa.ChunkedArray) -> Floats:
    seconds: Floats = pc.cast(pc.cast(values, pa.timestamp("s"), safe=False), pa.int64()).to_numpy().astype(np.float64)
    return seconds


def _places(n: int) -> set[int]:
    """Return the places in ascending order of the values that the quantiles need."""
    below = {math.floor(share * (n - 1)) for share in _QUANTILES}
    return below | {min(place + 1, n - 1) for place in below}
