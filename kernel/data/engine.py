"""The port that both engines implement.

A table is a fixed number of partitions, each one Arrow table; a matrix ("blocks") is one numpy array per partition. A
function given to an engine sees a whole partition, never a row, and results come back in partition order, so that sums
are the same on every engine. Functions must be importable or closures over plain data: on Spark they travel to the
member's own executors.
"""

import itertools
from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from kernel.data.schema import Schema

R = TypeVar("R")
Array = npt.NDArray[Any]


class Blocks(Protocol):
    """A matrix of shape (n_rows, n_columns) in row partitions, kept where it is computed."""

    @property
    def sizes(self) -> tuple[int, ...]:
        """Rows of each partition."""

    @property
    def n_columns(self) -> int:
        """Columns of every partition."""

    @property
    def n_rows(self) -> int:
        """Rows of all partitions."""

    def run(self, function: Callable[[Array, Any], R], arguments: Sequence[Any] | None = None) -> list[R]:
        """Call `function(block, argument)` for every partition; results in partition order."""

    def map(self, function: Callable[[Array], Array], n_columns: int | None = None) -> "Blocks":
        """Make new blocks, one from each; they stay distributed.

        Parameters
        ----------
        n_columns
            How many columns the function makes, and that it keeps all rows: nothing is computed then before it is
            used. Otherwise the blocks are made at once, and asked.
        """

    def beside(self, matrix: Array, rows: npt.NDArray[np.bool_] | None = None) -> "Blocks":
        """Put a driver's matrix to the right of the own columns, where they are kept.

        Parameters
        ----------
        matrix
            Of the same type; one row for each of ours, or for each of `rows`.
        rows
            Which of our rows go on into the new blocks; all of them by default.
        """

    def paired(self, matrix: Array, rows: npt.NDArray[np.bool_] | None = None) -> "Pairs":
        """Keep a driver's matrix of any type with the own columns, but apart: what need not travel is not copied."""

    def drop(self) -> None:
        """Free what is kept of these blocks, which are not used again."""

    def collect(self) -> Array:
        """Gather the whole matrix at the driver; for results only, never per iteration."""


class Pairs(Protocol):
    """Two matrices of the same rows, kept together where they are computed; see `Blocks.paired`."""

    @property
    def sizes(self) -> tuple[int, ...]:
        """Rows of each partition."""

    def run(self, function: Callable[[tuple[Array, Array], Any], R], arguments: Sequence[Any] | None = None) -> list[R]:
        """Call `function((own, other), argument)` for every partition; results in partition order."""

    def drop(self) -> None:
        """Free what is kept, which is not used again."""


class Table(Protocol):
    """Columns with types and a unique id, in row partitions."""

    @property
    def schema(self) -> Schema:
        """Columns, id, label."""

    @property
    def sizes(self) -> tuple[int, ...]:
        """Rows of each partition."""

    @property
    def n_rows(self) -> int:
        """Rows of all partitions."""

    def run(self, function: Callable[[pa.Table, Any], R], arguments: Sequence[Any] | None = None) -> list[R]:
        """Call `function(partition, argument)` for every partition; results in partition order."""

    def map(self, function: Callable[[pa.Table], pa.Table], schema: Schema) -> "Table":
        """Make a new table, partition by partition; rows may be dropped."""

    def blocks(self, columns: Sequence[str], dtype: str = "float64") -> Blocks:
        """Make a matrix of the named columns; missing values become NaN."""

    def ids(self) -> npt.NDArray[np.str_]:
        """Ids of all rows, in order, at the driver."""

    def arrange(self, ids: npt.NDArray[np.str_]) -> "Table":
        """Keep the rows with these ids, in this order, in equal partitions.

        Raises
        ------
        UnknownColumn
            An id is not in the table.
        """

    def collect(self) -> pa.Table:
        """Gather the whole table at the driver."""


class Engine(Protocol):
    """Makes tables and blocks."""

    @property
    def n_partitions(self) -> int:
        """Partitions of every new table."""

    def from_arrow(self, table: pa.Table, schema: Schema) -> Table:
        """Distribute a table in equal partitions."""

    def read(self, url: str, schema: Schema) -> Table:
        """Read a folder of Parquet files, one partition each, in the order of their names."""

    def write(self, table: Table, url: str) -> None:
        """Write a folder of Parquet files, one a partition."""

    def blocks(self, matrix: Array) -> Blocks:
        """Distribute a matrix in equal partitions."""

    def run(self, function: Callable[[Any], R], arguments: Sequence[Any]) -> list[R]:
        """Call a function once for each argument, in parallel; results in order."""

    def close(self) -> None:
        """Free what the engine holds."""


def cut(rows: Array, sizes: Sequence[int]) -> list[Array]:
    """Cut what there is of each row by partitions."""
    return [rows[a:b] for a, b in itertools.pairwise(itertools.accumulate(sizes, initial=0))]


def pieces(
    sizes: Sequence[int], matrix: Array, rows: npt.NDArray[np.bool_] | None
) -> list[tuple[Array, npt.NDArray[np.bool_] | None]]:
    """Cut what `Blocks.beside` and `paired` take: each partition's rows of the matrix, and which of its own stay."""
    kept = None if rows is None else cut(rows, sizes)
    counts = sizes if kept is None else [int(np.count_nonzero(part)) for part in kept]
    if len(matrix) != sum(counts):
        raise ValueError(f"{len(matrix)} rows beside {sum(counts)}")
    parts = cut(matrix, counts)
    return list(zip(parts, [None] * len(parts) if kept is None else kept, strict=True))


def pair(block: Array, piece: tuple[Array, npt.NDArray[np.bool_] | None]) -> tuple[Array, Array]:
    """Put one partition's rows that stay and its piece together."""
    matrix, rows = piece
    return block if rows is None else block[rows], matrix


def hstack(block: Array, piece: tuple[Array, npt.NDArray[np.bool_] | None]) -> Array:
    """Join one partition and its piece."""
    return np.hstack(pair(block, piece))


def bounds(n_rows: int, n_partitions: int) -> list[tuple[int, int]]:
    """Cut [0, n_rows) into n_partitions nearly equal ranges; the first ones are longer by one."""
    base, extra = divmod(n_rows, n_partitions)
    starts = [index * base + min(index, extra) for index in range(n_partitions + 1)]
    return list(itertools.pairwise(starts))
