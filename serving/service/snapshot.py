"""A provider's feature snapshot: rows by keyed hashes of their ids, so that nobody reads ids back from the store."""

import hashlib
import hmac
import math
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from common import canonical
from kernel.crypto.prg import derive
from kernel.ml.scoring.arrow import columns_of
from serving.domain.errors import BadSnapshot


class Tagger:
    """Hashes ids under a key that is derived from the part's secret."""

    def __init__(self, secret: bytes) -> None:
        self._key = derive(secret, "serving-id")

    def tag(self, text: str) -> bytes:
        """HMAC-SHA-256 of an id."""
        return hmac.digest(self._key, text.encode(), hashlib.sha256)


def read_snapshot(path: Path, columns: Sequence[str], id_column: str, tagger: Tagger) -> Iterator[tuple[bytes, bytes]]:
    """Yield tag and values (canonical JSON, in the order of `columns`) of every row, batch by batch.

    Parameters
    ----------
    path : Path
        Arrow IPC stream.
    columns : sequence of str
        Raw columns that the model needs.
    id_column : str
        Empty: the one text column whose values are all different and present.

    Raises
    ------
    BadSnapshot
        Not an Arrow stream, a column is absent or of a kind that no model reads, an id is empty.
    """
    try:
        with pa.memory_map(str(path)) as source, pa.ipc.open_stream(source) as reader:
            schema = reader.schema
            name = id_column or _only_id(path, schema)
            absent = [column for column in (name, *columns) if column not in schema.names]
            if absent:
                raise BadSnapshot(f"the data set has no column {', '.join(absent)}")
            for batch in reader:
                table = pa.Table.from_batches([batch], schema)
                ids = table.column(name).cast(pa.string()).to_pylist()
                if not all(ids):
                    raise BadSnapshot(f"an id in column {name} is empty")
                yield from zip(map(tagger.tag, ids), _values(table, columns), strict=True)
    except (pa.ArrowException, OSError) as problem:
        raise BadSnapshot(f"the snapshot is not an Arrow stream: {problem}") from problem


def _only_id(path: Path, schema: pa.Schema) -> str:
    """Find the id column where nobody named it; a guess between two is none."""
    texts = [field.name for field in schema if pa.types.is_string(field.type) or pa.types.is_large_string(field.type)]
    if len(texts) > 1:
        with pa.memory_map(str(path)) as source, pa.ipc.open_stream(source) as reader:
            table = reader.read_all().select(texts)
        different = [name for name in texts if len(table.column(name).drop_null().unique()) == table.num_rows]
        texts = different or texts
    if len(texts) != 1:
        raise BadSnapshot(f"{len(texts)} text columns could hold the ids; the import must name one (id_column)")
    return str(texts[0])


def _values(table: pa.Table, columns: Sequence[str]) -> Iterator[bytes]:
    read = columns_of(table, columns)
    for row in range(table.num_rows):
        yield canonical.dumps([_cell(read[name][row], name) for name in columns])


def _cell(value: Any, column: str) -> float | str | None:
    if value is None or isinstance(value, str):
        return value
    try:
        number = float(value)
    except (TypeError, ValueError) as problem:
        raise BadSnapshot(f"column {column} holds neither numbers nor texts") from problem
    return number if math.isfinite(number) else None


def rows_of(values: Iterable[bytes], columns: Sequence[str]) -> list[dict[str, Any]]:
    """Turn stored values back into rows."""
    return [dict(zip(columns, canonical.loads(content), strict=True)) for content in values]
