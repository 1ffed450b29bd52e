"""The components in the order of a real flow, from raw tables to an evaluated model."""

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from kernel.components.vert_lr import COMPONENT as VERT_LR
from kernel.core.registry import components
from kernel.ml.linear import solve
from kernel.ml.scoring import columns_of_rows, raw_columns, score_part
from kernel.protocol.scoring import error_bound
from kernel.testing import Sample, run_parties
from kernel.testing.keys import with_toy_keys

COLUMNS = {"bank": ["age", "limit"], "bureau": ["late", "delay"], "retailer": ["spent"]}


def _raw(seed=3, n=160):
    rng = np.random.default_rng(seed)
    common = {f"c{i}": rng.normal(size=5) for i in range(n)}
    out = {}
    for index, (member, names) in enumerate(COLUMNS.items()):
        mine = [*common, *(f"{member}-{i}" for i in range(20))]
        order = rng.permutation(len(mine))
        ids = [mine[i] for i in order]
        values = np.array([common[i] if i in common else rng.normal(size=5) for i in ids])
        columns = {f"key{index}": ids}
        start = sum(len(COLUMNS[m]) for m in list(COLUMNS)[:index])
        for offset, name in enumerate(names):
            columns[name] = (values[:, start + offset] * (offset + 2) + 7).tolist()
        if member == "bank":
            columns["sex"] = [["f", "m"][i % 2] for i in range(len(ids))]
            columns["limit"] = [None if i % 17 == 0 else v for i, v in enumerate(columns["limit"])]
            noise = rng.logistic(size=len(ids))
            columns["y"] = [int(v @ [1, -1, 2, 0.5, -1] + e > 0.3) for v, e in zip(values, noise, strict=True)]
        out[member] = {"data_set": Sample(columns, f"key{index}", "y" if member == "bank" else "")}
    return out


@pytest.fixture(scope="module")
def chain():
    """Every step's run by component name."""
    found = components()
    runs = {"data_import": run_parties(found["data_import"], _raw())}

    def step(name, wiring, params=None, own=None, component=None):
        inputs = {
            member: {port: runs[source][member].outputs[output] for port, (source, output) in wiring.items()}
            for member in COLUMNS
        }
        runs[name] = run_parties(component or found[name], inputs, params, own)

    step("psi", {"table": ("data_import", "table")})
    step("split", {"table": ("psi", "table")}, {"test_fraction": 0.25, "seed": 5})
    step("fill_missing", {"train": ("split", "train"), "test": ("split", "test")})
    both = {"train": "train", "test": "test", "pipeline": "pipeline"}
    step("one_hot", {port: ("fill_missing", output) for port, output in both.items()})
    step("standardise", {port: ("one_hot", output) for port, output in both.items()})
    toy = with_toy_keys(VERT_LR, 512)
    step(
        "vert_lr",
        {"train": ("standardise", "train"), "pipeline": ("standardise", "pipeline")},
        {"iterations": 16},
        None,
        toy,
    )
    step("predict", {"table": ("standardise", "test"), "model": ("vert_lr", "model")})
    inputs = {m: {"prediction": runs["predict"][m].outputs["prediction"]} if m == "bank" else {} for m in COLUMNS}
    runs["evaluation"] = run_parties(found["evaluation"], inputs)
    inputs = {
        m: {"table": runs["split"][m].outputs["test"], "model": runs["vert_lr"][m].outputs["model"]} for m in COLUMNS
    }
    runs["predict raw"] = run_parties(found["predict"], inputs, {"apply_pipeline": True})
    return runs


def _matrix(run, port):
    tables = [run[member].outputs[port] for member in COLUMNS]
    label = tables[0].blocks(["y"]).collect()[:, 0]
    return np.hstack([table.blocks(table.schema.features).collect() for table in tables]), label


def test_the_federated_model_is_the_pooled_one(chain):
    features, label = _matrix(chain["standardise"], "train")
    weights, intercept = solve(features, label, 1e-3)
    models = [chain["vert_lr"][member].outputs["model"].content for member in COLUMNS]
    assert np.concatenate([model["weights"] for model in models]) == pytest.approx(weights, abs=1e-3)
    assert models[0]["intercept"] == pytest.approx(intercept, abs=1e-3)
    test, test_label = _matrix(chain["standardise"], "test")
    pooled = roc_auc_score(test_label, test @ weights)
    assert abs(chain["evaluation"]["bank"].metrics["auc"] - pooled) <= 0.002
    assert pooled > 0.75


def test_raw_rows_get_the_same_scores(chain):
    prepared = chain["predict"]["bank"].outputs["prediction"].collect()
    raw = chain["predict raw"]["bank"].outputs["prediction"].collect()
    assert prepared.column(0).to_pylist() == raw.column(0).to_pylist()
    assert np.allclose(prepared.column("score").to_numpy(), raw.column("score").to_numpy(), rtol=0, atol=1e-12)
    assert chain["predict"]["bureau"].outputs == {}


def test_serving_scores_single_rows_like_predict(chain):
    """What serving does: one row of raw values a member, summands added."""
    scores = chain["predict"]["bank"].outputs["prediction"].collect()
    wanted = dict(zip(scores.column(0).to_pylist(), scores.column("score").to_pylist(), strict=True))
    some = list(wanted)[:5]
    total = np.zeros(len(some), dtype=np.int64)
    for member in COLUMNS:
        model = chain["vert_lr"][member].outputs["model"]
        names = raw_columns(model.content)
        rows = {row[next(iter(row))]: row for row in chain["split"][member].outputs["test"].collect().to_pylist()}
        total += score_part(model.kind, model.content, columns_of_rows([rows[i] for i in some], names))
    exact = total * 2.0**-24
    assert np.max(np.abs(exact - [wanted[i] for i in some])) <= error_bound(3)
    bank = chain["vert_lr"]["bank"].outputs["model"].content
    assert raw_columns(bank) == ["age", "limit", "sex"]
    assert bank["columns"] == ["age", "limit", "sex=m"]


def test_everybody_splits_alike(chain):
    for port in ("train", "test"):
        orders = [chain["split"][member].outputs[port].ids().tolist() for member in COLUMNS]
        assert orders[0] == orders[1] == orders[2]
    n_train, n_test = (chain["split"]["bank"].outputs[port].n_rows for port in ("train", "test"))
    assert n_test == round(0.25 * (n_train + n_test))
