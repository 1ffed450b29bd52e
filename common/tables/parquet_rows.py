"""Reads a Parquet file in bounded memory; what it says that it unpacks to is looked at before anything is unpacked."""

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from common.errors import HanseError, InvalidInput
from common.tables.rows import Rows

_MOST_CELLS = 10**10
_MOST_ROW_GROUP = 4 << 30
_CELLS_AT_ONCE = 1 << 20
_BYTES_AT_ONCE = 16 << 20


class TooLarge(HanseError):
    """The file unpacks to far more than it is itself."""

    code = "HAN-4206"
    title = "The file unpacks to too much"
    status = "RESOURCE_EXHAUSTED"
    http = 413
    hint = "Split the table, write smaller row groups, or ask for a greater max_import_bytes. Nothing was imported."


def open_parquet(path: Path, nested: type[HanseError] = InvalidInput) -> Rows:
    """Open a Parquet file.

    Parameters
    ----------
    nested
        What is raised for a column that holds lists or records of texts, which are not read.

    Raises
    ------
    TooLarge
        Rows × columns, or a row group, is beyond what is read here.
    """
    with pq.ParquetFile(path) as file:
        _check(file.metadata)
        schema = pa.schema([field.with_type(_plain(field.type)) for field in file.schema_arrow])
        leaves = [file.metadata.schema.column(index) for index in range(file.metadata.num_columns)]
    texts = [leaf.path for leaf in leaves if leaf.physical_type == "BYTE_ARRAY"]
    deep = next((text for text in texts if text not in schema.names), None)
    if deep is not None:
        raise nested(f"column {deep.partition('.')[0]!r} has texts in lists or records, which Hanse does not read")
    return Rows(schema, lambda wanted: _batches(path, schema, wanted, texts, len(leaves)))


def _plain(type_: pa.DataType) -> pa.DataType:
    """Return the type of the values: that they came from a dictionary, as pandas' categories do, matters to no one."""
    return type_.value_type if pa.types.is_dictionary(type_) else type_


def _check(about: pq.FileMetaData) -> None:
    cells = about.num_rows * about.num_columns
    if cells > _MOST_CELLS:
        raise TooLarge(f"{about.num_rows} rows × {about.num_columns} columns are more than {_MOST_CELLS} cells")
    for index in range(about.num_row_groups):
        group = about.row_group(index)
        columns = [group.column(column) for column in range(group.num_columns)]
        # Of lists and repeated values a few bytes make many: what counts is how many there are.
        size = sum(
            max(column.total_uncompressed_size, 8 * _extra(column.num_values, group.num_rows)) for column in columns
        )
        if max(size, group.total_byte_size) > _MOST_ROW_GROUP:
            raise TooLarge(f"row group {index + 1} unpacks to {size} bytes, the limit is {_MOST_ROW_GROUP}")


def _extra(values: int, rows: int) -> int:
    return values if values > rows else 0


def _batches(
    path: Path, schema: pa.Schema, wanted: list[str], texts: list[str], n_columns: int
) -> Iterator[pa.RecordBatch]:
    # A text that a dictionary holds once may stand in every row: so it is repeated here, a few rows at a time.
    packed = [name for name in texts if name in wanted]
    wanted_schema = pa.schema([schema.field(name) for name in wanted])
    rows = max(1, _CELLS_AT_ONCE // max(1, n_columns))
    with pq.ParquetFile(path, read_dictionary=packed, buffer_size=1 << 20, pre_buffer=False) as file:
        for batch in file.iter_batches(rows, columns=wanted, use_threads=False):
            for start, end in _cuts(batch.select(packed)):
                part = batch.slice(start, end - start).select(wanted)
                yield pa.record_batch([_unpacked(column) for column in part.columns], names=wanted).cast(wanted_schema)


def _cuts(texts: pa.RecordBatch) -> Iterator[tuple[int, int]]:
    """Cut rows where their texts reach `_BYTES_AT_ONCE`."""
    sizes = None
    for column in texts.columns:
        lengths = pc.fill_null(pc.cast(pc.binary_length(column.dictionary), pa.int64()), 0)
        own = pc.fill_null(lengths.take(column.indices), 0)
        sizes = own if sizes is None else pc.add(sizes, own)
    start = 0
    if sizes is not None:
        ends = pc.cumulative_sum(sizes).to_numpy()
        while start < len(ends):
            before = ends[start - 1] if start else 0
            end = max(start + 1, int(ends.searchsorted(before + _BYTES_AT_ONCE, "right")))
            yield start, end
            start = end
    elif texts.num_rows:
        yield 0, texts.num_rows


def _unpacked(column: pa.Array) -> pa.Array:
    return column.dictionary_decode() if pa.types.is_dictionary(column.type) else column
