"""Aligned tables, cut alike."""

from kernel.components.split import COMPONENT
from kernel.components.split.reference import held_out
from kernel.testing.conformance.example import Example, aligned
from kernel.testing.parties import Run

_TABLES = aligned()


def _agrees(run: Run) -> None:
    ids = list(_TABLES["bank"].columns["bank_id"])
    out = held_out(ids, 0.3, 4)
    for member in _TABLES:
        assert run[member].outputs["test"].ids().tolist() == [text for text in ids if text in out]
        assert run[member].outputs["train"].ids().tolist() == [text for text in ids if text not in out]


EXAMPLE = Example(
    component=COMPONENT,
    inputs={member: {"table": sample} for member, sample in _TABLES.items()},
    params={"test_fraction": 0.3, "seed": 4},
    agrees=_agrees,
)
