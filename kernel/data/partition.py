"""What both engines do to a single partition."""

from collections.abc import Sequence
from typing import Any

import fsspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq


def to_bytes(table: pa.Table) -> bytes:
    """Arrow IPC stream of a partition."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue().to_pybytes())


def from_bytes(data: bytes) -> pa.Table:
    """Read what `to_bytes` wrote."""
    return pa.ipc.open_stream(data).read_all()


def matrix(table: pa.Table, columns: Sequence[str], dtype: str) -> npt.NDArray[Any]:
    """Rows × columns as one contiguous array; missing values become NaN."""
    out = np.empty((table.num_rows, len(columns)), dtype=dtype)
    for index, name in enumerate(columns):
        column = table.column(name)
        if dtype.startswith("float"):
            # Integers beyond 2^53 are rounded, as everywhere that they become floats.
            column = pc.fill_null(pc.cast(column, pa.float64(), safe=False), float("nan"))
        out[:, index] = column.to_numpy()
    return out


def ids(table: pa.Table, id_column: str) -> npt.NDArray[np.str_]:
    """Ids of a partition as an array of str objects' fixed-width copy."""
    return np.asarray(table.column(id_column).to_pylist(), dtype=np.str_)


def paths(url: str) -> list[str]:
    """Parquet files of a folder, by name, as URLs."""
    filesystem, root = fsspec.core.url_to_fs(url)
    return [filesystem.unstrip_protocol(name) for name in sorted(filesystem.glob(f"{root}/*.parquet"))]


def part_path(url: str, index: int) -> str:
    """Return the place of one partition's file."""
    return f"{url.rstrip('/')}/part-{index:05d}.parquet"


def read_file(url: str) -> pa.Table:
    """Read one Parquet file."""
    with fsspec.open(url, "rb") as stream:
        return pq.read_table(stream)


def write_file(table: pa.Table, url: str) -> None:
    """Write one Parquet file, making its folder."""
    filesystem, path = fsspec.core.url_to_fs(url)
    filesystem.makedirs(path.rsplit("/", 1)[0], exist_ok=True)
    with filesystem.open(path, "wb") as stream:
        pq.write_table(table, stream)
