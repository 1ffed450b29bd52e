"""The version of a data set: a digest of its columns and rows, however they were cut into batches."""

import hashlib
from collections import defaultdict

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc


class Fingerprint:
    """SHA-256 over the schema and, for each column, what is missing, how long texts and lists are, and the values."""

    def __init__(self, schema: pa.Schema) -> None:
        self._schema = schema
        self._digests: dict[str, hashlib._Hash] = defaultdict(hashlib.sha256)

    def add(self, batch: pa.RecordBatch) -> None:
        """Take the next rows."""
        for index, column in enumerate(batch.columns):
            self._add(str(index), column)

    def hexdigest(self) -> str:
        """Return the digest of all rows so far."""
        names = repr([(field.name, str(field.type)) for field in self._schema])
        whole = hashlib.sha256(names.encode())
        for name, digest in sorted(self._digests.items()):
            whole.update(name.encode() + digest.digest())
        return whole.hexdigest()

    def _add(self, name: str, column: pa.Array) -> None:
        self._digests[f"{name}?"].update(_bytes(column.is_valid()))
        present = column.drop_null()
        if pa.types.is_nested(present.type):
            self._digests[f"{name}#"].update(_bytes(pc.list_value_length(present)))
            self._add(f"{name}/", present.flatten())
        elif _has_lengths(present.type):
            self._digests[f"{name}#"].update(_bytes(pc.cast(pc.binary_length(present), pa.int64())))
            self._digests[name].update(_text(present))
        else:
            self._digests[name].update(_bytes(present))


def whole(times: pa.Array) -> pa.Array:
    """Return dates or times as the whole numbers of their unit that they are."""
    return times.view(pa.int32() if times.type.bit_width == 32 else pa.int64())  # noqa: PLR2004


def _has_lengths(type_: pa.DataType) -> bool:
    texts = (pa.types.is_string, pa.types.is_large_string, pa.types.is_binary, pa.types.is_large_binary)
    return any(matches(type_) for matches in texts)


def _text(texts: pa.Array) -> memoryview:
    large = pa.types.is_large_string(texts.type) or pa.types.is_large_binary(texts.type)
    _, offsets, content = texts.buffers()
    if not len(texts) or content is None:
        return memoryview(b"")
    ends = np.frombuffer(offsets, np.int64 if large else np.int32)[texts.offset : texts.offset + len(texts) + 1]
    return memoryview(content)[int(ends[0]) : int(ends[-1])]


def _bytes(values: pa.Array) -> bytes:
    if pa.types.is_boolean(values.type):
        values = pc.cast(values, pa.uint8())
    elif pa.types.is_temporal(values.type):
        values = whole(values)
    plain: np.ndarray[tuple[int], np.dtype[np.generic]] = values.to_numpy(zero_copy_only=False)
    return plain.tobytes()
