"""Arrow tables as JSON rows, for previews."""

import datetime as dt
import math
from typing import Any

import pyarrow as pa


def rows_of(stream: bytes) -> dict[str, Any]:
    """Read an Arrow IPC stream into column names and rows of plain values."""
    table = pa.ipc.open_stream(stream).read_all()
    columns = [[_plain(value) for value in column.to_pylist()] for column in table.columns]
    return {"columns": table.column_names, "rows": [list(row) for row in zip(*columns, strict=True)]}


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, (dt.date, dt.datetime)):
        return value.isoformat()
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value[:16]]
    if isinstance(value, bytes):
        return f"{len(value)} bytes"
    return str(value)
