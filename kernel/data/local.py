"""The engine in this process, on threads: for tests and tiny data."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from kernel.core.errors import UnknownColumn
from kernel.data import partition
from kernel.data.engine import Array, Table, bounds, hstack, pair, pieces
from kernel.data.schema import Schema

R = TypeVar("R")


class LocalEngine:
    """Partitions are ordinary objects; functions run on a small thread pool, or with one thread at once."""

    def __init__(self, n_partitions: int = 4, n_threads: int = 2) -> None:
        self.n_partitions = n_partitions
        # A single thread may as well be the caller's.
        self._pool = ThreadPoolExecutor(n_threads, thread_name_prefix="blocks") if n_threads > 1 else None

    def from_arrow(self, table: pa.Table, schema: Schema) -> "LocalTable":
        """See `Engine.from_arrow`."""
        parts = [table.slice(a, b - a).combine_chunks() for a, b in bounds(table.num_rows, self.n_partitions)]
        return LocalTable(self, parts, schema)

    def read(self, url: str, schema: Schema) -> "LocalTable":
        """See `Engine.read`."""
        return LocalTable(self, self.run(partition.read_file, partition.paths(url)), schema)

    def write(self, table: Table, url: str) -> None:
        """See `Engine.write`."""
        table.run(partition.write_file, [partition.part_path(url, index) for index in range(len(table.sizes))])

    def blocks(self, matrix: Array) -> "LocalBlocks":
        """See `Engine.blocks`."""
        return LocalBlocks(self, [matrix[a:b] for a, b in bounds(len(matrix), self.n_partitions)])

    def run(self, function: Callable[[Any], R], arguments: Sequence[Any]) -> list[R]:
        """See `Engine.run`."""
        return list(map(function, arguments) if self._pool is None else self._pool.map(function, arguments))

    def close(self) -> None:
        """See `Engine.close`."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)


class _Parts:
    """Partitions held as a list."""

    def __init__(self, engine: LocalEngine, parts: Sequence[Any]) -> None:
        self._engine = engine
        self._parts = list(parts)

    @property
    def sizes(self) -> tuple[int, ...]:
        """Rows of each partition."""
        return tuple(len(part) for part in self._parts)

    @property
    def n_rows(self) -> int:
        """Rows of all partitions."""
        return sum(self.sizes)

    def run(self, function: Callable[[Any, Any], R], arguments: Sequence[Any] | None = None) -> list[R]:
        """See `Table.run` and `Blocks.run`."""
        arguments = [None] * len(self._parts) if arguments is None else arguments
        both = list(zip(self._parts, arguments, strict=True))
        return self._engine.run(lambda each: function(*each), both)

    def drop(self) -> None:
        """See `Blocks.drop`."""
        self._parts.clear()


class LocalPairs(_Parts):
    """Pairs as a list of pairs of arrays."""

    @property
    def sizes(self) -> tuple[int, ...]:
        """Rows of each partition."""
        return tuple(len(own) for own, _ in self._parts)


class LocalBlocks(_Parts):
    """Blocks as a list of arrays."""

    @property
    def n_columns(self) -> int:
        """Columns of every partition."""
        return int(self._parts[0].shape[1])

    def map(self, function: Callable[[Array], Array], n_columns: int | None = None) -> "LocalBlocks":
        """See `Blocks.map`."""
        del n_columns  # everything is made at once
        return LocalBlocks(self._engine, self._engine.run(function, self._parts))

    def beside(self, matrix: Array, rows: npt.NDArray[np.bool_] | None = None) -> "LocalBlocks":
        """See `Blocks.beside`."""
        return LocalBlocks(self._engine, self.run(hstack, pieces(self.sizes, matrix, rows)))

    def paired(self, matrix: Array, rows: npt.NDArray[np.bool_] | None = None) -> "LocalPairs":
        """See `Blocks.paired`."""
        return LocalPairs(self._engine, self.run(pair, pieces(self.sizes, matrix, rows)))

    def collect(self) -> Array:
        """See `Blocks.collect`."""
        return np.concatenate(self._parts)


class LocalTable(_Parts):
    """A table as a list of Arrow tables."""

    def __init__(self, engine: LocalEngine, parts: Sequence[pa.Table], schema: Schema) -> None:
        super().__init__(engine, parts)
        self.schema = schema

    def map(self, function: Callable[[pa.Table], pa.Table], schema: Schema) -> "LocalTable":
        """See `Table.map`."""
        return LocalTable(self._engine, self._engine.run(function, self._parts), schema)

    def blocks(self, columns: Sequence[str], dtype: str = "float64") -> LocalBlocks:
        """See `Table.blocks`."""
        names = tuple(columns)
        return LocalBlocks(self._engine, self.run(lambda part, _: partition.matrix(part, names, dtype)))

    def ids(self) -> npt.NDArray[np.str_]:
        """See `Table.ids`."""
        return np.concatenate(self.run(lambda part, _: partition.ids(part, self.schema.id_column)))

    def arrange(self, ids: npt.NDArray[np.str_]) -> "LocalTable":
        """See `Table.arrange`."""
        position = {value: index for index, value in enumerate(self.ids().tolist())}
        missing = [value for value in ids.tolist() if value not in position]
        if missing:
            raise UnknownColumn(f"{len(missing)} of the wanted ids are not in the table")
        rows = pa.array([position[value] for value in ids.tolist()], pa.int64())
        return self._engine.from_arrow(self.collect().take(rows), self.schema)

    def collect(self) -> pa.Table:
        """See `Table.collect`."""
        return pa.concat_tables(self._parts)
