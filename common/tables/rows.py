"""Rows on their way from a file to a data set: batch by batch, never a whole table."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Rows:
    """Columns and how to read them; each call of `batches` reads the file anew, the named columns only."""

    schema: pa.Schema
    batches: Callable[[list[str]], Iterator[pa.RecordBatch]]

    def table(self) -> pa.Table:
        """Read all of a small file."""
        return pa.Table.from_batches(list(self.batches(self.schema.names)), self.schema)
