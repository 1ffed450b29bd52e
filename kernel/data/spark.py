"""The engine on Spark: one Arrow table or numpy block per partition, cached where it was computed.

An RDD holds exactly one element a partition (Arrow IPC bytes or an array), never a row; only aggregates return to the
driver.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar, cast

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pyspark import RDD, SparkContext, StorageLevel

from common.errors import HanseError, error_from
from kernel.core.errors import UnknownColumn
from kernel.data import partition
from kernel.data.engine import Array, Table, bounds, hstack, pair, pieces
from kernel.data.schema import Schema

R = TypeVar("R")


class SparkEngine:
    """Tables and blocks of one job's Spark session."""

    def __init__(self, context: SparkContext, n_partitions: int = 4) -> None:
        self.n_partitions = n_partitions
        self._context = context
        self._cached: list[RDD[Any]] = []

    def from_arrow(self, table: pa.Table, schema: Schema) -> "SparkTable":
        """See `Engine.from_arrow`."""
        cuts = bounds(table.num_rows, self.n_partitions)
        parts = [partition.to_bytes(table.slice(a, b - a)) for a, b in cuts]
        return SparkTable(self, self.spread(parts), schema, tuple(b - a for a, b in cuts))

    def read(self, url: str, schema: Schema) -> "SparkTable":
        """See `Engine.read`."""
        paths = self.spread(partition.paths(url))
        return SparkTable(self, paths.map(lambda path: partition.to_bytes(partition.read_file(path))), schema)

    def write(self, table: Table, url: str) -> None:
        """See `Engine.write`."""
        table.run(partition.write_file, [partition.part_path(url, index) for index in range(len(table.sizes))])

    def blocks(self, matrix: Array) -> "SparkBlocks":
        """See `Engine.blocks`."""
        cuts = bounds(len(matrix), self.n_partitions)
        parts = self.spread([np.ascontiguousarray(matrix[a:b]) for a, b in cuts])
        return SparkBlocks(self, parts, tuple(b - a for a, b in cuts), matrix.shape[1])

    def run(self, function: Callable[[Any], R], arguments: Sequence[Any]) -> list[R]:
        """See `Engine.run`."""
        return _results(self.spread(list(arguments)).map(lambda argument: _attempt(function, argument)).collect())

    def close(self) -> None:
        """See `Engine.close`; the session itself belongs to its pool."""
        for rdd in self._cached:
            rdd.unpersist()
        self._cached.clear()

    def spread(self, elements: list[Any]) -> "RDD[Any]":
        """Put one element on each partition."""
        return self._context.parallelize(elements, max(1, len(elements)))

    def cache(self, rdd: "RDD[Any]") -> "RDD[Any]":
        """Keep a partition's element where it was computed, spilling to disk before failing."""
        rdd.persist(StorageLevel.MEMORY_AND_DISK)
        self._cached.append(rdd)
        return rdd

    def forget(self, rdd: "RDD[Any]") -> None:
        """Free one that `cache` keeps."""
        rdd.unpersist()
        self._cached = [kept for kept in self._cached if kept is not rdd]


def _call(rdd: "RDD[Any]", function: Callable[[Any, Any], Any], arguments: Sequence[Any] | None) -> list[Any]:
    """One stage: apply the function to each element with its own argument."""
    arguments = None if arguments is None else list(arguments)

    def apply(index: int, elements: Iterable[Any]) -> Iterator[Any]:
        argument = None if arguments is None else arguments[index]
        return (_attempt(function, element, argument) for element in elements)

    return _results(rdd.mapPartitionsWithIndex(apply).collect())


@dataclass(frozen=True)
class _Failed:
    """A named failure on its way from an executor to the driver; Spark would wrap the exception in one of its own."""

    code: str
    detail: str
    hint: str
    party: str
    public_detail: str


def _attempt(function: Callable[..., Any], *arguments: Any) -> Any:
    """Call a function; its named failure, or that by which the first argument was not made, is returned."""
    if isinstance(arguments[0], _Failed):
        return arguments[0]
    try:
        return function(*arguments)
    except HanseError as error:
        return _Failed(error.code, error.detail, error.hint, error.party, error.public_detail)


def _results(results: list[Any]) -> list[Any]:
    """Results of a stage, or the first named failure among them, raised here."""
    for result in results:
        if isinstance(result, _Failed):
            error = error_from(result.code, result.detail, result.hint, party=result.party)
            error.public_detail = result.public_detail
            raise error
    return results


class SparkPairs:
    """Pairs as an RDD of pairs of arrays."""

    def __init__(self, engine: SparkEngine, rdd: "RDD[Any]", sizes: tuple[int, ...]) -> None:
        self._engine, self._rdd = engine, engine.cache(rdd)
        self.sizes = sizes

    def run(self, function: Callable[[Any, Any], R], arguments: Sequence[Any] | None = None) -> list[R]:
        """See `Blocks.run`."""
        return _call(self._rdd, function, arguments)

    def drop(self) -> None:
        """See `Blocks.drop`."""
        self._engine.forget(self._rdd)


class SparkBlocks(SparkPairs):
    """Blocks as an RDD of arrays."""

    def __init__(self, engine: SparkEngine, rdd: "RDD[Any]", sizes: tuple[int, ...], n_columns: int) -> None:
        super().__init__(engine, rdd, sizes)
        self.n_columns = n_columns

    @property
    def n_rows(self) -> int:
        """Rows of all partitions."""
        return sum(self.sizes)

    def map(self, function: Callable[[Array], Array], n_columns: int | None = None) -> "SparkBlocks":
        """See `Blocks.map`."""
        rdd = self._rdd.map(lambda block: _attempt(function, block))
        if n_columns is not None:
            return SparkBlocks(self._engine, rdd, self.sizes, n_columns)
        shapes = _call(self._engine.cache(rdd), lambda block, _: block.shape, None)
        return SparkBlocks(self._engine, rdd, tuple(shape[0] for shape in shapes), shapes[0][1])

    def beside(self, matrix: Array, rows: npt.NDArray[np.bool_] | None = None) -> "SparkBlocks":
        """See `Blocks.beside`."""
        joined, sizes = self._with(matrix, rows, hstack)
        return SparkBlocks(self._engine, joined, sizes, self.n_columns + matrix.shape[1])

    def paired(self, matrix: Array, rows: npt.NDArray[np.bool_] | None = None) -> "SparkPairs":
        """See `Blocks.paired`."""
        return SparkPairs(self._engine, *self._with(matrix, rows, pair))

    def _with(
        self, matrix: Array, rows: npt.NDArray[np.bool_] | None, join: Callable[[Array, Any], Any]
    ) -> tuple["RDD[Any]", tuple[int, ...]]:
        """Send each partition its rows of the matrix, and join them there; and the rows of each."""
        parts = pieces(self.sizes, matrix, rows)
        joined = self._rdd.zip(self._engine.spread(parts)).map(lambda both: _attempt(join, *both))
        return joined, tuple(len(part) for part, _ in parts)

    def collect(self) -> Array:
        """See `Blocks.collect`."""
        return np.concatenate(_results(self._rdd.collect()))


class SparkTable:
    """A table as an RDD of Arrow IPC bytes."""

    def __init__(
        self, engine: SparkEngine, rdd: "RDD[bytes]", schema: Schema, sizes: tuple[int, ...] | None = None
    ) -> None:
        self._engine, self._rdd = engine, engine.cache(rdd)
        self.schema = schema
        self._sizes = sizes

    @property
    def sizes(self) -> tuple[int, ...]:
        """Rows of each partition."""
        if self._sizes is None:
            self.run(lambda *_: None)
        return cast("tuple[int, ...]", self._sizes)

    @property
    def n_rows(self) -> int:
        """Rows of all partitions."""
        return sum(self.sizes)

    def run(self, function: Callable[[pa.Table, Any], R], arguments: Sequence[Any] | None = None) -> list[R]:
        """See `Table.run`."""
        if self._sizes is not None:
            return _call(self._rdd, lambda data, argument: function(partition.from_bytes(data), argument), arguments)

        def counted(data: bytes, argument: Any) -> tuple[int, R]:
            part = partition.from_bytes(data)
            return part.num_rows, function(part, argument)

        found = _call(self._rdd, counted, arguments)
        self._sizes = tuple(rows for rows, _ in found)
        return [result for _, result in found]

    def map(self, function: Callable[[pa.Table], pa.Table], schema: Schema) -> "SparkTable":
        """See `Table.map`."""
        rdd = self._rdd.map(lambda data: partition.to_bytes(function(partition.from_bytes(data))))
        return SparkTable(self._engine, rdd, schema)

    def blocks(self, columns: Sequence[str], dtype: str = "float64") -> SparkBlocks:
        """See `Table.blocks`."""
        names = tuple(columns)
        rdd = self._rdd.map(lambda data: partition.matrix(partition.from_bytes(data), names, dtype))
        return SparkBlocks(self._engine, rdd, self.sizes, len(names))

    def ids(self) -> npt.NDArray[np.str_]:
        """See `Table.ids`."""
        id_column = self.schema.id_column
        return np.concatenate(self.run(lambda part, _: partition.ids(part, id_column)))

    def arrange(self, ids: npt.NDArray[np.str_]) -> "SparkTable":
        """See `Table.arrange`: one shuffle, by the row's new place."""
        known = set(self.ids().tolist())
        missing = sum(value not in known for value in ids.tolist())
        if missing:
            raise UnknownColumn(f"{missing} of the wanted ids are not in the table")
        cuts = bounds(len(ids), self._engine.n_partitions)
        place = {value: index for index, value in enumerate(ids.tolist())}
        starts = np.array([a for a, _ in cuts])
        id_column, empty = self.schema.id_column, self._rdd.first()

        def deal(data: bytes) -> Iterator[tuple[int, bytes]]:
            part = partition.from_bytes(data)
            places = np.array([place.get(value, -1) for value in part.column(id_column).to_pylist()], dtype=np.int64)
            targets = np.searchsorted(starts, places, side="right") - 1
            for target in range(len(starts)):
                rows = np.flatnonzero((targets == target) & (places >= 0))
                yield target, partition.to_bytes(part.take(pa.array(rows, pa.int64())))

        def gather(pieces: Iterable[tuple[int, bytes]]) -> Iterator[bytes]:
            tables = [partition.from_bytes(piece) for _, piece in pieces]
            merged = pa.concat_tables(tables) if tables else partition.from_bytes(empty).slice(0, 0)
            order = np.argsort([place[value] for value in merged.column(id_column).to_pylist()], kind="stable")
            yield partition.to_bytes(merged.take(pa.array(order, pa.int64())).combine_chunks())

        dealt = self._rdd.flatMap(deal).partitionBy(len(cuts), int)
        return SparkTable(self._engine, dealt.mapPartitions(gather), self.schema, tuple(b - a for a, b in cuts))

    def collect(self) -> pa.Table:
        """See `Table.collect`."""
        return pa.concat_tables([partition.from_bytes(data) for data in self._rdd.collect()])
