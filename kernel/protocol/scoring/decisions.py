"""Parts of tree models: every member decides its own splits, the promoter walks the trees.

An answer is the number of splits as four bytes, big-endian, then ceil(splits / 8) bytes a row: split s is bit s mod 8
(of value 2^(s mod 8)) of byte s div 8, one where the row goes left; what is over in the last byte is zero.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from kernel.core.errors import BadParameters, BadPayload
from kernel.ml.scoring import (
    Columns,
    Forest,
    Objective,
    Outcome,
    Splits,
    Task,
    decide,
    leaves,
    raw_columns,
    transform,
    walk,
)
from kernel.ml.scoring.pipeline import inputs
from kernel.protocol.training import checked_id

Packed = npt.NDArray[np.uint8]
Bools = npt.NDArray[np.bool_]
_HEADER_BYTES = 4
_BLOCK = 4096  # rows whose decisions are unpacked at a time


class TreePart:
    """See `Part`. Rows are packed decisions, uint8 of shape (n_rows, ceil(splits / 8))."""

    masked: ClassVar[bool] = False

    def __init__(self, kind: str, content: Mapping[str, Any]) -> None:
        del kind
        self._pipeline = list(content["pipeline"])
        self._splits = Splits.of(content)
        self.columns: Sequence[str] = tuple(content["columns"])
        self.raw_columns: Sequence[str] = tuple(raw_columns(content))
        self.text_columns: Collection[str] = _texts(self._pipeline, self._splits, self.raw_columns)
        self.members: Sequence[str] = tuple(content["members"])
        self.training = checked_id(content.get("training"))
        promoter = content["role"] == "promoter"
        self._objective = Objective.of(content) if promoter else None
        self._forest = Forest.of(content) if promoter else None

    @property
    def n_splits(self) -> int:
        """How many splits this member decides."""
        return self._splits.count

    @property
    def task(self) -> Task:
        """See `Part.task`."""
        return self._told().task

    def own(self, columns: Columns, n_rows: int, *, apply_pipeline: bool = True) -> Packed:
        """See `Part.own`."""
        columns = transform(columns, self._pipeline) if apply_pipeline else columns
        rows = np.zeros((n_rows, _width(self.n_splits)), dtype=np.uint8)
        for start in range(0, n_rows, _BLOCK):
            block = {name: column[start : start + _BLOCK] for name, column in columns.items()}
            decided = decide(self._splits, block, min(_BLOCK, n_rows - start))
            rows[start : start + _BLOCK] = np.packbits(decided, axis=1, bitorder="little")
        return rows

    def noise(self, n_rows: int, token: Callable[[int], bytes]) -> Packed:
        """See `Part.noise`."""
        width = _width(self.n_splits)
        rows = np.frombuffer(token(n_rows * width), dtype=np.uint8).reshape(n_rows, width).copy()
        rows[:, width - 1 :] &= _last(self.n_splits)
        return rows

    def write(self, rows: Packed) -> bytes:
        """See `Part.write`."""
        return self.n_splits.to_bytes(_HEADER_BYTES, "big") + rows.tobytes()

    def read(self, answer: bytes, n_rows: int, member: str) -> Packed:
        """See `Part.read`."""
        needed = self._needed().get(member, 0)
        n_splits = int.from_bytes(answer[:_HEADER_BYTES], "big")
        width = _width(n_splits)
        if len(answer) != _HEADER_BYTES + n_rows * width:
            told = f"{len(answer)} bytes of decisions for {n_rows} rows and {n_splits} splits"
            raise BadPayload(told, party=member)
        if n_splits < needed:
            told = f"decisions on {n_splits} splits of {member}, and the trees ask for split {needed - 1}"
            raise BadPayload(told, party=member, hint="Use the parts of one and the same training at all members.")
        rows = np.frombuffer(answer, dtype=np.uint8, offset=_HEADER_BYTES).reshape(n_rows, width)
        if np.any(rows[:, width - 1 :] & ~_last(n_splits)):
            raise BadPayload("decisions on splits that are not there", party=member)
        return rows

    def combine(self, own: Packed, answers: Mapping[str, Packed]) -> npt.NDArray[np.float64]:
        """See `Part.combine`."""
        forest = self._trees()
        scores = [walk(forest, block) for block in self._blocks(own, answers)]
        return np.concatenate([np.zeros((0, len(forest.base))), *scores])

    def leaves(self, own: Packed, answers: Mapping[str, Packed]) -> npt.NDArray[np.int64]:
        """Find the leaf of each tree that each row reaches, numbered within its tree; shape (n_rows, trees)."""
        forest = self._trees()
        found = [leaves(forest, block) for block in self._blocks(own, answers)]
        return np.concatenate([np.zeros((0, len(forest.roots)), dtype=np.int64), *found])

    def outcome(self, scores: npt.NDArray[np.float64]) -> Outcome:
        """See `Part.outcome`."""
        return self._told().outcome(scores)

    def bound(self, n_members: int) -> float:
        """See `Part.bound`: bits are exact."""
        del n_members
        return 0.0

    def _told(self) -> Objective:
        if self._objective is None:
            raise BadPayload("only the promoter's part of a tree model knows its objective")
        return self._objective

    def _trees(self) -> Forest:
        if self._forest is None:
            raise BadPayload("only the promoter's part of a tree model has the trees")
        return self._forest

    def _needed(self) -> dict[str, int]:
        return dict(zip(self.members, self._trees().needed, strict=True))

    def _blocks(self, own: Packed, answers: Mapping[str, Packed]) -> Iterator[list[Bools]]:
        """Unpack the decisions that the trees ask for, some rows at a time."""
        needed = self._needed()
        absent = [member for member in self.members[1:] if needed[member] and member not in answers]
        if absent:
            raise BadParameters(
                f"the trees ask for splits of {', '.join(absent)}, who takes no part",
                hint="Predict with the members who trained the model.",
            )
        none = np.zeros((len(own), 0), dtype=np.uint8)
        packed = [own, *(answers.get(member, none) for member in self.members[1:])]
        for start in range(0, len(own), _BLOCK):
            yield [
                np.unpackbits(rows[start : start + _BLOCK], axis=1, count=count, bitorder="little").view(np.bool_)
                for rows, count in zip(packed, needed.values(), strict=True)
            ]


def _width(n_splits: int) -> int:
    return -(-n_splits // 8)


def _last(n_splits: int) -> np.uint8:
    """Mark the bits of the last byte that stand for splits."""
    return np.uint8((1 << ((n_splits - 1) % 8 + 1)) - 1)


def _texts(pipeline: Sequence[Mapping[str, Any]], splits: Splits, raw: Sequence[str]) -> set[str]:
    encoded = {step["column"] for step in pipeline if step["kind"] == "one_hot"}
    scaled = {name for step in pipeline if step["kind"] == "standardise" for name in inputs(step)}
    return encoded | ((splits.text_columns & set(raw)) - scaled)
