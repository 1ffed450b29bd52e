"""Privacy by noise: the promoter trains alone on noised bins, and each provider learns its splits at the end."""

import math
import struct

import numpy as np
import pytest

from kernel.components.vert_secureboost.tests.toy import MEMBERS, reference, same, scores, tables, toy
from kernel.core.errors import BadParameters, BadPayload, PeerGone
from kernel.core.wire import pack, unpack
from kernel.crypto.prg import Stream
from kernel.ml.logistic import sigmoid
from kernel.protocol.trees import noise
from kernel.testing import run_parties
from kernel.testing.channel import Hub, Killed
from kernel.testing.parties import MemoryCheckpoint

PARAMS = {
    "n_trees": 3,
    "max_depth": 3,
    "learning_rate": 0.4,
    "min_leaf_rows": 3,
    "min_child_weight": 0.2,
    "privacy": "noise",
}


def _run(samples, params=None, validation=None, **changes):
    inputs = {member: {"train": sample} for member, sample in samples.items()}
    for member, sample in (validation or {}).items():
        inputs[member]["validation"] = sample
    return run_parties(toy(), inputs, PARAMS | (params or {}), **changes)


def test_with_hardly_any_noise_trees_equal_the_reference():
    samples = tables()
    run = _run(samples, {"epsilon": 40.0})
    theirs, ours = reference(samples, run, PARAMS)
    assert all(same(a, b) for a, b in zip(theirs, ours, strict=True))
    owners = {owner for tree in run["bank"].outputs["model"].content["trees"] for owner in tree["owner"]}
    assert owners == {-1, 0, 1, 2}
    assert {key.message for key, _ in run.transcript if not key.message.startswith("agreement")} == {
        "key", "offer", "start", "noised_bins", "used_splits",
    }  # fmt: skip
    y = np.array(samples["bank"].columns["y"])
    p = sigmoid(scores(samples, run)[:, 0])
    curve = run["bank"].blocks[0][2]["series"][0]["values"]
    assert curve[-1] == pytest.approx(-np.mean(y * np.log(p) + (1 - y) * np.log(1 - p)), abs=1e-9)
    assert all(not name.startswith("\0") for name, *_ in run["bank"].blocks[1][2]["rows"])


def test_a_value_is_told_as_often_as_epsilon_says_and_others_all_alike():
    count, epsilon, n_rows = 6, 1.2, 60_000
    block = np.full((n_rows, 1), 4, dtype=np.uint8)
    told = noise._respond(block, noise._Part(np.array([count]), epsilon, bytes(32)))[:, 0]
    shares = np.bincount(told, minlength=count) / n_rows
    right = math.exp(epsilon) / (math.exp(epsilon) + count - 1)
    spread = 5 * math.sqrt(0.25 / n_rows)
    assert shares[4] == pytest.approx(right, abs=spread)
    assert np.delete(shares, 4) == pytest.approx((1 - right) / (count - 1), abs=spread)
    unseen = noise._respond(block + 2, noise._Part(np.array([count]), 40.0, bytes(32)))[:, 0]
    assert np.bincount(unseen) / n_rows == pytest.approx(1 / count, abs=spread)


def test_bins_sent_are_noised_and_a_resumed_training_sends_the_same_ones():
    samples = tables(200)
    states = {member: MemoryCheckpoint() for member in samples}

    def kill(hub, key, _):
        if key.message == "used_splits":
            raise Killed

    first = _run(samples, {"epsilon": 1.0}, checkpoints=states, on_send=kill, check=False)
    assert isinstance(first["bank"].error, Killed)
    again = _run(samples, {"epsilon": 1.0}, checkpoints=states, attempt=2, seed=9)
    whole = _run(samples, {"epsilon": 1.0})
    exact = _run(samples, {"epsilon": 40.0})

    def sent(run):
        return {key.sender: payload for key, payload in run.transcript if key.message == "noised_bins"}

    assert sent(first) == sent(again) == sent(whole)
    for member in samples:
        found, wanted = (dict(run[member].outputs["model"].content) for run in (again, whole))
        assert found.pop("training") != wanted.pop("training")
        assert found == wanted
    for member in MEMBERS[1:]:
        noised, true = (np.frombuffer(unpack(sent(run)[member])[1], np.uint8) for run in (whole, exact))
        assert len(noised) == 200 * 4
        assert 0.4 < np.mean(noised != true) < 0.95


def test_validation_rows_are_noised_too_and_stop_the_training():
    run = _run(tables(), {"n_trees": 20, "learning_rate": 1.0, "early_stop": 2}, tables(50, seed=9))
    content = run["bank"].outputs["model"].content
    for number, member in enumerate(MEMBERS):
        used = [
            split
            for tree in content["trees"]
            for owner, split in zip(tree["owner"], tree["split"], strict=True)
            if owner == number
        ]
        assert used == list(range(len(run[member].outputs["model"].content["splits"])))


def test_what_needs_encryption_is_refused():
    for more in ({"boosting": "skip"}, {"complete_secure": 1}):
        run = _run(tables(), more, check=False)
        assert all(isinstance(run[member].error, BadParameters) for member in MEMBERS)


def _cells(change):
    def apply(payload):
        described, cells = unpack(payload)
        return pack(change(described, cells))

    return apply


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("noised_bins", lambda p: p[:-1]),
        ("noised_bins", _cells(lambda d, c: [d, c[:-1]])),
        ("noised_bins", _cells(lambda d, c: [d[:-1], c])),
        ("noised_bins", _cells(lambda d, c: [d, b"\xff" + c[1:]])),
        ("noised_bins", _cells(lambda d, c: [b"\2" + d[1:], c])),
        ("noised_bins", _cells(lambda d, c: [b"", b""])),
        ("used_splits", lambda p: p + b"\0"),
        ("used_splits", lambda p: struct.pack(">IBB", 99, 0, 0)),
        ("used_splits", lambda p: struct.pack(">IBB", 0, 254, 0)),
        ("used_splits", lambda p: struct.pack(">IBB", 0, 0, 2)),
        ("used_splits", lambda p: struct.pack(">IBB", 0, 0, 0) * 10_000),
    ],
)
def test_bad_payloads_are_named(monkeypatch, name, change):
    sent = Hub.send
    monkeypatch.setattr(
        Hub, "send", lambda hub, key, payload: sent(hub, key, change(payload) if key.message == name else payload)
    )
    run = _run(tables(), check=False)
    errors = {member: result.error for member, result in run.results.items() if result.error is not None}
    assert all(isinstance(error, BadPayload | PeerGone) for error in errors.values())
    blamed = {error.party for error in errors.values() if isinstance(error, BadPayload)}
    assert blamed == {"bank"} if name == "used_splits" else blamed <= set(MEMBERS[1:]) and blamed


def test_noise_is_that_of_the_seed():
    block = np.zeros((50, 2), dtype=np.uint8)
    parts = [noise._Part(np.array([5, 9]), 0.5, Stream(bytes(32), label).token(32)) for label in "aab"]
    found = [noise._respond(block, part) for part in parts]
    assert np.array_equal(found[0], found[1])
    assert not np.array_equal(found[0], found[2])
