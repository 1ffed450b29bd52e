"""Three data sets; one member keeps a single column."""

from kernel.components.data_import import COMPONENT
from kernel.components.data_import.reference import choose
from kernel.testing.conformance.example import Example, aligned
from kernel.testing.parties import Run

_TABLES = aligned()


def _agrees(run: Run) -> None:
    for member, sample in _TABLES.items():
        kept = run[member].outputs["table"].collect().to_pydict()
        names = list(sample.columns) if member != "bureau" else ["bureau_id", "bureau_1"]
        assert kept == choose(sample.columns, names)


EXAMPLE = Example(
    component=COMPONENT,
    inputs={member: {"data_set": sample} for member, sample in _TABLES.items()},
    own={"bureau": {"data_set": "d", "columns": ["bureau_1"]}},
    agrees=_agrees,
    table="data_set",
)
