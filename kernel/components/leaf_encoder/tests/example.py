"""Two trees over three members' columns."""

from kernel.components.leaf_encoder import COMPONENT
from kernel.components.leaf_encoder.reference import leaf
from kernel.core import Model
from kernel.testing.conformance.example import Example, aligned
from kernel.testing.parties import Run

_TABLES = aligned()
_SPLITS = {
    "bank": [("bank_0", 0.1), ("bank_1", -0.4)],
    "bureau": [("bureau_1", 0.3)],
    "retailer": [("retailer_0", 0.0)],
}
_TREES = [
    {
        "owner": [0, 1, -1, -1, 2, -1, -1],
        "split": [0, 0, -1, -1, 0, -1, -1],
        "left": [1, 2, -1, -1, 5, -1, -1],
        "right": [4, 3, -1, -1, 6, -1, -1],
        "weight": [[0.0], [0.0], [1.0], [2.0], [0.0], [3.0], [4.0]],
    },
    {
        "owner": [1, -1, 0, -1, -1],
        "split": [0, -1, 1, -1, -1],
        "left": [1, -1, 3, -1, -1],
        "right": [2, -1, 4, -1, -1],
        "weight": [[0.0], [1.0], [0.0], [2.0], [3.0]],
    },
]
_PROMOTER = {"label": "y", "objective": "binary", "classes": [0, 1], "base_score": [0.0], "trees": _TREES}


def content(member: str) -> dict:
    splits = [
        {"column": name, "kind": "number", "threshold": threshold, "missing_left": False}
        for name, threshold in _SPLITS[member]
    ]
    made = {"role": "provider", "members": list(_SPLITS), "pipeline": [], "splits": splits}
    made["columns"] = [name for name, _ in _SPLITS[member]]
    return made | ({"role": "promoter"} | _PROMOTER if member == "bank" else {})


def _agrees(run: Run) -> None:
    contents = [content(member) for member in _SPLITS]
    columns = {name: cells for table in _TABLES.values() for name, cells in table.columns.items()}
    rows = [{name: cells[row] for name, cells in columns.items()} for row in range(len(columns["y"]))]
    made = run["bank"].outputs["table"].collect()
    assert made.column_names == ["bank_id", "bank_0", "bank_1", "y", "tree1", "tree2"]
    for place, tree in enumerate(_TREES):
        found = made.column(f"tree{place + 1}").to_pylist()
        assert found == [str(leaf(contents, tree, row)) for row in rows]
        assert len(set(found)) == sum(owner < 0 for owner in tree["owner"]), "every leaf is reached"
    assert run["bureau"].outputs["table"].schema.names == ("bureau_id", "bureau_0", "bureau_1")


EXAMPLE = Example(
    component=COMPONENT,
    inputs={
        member: {"table": _TABLES[member], "model": Model("vert_secureboost", content(member))} for member in _SPLITS
    },
    agrees=_agrees,
    sizes={"n_decision_bytes": 2},
)
