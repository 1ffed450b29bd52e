"""A column's values at the driver: labels and weights, one number or text a row."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from kernel.data.engine import Table
from kernel.data.schema import NUMERIC


def column(table: Table, name: str) -> npt.NDArray[Any]:
    """Numbers as floats, with NaN where one is missing; text as objects, with None."""
    numeric = table.schema.kind(name) in NUMERIC
    parts: Sequence[npt.NDArray[Any]] = table.run(_values, [(name, numeric)] * len(table.sizes))
    return np.concatenate(parts)


def _values(part: pa.Table, argument: tuple[str, bool]) -> npt.NDArray[Any]:
    name, numeric = argument
    found = part.column(name)
    if numeric:
        return np.asarray(found.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False), dtype=np.float64)
    return np.array(found.to_pylist(), dtype=object)
