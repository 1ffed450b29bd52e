"""Steps with the sigmoid that begin at an earlier model: where they lead, what fits, and what is refused."""

import dataclasses

import numpy as np
import pytest

from kernel.components.vert_lr import COMPONENT
from kernel.components.vert_lr.reference import refine, solve
from kernel.components.vert_lr.tests.example import CLASSES, FEATURES, L2, MEMBERS, SEVERAL_TABLES, TABLES
from kernel.components.vert_lr.tests.test_sine import EXAMPLE_WITH_SINES
from kernel.core import Model
from kernel.core.errors import BadParameters, OtherTraining
from kernel.ml.logistic import fit
from kernel.testing import run_parties
from kernel.testing.conformance.checks import bytes_equal_cost, resume_gives_the_same_model
from kernel.testing.conformance.example import aligned
from kernel.testing.keys import with_toy_keys

TOY = with_toy_keys(COMPONENT, 512)
LABEL = np.array(TABLES["bank"].columns["y"], dtype=float)
SINE = {"l2": L2, "sigmoid": "sine", "refinements": 1, "iterations": 13}
FIRST = "1" * 32


def _parts(weights, intercept, training=FIRST, names=None, **more):
    """Parts of an earlier model on the example's columns; one class where weights are a vector."""
    made, first = {}, 0
    for member in MEMBERS:
        columns = (names or {}).get(member) or [
            name for name in TABLES[member].columns if name.startswith(f"{member}_")
        ]
        columns = [name for name in columns if not name.endswith("_id")]
        content = {"role": "provider", "columns": columns, "pipeline": [], "training": training}
        content["weights"] = np.asarray(weights)[first : first + len(columns)].tolist()
        if member == "bank":
            content |= {"role": "promoter", "intercept": np.asarray(intercept).tolist(), **more}
        made[member] = {"start": Model("vert_lr", content)}
        first += len(columns)
    return made


def _inputs(parts, tables=TABLES):
    return {member: {"train": tables[member], **parts.get(member, {})} for member in MEMBERS}


def _weights(run, members=MEMBERS):
    return np.concatenate([run[member].outputs["model"].content["weights"] for member in members])


def test_a_step_from_an_earlier_model_is_worth_several_from_the_linear_one():
    tables = aligned(150, (2, 3))
    inputs = {member: {"train": table} for member, table in tables.items()}
    features = np.array([v for t in tables.values() for k, v in t.columns.items() if k not in {t.id_column, "y"}]).T
    label = np.array(tables["bank"].columns["y"], dtype=float)
    params = {"l2": 0.01, "sigmoid": "sine"}
    earlier = run_parties(TOY, inputs, params)
    again = {member: ports | {"start": earlier[member].outputs["model"]} for member, ports in inputs.items()}
    run = run_parties(TOY, again, params | {"refinements": 1})
    before = _weights(earlier, tables), earlier["bank"].outputs["model"].content["intercept"]
    wanted, intercept = refine(features, label, 0.01, *before, 1)
    assert np.max(np.abs(_weights(run, tables) - wanted)) < 5e-3
    assert abs(run["bank"].outputs["model"].content["intercept"] - intercept) < 5e-3
    exact, _ = fit(features, label, 0.01)
    from_linear, _ = refine(features, label, 0.01, *solve(features, label, 0.01), 1)
    assert np.max(np.abs(_weights(run, tables) - exact)) < 0.5 * np.max(np.abs(from_linear - exact))


def test_a_start_of_several_classes_may_have_its_columns_in_another_order():
    rng = np.random.default_rng(3)
    weights, intercept = rng.normal(size=(FEATURES.shape[1], 3)), rng.normal(size=3)
    names = {member: [n for n in TABLES[member].columns if n not in {f"{member}_id", "y"}][::-1] for member in MEMBERS}
    more = {"objective": "one_vs_rest", "classes": ["high", "low", "middle"]}
    parts = _parts(weights, intercept, names=names, **more)
    run = run_parties(TOY, _inputs(parts, SEVERAL_TABLES), SINE | {"multi_class": "one_vs_rest"})
    ordered, first = [], 0
    for member in MEMBERS:
        ordered.append(weights[first : first + len(names[member])][::-1])
        first += len(names[member])
    for place, name in enumerate(more["classes"]):
        start = np.concatenate(ordered)[:, place]
        wanted, _ = refine(FEATURES, (name == CLASSES).astype(float), L2, start, intercept[place], 1)
        assert np.max(np.abs(_weights(run)[:, place] - wanted)) < 1e-2


@pytest.mark.parametrize("check", [bytes_equal_cost, resume_gives_the_same_model], ids=lambda check: check.__name__)
def test_what_holds_without_a_start_holds_with_one(check):
    parts = _parts(*solve(FEATURES, LABEL, L2))
    check(dataclasses.replace(EXAMPLE_WITH_SINES, inputs=_inputs(parts)))


def _failed(parts, params=SINE, tables=TABLES):
    return run_parties(TOY, _inputs(parts, tables), params, check=False)


def test_a_start_at_some_members_or_of_two_trainings_is_refused_with_the_party():
    parts = _parts(*solve(FEATURES, LABEL, L2))
    run = _failed({member: parts[member] for member in MEMBERS[:2]})
    for member, party in (("bank", "retailer"), ("retailer", "bank")):
        assert isinstance(run[member].error, BadParameters)
        assert run[member].error.party == party
    other = _parts(*solve(FEATURES, LABEL, L2), training="2" * 32)
    run = _failed(parts | {"retailer": other["retailer"]})
    for member, party in (("bank", "retailer"), ("bureau", "retailer"), ("retailer", "bank")):
        assert isinstance(run[member].error, OtherTraining)
        assert run[member].error.party == party


def _changed(member, **content):
    parts = _parts(*solve(FEATURES, LABEL, L2))
    model = parts[member]["start"]
    return parts | {member: {"start": dataclasses.replace(model, content={**model.content, **content})}}


@pytest.mark.parametrize(
    ("member", "parts", "params", "word"),
    [
        ("bureau", _changed("bureau", columns=["bureau_0", "bureau_9"]), {}, "other columns"),
        ("bureau", _changed("bureau", weights=[[1.0, 2.0], [1.0, 2.0]]), {}, "number of classes"),
        ("retailer", _changed("bank") | {"retailer": {"start": Model("vert_linear", {})}}, {}, "kind vert_linear"),
        ("retailer", _changed("bank"), {"sigmoid": "linear"}, "exact from anywhere"),
    ],
)
def test_starts_that_do_not_fit_are_refused_with_what_to_do(member, parts, params, word):
    error = _failed(parts, SINE | params)[member].error
    assert isinstance(error, BadParameters)
    assert "start" in error.detail
    assert word in error.detail
    assert "start" in error.hint
    assert "bureau_9" not in error.public_detail


@pytest.mark.parametrize("classes", [["high", "low", "other"], ["low", "high", "middle"]])
def test_a_start_of_other_classes_is_refused(classes):
    nothing = np.zeros((FEATURES.shape[1], 3))
    parts = _parts(nothing, nothing[0], objective="one_vs_rest", classes=classes)
    error = _failed(parts, SINE | {"multi_class": "one_vs_rest"}, SEVERAL_TABLES)["bank"].error
    assert isinstance(error, BadParameters)
    assert "other classes" in error.detail
