"""Parts of linear models: every member has a summand of each score, in fixed point."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from kernel.core.errors import BadPayload
from kernel.ml.scoring import Columns, Objective, Outcome, Task, raw_columns, score_part
from kernel.protocol.scoring.masks import combine, error_bound
from kernel.protocol.training import checked_id

_BYTES = 8
_CLASSES: dict[str, tuple[int, ...]] = {"binary": (0, 1)}


class LinearPart:
    """See `Part`. Rows are int64 summands, (n_rows, outputs); what is sent of them are elements of the ring 2^64.

    A model of several classes has an output for each: `weights` are a list for each column, `intercept` is one.
    """

    masked: ClassVar[bool] = True
    members: Sequence[str] = ()

    def __init__(self, kind: str, content: Mapping[str, Any]) -> None:
        self._kind, self._content = kind, dict(content)
        # A promoter may have trained for a standardised label.
        self._mean, self._scale = float(content.get("label_mean", 0.0)), float(content.get("label_scale", 1.0))
        self.training = checked_id(content.get("training"))
        self.columns: Sequence[str] = tuple(content["columns"])
        self.raw_columns: Sequence[str] = tuple(raw_columns(content))
        self.text_columns: Collection[str] = {s["column"] for s in content["pipeline"] if s["kind"] == "one_hot"}
        weights = np.array(content["weights"], dtype=np.float64)
        if not self.columns or weights.shape[:1] != (len(self.columns),) or weights.ndim > 2:  # noqa: PLR2004
            raise BadPayload(f"{len(self.columns)} columns, but {weights.size} weights")
        intercept = np.array(content.get("intercept", np.zeros(weights.shape[1:])), dtype=np.float64)
        if not np.all(np.isfinite([*weights.ravel(), *intercept.ravel(), self._mean, self._scale])):
            raise BadPayload("a weight is not finite")
        self._n_outputs = weights.shape[1] if weights.ndim > 1 else 1
        if intercept.shape != weights.shape[1:] or not self._n_outputs:
            raise BadPayload(f"{self._n_outputs} outputs, but {intercept.size} intercepts")
        self._objective = self._read_objective(content)

    def _read_objective(self, content: Mapping[str, Any]) -> Objective | None:
        """Of several classes, only the promoter's part tells what its outputs mean."""
        if self._n_outputs > 1 and "objective" not in content:
            return None
        name = content.get("objective", "binary")  # which the first models do not say
        classes = content.get("classes", _CLASSES.get(name, ()))
        return Objective.of({"objective": name, "classes": classes, "base_score": (0.0,) * self._n_outputs})

    @property
    def task(self) -> Task:
        """See `Part.task`."""
        return self._told().task

    def own(self, columns: Columns, n_rows: int, *, apply_pipeline: bool = True) -> npt.NDArray[Any]:
        """See `Part.own`."""
        if not n_rows:
            return np.zeros((0, self._n_outputs), dtype=np.int64)
        made = score_part(self._kind, self._content, columns, apply_pipeline=apply_pipeline)
        return made.reshape(n_rows, self._n_outputs)

    def noise(self, n_rows: int, token: Callable[[int], bytes]) -> npt.NDArray[Any]:
        """See `Part.noise`."""
        return self._elements(token(_BYTES * n_rows * self._n_outputs))

    def write(self, rows: npt.NDArray[Any]) -> bytes:
        """See `Part.write`."""
        return rows.astype("<u8").tobytes()

    def read(self, answer: bytes, n_rows: int, member: str) -> npt.NDArray[Any]:
        """See `Part.read`."""
        if len(answer) != _BYTES * n_rows * self._n_outputs:
            told = f"{len(answer) // _BYTES} shares of scores for {n_rows} rows"
            raise BadPayload(told if self._n_outputs == 1 else f"{told} of {self._n_outputs} classes", party=member)
        return self._elements(answer)

    def combine(self, own: npt.NDArray[Any], answers: Mapping[str, npt.NDArray[Any]]) -> npt.NDArray[np.float64]:
        """See `Part.combine`."""
        return self._mean + self._scale * combine(own, answers.values())

    def outcome(self, scores: npt.NDArray[np.float64]) -> Outcome:
        """See `Part.outcome`."""
        return self._told().outcome(scores)

    def _told(self) -> Objective:
        if self._objective is None:
            raise BadPayload("only the promoter's part of a model of several classes knows its objective")
        return self._objective

    def _elements(self, data: bytes) -> npt.NDArray[Any]:
        return np.frombuffer(data, dtype="<u8").astype(np.uint64).reshape(-1, self._n_outputs)

    def bound(self, n_members: int) -> float:
        """See `Part.bound`."""
        return abs(self._scale) * error_bound(n_members)
