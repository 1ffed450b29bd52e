"""Categories as text and as numbers, one of them unknown in the test rows."""

from kernel.components.one_hot import COMPONENT
from kernel.components.one_hot.reference import categories
from kernel.testing.conformance.example import Example
from kernel.testing.parties import Run, Sample

_COLOUR, _SIZE = ["red", "blue", "red", "green"], [10, 2, 10, 3]


def _agrees(run: Run) -> None:
    kept = run["bank"].outputs["train"].collect().to_pydict()
    assert list(kept) == ["id", "colour=green", "colour=red", "size"]
    assert categories(_COLOUR) == ["blue", "green", "red"]
    assert kept["colour=red"] == [float(c == "red") for c in _COLOUR]
    assert run["bank"].outputs["test"].collect().to_pydict()["colour=red"] == [0.0, 1.0]
    kept = run["bureau"].outputs["train"].collect().to_pydict()
    assert list(kept) == ["id", "colour", "size=2", "size=3", "size=10"]
    assert kept["size=10"] == [float(s == 10) for s in _SIZE]


_TRAIN = Sample({"id": [f"id-{i}" for i in range(4)], "colour": _COLOUR, "size": _SIZE})
_TEST = Sample({"id": ["t-1", "t-2"], "colour": ["violet", "red"], "size": [2, 2]})
EXAMPLE = Example(
    component=COMPONENT,
    inputs={member: {"train": _TRAIN, "test": _TEST} for member in ("bank", "bureau")},
    own={"bureau": {"columns": ["size"], "drop_first": False}},
    agrees=_agrees,
    table="train",
)
