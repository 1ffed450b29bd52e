"""Numbers and text with holes."""

import math

import numpy as np

from kernel.components.fill_missing import COMPONENT
from kernel.components.fill_missing.reference import stand_in
from kernel.testing.conformance.example import Example
from kernel.testing.parties import Run, Sample

_X = [1.0, None, 3.0, 10.0, None, 2.0]
_T = ["a", None, "b", "a", "c", None]


def _agrees(run: Run) -> None:
    present = np.array([x for x in _X if x is not None])
    for member, strategy in (("bank", "median"), ("bureau", "mean")):
        value = stand_in(present, strategy, 0.0)
        kept = run[member].outputs["train"].collect().to_pydict()
        assert all(math.isclose(a, value if b is None else b) for a, b in zip(kept["amount"], _X, strict=True))
        assert kept["colour"] == [text or "missing" for text in _T]
        assert run[member].outputs["test"].collect().to_pydict()["amount"] == [value, value]


_TRAIN = Sample({"id": [f"id-{i}" for i in range(6)], "amount": _X, "colour": _T})
_TEST = Sample({"id": ["t-1", "t-2"], "amount": [None, float("nan")], "colour": ["a", "b"]})
EXAMPLE = Example(
    component=COMPONENT,
    inputs={member: {"train": _TRAIN, "test": _TEST} for member in ("bank", "bureau")},
    own={"bureau": {"strategy": "mean"}},
    agrees=_agrees,
    table="train",
)
