"""A tree model over the federation's columns: three trees that ask all members, and its scores by hand."""

import pyarrow as pa

from serving.domain.models import ModelPart
from serving.tests.federation import IDS, MEMBERS, MODEL, PIPELINES, ROWS, Federation, arrow

KIND = "vert_secureboost"
COLUMNS = {"bank": ["age", "sex"], "bureau": ["late", "due"], "retailer": ["bill"]}
SPLITS = {
    "bank": [
        {"column": "age", "kind": "number", "threshold": 35.0, "missing_left": True},
        {"column": "sex", "kind": "category", "categories": ["1"], "missing_left": False},
    ],
    # Nine, so that an id's bits fill a byte and one more; the trees ask for the last one.
    "bureau": [
        *({"column": "due", "kind": "number", "threshold": place / 2, "missing_left": False} for place in range(8)),
        {"column": "late", "kind": "number", "threshold": 2.0, "missing_left": False},
    ],
    "retailer": [{"column": "bill", "kind": "number", "threshold": 0.5, "missing_left": True}],
}
TREE_PIPELINES = {"bank": [], "bureau": [], "retailer": PIPELINES["retailer"]}
_SHAPES = [
    # (owner, split) of the root, of its left and of its right node; then four leaves
    (((0, 0), (1, 8), (2, 0)), [1.0, 2.0, 4.0, 8.0]),
    (((1, 3), (0, 1), (1, 7)), [0.1, 0.2, 0.4, 0.8]),
    (((2, 0), (2, 0), (0, 0)), [0.01, 0.02, 0.04, 0.08]),
]


def _tree(nodes, weights, n_outputs, output):
    def weight(value):
        return [value if place == output else 0.0 for place in range(n_outputs)]

    return {
        "owner": [*(owner for owner, _ in nodes), -1, -1, -1, -1],
        "split": [*(split for _, split in nodes), 0, 0, 0, 0],
        "left": [1, 3, 5, -1, -1, -1, -1],
        "right": [2, 4, 6, -1, -1, -1, -1],
        "weight": [*[weight(0.0)] * 3, *(weight(value) for value in weights)],
    }


def content(member, members=MEMBERS, objective="binary", classes=(0, 1)):
    made = {
        "role": "promoter" if member == members[0] else "provider",
        "members": list(members),
        "pipeline": TREE_PIPELINES[member],
        "columns": COLUMNS[member],
        "splits": SPLITS[member],
    }
    if member != members[0]:
        return made
    n_outputs = len(classes) if objective == "softmax" else 1
    shapes = [shape for shape in _SHAPES if all(owner < len(members) for owner, _ in shape[0])] or [
        (((0, 0), (0, 1), (0, 1)), [1.0, 2.0, 4.0, 8.0])
    ]
    return made | {
        "label": "default",
        "objective": objective,
        "classes": list(classes),
        "base_score": [-1.5] * n_outputs,
        "trees": [_tree(*shape, n_outputs, place % n_outputs) for place, shape in enumerate(shapes)],
    }


def part(member, version="1", members=MEMBERS, **more):
    role = "promoter" if member == members[0] else "provider"
    return ModelPart(MODEL, version, "Cards", KIND, role, tuple(members), content(member, members, **more), 0)


def publish_at(federation: Federation, member, version="1", ids=IDS, data=None, **more):
    models = federation.cores[member].models
    path = federation.folder / f"{member}.arrow"
    path.write_bytes(data or arrow(member, ids))
    made = part(member, version, federation.members, **more)
    models.add(made, None if member == federation.members[0] else path)
    models.set_online(MODEL, version)


def outputs(name, n_outputs=1):
    """The raw scores by hand."""
    age, sex = ROWS["bank"][name]["age"], ROWS["bank"][name]["sex"]
    late, due = ROWS["bureau"][name]["late"], ROWS["bureau"][name]["due"]
    much = (ROWS["retailer"][name]["bill"] - 1000) / 300 > 0.5
    first = (1.0 if late <= 2 else 2.0) if age <= 35 else (8.0 if much else 4.0)
    below = {limit: due is not None and due <= limit for limit in (1.5, 3.5)}
    second = (0.1 if sex == 1 else 0.2) if below[1.5] else (0.4 if below[3.5] else 0.8)
    third = 0.01 if not much else (0.04 if age <= 35 else 0.08)
    made = [-1.5] * n_outputs
    for place, value in enumerate((first, second, third)):
        made[place % n_outputs] += value
    return made


def stream(**columns):
    table = pa.table(columns)
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue().to_pybytes()
