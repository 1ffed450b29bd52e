"""Finds the types of a text file's columns block by block, as Arrow does over a whole file.

Arrow tries the types of `_NARROWEST_FIRST` in turn and takes the first one that converts every value. So over blocks:
what no block's own type is narrower than, and where the blocks differ, the first one that converts all of them.
"""

import io
from collections.abc import Mapping, Sequence

import pyarrow as pa
from pyarrow import csv

_NARROWEST_FIRST = (
    pa.null(),
    pa.int64(),
    pa.bool_(),
    pa.date32(),
    pa.time32("s"),
    pa.timestamp("s"),
    pa.timestamp("s", "UTC"),
    pa.timestamp("ns"),
    pa.timestamp("ns", "UTC"),
    pa.float64(),
    pa.string(),
)
_NULL, _TEXT = 0, len(_NARROWEST_FIRST) - 1


class Converter:
    """Converts texts as the CSV reader does, with the same words for what is missing."""

    def __init__(self, nulls: Mapping[str, object]) -> None:
        self._nulls = nulls

    def ranks(self, texts: pa.RecordBatch) -> list[int]:
        """Return the narrowest type of each column, as its place in `_NARROWEST_FIRST`."""
        return [_NARROWEST_FIRST.index(field.type) for field in self._read(texts, {}).schema]

    def converts(self, texts: pa.Array, rank: int) -> bool:
        """Whether all texts are of a type."""
        try:
            self._read(pa.record_batch([texts], ["x"]), {"x": _NARROWEST_FIRST[rank]})
        except pa.ArrowInvalid:
            return False
        return True

    def _read(self, texts: pa.RecordBatch, types: Mapping[str, pa.DataType]) -> pa.Table:
        written = io.BytesIO()
        csv.write_csv(texts, written)
        written.seek(0)
        # As one block: a block's columns are inferred together.
        options = csv.ReadOptions(use_threads=False, block_size=max(1 << 20, written.getbuffer().nbytes + 1))
        parsing = csv.ParseOptions(newlines_in_values=True)
        converting = csv.ConvertOptions(strings_can_be_null=True, column_types=types, **self._nulls)
        return csv.read_csv(written, options, parsing, converting)


class Kinds:
    """What is known of columns' types: all blocks go to `narrow`, then those of the doubtful columns to `settle`."""

    def __init__(self, names: Sequence[str], converter: Converter) -> None:
        self._converter = converter
        self._seen: dict[str, set[int]] = {name: set() for name in names}
        self._open: dict[str, list[int]] = {}

    def narrow(self, texts: pa.RecordBatch) -> None:
        """Note the narrowest type of each column in a block."""
        unsure = [name for name in texts.schema.names if _TEXT not in self._seen[name]]
        for name, rank in zip(unsure, self._converter.ranks(texts.select(unsure)) if unsure else [], strict=True):
            if rank != _NULL:  # takes any type
                self._seen[name].add(rank)

    @property
    def doubtful(self) -> list[str]:
        """Columns whose blocks differ, so that a wider type must be tried on them all."""
        return [name for name, seen in self._seen.items() if len(seen) > 1 and _TEXT not in seen]

    def settle(self, texts: pa.RecordBatch) -> None:
        """Try the types that are left on a block of the doubtful columns."""
        for name in texts.schema.names:
            left = self._open.setdefault(name, list(range(max(self._seen[name]), _TEXT)))
            left[:] = [rank for rank in left if self._converter.converts(texts.column(name), rank)]

    def types(self) -> dict[str, pa.DataType]:
        """Return column → type."""
        ranks = {name: max(seen, default=_NULL) for name, seen in self._seen.items()}
        ranks |= {name: min(left, default=_TEXT) for name, left in self._open.items()}
        return {name: _NARROWEST_FIRST[rank] for name, rank in ranks.items()}
