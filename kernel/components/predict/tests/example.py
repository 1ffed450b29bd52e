"""Three parts of a model on aligned rows: of a linear one, and of trees."""

import numpy as np

from kernel.components.predict import COMPONENT
from kernel.components.predict.reference import score, tree_score
from kernel.components.predict.tests.forest import contents
from kernel.core import Model
from kernel.protocol.scoring import error_bound
from kernel.testing.conformance.example import Example, aligned
from kernel.testing.parties import Run

_TABLES = aligned()
_WEIGHTS = {"bank": [0.5, -1.25], "bureau": [0.125, 2.0], "retailer": [-0.75]}
_INTERCEPT = 0.3
_PARTS = [
    (np.array([_TABLES[m].columns[f"{m}_{i}"] for i in range(len(w))]).T, np.array(w)) for m, w in _WEIGHTS.items()
]


def _model(member: str) -> Model:
    names = [f"{member}_{index}" for index in range(len(_WEIGHTS[member]))]
    content = {"columns": names, "weights": _WEIGHTS[member], "pipeline": [], "frac_bits": 24}
    return Model("vert_lr", content | ({"intercept": _INTERCEPT} if member == "bank" else {}))


def _agrees(run: Run) -> None:
    table = run["bank"].outputs["prediction"].collect()
    wanted = score(_PARTS, _INTERCEPT)
    assert np.max(np.abs(table.column("score").to_numpy() - wanted)) <= error_bound(3)
    assert np.allclose(table.column("probability").to_numpy(), 1 / (1 + np.exp(-wanted)), atol=1e-6)
    assert table.column("y").to_pylist() == list(_TABLES["bank"].columns["y"])


EXAMPLE = Example(
    component=COMPONENT,
    inputs={member: {"table": _TABLES[member], "model": _model(member)} for member in _TABLES},
    agrees=_agrees,
    sizes={"linear": 1, "n_outputs": 1, "n_decision_bytes": 0},
)

_COLUMNS = {"bank": ["bank_0", "bank_1"], "bureau": ["bureau_0", "bureau_1"], "retailer": ["retailer_0"]}
_CONTENTS = contents(_COLUMNS)


def _walks(run: Run) -> None:
    wanted = [
        tree_score(list(_CONTENTS.values()), {n: v[row] for t in _TABLES.values() for n, v in t.columns.items()})[0]
        for row in range(len(_TABLES["bank"].columns["y"]))
    ]
    table = run["bank"].outputs["prediction"].collect()
    assert np.allclose(table.column("score").to_numpy(), wanted, rtol=0, atol=1e-12)
    assert np.allclose(table.column("probability").to_numpy(), 1 / (1 + np.exp(-np.array(wanted))), atol=1e-12)
    assert table.column("y").to_pylist() == list(_TABLES["bank"].columns["y"])


_TIMES = np.array([1.0, -0.5, 2.0])  # the weights of each class, as multiples


def _classes(member: str) -> Model:
    content = dict(_model(member).content)
    content["weights"] = np.outer(content["weights"], _TIMES).tolist()
    if member == "bank":
        content |= {"intercept": (_INTERCEPT * _TIMES).tolist(), "objective": "softmax", "classes": ["a", "b", "c"]}
    return Model("vert_glm_open_score", content)


def _names_classes(run: Run) -> None:
    powers = np.exp(score(_PARTS, _INTERCEPT)[:, None] * _TIMES)
    table = run["bank"].outputs["prediction"].collect()
    told = np.array([table.column(f"probability={name}").to_numpy() for name in "abc"]).T
    assert np.allclose(told, powers / powers.sum(axis=1, keepdims=True), atol=1e-6)
    assert table.column("prediction").to_pylist() == ["abc"[place] for place in powers.argmax(axis=1)]


MORE = {
    "trees": Example(
        component=COMPONENT,
        inputs={
            member: {"table": _TABLES[member], "model": Model("vert_secureboost", content)}
            for member, content in _CONTENTS.items()
        },
        agrees=_walks,
        sizes={"linear": 0, "n_outputs": 1, "n_decision_bytes": 4},
    ),
    "several classes": Example(
        component=COMPONENT,
        inputs={member: {"table": _TABLES[member], "model": _classes(member)} for member in _TABLES},
        agrees=_names_classes,
        sizes={"linear": 1, "n_outputs": 3, "n_decision_bytes": 0},
    ),
}
