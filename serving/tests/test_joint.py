"""Joint predictions of two and three servings: exactness, masks, unknown ids, failures, limits."""

import dataclasses
import secrets
import sqlite3
from contextlib import ExitStack
from dataclasses import replace

import numpy as np
import pytest

from common.errors import InvalidInput, Unavailable
from kernel.ml.scoring import FRAC_BITS
from proto.serving.v1 import serving_pb2 as pb
from serving.app import build_core
from serving.domain import errors
from serving.domain.models import LATENCY_MS, Row
from serving.tests.federation import IDS, INTERCEPT, MEMBERS, MODEL, ROWS, Federation, arrow, exact, part, ring_sum


@pytest.fixture
def stack():
    with ExitStack() as opened:
        yield opened


@pytest.fixture
def three(tmp_path, stack):
    federation = Federation(tmp_path, stack, max_ids_per_call=50, partner_ids_per_minute=100)
    federation.publish()
    return federation


def rows(ids):
    return [Row(name, ROWS["bank"].get(name, ROWS["bank"][IDS[0]])) for name in ids]


def ask(federation, member, ids, request=None, origin="bank", **more):
    told = pb.ScorePartRequest(model=MODEL, version="1", request=request or secrets.token_hex(16), ids=ids, **more)
    return federation.peers[member].score_part(origin, told)


@pytest.mark.parametrize("members", [MEMBERS[:1], MEMBERS[:2], MEMBERS])
def test_joint_scores_are_exact_within_the_bound(tmp_path, stack, members):
    federation = Federation(tmp_path, stack, members)
    federation.publish()
    made = federation.cores["bank"].predictions.predict(MODEL, rows(IDS))
    assert made.bound < len(members) * 2.0**-FRAC_BITS
    for line in made.scores:
        assert abs(line.score - exact(line.id, members)) <= made.bound
        assert line.probability == pytest.approx(1 / (1 + np.exp(-line.score)))
        assert not line.problem


CLASSES = ("gold", "plain", "risky")
TIMES = np.array([1.0, -0.5, 2.0])  # the weights of each class, as multiples of the model's of two


def _publish_classes(federation):
    """Publish at all members a model of three classes, which the promoter alone can name."""
    for member in federation.members:
        made = part(member, federation.members)
        content = {**made.content, "weights": np.outer(made.content["weights"], TIMES).tolist()}
        if member == "bank":
            content |= {"intercept": (INTERCEPT * TIMES).tolist(), "objective": "softmax", "classes": list(CLASSES)}
        path = federation.folder / f"{member}.arrow"
        path.write_bytes(arrow(member))
        made = dataclasses.replace(made, kind="vert_glm_open_score", content=content)
        federation.cores[member].models.add(made, None if member == "bank" else path)
        federation.cores[member].models.set_online(MODEL, "1")


@pytest.mark.parametrize("members", [MEMBERS[:2], MEMBERS])
def test_several_classes_are_scored_jointly(tmp_path, stack, members):
    federation = Federation(tmp_path, stack, members)
    _publish_classes(federation)
    made = federation.cores["bank"].predictions.predict(MODEL, rows([*IDS, "nobody"]))
    for line in made.scores[:-1]:
        powers = np.exp(exact(line.id, members) * TIMES)
        assert dict(line.classes) == pytest.approx(dict(zip(CLASSES, powers / powers.sum(), strict=True)), abs=1e-6)
        assert line.predicted == CLASSES[int(np.argmax(powers))]
    assert made.scores[-1].problem.startswith("no usable row")
    answers = [ask(federation, member, IDS[:4]) for member in members[1:]]
    assert all(len(answer.shares) == 4 * len(CLASSES) for answer in answers)
    if len(answers) > 1:
        assert all(abs(np.uint64(share).astype(np.int64)) > 2**40 for share in answers[0].shares)


def test_one_share_alone_is_noise_and_the_masks_cancel(three):
    request = secrets.token_hex(16)
    shares = {member: ask(three, member, IDS[:3], request) for member in MEMBERS[1:]}
    again = ask(three, "bureau", IDS[:3], request)
    assert again.shares == shares["bureau"].shares
    total = ring_sum(list(shares.values())).astype(np.int64) * 2.0**-FRAC_BITS
    providers = [exact(name) - exact(name, ("bank",)) for name in IDS[:3]]
    assert np.allclose(total, providers, atol=1e-6)
    for answer in shares.values():
        assert all(abs(np.uint64(share).astype(np.int64)) > 2**40 for share in answer.shares)
    other = ask(three, "bureau", IDS[1:4], request)
    # Other ids under a used request id meet other masks: their difference is no difference of scores.
    difference = np.array(other.shares[:2], dtype=np.uint64) - np.array(again.shares[1:], dtype=np.uint64)
    assert np.all(np.abs(difference.astype(np.int64)) > 2**40)


def test_unknown_ids_have_a_problem_and_show_no_other_summand(three, tmp_path):
    three.publish_at("bureau", "2", ids=IDS[5:])
    made = three.cores["bank"].predictions.predict(MODEL, rows([IDS[0], IDS[6], "nobody"]))
    assert made.scores[0].problem == "no usable row of this id at bureau"
    assert made.scores[2].problem == "no usable row of this id at bureau, retailer"
    assert made.scores[0].score == 0
    assert abs(made.scores[1].score - exact(IDS[6])) <= made.bound
    request = secrets.token_hex(16)
    answers = [ask(three, member, [IDS[0]], request) for member in MEMBERS[1:]]
    assert [answer.known[0] for answer in answers] == [False, True]
    alone = ring_sum(answers).astype(np.int64)[0] * 2.0**-FRAC_BITS
    assert abs(alone) > 2**10


def test_a_number_beyond_all_floats_is_told(three):
    made = three.cores["bank"].predictions.predict(MODEL, [Row("c001", {"age": 10**400, "sex": 1})])
    assert made.scores[0].problem == "a number is too large"


def test_bad_rows_are_told_and_their_ids_not_asked(three):
    asked = [Row("c001", {"age": "old", "sex": 1}), Row("c002", {"sex": 2}), Row("c003", ROWS["bank"]["c003"])]
    made = three.cores["bank"].predictions.predict(MODEL, asked)
    assert made.scores[0].problem == "should be a number and is not: age", "sex is a category and may be any text"
    assert "age" in made.scores[1].problem
    assert abs(made.scores[2].score - exact("c003")) <= made.bound
    assert three.cores["bureau"].parts._audit.lines()[-1].n_ids == 1


def test_a_partner_that_is_down_is_named(three):
    three.down.add("retailer")
    with pytest.raises(Unavailable) as caught:
        three.cores["bank"].predictions.predict(MODEL, rows(IDS[:1]))
    assert caught.value.party == "retailer"


def test_a_partner_offline_is_named(three):
    three.cores["bureau"].models.set_online(MODEL, "")
    with pytest.raises(errors.ModelOffline) as caught:
        three.cores["bank"].predictions.predict(MODEL, rows(IDS[:1]))
    assert caught.value.party == "bureau"


def test_only_the_promoter_asks_scores_and_only_providers_ask_keys(three):
    for origin in ("retailer", "stranger", "bureau"):
        with pytest.raises(errors.NotAPartner):
            ask(three, "bureau", IDS[:1], origin=origin)
    assert three.peers["bureau"].peer_key("retailer", pb.PeerKeyRequest(model=MODEL)).key
    for origin in ("bank", "stranger"):
        with pytest.raises(errors.NotAPartner):
            three.peers["bureau"].peer_key(origin, pb.PeerKeyRequest(model=MODEL))
    with pytest.raises(errors.NotAPartner):
        ask(three, "bank", IDS[:1])
    with pytest.raises(errors.NotThePromoter):
        three.cores["bureau"].predictions.predict(MODEL, rows(IDS[:1]))


def test_what_partners_may_ask_is_limited(three):
    with pytest.raises(errors.TooManyIds):
        ask(three, "bureau", [f"x{number}" for number in range(51)])
    for request in ("", "A" * 32, "0" * 31):
        with pytest.raises(InvalidInput):
            three.peers["bureau"].score_part("bank", pb.ScorePartRequest(model=MODEL, request=request, ids=["a"]))
    with pytest.raises(InvalidInput):
        ask(three, "bureau", ["x" * 1025])
    ask(three, "bureau", IDS)
    ask(three, "bureau", IDS)
    with pytest.raises(errors.QuotaReached) as caught:
        ask(three, "bureau", IDS)
    assert caught.value.party == "bureau"
    with pytest.raises(errors.TooManyIds):
        three.cores["bank"].predictions.predict(MODEL, rows([IDS[0]] * 51))


def test_a_new_snapshot_at_one_provider_is_noticed(three):
    bank = three.cores["bank"].predictions
    bank.predict(MODEL, rows(IDS[:1]))
    three.publish_at("retailer", "2")
    made = bank.predict(MODEL, rows(IDS[:2]))
    assert all(abs(line.score - exact(line.id)) <= made.bound for line in made.scores)
    three.publish_at("retailer", "2")  # the same version again, so with a new key
    made = bank.predict(MODEL, rows(IDS[:2]))
    assert all(abs(line.score - exact(line.id)) <= made.bound for line in made.scores)


def test_ids_are_kept_as_keyed_hashes_and_asking_is_recorded(three):
    ask(three, "bureau", IDS[:3])
    (line,) = three.cores["bureau"].parts._audit.lines()
    assert (line.origin, line.n_ids, line.version) == ("bank", 3, "1")
    data = three.settings["bureau"].data
    for file in [*data.rglob("*.db*"), *data.rglob("*.key")]:
        assert b"c00" not in file.read_bytes(), file
    (key,) = (data / "keys").iterdir()
    assert key.stat().st_mode & 0o777 == 0o600
    with sqlite3.connect(data / "serving.db") as database:
        assert database.execute("select count(*) from features").fetchone() == (len(IDS),)


def test_alone_a_joint_model_says_so(tmp_path, stack, three):
    alone = build_core(three.settings["bank"], stack)
    with pytest.raises(errors.Alone):
        alone.predictions.predict(MODEL, rows(IDS[:1]))


def test_a_prediction_is_answered_when_its_call_cannot_be_counted(three):
    core = three.cores["bank"]
    engine = core.usage._engine
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE calls RENAME TO elsewhere")
    for client in ("shop", "bank"):
        assert len(core.predictions.predict(MODEL, rows(IDS[:2]), client).scores) == 2
    with pytest.raises(errors.UnknownModel):
        core.predictions.predict("none", rows(IDS[:1]))
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE elsewhere RENAME TO calls")
    core.predictions.predict(MODEL, rows(IDS[:1]), "shop")
    lines = core.usage.since(MODEL, 0)
    counted = {client: sum(line.calls for line in lines if line.client == client) for client in ("shop", "bank")}
    assert counted == {"shop": 2, "bank": 1}, "what waited is counted with the next call"


def test_calls_are_counted_by_client_outcome_and_time(three):
    core = three.cores["bank"]
    core.predictions.predict(MODEL, rows(IDS[:2]), "shop")
    core.predictions.predict(MODEL, rows(IDS[:1]), "shop")
    with pytest.raises(errors.TooManyIds):
        core.predictions.predict(MODEL, rows([IDS[0]] * 10_000), "shop")
    with pytest.raises(errors.UnknownModel):
        core.predictions.predict("none", rows(IDS[:1]))
    lines = core.usage.since(MODEL, 0)
    good = [line for line in lines if line.client == "shop" and not line.code]
    bad = [line for line in lines if line.client == "shop" and line.code]
    assert (sum(line.calls for line in good), sum(line.rows for line in good)) == (2, 3)
    assert [(line.code, line.calls) for line in bad] == [(errors.TooManyIds.code, 1)]
    assert all(0 <= line.latency <= len(LATENCY_MS) and line.total_ms > 0 for line in lines)
    assert core.usage.since("none", 0) == []
    assert core.usage.since(MODEL, lines[-1].minute_ms + 1) == []


def _retrained(federation, member, training):
    """Publish a member's part again, as one of another training; an empty id: from before there were any."""
    core = federation.cores[member]
    path = federation.folder / f"{member}.arrow"
    if member != "bank":
        path.write_bytes(arrow(member))
    made = part(member, version=training[:8] or "old")
    core.models.add(
        replace(made, content=made.content | ({"training": training} if training else {})),
        None if member == "bank" else path,
    )
    core.models.set_online(MODEL, made.version)


FIRST, SECOND = "1" * 32, "2" * 32


def test_parts_of_one_training_score_whatever_their_versions(three):
    for member in MEMBERS:
        _retrained(three, member, FIRST)
    made = three.cores["bank"].predictions.predict(MODEL, rows(IDS[:3]))
    assert all(abs(line.score - exact(line.id)) <= made.bound for line in made.scores)


@pytest.mark.parametrize(("ours", "theirs"), [(FIRST, SECOND), (FIRST, ""), ("", SECOND)])
def test_parts_of_two_trainings_are_never_scored_together(three, ours, theirs):
    for member in MEMBERS:
        _retrained(three, member, theirs if member == "retailer" else ours)
    asked = len(three.cores["retailer"].parts._audit.lines())
    with pytest.raises(errors.OtherTraining) as caught:
        three.cores["bank"].predictions.predict(MODEL, rows(IDS[:3]))
    assert caught.value.party == "retailer"
    assert "retailer" in caught.value.detail
    assert "Publish the parts of one and the same training" in caught.value.hint
    assert len(three.cores["retailer"].parts._audit.lines()) == asked, "nothing was scored"


def test_an_answer_of_a_serving_that_compares_no_trainings_is_refused(three, monkeypatch):
    for member in MEMBERS:
        _retrained(three, member, FIRST)
    answer = three.peers["bureau"].score_part

    def older(origin, request):
        told = answer(origin, request)
        told.ClearField("training")
        return told

    monkeypatch.setattr(three.peers["bureau"], "score_part", older)
    with pytest.raises(errors.OtherTraining) as caught:
        three.cores["bank"].predictions.predict(MODEL, rows(IDS[:1]))
    assert caught.value.party == "bureau"


@pytest.mark.parametrize("members", [MEMBERS[:2], MEMBERS])
def test_linear_models_of_several_classes_give_a_probability_of_each(tmp_path, stack, members):
    federation, factors = Federation(tmp_path, stack, members), [1.0, -2.0, 0.5]
    for member in members:
        made = part(member, members)
        content = made.content | {"weights": [[w * factor for factor in factors] for w in made.content["weights"]]}
        if member == "bank":
            several = {"objective": "one_vs_rest", "classes": ["a", "b", 3]}
            content |= {"intercept": [content["intercept"] * factor for factor in factors]} | several
        path = tmp_path / f"{member}.arrow"
        path.write_bytes(arrow(member))
        federation.cores[member].models.add(replace(made, content=content), None if member == "bank" else path)
        federation.cores[member].models.set_online(MODEL, "1")
    made = federation.cores["bank"].predictions.predict(MODEL, rows([*IDS[:6], "nobody"]))
    assert made.task == "multiclass"
    for line in made.scores[:6]:
        chances = 1 / (1 + np.exp(-exact(line.id, members) * np.array(factors)))
        assert [name for name, _ in line.classes] == ["a", "b", "3"]
        assert [chance for _, chance in line.classes] == pytest.approx(chances / chances.sum(), abs=1e-6)
        assert line.predicted == ["a", "b", "3"][int(np.argmax(chances))]
    assert "nobody" not in made.scores[6].problem
    assert "bureau" in made.scores[6].problem
    shares = ask(federation, "bureau", IDS[:2]).shares
    assert len(shares) == 2 * len(factors)
    if len(members) > 2:
        assert all(abs(np.uint64(value).astype(np.int64)) > 2**40 for value in shares)
        assert len(set(shares)) == len(shares)
