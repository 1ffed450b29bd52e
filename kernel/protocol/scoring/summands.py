"""Parts of linear models: every member has a summand of each score, in fixed point."""

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from kernel.core.errors import BadPayload
from kernel.ml.scoring import Columns, Objective, Outcome, Task, raw_columns, score_part
from kernel.protocol.scoring.masks import combine, error_bound

_BYTES = 8
_CLASSES: dict[str, tuple[int, ...]] = {"binary": (0, 1)}


class LinearPart:
    """See `Part`. Rows are int64 summands, what is sent of them elements of the ring 2^64, little-endian.

    A row has one summand, or with several classes one for each.
    """

    masked: ClassVar[bool] = True
    members: Sequence[str] = ()

    def __init__(self, kind: str, content: Mapping[str, Any]) -> None:
        self._kind, self._content = kind, dict(content)
        name = content.get("objective", "binary")  # which the first models do not say
        # A promoter may have trained for a standardised label.
        self._mean, self._scale = float(content.get("label_mean", 0.0)), float(content.get("label_scale", 1.0))
        self.columns: Sequence[str] = tuple(content["columns"])
        self.raw_columns: Sequence[str] = tuple(raw_columns(content))
        self.text_columns: Collection[str] = {s["column"] for s in content["pipeline"] if s["kind"] == "one_hot"}
        weights = np.array(content["weights"], dtype=np.float64)
        intercept = np.array(content.get("intercept", 0.0), dtype=np.float64)
        self._outputs: tuple[int, ...] = weights.shape[1:]
        fits = "intercept" not in content or intercept.shape == self._outputs
        if not self.columns or len(weights) != len(self.columns) or len(self._outputs) > 1 or not fits:
            raise BadPayload(f"{len(self.columns)} columns, but {weights.size} weights")
        if not np.all(np.isfinite([*weights.ravel(), *intercept.ravel(), self._mean, self._scale])):
            raise BadPayload("a weight is not finite")
        classes = tuple(content.get("classes", _CLASSES.get(name, ())))
        base = np.zeros(self._outputs or (1,))
        # A provider knows of classes only how many there are.
        known = "objective" in content or not self._outputs
        self._objective = Objective.of({"objective": name, "classes": classes, "base_score": base}) if known else None

    @property
    def task(self) -> Task:
        """See `Part.task`."""
        return Task.MULTICLASS if self._objective is None else self._objective.task

    def own(self, columns: Columns, n_rows: int, *, apply_pipeline: bool = True) -> npt.NDArray[Any]:
        """See `Part.own`."""
        if not n_rows:
            return np.zeros((0, *self._outputs), dtype=np.int64)
        return score_part(self._kind, self._content, columns, apply_pipeline=apply_pipeline)

    def noise(self, n_rows: int, token: Callable[[int], bytes]) -> npt.NDArray[Any]:
        """See `Part.noise`."""
        shape = (n_rows, *self._outputs)
        return np.frombuffer(token(_BYTES * math.prod(shape)), dtype="<u8").astype(np.uint64).reshape(shape)

    def write(self, rows: npt.NDArray[Any]) -> bytes:
        """See `Part.write`."""
        return rows.astype("<u8").tobytes()

    def read(self, answer: bytes, n_rows: int, member: str) -> npt.NDArray[Any]:
        """See `Part.read`."""
        shape = (n_rows, *self._outputs)
        if len(answer) != _BYTES * math.prod(shape):
            raise BadPayload(f"{len(answer) // _BYTES} shares of scores for {n_rows} rows", party=member)
        return np.frombuffer(answer, dtype="<u8").astype(np.uint64).reshape(shape)

    def combine(self, own: npt.NDArray[Any], answers: Mapping[str, npt.NDArray[Any]]) -> npt.NDArray[np.float64]:
        """See `Part.combine`."""
        return self._mean + self._scale * combine(own, answers.values()).reshape(len(own), math.prod(self._outputs))

    def outcome(self, scores: npt.NDArray[np.float64]) -> Outcome:
        """See `Part.outcome`."""
        if self._objective is None:
            raise BadPayload("a provider's part says nothing of classes")
        return self._objective.outcome(scores)

    def bound(self, n_members: int) -> float:
        """See `Part.bound`."""
        return abs(self._scale) * error_bound(n_members)
