"""A row to try a model with: ours, and one that every party knows, because the model's job aligned it."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from board.service.models import Models
from board.service.ports import Flow, Kernel
from board.store.base import DataSetStore
from common import canonical
from common.errors import NotFound

_SOURCES = ("psi", "data_import")  # whose tables hold rows as they were brought, the aligned ones first


@dataclass(frozen=True, slots=True)
class TrialRow:
    """The row as an Arrow IPC stream, and which of its columns are no features."""

    id_column: str
    label_column: str
    stream: bytes


class TrialRows:
    """Reads rows from the outputs of jobs that trained models."""

    def __init__(self, member: str, models: Models, flow: Flow, kernel: Kernel, data_sets: DataSetStore) -> None:
        self._member, self._models, self._flow = member, models, flow
        self._kernel, self._data_sets = kernel, data_sets

    def first(self, model: str) -> TrialRow:
        """Return the first row that the model's job aligned, or else brought in.

        Raises
        ------
        UnknownModel
            There is no such model here.
        NotFound
            The job's rows, or the data set that they came from, are deleted.
        """
        found = self._models.find(model)
        job = self._flow.get(found.job)
        reused = {task.task: task.reused_from for task in job.tasks}
        brought = [node.own_params.get(self._member, b"") for node in job.spec.nodes if node.component == "data_import"]
        own: dict[str, Any] = next((canonical.loads(params) for params in brought if params), {})
        data_set = self._data_sets.find(str(own.get("data_set")))
        ran = {node.component: node.id for node in job.spec.nodes if node.id in reused}
        source = next((ran[component] for component in _SOURCES if component in ran), "")
        if data_set is None or not source:
            raise NotFound(f"the rows that model {model} was trained on are not here any more")
        chunks = self._kernel.output(reused[source] or found.job, source, "table", "arrow")
        return TrialRow(data_set.id_column, str(own.get("label") or data_set.label_column), _first(chunks))


class _Chunks(io.RawIOBase):
    """An iterator of bytes as a file, so that no more is fetched than is read."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks, self._left = chunks, b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        while not self._left:
            chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self._left = chunk
        size = min(len(buffer), len(self._left))
        buffer[:size], self._left = self._left[:size], self._left[size:]
        return size


def _first(chunks: Iterator[bytes]) -> bytes:
    with pa.ipc.open_stream(io.BufferedReader(_Chunks(chunks))) as reader:
        batch = next((batch for batch in reader if batch.num_rows), None)
        if batch is None:
            raise NotFound("the model's job aligned no rows")
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, reader.schema) as writer:
            writer.write_batch(batch.slice(0, 1))
        return bytes(sink.getvalue())
