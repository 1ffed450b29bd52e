"""Unusable data and bad payloads are named, at both sides, at once."""

import dataclasses
import datetime as dt
import struct
import time

import numpy as np
import pytest

from kernel.components.vert_secureboost import COMPONENT
from kernel.components.vert_secureboost.tests.toy import EVERY_CUT, MEMBERS, tables, toy
from kernel.core.errors import (
    BadLabel,
    BadParameters,
    BadPayload,
    MissingValues,
    NotAligned,
    NotNumeric,
    OutOfRange,
    PeerGone,
    TooFewRows,
    UnknownColumn,
)
from kernel.core.wire import pack, unpack
from kernel.protocol.trees import gradients
from kernel.testing import run_parties
from kernel.testing.channel import Hub

PARAMS = {"n_trees": 2, "max_depth": 2, "min_leaf_rows": 3, "min_child_weight": 0.1}
LIMIT_S = 10.0


def _run(samples, params=None, **changes):
    inputs = {member: {"train": sample} for member, sample in samples.items()}
    own = {m: EVERY_CUT[m] | changes.get("own", {}).get(m, {}) for m in samples}
    return run_parties(toy(), inputs, PARAMS | (params or {}), **changes | {"own": own})


def _change(samples, member, name, change):
    columns = dict(samples[member].columns)
    columns[name] = change(list(columns.get(name, columns[f"{member}_id"])))
    return samples | {member: dataclasses.replace(samples[member], columns=columns)}


@pytest.mark.parametrize(
    ("objective", "change"),
    [
        ("binary", lambda v: [1] * len(v)),
        ("binary", lambda v: [float("nan"), *map(float, v[1:])]),
        ("binary", lambda v: [None, *v[1:]]),
        ("binary", lambda v: [2, *v[1:]]),
        ("binary", lambda v: [str(x) for x in v]),
        ("softmax", lambda v: ["same"] * len(v)),
        ("softmax", lambda v: [None, *map(str, v[1:])]),
        ("softmax", lambda v: list(range(200))),
        ("softmax", lambda v: [dt.date(2020, 1, 1 + x) for x in v]),
        ("squared", lambda v: [float("inf"), *map(float, v[1:])]),
        ("squared", lambda v: [str(x) for x in v]),
        ("poisson", lambda v: [-1, *v[1:]]),
        ("tweedie", lambda v: [0] * len(v)),
    ],
)
def test_an_unusable_label_is_named(objective, change):
    start = time.monotonic()
    samples = tables(200 if objective == "softmax" else 60)
    run = _run(_change(samples, "bank", "y", change), {"objective": objective}, check=False)
    assert isinstance(run["bank"].error, BadLabel)
    assert all(isinstance(run[member].error, PeerGone) for member in MEMBERS[1:])
    assert time.monotonic() - start < LIMIT_S


@pytest.mark.parametrize(
    ("member", "name", "change", "own", "error"),
    [
        ("bureau", "bureau_plain", lambda v: [float("inf"), *v[1:]], {}, OutOfRange),
        ("retailer", "retailer_id", lambda v: v[::-1], {}, NotAligned),
        ("retailer", "retailer_id", lambda v: ["other", *v[1:]], {}, NotAligned),
        ("bureau", "bureau_id", lambda v: v, {"columns": ["nothing"]}, UnknownColumn),
        ("bureau", "bureau_id", lambda v: v, {"columns": ["bureau_id"]}, BadParameters),
        ("bureau", "dates", lambda v: [np.datetime64("2026-01-01", "s")] * len(v), {"columns": ["dates"]}, NotNumeric),
        ("bank", "w", lambda v: [float("nan")] + [1.0] * (len(v) - 1), {"weight": "w"}, MissingValues),
        ("bank", "w", lambda v: [-1.0] * len(v), {"weight": "w"}, BadParameters),
        ("bank", "bank_text", lambda v: v, {"weight": "bank_text"}, BadParameters),
        ("bank", "bank_text", lambda v: v, {"weight": "nothing"}, UnknownColumn),
    ],
)
def test_unusable_columns_are_named_at_the_party_that_has_them(member, name, change, own, error):
    run = _run(_change(tables(), member, name, change), own={member: own}, check=False)
    assert isinstance(run[member].error, error)
    assert all(result.error is not None for result in run.results.values())
    assert name not in run[member].error.public_detail


def test_few_rows_and_unlike_validation_rows_are_refused():
    run = _run(tables(5), check=False)
    assert all(isinstance(result.error, TooFewRows | PeerGone | BadLabel) for result in run.results.values())
    samples = tables()
    inputs = {member: {"train": sample} for member, sample in samples.items()}
    inputs["bank"]["validation"] = samples["bank"]
    run = run_parties(toy(), inputs, PARAMS, check=False)
    assert isinstance(run["bank"].error, NotAligned)
    assert "validation" in run["bank"].error.hint
    text = _change(samples, "bureau", "bureau_plain", lambda v: ["word"] * len(v))
    inputs = {member: {"train": samples[member], "validation": text[member]} for member in MEMBERS}
    run = run_parties(toy(), inputs, PARAMS, check=False)
    assert isinstance(run["bureau"].error, UnknownColumn)


def test_keys_are_of_the_agreed_length():
    assert COMPONENT.params.model_json_schema()["properties"]["key_bits"]["enum"] == [2048, 3072]
    inputs = {member: {"train": sample} for member, sample in tables().items()}
    component = toy(512)
    wrong = dataclasses.replace(component, run=component.run | {"promoter": toy(768).run["promoter"]})
    run = run_parties(wrong, inputs, PARAMS, check=False)
    assert all(isinstance(run[member].error, BadPayload) for member in MEMBERS[1:])
    assert all(run[member].error.party == "bank" for member in MEMBERS[1:])


def _part(number, change):
    """Change one part of a payload of several."""

    def apply(payload):
        parts = unpack(payload)
        parts[number] = change(parts[number])
        return pack(parts)

    return apply


def _no_unit(payload):
    return payload[:16] + bytes(128) + payload[144:]


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("key", lambda p: p[:-1]),
        ("key", _part(1, lambda b: b[:-4] + struct.pack(">I", 0))),
        ("key", _part(0, lambda b: b[:-1] + b"\0")),
        ("offer", _part(1, lambda b: b[:-4] + b"\xff\xff\xff\xff")),
        ("offer", _part(0, lambda b: b"a key")),
        ("offer", _part(3, lambda b: b + b"\0")),
        ("offer", lambda p: b""),
        ("start", lambda p: p[:-1]),
        ("start", lambda p: p[:-1] + b"\2"),
        ("start", lambda p: struct.pack(">I", 1) + p[4:]),
        ("tree", lambda p: b"\3"),
        ("tree", lambda p: b"\2" + bytes(5)),  # a sample of no rows
        ("tree", lambda p: b"\2" + bytes(4)),
        ("gradients_ct", lambda p: p[:-1]),
        ("gradients_ct", lambda p: p[:-128]),
        ("gradients_ct", lambda p: p[:4] + bytes(8) + p[12:]),
        ("gradients_ct", _no_unit),
        ("candidate_sums_ct", lambda p: p[:-128]),
        ("candidate_sums_ct", lambda p: p[:4] + bytes(8) + p[12:]),
        ("candidate_sums_ct", lambda p: p[:-127] + bytes([7]) * 127),
        ("candidate_sums_ct", lambda p: p[:-128] + b"\xff" * 128),
        ("choice", _part(0, lambda b: b + b"\0")),
        ("choice", _part(0, lambda b: b"\4" + b[1:])),
        ("choice", _part(1, lambda b: struct.pack(">II", 0, 1 << 30))),
        ("choice", _part(1, lambda b: struct.pack(">II", 9, 0))),
        ("choice", _part(1, lambda b: struct.pack(">IIII", 0, 0, 0, 1))),
        ("choice", lambda p: p[:-1]),
        ("sides", lambda p: p + b"\0"),
        ("sides", lambda p: b""),
        ("routes", lambda p: p[:-1]),
    ],
)
def test_a_bad_payload_is_named_at_the_receiver_and_blamed_on_the_sender(monkeypatch, name, change):
    sent, changed = Hub.send, []

    def send(hub, key, payload):
        if key.message == name:
            changed.append(key)
            payload = change(payload)
        sent(hub, key, payload)

    monkeypatch.setattr(Hub, "send", send)
    start = time.monotonic()
    run = _run(tables(40, seed=4), {"max_depth": 3, "n_trees": 3}, check=False)
    assert changed
    assert time.monotonic() - start < LIMIT_S
    errors = {member: result.error for member, result in run.results.items()}
    assert all(isinstance(error, BadPayload | PeerGone) for error in errors.values())
    named = {(member, error.party) for member, error in errors.items() if isinstance(error, BadPayload)}
    assert named
    assert named <= {(key.receiver, key.sender) for key in changed}


def test_many_messages_of_gradients_make_the_same_trees(monkeypatch):
    samples = tables()
    whole = _run(samples, {"row_sample": 0.7})
    monkeypatch.setattr(gradients, "_MESSAGE_BYTES", 8 * 512 // 4)  # eight ciphertexts
    pieces = _run(samples, {"row_sample": 0.7})
    assert sum(key.message == "gradients_ct" for key, _ in pieces.transcript) == 2 * 2 * 6
    for member in MEMBERS:
        assert pieces[member].outputs["model"].dumps() == whole[member].outputs["model"].dumps()
