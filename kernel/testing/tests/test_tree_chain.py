"""Trees in the order of a real flow: trained, scored in a flow and row by row, evaluated, encoded for another model."""

import numpy as np
import pytest

from kernel.components.vert_lr import COMPONENT as VERT_LR
from kernel.components.vert_secureboost.tests.toy import toy
from kernel.core.registry import components
from kernel.ml.scoring import columns_of_rows
from kernel.protocol.scoring import open_part
from kernel.testing import Sample, run_parties
from kernel.testing.keys import with_toy_keys

N, BITS = 240, 512
MEMBERS = ("bank", "bureau", "retailer")
PARAMS = {"n_trees": 6, "max_depth": 3, "learning_rate": 0.5, "min_leaf_rows": 3, "min_child_weight": 0.1}


def _tables(objective):
    rng = np.random.default_rng(8)
    a, b, c, noise = rng.normal(size=(4, N))
    city = rng.choice(["bonn", "kiel", "ulm"], N)
    score = a + np.where(city == "ulm", -b, b) + (c > 0.3)
    label = {
        "binary": (score + noise / 3 > 0).astype(int).tolist(),
        "softmax": np.array(["low", "mid", "top"])[np.digitize(score, [-0.5, 0.8])].tolist(),
        "poisson": rng.poisson(np.exp(score / 2)).tolist(),
    }[objective]
    holes = rng.random((3, N)) < 0.1
    a, b, c = (
        [None if hole else float(value) for hole, value in zip(gone, column, strict=True)]
        for gone, column in zip(holes, (a, b, c), strict=True)
    )
    ids = [f"client-{row}" for row in range(N)]
    return {
        "bank": Sample({"id": ids, "a": a, "y": label}, "id", "y"),
        "bureau": Sample({"id": ids, "b": b, "city": city.tolist()}, "id"),
        "retailer": Sample({"id": ids, "c": [7 + 3 * value if value is not None else None for value in c]}, "id"),
    }


def _step(name, inputs, params=None, component=None, own=None):
    return run_parties(component or components()[name], inputs, params, own)


def _of(run, port):
    return {member: run[member].outputs[port] for member in MEMBERS}


@pytest.fixture(scope="module", params=["binary", "softmax", "poisson"])
def trained(request):
    """The objective, the raw tables, the training and what predict makes of the training rows."""
    tables = _tables(request.param)
    training = _step("", {m: {"train": t} for m, t in tables.items()}, PARAMS | {"objective": request.param}, toy(BITS))
    models = _of(training, "model")
    scored = _step("predict", {m: {"table": tables[m], "model": models[m]} for m in MEMBERS}, {"apply_pipeline": True})
    return request.param, tables, training, scored["bank"].outputs["prediction"]


def test_evaluation_finds_what_training_reached(trained):
    objective, _, training, prediction = trained
    run = _step("evaluation", {m: {"prediction": prediction} if m == "bank" else {} for m in MEMBERS})
    found, reached = run["bank"].metrics, training["bank"].metrics["objective"]
    rows = prediction.collect()
    if objective == "softmax":
        assert found["log_loss"] == pytest.approx(reached)
        assert found["accuracy"] > 0.7
    elif objective == "binary":
        label, chance = rows.column("y").to_numpy(), rows.column("probability").to_numpy()
        assert -np.mean(np.log(np.where(label == 1, chance, 1 - chance))) == pytest.approx(reached)
        assert found["auc"] > 0.9
    else:
        label, rate = rows.column("y").to_numpy(), rows.column("prediction").to_numpy()
        assert np.mean(rate - label * np.log(rate)) == pytest.approx(reached)
        assert found["r2"] > 0.3


def test_serving_scores_single_rows_like_predict(trained):
    """What serving does: each member's answer for one row of raw values, read by the promoter's part."""
    _, tables, training, prediction = trained
    parts = {m: open_part(model.kind, model.content) for m, model in _of(training, "model").items()}
    wanted = prediction.collect().to_pylist()
    for row in (0, 17, N - 1):
        own = {}
        for member, part in parts.items():
            raw = {name: cells[row] for name, cells in tables[member].columns.items()}
            own[member] = part.own(columns_of_rows([raw], part.raw_columns), 1)
        answers = {m: parts["bank"].read(parts[m].write(own[m]), 1, m) for m in MEMBERS[1:]}
        outcome = parts["bank"].outcome(parts["bank"].combine(own["bank"], answers))
        if "probability" in wanted[row]:
            assert outcome.probabilities[0, 1] == wanted[row]["probability"]
        elif outcome.classes:
            assert outcome.labels[int(outcome.predicted()[0])] == wanted[row]["prediction"]
        else:
            assert outcome.values[0] == wanted[row]["prediction"]


def test_raw_rows_get_the_scores_of_prepared_ones():
    raw = _tables("binary")
    filled = _step("fill_missing", {m: {"train": table} for m, table in raw.items()})
    scaled = _step(
        "standardise",
        {m: {"train": filled[m].outputs["train"], "pipeline": filled[m].outputs["pipeline"]} for m in MEMBERS},
        own={"bureau": {"columns": ["b"]}},
    )
    inputs = {m: {"train": scaled[m].outputs["train"], "pipeline": scaled[m].outputs["pipeline"]} for m in MEMBERS}
    models = _of(_step("", inputs, PARAMS, toy(BITS)), "model")
    prepared = _step("predict", {m: {"table": inputs[m]["train"], "model": models[m]} for m in MEMBERS})
    again = _step("predict", {m: {"table": raw[m], "model": models[m]} for m in MEMBERS}, {"apply_pipeline": True})
    first, second = (run["bank"].outputs["prediction"].collect() for run in (prepared, again))
    assert first.column("score").to_pylist() == second.column("score").to_pylist()
    assert len(set(first.column("score").to_pylist())) > 10


def test_leaves_feed_a_linear_model():
    tables = _tables("binary")
    filled = _step("fill_missing", {m: {"train": table} for m, table in tables.items()})
    inputs = {m: {"train": filled[m].outputs["train"]} for m in MEMBERS}
    models = _of(_step("", inputs, PARAMS, toy(BITS)), "model")
    encoded = _step("leaf_encoder", {m: {"table": inputs[m]["train"], "model": models[m]} for m in MEMBERS})
    hot = _step("one_hot", {m: {"train": encoded[m].outputs["table"]} for m in MEMBERS})
    assert "tree1=1" in hot["bank"].outputs["train"].schema.names
    fitted = _step(
        "", {m: {"train": t} for m, t in _of(hot, "train").items()}, {"iterations": 8}, with_toy_keys(VERT_LR, BITS)
    )
    losses = fitted["bank"].blocks[0][2]["series"][0]["values"]
    assert losses[-1] < losses[0]
