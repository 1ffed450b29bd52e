"""Options: whose columns serve, samples, weights, validation rows, early stop, resuming, members without columns."""

import contextlib
import dataclasses
import functools
import sys

import numpy as np
import pytest

from kernel.components.vert_secureboost.tests.toy import EVERY_CUT, MEMBERS, reference, same, scores, tables, toy
from kernel.core import Model, Role
from kernel.core.errors import BadParameters, BadPayload, ConstantColumns, PeerGone
from kernel.crypto import ou
from kernel.crypto.paillier.plain import Plain
from kernel.ml.logistic import sigmoid
from kernel.protocol.trees import counting
from kernel.protocol.trees.schemes import OKAMOTO_UCHIYAMA, Schemes
from kernel.protocol.trees.state import ProviderState
from kernel.testing import run_parties
from kernel.testing.channel import Killed
from kernel.testing.parties import MemoryCheckpoint

PARAMS = {"n_trees": 4, "max_depth": 3, "learning_rate": 0.4, "min_leaf_rows": 3, "min_child_weight": 0.2}


def _run(samples, params, validation=None, **changes):
    inputs = {member: {"train": sample} for member, sample in samples.items()}
    for member, sample in (validation or {}).items():
        inputs[member]["validation"] = sample
    own = {m: EVERY_CUT[m] | changes.get("own", {}).get(m, {}) for m in samples}
    return run_parties(toy(), inputs, PARAMS | params, **changes | {"own": own})


def _log_loss(samples, run):
    y, p = np.array(samples["bank"].columns["y"]), sigmoid(scores(samples, run)[:, 0])
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))


def _curve(run, name):
    return next(s["values"] for s in run["bank"].blocks[0][2]["series"] if s["name"] == name)


@pytest.mark.parametrize(
    ("params", "serves"),
    [
        ({"boosting": "skip"}, lambda tree, _: [tree % 3]),
        ({"boosting": "layered", "layered_depth": 2}, lambda _, depth: [1, 2] if depth < 2 else [0]),
        ({"complete_secure": 2}, lambda tree, _: [0] if tree < 2 else [0, 1, 2]),
        ({"complete_secure": 1, "boosting": "skip"}, lambda tree, _: [tree % 3] if tree else [0]),
    ],
)
def test_trees_look_at_the_columns_that_they_may(params, serves):
    samples = tables()
    run = _run(samples, params)
    theirs, ours = reference(samples, run, PARAMS | params, serves=serves)
    assert all(same(a, b) for a, b in zip(theirs, ours, strict=True))
    told = {(key.step.split()[0], key.receiver) for key, _ in run.transcript if key.message == "gradients_ct"}
    assert told == {(str(t), MEMBERS[m]) for t in range(4) for depth in range(2) for m in serves(t, depth) if m}


def test_weights_count_as_so_many_rows():
    samples = tables()
    weight = np.random.default_rng(1).integers(0, 4, 60).astype(float)
    bank = samples["bank"]
    samples["bank"] = dataclasses.replace(bank, columns=dict(bank.columns) | {"w": weight.tolist()})
    run = _run(samples, {}, own={"bank": {"weight": "w"}})
    theirs, ours = reference(samples, run, PARAMS, weight=weight)
    assert all(same(a, b) for a, b in zip(theirs, ours, strict=True))
    assert "w" not in run["bank"].outputs["model"].content["columns"]
    refused = _run(samples, {}, own={"bureau": {"weight": "bureau_few"}}, check=False)
    assert isinstance(refused["bureau"].error, BadParameters)


def test_few_bins_are_enough():
    samples = tables()
    run = _run(samples, {}, own={member: {"max_bin": 3} for member in MEMBERS})
    theirs, ours = reference(samples, run, PARAMS, max_bin=3)
    assert all(same(a, b) for a, b in zip(theirs, ours, strict=True))


def test_gradient_sampling_takes_the_largest_and_some_of_the_others():
    samples = tables(200)
    run = _run(samples, {"goss": True, "goss_start": 2, "max_depth": 2})
    words = [payload for key, payload in run.transcript if key.message == "tree" and key.receiver == "bureau"]
    assert [len(word) for word in words] == [1, 1, 26, 26]
    sampled = np.unpackbits(np.frombuffer(words[2][1:], np.uint8), count=200).astype(bool)
    assert sampled.sum() == 60
    first = dataclasses.replace(run["bank"].outputs["model"], content=run["bank"].outputs["model"].content | {})
    first.content["trees"] = first.content["trees"][:2]
    after = {m: run[m] for m in MEMBERS} | {"bank": dataclasses.replace(run["bank"], outputs={"model": first})}
    y = np.array(samples["bank"].columns["y"])
    strength = np.abs(sigmoid(scores(samples, after)[:, 0]) - y)
    assert sampled[strength > np.sort(strength)[-40]].all()
    assert len({words[2], words[3]}) == 2
    assert _curve(run, "training")[-1] < _curve(run, "training")[0] - 0.2
    refused = _run(samples, {"goss": True, "row_sample": 0.5}, check=False)
    assert all(isinstance(refused[member].error, BadParameters) for member in MEMBERS)


def test_samples_of_rows_and_columns_differ_from_tree_to_tree_and_every_row_is_scored():
    samples = tables(80)
    run = _run(samples, {"row_sample": 0.5, "feature_sample": 0.5})
    words = [payload for key, payload in run.transcript if key.message == "tree" and key.receiver == "bureau"]
    assert len(set(words)) == 4
    assert all(np.unpackbits(np.frombuffer(word[1:], np.uint8)).sum() == 40 for word in words)
    answers = [(k, p) for k, p in run.transcript if k.message == "candidate_sums_ct" and k.step.endswith(" 0")]
    assert len(answers) == 8
    assert len({(key.sender, len(payload)) for key, payload in answers}) == 2  # whatever columns a tree looks at
    assert _log_loss(samples, run) == pytest.approx(_curve(run, "training")[-1], abs=1e-9)


def _unseen(samples):
    """Validation rows with a category that training has not, and holes where training has none."""
    changed = {}
    for member, sample in samples.items():
        columns = dict(sample.columns)
        columns[f"{member}_text"] = ["violet", *columns[f"{member}_text"][1:]]
        columns[f"{member}_plain"] = [None, *columns[f"{member}_plain"][1:]]
        changed[member] = dataclasses.replace(sample, columns=columns)
    return changed


def _every_split_counts(run):
    """Members keep as many splits as the trees ask for, and the last one is asked."""
    trees = run["bank"].outputs["model"].content["trees"]
    for place, member in enumerate(MEMBERS):
        asked = {s for tree in trees for o, s in zip(tree["owner"], tree["split"], strict=True) if o == place}
        assert len(run[member].outputs["model"].content["splits"]) == len(asked) == max(asked, default=-1) + 1


def test_validation_rows_go_along_without_gradients_and_stop_the_training():
    samples, validation = tables(60), _unseen(tables(50, seed=9))
    run = _run(samples, {"n_trees": 30, "learning_rate": 1.0, "early_stop": 2}, validation)
    curve = _curve(run, "validation")
    best = int(np.argmin(curve))
    assert len(curve) == best + 3 < 31
    assert len(run["bank"].outputs["model"].content["trees"]) == best
    assert _log_loss(validation, run) == pytest.approx(curve[best], abs=1e-9)
    assert _log_loss(samples, run) == pytest.approx(_curve(run, "training")[best], abs=1e-9)
    sent = [payload for key, payload in run.transcript if key.message == "tree"]
    assert sent[-2:] == [b"\0", b"\0"]
    _every_split_counts(run)
    alone = _run(samples, {"n_trees": best}, None)
    words = [key.step for key, _ in alone.transcript if key.message == "tree"]
    assert len(words) == 2 * best


@pytest.mark.parametrize("boosting", ["skip", "layered"])
def test_whoever_waits_for_a_further_tree_is_told_of_the_end(boosting):
    samples, validation = tables(60), tables(50, seed=9)
    params = {"n_trees": 30, "learning_rate": 1.0, "early_stop": 2, "boosting": boosting}
    run = _run(samples, params, validation)
    ends = [key.receiver for key, payload in run.transcript if key.message == "tree" and payload == b"\0"]
    assert sorted(ends) == ["bureau", "retailer"]
    assert len(_curve(run, "validation")) < 31
    _every_split_counts(run)


def test_splits_beyond_the_best_tree_are_dropped_where_all_trees_were_grown(monkeypatch):
    samples, validation = tables(60), tables(50, seed=9)
    params = {"n_trees": 30, "learning_rate": 1.0, "early_stop": 2}
    best = len(_run(samples, params, validation)["bank"].outputs["model"].content["trees"])
    run = _run(samples, params | {"n_trees": best + 1}, validation)
    assert len(run["bank"].outputs["model"].content["trees"]) == best
    _every_split_counts(run)
    monkeypatch.setattr(counting, "asked", lambda trees, member: 10**6)
    refused = _run(samples, params, validation, check=False)
    for member in MEMBERS[1:]:
        assert isinstance(refused[member].error, BadPayload)
        assert refused[member].error.party == "bank"


def test_early_stop_without_validation_rows_is_refused():
    run = _run(tables(), {"early_stop": 2}, check=False)
    assert isinstance(run["bank"].error, BadParameters)
    assert all(isinstance(run[member].error, PeerGone) for member in MEMBERS[1:])


def _constant(sample, member):
    return dataclasses.replace(
        sample, columns={n: v if n in {f"{member}_id", "y"} else [1] * len(v) for n, v in sample.columns.items()}
    )


@pytest.mark.parametrize("boosting", ["normal", "skip", "layered"])
def test_members_without_a_usable_column_take_no_part(boosting):
    samples = tables()
    for members in (("bureau", "retailer"), ("bank",)):
        changed = samples | {member: _constant(samples[member], member) for member in members}
        run = _run(changed, {"boosting": boosting})
        usable = [index for index, member in enumerate(MEMBERS) if member not in members]
        trees = run["bank"].outputs["model"].content["trees"]
        assert {owner for tree in trees for owner in tree["owner"]} - {-1} <= set(usable)
        assert all(len(tree["owner"]) > 1 for tree in trees)
        asked = {key.receiver for key, _ in run.transcript if key.message == "gradients_ct"}
        assert asked == {MEMBERS[index] for index in usable if index}
    run = _run({member: _constant(sample, member) for member, sample in samples.items()}, {}, check=False)
    assert all(isinstance(run[member].error, ConstantColumns) for member in MEMBERS)


class _Dies(MemoryCheckpoint):
    """Ends its party before it would keep a step."""

    def __init__(self, at):
        super().__init__()
        self.at = at

    def save(self, step, state):
        if step == self.at:
            raise Killed
        super().save(step, state)


@pytest.mark.parametrize(
    "params",
    [
        {"row_sample": 0.6, "feature_sample": 0.5},
        {"boosting": "skip", "n_trees": 7},
        {"complete_secure": 3, "n_trees": 5},
    ],
)
@pytest.mark.parametrize("dying", ["bank", "retailer"])
def test_a_resumed_training_gives_the_same_model(params, dying):
    samples = tables(40)
    whole = _run(samples, params | {"max_depth": 2})
    states = {member: MemoryCheckpoint() for member in samples}
    states[dying] = _Dies(4 if dying == "bank" else 6 if params.get("boosting") else 4)
    first = _run(samples, params | {"max_depth": 2}, checkpoints=states, check=False)
    assert isinstance(first[dying].error, Killed) or params.get("complete_secure")
    kept = MemoryCheckpoint()
    kept.states = states[dying].states
    # Another seed: whatever the kept state does not fix would now be different.
    again = _run(samples, params | {"max_depth": 2}, checkpoints=states | {dying: kept}, attempt=2, seed=5)
    trees = [key.step.split()[0] for key, _ in again.transcript if key.message == "tree"]
    assert trees
    assert "0" not in trees
    for member in samples:
        found, wanted = (dict(run[member].outputs["model"].content) for run in (again, whole))
        assert found.pop("training") != wanted.pop("training")
        assert found == wanted


def test_who_begins_again_asks_in_another_order():
    """A promoter that lost its state draws other samples: their sums in the same order would be of known candidates."""
    samples, seeds = tables(40), []
    states = {member: MemoryCheckpoint() for member in samples}
    for attempt in (1, 2):
        states["bank"] = MemoryCheckpoint()
        more = {"attempt": attempt, "seed": attempt, "checkpoints": states, "check": False}
        _run(samples, {"row_sample": 0.6, "n_trees": 1}, **more)
        seeds.append(
            {member: ProviderState.loads(states[member].load(0)).seed for member in samples if member != "bank"}
        )
    assert all(seeds[0][member] != seeds[1][member] for member in seeds[0])


def test_a_measurement_may_leave_encryption_out():
    @contextlib.contextmanager
    def owner(key, secret, ready):
        yield Plain(key.public, without_any_protection=True)

    plain = Schemes(owner, lambda key, stream: Plain(key, without_any_protection=True))
    samples = tables()
    inputs = {member: {"train": sample} for member, sample in samples.items()}
    runs = [run_parties(toy(512, **more), inputs, PARAMS, own=EVERY_CUT) for more in ({}, {"schemes": plain})]
    for member in samples:
        assert runs[0][member].outputs["model"].dumps() == runs[1][member].outputs["model"].dumps()
    assert [len(payload) for _, payload in sorted(runs[0].transcript, key=_key)] == [
        len(payload) for _, payload in sorted(runs[1].transcript, key=_key)
    ]


@pytest.mark.parametrize(("label", "part"), [("binary", 0.5), ("softmax", 1.0)])  # of three classes two fit in one
def test_okamoto_uchiyama_gives_the_same_trees_from_smaller_ciphertexts(label, part):
    samples = tables(label=label)
    inputs = {member: {"train": sample} for member, sample in samples.items()}
    params = PARAMS | {"objective": label}
    paillier = run_parties(toy(768), inputs, params, own=EVERY_CUT)
    made = toy(768, schemes=OKAMOTO_UCHIYAMA)
    promoter = functools.partial(
        made.run[Role.PROMOTER], make_key=lambda _, stream: ou.generate(768, stream, testing_any_size=True)
    )
    smaller = dataclasses.replace(made, run={**made.run, Role.PROMOTER: promoter})
    other = run_parties(smaller, inputs, params | {"cipher": "okamoto_uchiyama"}, own=EVERY_CUT)
    for member in samples:
        assert paillier[member].outputs["model"].dumps() == other[member].outputs["model"].dumps()
    sent = [
        sum(len(data) for key, data in run.transcript if key.message == "gradients_ct") for run in (paillier, other)
    ]
    assert sent[1] == pytest.approx(part * sent[0], rel=0.02)


def _key(sent):
    return str(sent[0])


@pytest.mark.parametrize("n_members", [2, 3])
def test_a_level_takes_three_messages_and_a_fourth_for_one_winner_of_several(n_members):
    samples = tables(members=MEMBERS[:n_members])
    run = _run(samples, {})
    levels = {}
    for key, _ in run.transcript:
        if key.message in {"candidate_sums_ct", "choice", "sides", "routes"}:
            provider = key.sender if key.sender != "bank" else key.receiver
            levels.setdefault((provider, key.step), []).append(key.message)
    assert len(levels) == 4 * 3 * (n_members - 1)
    for messages in levels.values():
        assert messages[:2] == ["candidate_sums_ct", "choice"]
        assert messages[2:] in ([], ["sides"], ["sides", "routes"])
        assert "routes" not in messages or n_members > 2
    assert sum("routes" in messages for messages in levels.values()) < len(levels) / 3


def test_the_model_keeps_the_preprocessing_of_the_columns_that_it_uses_and_survives_writing():
    samples = tables()
    names = ["bureau_plain", "bureau_number", "bureau_few", "bureau_other"]
    steps = [{"kind": "standardise", "columns": names, "mean": [0.5] * 4, "std": [2.0] * 4}]
    inputs = {member: {"train": sample} for member, sample in samples.items()}
    inputs["bureau"]["pipeline"] = Model("pipeline", {"steps": steps})
    run = run_parties(toy(), inputs, PARAMS | {"min_leaf_rows": 1}, own=EVERY_CUT)
    content = run["bureau"].outputs["model"].content
    used = {split["column"] for split in content["splits"]}
    assert content["columns"] == [n for n in samples["bureau"].columns if n in used]
    kept = [name for name in content["columns"] if name in names]
    assert kept
    assert content["pipeline"] == [
        {"kind": "standardise", "columns": kept, "mean": [0.5] * len(kept), "std": [2.0] * len(kept)}
    ]
    assert run["bank"].outputs["model"].content["pipeline"] == []
    for member in samples:
        model = run[member].outputs["model"]
        assert model.kind == "vert_secureboost"
        assert Model.loads(model.dumps()) == model


def test_everything_present_may_part_from_everything_missing():
    samples = tables()
    label = samples["bank"].columns["y"]
    columns = dict(samples["bureau"].columns) | {"bureau_number": [7.5 if value else None for value in label]}
    samples["bureau"] = dataclasses.replace(samples["bureau"], columns=columns)
    run = _run(samples, {"n_trees": 1, "max_depth": 1})
    (split,) = Model.loads(run["bureau"].outputs["model"].dumps()).content["splits"]
    assert split == {
        "column": "bureau_number", "kind": "number", "threshold": sys.float_info.max, "missing_left": False,
    }  # fmt: skip
    assert {len(set(np.array(label)[scores(samples, run)[:, 0] > 0])), len(set(label))} == {1, 2}
