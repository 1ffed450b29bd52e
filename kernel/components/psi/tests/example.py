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


_TABLES = {
    member: {"table": Sample({f"{member}_id": ids, f"{member}_x": [i + 0.5 for i in range(len(ids))]}, f"{member}_id")}
    for member, ids in _SETS.items()
}
_NOTHING = (
    "n_protocol_to_provider",
    "n_protocol_to_promoter",
    "n_protocol_bytes_to_provider",
    "n_protocol_bytes_to_promoter",
)

EXAMPLE = Example(
    component=COMPONENT,
    inputs=_TABLES,
    agrees=_agrees,
    sizes={"n_common": len(_COMMON), "n_ring": 1, **dict.fromkeys(_NOTHING, 0)},
)
_PAIR = {member: _TABLES[member] for member in ("bank", "bureau")}
_TWO = common_ids([_SETS["bank"], _SETS["bureau"]])


def _pair_agrees(run: Run) -> None:
    orders = [result.outputs["table"].ids().tolist() for result in run.results.values()]
    assert set(orders[0]) == _TWO
    assert orders[0] == orders[1]


# The promoter's 30 points go out, 10 first bytes of each come back, and the provider's 35 points.
MORE = {
    "curve25519": Example(
        component=COMPONENT,
        inputs=_PAIR,
        agrees=_pair_agrees,
        params={"protocol": "curve25519"},
        sizes={
            "n_common": len(_TWO),
            "n_ring": 0,
            "n_protocol_to_provider": 1,
            "n_protocol_to_promoter": 2,
            "n_protocol_bytes_to_provider": 32 * 30,
            "n_protocol_bytes_to_promoter": 10 * 30 + 32 * 35,
        },
    )
}
