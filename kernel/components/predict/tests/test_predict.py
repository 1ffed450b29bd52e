"""Tree models of all objectives; what is sent of them; members who do not fit together."""

import dataclasses

import numpy as np
import pytest

from kernel.components.predict import COMPONENT
from kernel.components.predict.reference import goes_left, tree_score
from kernel.components.predict.tests.example import EXAMPLE
from kernel.components.predict.tests.forest import contents
from kernel.core import Model
from kernel.core.errors import BadParameters, BadPayload, NotNumeric, OtherTraining, UnknownColumn
from kernel.testing.parties import Sample, run_parties

N = 30
COLUMNS = {"bank": ["age", "bank_city"], "bureau": ["late", "bureau_city", "due"], "retailer": []}
PIPELINES = {"bureau": [{"kind": "standardise", "columns": ["late"], "mean": [2.0], "std": [3.0]}]}
_RNG = np.random.default_rng(4)
_CITIES = np.array(["bonn", "kiel", "trier", "ulm", None], dtype=object)
_HOLES = _RNG.random(N) < 0.3
RAW = {
    "age": _RNG.normal(size=N).tolist(),
    "bank_city": _CITIES[_RNG.integers(0, 5, N)].tolist(),
    "late": (2 + 3 * _RNG.normal(size=N)).tolist(),
    "bureau_city": _CITIES[_RNG.integers(0, 5, N)].tolist(),
    "due": [None if hole else value for hole, value in zip(_HOLES, _RNG.normal(size=N).tolist(), strict=True)],
}
OBJECTIVES = {"binary": ("no", "yes"), "softmax": (3, 1, 2), "squared": (), "poisson": ()}


def inputs(made, label=None):
    """Tables of raw rows, and the parts."""
    ports = {}
    for member, content in made.items():
        columns = {"id": [f"client-{row}" for row in range(N)], **{name: RAW[name] for name in COLUMNS[member]}}
        if label is not None and not ports:
            columns["y"] = label
        table = Sample(columns, "id", "y" if "y" in columns else "")
        ports[member] = {"table": table, "model": Model("vert_secureboost", content)}
    return ports


def by_hand(made):
    late = [(value - 2.0) / 3.0 for value in RAW["late"]]
    rows = [{name: cells[row] for name, cells in {**RAW, "late": late}.items()} for row in range(N)]
    return np.array([tree_score(list(made.values()), row) for row in rows]), rows


def predicted(objective, **more):
    made = contents(COLUMNS, objective, OBJECTIVES[objective], pipelines=PIPELINES, n_trees=6)
    run = run_parties(COMPONENT, inputs(made, **more), {"apply_pipeline": True})
    return run["bank"].outputs["prediction"], by_hand(made)[0]


def test_two_classes():
    table, wanted = predicted("binary")
    assert table.schema.names == ("id", "score", "probability")
    assert np.allclose(table.blocks(["score"]).collect(), wanted, atol=1e-12)
    assert len(set(wanted[:, 0].tolist())) > 5, "the trees tell rows apart"


def test_several_classes():
    table, wanted = predicted("softmax", label=[1, 2, 3] * (N // 3))
    assert table.schema.names == ("id", "probability=3", "probability=1", "probability=2", "prediction", "y")
    chances = np.exp(wanted) / np.exp(wanted).sum(axis=1, keepdims=True)
    assert np.allclose(table.blocks(table.schema.names[1:4]).collect(), chances, atol=1e-12)
    assert table.collect().column("prediction").to_pylist() == [(3, 1, 2)[place] for place in chances.argmax(axis=1)]
    assert table.schema.label_column == "y"


@pytest.mark.parametrize(("objective", "link"), [("squared", lambda score: score), ("poisson", np.exp)])
def test_regressions(objective, link):
    table, wanted = predicted(objective, label=[0.5] * N)
    assert table.schema.names == ("id", "prediction", "y")
    assert np.allclose(table.blocks(["prediction"]).collect(), link(wanted), atol=1e-12)


def test_the_promoter_gets_sides_of_splits_and_nothing_else():
    made = contents(COLUMNS, pipelines=PIPELINES)
    run = run_parties(COMPONENT, inputs(made), {"apply_pipeline": True})
    sent = {key.sender: payload for key, payload in run.transcript if key.message == "decisions"}
    splits = made["bureau"]["splits"]
    sides = [[goes_left(split, row) for split in splits] for row in by_hand(made)[1]]
    packed = np.packbits(np.array(sides), axis=1, bitorder="little").tobytes()
    assert sent == {"bureau": len(splits).to_bytes(4, "big") + packed, "retailer": bytes(4)}
    assert {key.message for key, _ in run.transcript} == {
        "agreement_promoter_provider",
        "agreement_provider_promoter",
        "agreement_provider_provider",
        "hello_to_promoter",
        "hello_to_provider",
        "decisions",
    }


def _change(ports, member, content):
    return {**ports, member: {**ports[member], "model": Model("vert_secureboost", content)}}


def test_a_part_of_another_training_is_refused_with_the_party():
    made = contents(COLUMNS)
    few = {**made["bureau"], "splits": made["bureau"]["splits"][:1]}
    run = run_parties(COMPONENT, _change(inputs(made), "bureau", few), check=False)
    error = run["bank"].error
    assert isinstance(error, BadPayload)
    assert error.party == "bureau"


def _of_trainings(kind, ids):
    """Inputs of a kind of model whose parts are of these trainings."""
    ports = EXAMPLE.inputs if kind == "vert_lr" else inputs(contents(COLUMNS))
    return {
        member: made
        | {"model": Model(kind, made["model"].content | ({"training": ids[member]} if ids[member] is not None else {}))}
        for member, made in ports.items()
    }


@pytest.mark.parametrize("kind", ["vert_lr", "vert_secureboost"])
@pytest.mark.parametrize(
    ("bank", "retailer", "fit"),
    [
        ("a" * 32, "a" * 32, True),
        (None, None, True),
        ("a" * 32, "b" * 32, False),
        ("a" * 32, None, False),
        (None, "a" * 32, False),
    ],
)
def test_parts_of_two_trainings_are_never_scored_together(kind, bank, retailer, fit):
    run = run_parties(COMPONENT, _of_trainings(kind, {"bank": bank, "bureau": bank, "retailer": retailer}), check=False)
    if fit:
        assert all(result.error is None for result in run.results.values())
        return
    for member, party in (("bank", "retailer"), ("retailer", "bank")):
        error = run[member].error
        assert isinstance(error, OtherTraining)
        assert error.party == party
        assert party in error.public_detail
        assert "same training" in error.hint
    sent = {key.message for key, _ in run.transcript if key.sender == "retailer"}
    assert not sent & {"score_share", "decisions"}


@pytest.mark.parametrize("training", ["", "0" * 31, "A" * 32, 7])
def test_ids_of_trainings_that_are_none_are_refused(training):
    ports = _of_trainings("vert_lr", dict.fromkeys(("bank", "bureau", "retailer"), training))
    errors = [result.error for result in run_parties(COMPONENT, ports, check=False).results.values()]
    assert all(error is None if training == "" else isinstance(error, BadPayload) for error in errors)


def test_preprocessing_in_the_place_of_a_model_is_refused_with_the_next_step():
    ports = {
        member: {**made, "model": Model("pipeline", {"steps": []})}
        for member, made in inputs(contents(COLUMNS)).items()
    }
    run = run_parties(COMPONENT, ports, check=False)
    for member in ports:
        error = run[member].error
        assert isinstance(error, BadParameters)
        assert "kind pipeline" in error.public_detail
        assert "training node" in error.hint


def test_models_of_two_kinds_are_refused_everywhere():
    ports = {**inputs(contents(COLUMNS))}
    linear = Model("vert_lr", {"columns": ["late"], "weights": [1.0], "pipeline": []})
    ports["bureau"] = {**ports["bureau"], "model": linear}
    run = run_parties(COMPONENT, ports, check=False)
    for member, party in (("bank", "bureau"), ("bureau", "bank")):
        assert isinstance(run[member].error, BadParameters)
        assert run[member].error.party == party


def test_members_who_trained_must_take_part():
    made = contents(COLUMNS)
    ports = inputs(made)
    run = run_parties(COMPONENT, {member: ports[member] for member in ("bank", "retailer")}, check=False)
    assert isinstance(run["bank"].error, BadParameters)
    assert "bureau" in str(run["bank"].error)


def test_providers_may_stand_in_another_order():
    made = contents({"bank": ["age"], "bureau": ["late"], "retailer": ["due"]})
    ports = {
        member: {
            "table": Sample({"id": [f"c{row}" for row in range(N)], name: RAW[name]}, "id"),
            "model": Model("vert_secureboost", made[member]),
        }
        for member, name in (("bank", "age"), ("bureau", "late"), ("retailer", "due"))
    }
    runs = [
        run_parties(COMPONENT, {member: ports[member] for member in order})
        for order in (("bank", "bureau", "retailer"), ("bank", "retailer", "bureau"))
    ]
    first, second = (run["bank"].outputs["prediction"].collect().column("score").to_pylist() for run in runs)
    assert first == second


def test_columns_that_do_not_fit_are_named():
    ports = inputs(contents(COLUMNS))
    table = ports["bureau"]["table"]
    without = dataclasses.replace(table, columns={n: c for n, c in table.columns.items() if n != "due"})
    texts = dataclasses.replace(table, columns={**table.columns, "due": ["much"] * N})
    for changed, error in ((without, UnknownColumn), (texts, NotNumeric)):
        run = run_parties(COMPONENT, {**ports, "bureau": {**ports["bureau"], "table": changed}}, check=False)
        assert isinstance(run["bureau"].error, error)
        assert "due" in str(run["bureau"].error)


def test_linear_models_go_on_as_before():
    run = run_parties(COMPONENT, EXAMPLE.inputs)
    assert {key.message for key, _ in run.transcript} >= {"mask_key", "score_share"}
    assert "decisions" not in {key.message for key, _ in run.transcript}
