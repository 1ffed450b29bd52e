"""The sender's values of a sum: one for each id, read exactly, those of rows with the same id added."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from common.errors import InvalidInput
from fusion.domain.errors import BadValue
from fusion.domain.states import SENDER
from fusion.domain.sums import VALUE_BITS, scaled, written
from fusion.service.columns import texts
from fusion.service.ids import Ids, batches_of
from kernel.protocol.psi.port import Learns

_HALF = 24  # bits: values are added in two halves, so that no number of rows overflows 64 bits


def check_named(learns: str, role: str, value_column: str, *, empty_as_zero: bool) -> None:
    """See that the sender of a sum, and nobody else, names the column of its values.

    Raises
    ------
    InvalidInput
        Not so.
    """
    wanted = learns == Learns.SUM and role == SENDER
    if wanted and not value_column:
        raise InvalidInput("a sum is over a value of the sender's, which is this side: name its column")
    if not wanted and (value_column or empty_as_zero):
        raise InvalidInput("only the sender of a sum names a value column, or says that empty values are zero")


def read_values(
    path: Path, ids: Ids, column: str, decimals: int, *, empty_as_zero: bool = False
) -> npt.NDArray[np.int64]:
    """Read the values of ids (ids,), each a whole number of its last decimal's units.

    Raises
    ------
    BadValue
        With the row's number (the first is 1) and without its value.
    """
    high, low = (np.zeros(len(ids.digests), dtype=np.int64) for _ in range(2))
    start = 0
    for batch in batches_of(path, [column]):
        places = ids.places[start : start + batch.num_rows]
        rows = np.flatnonzero(places >= 0)
        found = _numbers(
            batch.column(column).take(pa.array(rows)), start + 1 + rows, decimals, empty_as_zero=empty_as_zero
        )
        np.add.at(high, places[rows], found >> _HALF)
        np.add.at(low, places[rows], found & ((1 << _HALF) - 1))
        start += batch.num_rows
    high += low >> _HALF
    most = 1 << (VALUE_BITS - _HALF)
    fits = (-most <= high) & (high < most)
    values = (np.where(fits, high, 0) << _HALF) + (low & ((1 << _HALF) - 1))
    over = np.flatnonzero(~fits | (np.abs(values) >> VALUE_BITS != 0))
    if len(over):
        row, limit = int(np.flatnonzero(ids.places == over[0])[0]) + 1, written(1 << VALUE_BITS, decimals)
        raise BadValue(
            f"row {row}, with the other rows of its id, has a value of {limit} or more, too large to be added"
        )
    return values


def _numbers(
    column: pa.Array, rows: npt.NDArray[np.int64], decimals: int, *, empty_as_zero: bool
) -> npt.NDArray[np.int64]:
    if pa.types.is_floating(column.type) and pc.any(pc.is_inf(column), min_count=0).as_py():
        first = int(np.flatnonzero(pc.is_inf(column).to_numpy(zero_copy_only=False))[0])
        raise BadValue(f"row {rows[first]} is not a number as 1234.5")
    values = np.zeros(len(rows), dtype=np.int64)
    for place, text in enumerate(pc.utf8_trim_whitespace(texts(column)).to_pylist()):
        if not text:
            if not empty_as_zero:
                hint = "Fill it in, or say that empty values are zero."
                raise BadValue(f"row {rows[place]} has an id and no value", hint=hint)
            continue
        values[place] = scaled(text, decimals, int(rows[place]))
    return values
