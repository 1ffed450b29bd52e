"""Three sets with a common part."""

from kernel.components.psi import COMPONENT
from kernel.components.psi.reference import common_ids
from kernel.testing.conformance.example import Example
from kernel.testing.parties import Run, Sample

_SETS = {
    "bank": [f"client-{i}" for i in range(30)],
    "bureau": [f"client-{i}" for i in range(10, 45)],
    "retailer": [f"client-{i}" for i in range(5, 27)],
}
_COMMON = common_ids(_SETS.values())


def _agrees(run: Run) -> None:
    orders = [result.outputs["table"].ids().tolist() for result in run.results.values()]
    assert set(orders[0]) == _COMMON
    assert orders[0] == orders[1] == orders[2]


EXAMPLE = Example(
    component=COMPONENT,
    inputs={
        member: {
            "table": Sample({f"{member}_id": ids, f"{member}_x": [i + 0.5 for i in range(len(ids))]}, f"{member}_id")
        }
        for member, ids in _SETS.items()
    },
    agrees=_agrees,
    sizes={"n_common": len(_COMMON)},
)
