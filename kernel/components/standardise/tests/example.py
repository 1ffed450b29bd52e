"""Columns of different scales."""

import numpy as np

from kernel.components.standardise import COMPONENT
from kernel.components.standardise.reference import scale
from kernel.testing.conformance.example import Example, aligned
from kernel.testing.parties import Run

_TRAIN, _TEST = aligned(seed=1), aligned(20, seed=2)


def _agrees(run: Run) -> None:
    for member in _TRAIN:
        names = [name for name in _TRAIN[member].columns if name not in {f"{member}_id", "y"}]
        train, test = (np.array([s[member].columns[n] for n in names]).T for s in (_TRAIN, _TEST))
        for port, wanted in (("train", scale(train, train)), ("test", scale(train, test))):
            assert np.allclose(run[member].outputs[port].blocks(names).collect(), wanted, atol=1e-12)
        assert [step["kind"] for step in run[member].outputs["pipeline"].content["steps"]] == ["standardise"]


EXAMPLE = Example(
    component=COMPONENT,
    inputs={member: {"train": _TRAIN[member], "test": _TEST[member]} for member in _TRAIN},
    agrees=_agrees,
    table="train",
)
