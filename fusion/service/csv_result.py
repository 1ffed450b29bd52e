"""Rows as CSV: exactly as they are, or so that a spreadsheet opens them properly and computes nothing.

A spreadsheet takes a cell that begins with = + - or @ for a formula, which may read files or fetch addresses (CSV
injection). A defused cell has an apostrophe before that: `'=1+1`. To be recognised without doubt, a cell that begins
with apostrophes and such a sign gets one more; so taking one away from each that looks defused gives the exact value.
Plain numbers, also +8613800001111 and -5, are no formulas and stay.
"""

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet

from fusion.domain.errors import BadColumns

BOM = b"\xef\xbb\xbf"
#: What OWASP names, and the full-width forms that spreadsheets of some languages take alike.
_FORMULA = "^'*[=+@\t\r\n\uff1d\uff0b\uff0d\uff20-]"
_NUMBER = r"^[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?$"


def csv_of(path: Path, columns: list[str], *, bom: bool = False, defuse: bool = False) -> Iterator[bytes]:
    """Yield a Parquet file's columns as CSV in UTF-8.

    Parameters
    ----------
    bom
        Begin with a byte-order mark, by which Excel sees that it is UTF-8.
    defuse
        Put an apostrophe before texts that a spreadsheet would take for formulas.

    Raises
    ------
    BadColumns
        A column cannot be written as CSV.
    """
    with pa.parquet.ParquetFile(path) as file:
        schema = pa.schema([file.schema_arrow.field(name) for name in columns])
        if bom:
            yield BOM
        head = pa.Table.from_batches([], schema)
        yield _written(head.rename_columns(defused(pa.array(columns)).to_pylist()) if defuse else head, header=True)
        for batch in file.iter_batches(columns=columns):
            rows = batch.select(columns)
            yield _written(pa.Table.from_batches([_defused_texts(rows) if defuse else rows]), header=False)


def defused(text: pa.Array) -> pa.Array:
    """Put an apostrophe before texts that a spreadsheet would take for formulas."""
    formula = pc.match_substring_regex(text, _FORMULA)
    number = pc.match_substring_regex(text, _NUMBER)
    return pc.if_else(pc.and_not(formula, number), pc.binary_join_element_wise("'", text, ""), text)


def _defused_texts(rows: pa.RecordBatch) -> pa.RecordBatch:
    columns = []
    for column in rows.columns:
        plain = column.dictionary_decode() if pa.types.is_dictionary(column.type) else column
        is_text = pa.types.is_string(plain.type) or pa.types.is_large_string(plain.type)
        columns.append(defused(plain.cast(pa.string())) if is_text else column)
    return pa.record_batch(columns, names=rows.schema.names)


def _written(table: pa.Table, *, header: bool) -> bytes:
    sink = pa.BufferOutputStream()
    try:
        pa.csv.write_csv(table, sink, pa.csv.WriteOptions(include_header=header))
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as problem:
        hint = "Take the result as Parquet, or choose other columns."
        raise BadColumns(f"not all columns can be written as CSV: {problem}", hint=hint) from problem
    return bytes(sink.getvalue().to_pybytes())
