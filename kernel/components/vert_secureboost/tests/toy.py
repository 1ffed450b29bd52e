"""The component with toy keys, small tables with missing values and text, and the reference beside a run."""

import dataclasses
import functools

import numpy as np

from kernel.components.vert_secureboost import COMPONENT
from kernel.components.vert_secureboost.reference import Member, Settings, goes_left, train
from kernel.core import Role
from kernel.data.local import LocalEngine
from kernel.ml.trees import objective
from kernel.ml.trees.binning import learn
from kernel.ml.trees.candidates import Candidates
from kernel.testing import Sample
from kernel.testing.keys import with_toy_keys

MEMBERS = ("bank", "bureau", "retailer")
EVERY_CUT = {member: {"min_gap_rows": 1} for member in (*MEMBERS, "shop")}


def toy(bits=512, **more):
    """Keys of `bits` bits at the promoter, expected by the providers; `more` goes to both roles."""
    made = with_toy_keys(COMPONENT, bits)
    run = {
        Role.PROMOTER: functools.partial(made.run[Role.PROMOTER], **more),
        Role.PROVIDER: functools.partial(made.run[Role.PROVIDER], key_bits=bits, **more),
    }
    return dataclasses.replace(made, run=run)


def tables(n_rows=60, seed=3, label="binary", members=MEMBERS):
    """A column of few values, one with missing values and one of text (with missing ones too) at every member."""
    rng = np.random.default_rng(seed)
    ids = [f"id-{value}" for value in rng.permutation(10 * n_rows)[:n_rows].tolist()]
    made, signal = {}, np.zeros(n_rows)
    for member in members:
        number, few = rng.normal(size=n_rows), rng.integers(0, 4, n_rows)
        text = rng.choice(["red", "green", "blue", "grey"], n_rows)
        gone, blank = rng.random(n_rows) < 0.2, rng.random(n_rows) < 0.1
        signal += np.where(gone, 0.8, number) + (text == "red") * 1.5 + 0.4 * few
        columns = {
            f"{member}_id": ids,
            f"{member}_plain": rng.normal(size=n_rows).tolist(),
            f"{member}_number": [None if g else v for g, v in zip(gone.tolist(), number.tolist(), strict=True)],
            f"{member}_few": few.tolist(),
            f"{member}_text": [None if b else v for b, v in zip(blank.tolist(), text.tolist(), strict=True)],
        }
        made[member] = Sample(columns, f"{member}_id")
    signal = signal - signal.mean() + rng.normal(size=n_rows)
    values = {
        "binary": (signal > 0).astype(int).tolist(),
        "softmax": [("low", "middle", "high")[k] for k in np.digitize(signal, np.quantile(signal, [0.33, 0.66]))],
        "many": np.digitize(signal, np.quantile(signal, np.arange(1, 8) / 8)).tolist(),
        "squared": signal.tolist(),
        "counts": np.floor(np.exp(signal / 3)).tolist(),
    }
    first = made[members[0]]
    made[members[0]] = Sample(dict(first.columns) | {"y": values[label]}, first.id_column, "y")
    return made


def reference(samples, run, params, max_bin=32, weight=None, serves=None):
    """The reference's trees, equal splits chosen as the run did; and the run's own in the same shape."""
    weight = np.ones(len(next(iter(samples.values())).columns["y"])) if weight is None else weight
    serves = serves or (lambda tree, depth: range(len(samples)))
    engine = LocalEngine(2, n_threads=1)
    members, contents = [], [run[member].outputs["model"].content for member in samples]
    for sample in samples.values():
        table = sample.table(engine)
        names = [name for name in table.schema.features if name != "w"]
        bins = [bins for bins in learn(table, names, max_bin) if len(Candidates([bins]))]
        members.append(Member(sample.columns, bins))
    parameters = COMPONENT.params.model_validate(params)
    label = np.array(next(iter(samples.values())).columns["y"])
    label = label.astype(float) if label.dtype.kind in "if" else label.astype(object)
    goal = objective.of(parameters.objective, label, weight)
    ours = [nested(contents, tree) for tree in contents[0]["trees"]]
    settings = Settings(**{field.name: getattr(parameters, field.name) for field in dataclasses.fields(Settings)})

    def choose(splits, tree, path):
        node = ours[tree]
        for side in path:
            node = node.get({"L": "left", "R": "right"}[side], {})
        wanted = node.get("split")
        return wanted if wanted in splits else splits[0]

    return train(members, goal, goal.target(label), weight, settings, serves, choose), ours


def nested(contents, tree, node=0):
    """A tree of the model in the reference's shape."""
    owner = tree["owner"][node]
    if owner < 0:
        return {"weight": tree["weight"][node]}
    left, right = (nested(contents, tree, tree[side][node]) for side in ("left", "right"))
    return {"split": (owner, contents[owner]["splits"][tree["split"][node]]), "left": left, "right": right}


def same(a, b):
    """Two trees node by node, leaves within rounding."""
    if "weight" in a or "weight" in b:
        return ("weight" in a and "weight" in b) and np.allclose(a["weight"], b["weight"], rtol=1e-6, atol=1e-9)
    return a["split"] == b["split"] and same(a["left"], b["left"]) and same(a["right"], b["right"])


def scores(samples, run):
    """Scores of raw rows by the members' parts of the model, as the model says they are made."""
    contents = [run[member].outputs["model"].content for member in samples]
    columns = [sample.columns for sample in samples.values()]
    count = len(next(iter(columns[0].values())))
    total = np.tile(np.array(contents[0]["base_score"]), (count, 1))
    for tree in contents[0]["trees"]:
        place = np.zeros(count, dtype=int)
        for node, owner in enumerate(tree["owner"]):
            if owner >= 0:
                split = contents[owner]["splits"][tree["split"][node]]
                left = goes_left(split, columns[owner][split["column"]])
                here = place == node
                place[here] = np.where(left[here], tree["left"][node], tree["right"][node])
        total += np.array(tree["weight"])[place]
    return total
