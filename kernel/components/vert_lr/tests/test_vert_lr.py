"""What is special to vert_lr: any number of providers, and the named failures of unusable data."""

import dataclasses
from types import SimpleNamespace

import numpy as np
import pytest

from kernel.components.vert_lr import COMPONENT
from kernel.components.vert_lr.reference import solve
from kernel.core.errors import (
    BadLabel,
    BadPayload,
    ConstantColumns,
    NotAligned,
    NotNumeric,
    OutOfRange,
    PeerGone,
    TooFewRows,
    UnknownColumn,
)
from kernel.protocol.linear import gram
from kernel.protocol.linear.setup import agree
from kernel.protocol.linear.start import MARK_BYTES
from kernel.testing import run_parties
from kernel.testing.channel import Hub, Killed
from kernel.testing.conformance.example import aligned
from kernel.testing.keys import with_toy_keys
from kernel.testing.parties import MemoryCheckpoint

TOY = with_toy_keys(COMPONENT, 512)


def _run(tables, **changes):
    inputs = {member: {"train": table} for member, table in tables.items()}
    return run_parties(TOY, inputs, {"iterations": 22}, **changes)


def _change(tables, member, name, change):
    columns = {k: change(list(v)) if k == name else v for k, v in tables[member].columns.items()}
    return tables | {member: dataclasses.replace(tables[member], columns=columns)}


@pytest.mark.parametrize("widths", [(2, 3), (1, 6), (1, 2, 2), (2, 1, 1, 2)])
def test_any_number_of_providers_reaches_the_optimum(widths):
    tables = aligned(50, widths)
    run = _run(tables)
    features = np.array([v for t in tables.values() for k, v in t.columns.items() if k not in {t.id_column, "y"}]).T
    weights, intercept = solve(features, np.array(tables["bank"].columns["y"], dtype=float), 1e-3)
    models = [run[member].outputs["model"].content for member in tables]
    assert np.concatenate([model["weights"] for model in models]) == pytest.approx(weights, abs=1e-3)
    assert models[0]["intercept"] == pytest.approx(intercept, abs=1e-3)
    assert all(len(run[member].blocks) == 1 for member in list(tables)[1:])


@pytest.mark.parametrize("widths", [(2, 6), (6, 1)])
def test_rows_may_travel_in_parts_that_end_within_partitions(widths, monkeypatch):
    monkeypatch.setattr(gram, "_CIPHERTEXTS", 14)
    tables = aligned(50, widths)
    run = _run(tables)
    sent = [key.step for key, _ in run.transcript if key.message.startswith("columns_ct")]
    assert len(sent) > 3
    features = np.array([v for t in tables.values() for k, v in t.columns.items() if k not in {t.id_column, "y"}]).T
    weights, _ = solve(features, np.array(tables["bank"].columns["y"], dtype=float), 1e-3)
    found = np.concatenate([run[member].outputs["model"].content["weights"] for member in tables])
    assert found == pytest.approx(weights, abs=1e-3)


@pytest.mark.parametrize(
    ("member", "name", "change", "error"),
    [
        ("bank", "y", lambda v: [1] * len(v), BadLabel),
        ("bank", "y", lambda v: [2 * x for x in v], BadLabel),
        ("bank", "y", lambda v: [str(x) for x in v], BadLabel),
        ("bureau", "bureau_0", lambda v: [3.5] * len(v), ConstantColumns),
        ("bureau", "bureau_0", lambda v: ["text"] * len(v), NotNumeric),
        ("retailer", "retailer_0", lambda v: [2e6, *v[1:]], OutOfRange),
        ("retailer", "retailer_id", lambda v: v[::-1], NotAligned),
        ("retailer", "retailer_id", lambda v: ["other", *v[1:]], NotAligned),
    ],
)
def test_unusable_data_is_named_at_the_party_that_has_it(member, name, change, error):
    run = _run(_change(aligned(), member, name, change), check=False)
    assert isinstance(run[member].error, error)
    assert all(result.error is not None for result in run.results.values())
    assert "bureau_0" not in run[member].error.public_detail


def test_few_rows_and_unknown_columns_are_refused():
    run = _run(aligned(5), check=False)
    assert all(isinstance(result.error, TooFewRows) for result in run.results.values())
    run = _run(aligned(), own={"bureau": {"columns": ["nothing"]}}, check=False)
    assert isinstance(run["bureau"].error, UnknownColumn)


def test_job_parameters_cannot_shrink_keys():
    assert COMPONENT.params.model_json_schema()["properties"]["key_bits"]["enum"] == [2048, 3072]
    assert all("make_key" not in str(model.model_json_schema()) for model in (COMPONENT.params, COMPONENT.own_params))


class _Dies(MemoryCheckpoint):
    """Ends its party when it would keep a step."""

    def save(self, step, state):
        raise Killed


def test_a_checkpoint_whose_other_half_is_gone_is_never_taken_up():
    tables = aligned()
    states = {member: MemoryCheckpoint() for member in tables}
    whole = _run(tables, checkpoints=states)
    for member in list(tables)[1:]:
        states[member].forget_after(5)  # so far they had come; the promoter was a few steps ahead
    dying = _Dies()
    dying.states = states["bank"].states
    second = _run(tables, checkpoints=states | {"bank": dying}, attempt=2, check=False)
    assert isinstance(second["bank"].error, Killed)
    states["bank"].states = dying.states
    assert max(states["bureau"].steps()) == 7
    third = _run(tables, checkpoints=states, attempt=3)
    for member in tables:
        wanted = whole[member].outputs["model"].content["weights"]
        assert third[member].outputs["model"].content["weights"] == pytest.approx(wanted, abs=1e-5)


def test_a_stage_that_one_member_has_finished_and_another_has_not_is_finished_again():
    tables = aligned(30, (1, 1))
    states = {member: MemoryCheckpoint() for member in tables}
    # Batches of masks have two iterations for these keys, so the last iteration is kept, and then the stage.
    inputs = {member: {"train": table} for member, table in tables.items()}
    whole = run_parties(TOY, inputs, {"iterations": 8}, checkpoints=states)
    assert states["bank"].steps()[-2:] == (9, 10)
    states["bank"].forget_after(9)
    second = run_parties(TOY, inputs, {"iterations": 8}, checkpoints=states, attempt=2)
    for member in tables:
        wanted = whole[member].outputs["model"].content["weights"]
        assert second[member].outputs["model"].content["weights"] == pytest.approx(wanted, abs=1e-6)


@pytest.mark.parametrize(
    "name", ["weights_masked_to_promoter", "weights_share_to_provider", "setup_to_provider", "verdict_to_provider"]
)
@pytest.mark.parametrize("change", [lambda p: p[:-1], lambda p: p + p, lambda p: b""])
def test_payloads_of_another_length_are_named(monkeypatch, name, change):
    sent = Hub.send
    monkeypatch.setattr(
        Hub, "send", lambda hub, key, payload: sent(hub, key, change(payload) if key.message == name else payload)
    )
    run = _run(aligned(), check=False)
    assert {type(result.error) for result in run.results.values()} <= {BadPayload, PeerGone, type(None)}
    assert any(isinstance(result.error, BadPayload) for result in run.results.values())


@pytest.mark.parametrize(
    ("rows", "columns", "providers", "word"),
    [(1 << 24, 3, 1, "rows"), (10, 1 << 10, 1, "columns"), (10, 3, 16, "providers")],
)
def test_more_than_a_plaintext_has_room_for_is_refused_before_anything_is_sent(rows, columns, providers, word):
    ctx = SimpleNamespace(providers=("somebody",) * providers)
    with pytest.raises(OutOfRange, match=word):
        agree(ctx, None, range(rows), columns, 1, range(1, 2))


def test_who_sends_a_bad_key_is_named():
    place = 8 + MARK_BYTES  # of the first byte of the key, after its length and the mark of a start

    def alter(key, payload):
        if not key.message.startswith("setup") or key.sender != "bureau":
            return payload
        return payload[:place] + b"X" + payload[place + 1 :]

    run = _run(aligned(), alter=alter, check=False)
    assert isinstance(run["bank"].error, BadPayload)
    assert run["bank"].error.party == "bureau"
