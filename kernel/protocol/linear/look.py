"""All that is asked of a party's own rows before the first message, in one pass over them."""

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from kernel.core.errors import ConstantColumns, MissingValues, TooFewRows
from kernel.crypto.fixed_point import encode
from kernel.data import partition
from kernel.data.engine import Table
from kernel.data.schema import NUMERIC
from kernel.ml.scoring.arrow import columns_of
from kernel.ml.summary import Summary, merged, part_of
from kernel.protocol.linear import scales

Floats = npt.NDArray[np.float64]
_MIN_ROWS = 10


@dataclass(frozen=True)
class Look:
    """What the rows have told of columns, and of a label.

    Parameters
    ----------
    features
        Summary of the columns.
    label
        Summary of a label of numbers; None for any other, and where there is none.
    labels
        The label of each row, of any type; empty where there is none.
    gram
        X'X of the columns and a constant one behind them.
    ids
        Of all rows, in their order.
    """

    features: Summary
    label: Summary | None
    labels: npt.NDArray[Any]
    gram: Floats
    ids: list[str]

    @classmethod
    def at(cls, table: Table, columns: Sequence[str], label: str = "") -> "Look":
        """Look at a table; nothing is refused yet."""
        number = (label,) if label and table.schema.kind(label) in NUMERIC else ()
        parts = table.run(
            functools.partial(
                _seen, columns=tuple(columns), number=number, label=label, id_column=table.schema.id_column
            )
        )
        whole = merged([part.summary for part in parts], len(columns) + len(number))
        ids = [value for part in parts for value in part.ids]
        return cls(
            whole.some(slice(len(columns))),
            whole.some(slice(len(columns), None)) if number else None,
            np.concatenate([part.labels for part in parts]),
            np.asarray(np.sum([part.gram for part in parts], axis=0)),
            ids,
        )

    def check(self, columns: Sequence[str]) -> None:
        """Refuse columns that nothing can be learnt from.

        Raises
        ------
        TooFewRows, MissingValues, ConstantColumns
            With the names of the columns.
        OutOfRange
            A value is ±2^20 or beyond.
        """
        check(len(self.ids), self.features, columns)
        encode(np.concatenate([self.features.low, self.features.high]), 0, scales.FEATURE_BITS)


def check(n_rows: int, features: Summary, columns: Sequence[str]) -> None:
    """Refuse columns that nothing can be learnt from; raises as `Look.check` does, but for the range."""
    if n_rows < _MIN_ROWS:
        raise TooFewRows(f"{n_rows} rows; training needs {_MIN_ROWS} or more")
    for error, wrong in ((MissingValues, features.n_missing > 0), (ConstantColumns, features.std == 0)):
        if np.any(wrong):
            names = [name for name, bad in zip(columns, wrong.tolist(), strict=True) if bad]
            raise error(", ".join(names), public_detail=error.title)


@dataclass(frozen=True)
class _Part:
    summary: tuple[npt.NDArray[Any], ...] | None
    labels: npt.NDArray[Any]
    gram: Floats
    ids: list[str]


def _seen(
    part: pa.Table, _: None, *, columns: tuple[str, ...], number: tuple[str, ...], label: str, id_column: str
) -> _Part:
    block = partition.matrix(part, (*columns, *number), "float64")
    with_one = np.hstack([block[:, : len(columns)], np.ones((len(block), 1))])
    with np.errstate(over="ignore", invalid="ignore"):  # such values are refused
        gram = with_one.T @ with_one
    labels = columns_of(part, [label])[label] if label else np.zeros(0)
    return _Part(part_of(block), labels, gram, part.column(id_column).to_pylist())
