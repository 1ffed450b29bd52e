"""Joint predictions with trees: exactness, what is sent, unknown ids, wrong answers, parts that cannot be served."""

import math
import secrets
from contextlib import ExitStack
from dataclasses import replace

import numpy as np
import pytest

from common.errors import Unavailable
from proto.serving.v1 import serving_pb2 as pb
from serving.api.http.application import create_application
from serving.domain import errors
from serving.domain.models import Row
from serving.tests.federation import IDS, MEMBERS, MODEL, ROWS, Federation
from serving.tests.trees import SPLITS, content, outputs, part, publish_at, stream


@pytest.fixture
def stack():
    with ExitStack() as opened:
        yield opened


@pytest.fixture
def three(tmp_path, stack):
    federation = Federation(tmp_path, stack, max_ids_per_call=50, partner_ids_per_minute=100)
    for member in MEMBERS:
        publish_at(federation, member)
    return federation


def rows(ids):
    return [Row(name, ROWS["bank"].get(name, ROWS["bank"][IDS[0]])) for name in ids]


def ask(federation, member, ids, origin="bank"):
    told = pb.ScorePartRequest(model=MODEL, version="1", request=secrets.token_hex(16), ids=ids)
    return federation.peers[member].score_part(origin, told)


def test_joint_scores_are_exact(three):
    made = three.cores["bank"].predictions.predict(MODEL, rows(IDS))
    assert (made.bound, made.task) == (0, "binary")
    for line in made.scores:
        assert line.score == pytest.approx(outputs(line.id)[0], abs=1e-12)
        assert line.probability == pytest.approx(1 / (1 + math.exp(-line.score)))
        assert not line.problem
    assert len({round(line.score, 6) for line in made.scores}) > 8, "the trees tell rows apart"


def test_an_answer_is_the_sides_of_all_splits(three):
    answer = ask(three, "bureau", IDS[:8])
    assert answer.known == [True] * 8
    assert (list(answer.shares), answer.keys_digest, answer.version) == ([], b"", "1")
    wanted = b"\0\0\0\x09"
    for name in IDS[:8]:
        late, due = ROWS["bureau"][name]["late"], ROWS["bureau"][name]["due"]
        bits = [due is not None and due <= place / 2 for place in range(8)]
        wanted += bytes([sum(bit << place for place, bit in enumerate(bits)), int(late <= 2)])
    assert answer.decisions == wanted


def test_unknown_ids_have_a_problem_and_noise_for_bits(three):
    publish_at(three, "bureau", "2", ids=IDS[5:])
    made = three.cores["bank"].predictions.predict(MODEL, rows([IDS[0], IDS[6], "nobody"]))
    assert made.scores[0].problem == "no usable row of this id at bureau"
    assert made.scores[2].problem == "no usable row of this id at bureau, retailer"
    assert made.scores[0].score == 0
    assert made.scores[1].score == pytest.approx(outputs(IDS[6])[0])
    asked = [IDS[6], *(f"nobody-{number}" for number in range(40))]
    first, again = (ask(three, "bureau", asked) for _ in range(2))
    assert first.known == [True] + [False] * 40
    assert len(first.decisions) == 4 + 2 * 41
    assert first.decisions[:6] == again.decisions[:6]
    noise = np.frombuffer(first.decisions[6:], np.uint8).reshape(40, 2)
    assert first.decisions != again.decisions
    assert len(set(noise[:, 0].tolist())) > 10
    assert set(noise[:, 1].tolist()) == {0, 1}, "what is over in an id's last byte is zero"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"decisions": b"\0\0\0\x08" + bytes(2)}, "8 splits of bureau"),
        ({"decisions": b"\0\0\0\x09" + bytes(3)}, "7 bytes of decisions for 2 rows"),
        ({"decisions": b"\0\0\0\x09" + bytes([0, 2, 0, 0])}, "not there"),
        ({"decisions": b""}, "0 bytes"),
        ({"decisions": b"", "shares": [1, 2]}, "0 bytes"),
        ({"known": [True]}, "1 ids, and 2 are asked"),
    ],
)
def test_wrong_answers_are_refused_with_the_party(three, monkeypatch, change, told):
    honest = three.peers["bureau"].score_part

    def wrong(origin, request):
        answer = honest(origin, request)
        for name, value in change.items():
            answer.ClearField(name)
            setattr(answer, name, value) if isinstance(value, bytes) else getattr(answer, name).extend(value)
        return answer

    monkeypatch.setattr(three.peers["bureau"], "score_part", wrong)
    with pytest.raises(errors.BadAnswer, match=told) as caught:
        three.cores["bank"].predictions.predict(MODEL, rows(IDS[:2]))
    assert caught.value.party == "bureau"


def test_a_linear_part_at_a_partner_is_refused(three):
    three.publish_at("bureau", "2")
    with pytest.raises(errors.BadAnswer) as caught:
        three.cores["bank"].predictions.predict(MODEL, rows(IDS[:1]))
    assert caught.value.party == "bureau"


def test_missing_values_and_new_categories_go_their_way(three):
    asked = [Row(IDS[1], {"sex": 1}), Row(IDS[1], {"age": 60, "sex": "other"}), Row(IDS[1], {"age": "old"})]
    made = three.cores["bank"].predictions.predict(MODEL, asked)
    late, due = ROWS["bureau"][IDS[1]]["late"], ROWS["bureau"][IDS[1]]["due"]
    assert (late, due <= 1.5, ROWS["retailer"][IDS[1]]["bill"]) == (1.0, True, 917.0)
    assert made.scores[0].score == pytest.approx(-1.5 + 1.0 + 0.1 + 0.01), "a missing age goes left"
    assert made.scores[1].score == pytest.approx(-1.5 + 4.0 + 0.2 + 0.01), "an unseen category goes right"
    assert made.scores[2].problem == "should be a number and is not: age"
    assert three.cores["bureau"].parts._audit.lines()[-1].n_ids == 2, "a bad row is not asked"


def test_only_the_promoter_asks_within_the_quota_and_is_recorded(three):
    for origin in ("retailer", "stranger"):
        with pytest.raises(errors.NotAPartner):
            ask(three, "bureau", IDS[:1], origin=origin)
    with pytest.raises(errors.TooManyIds):
        ask(three, "bureau", [f"x{number}" for number in range(51)])
    ask(three, "bureau", IDS)
    ask(three, "bureau", IDS)
    with pytest.raises(errors.QuotaReached):
        ask(three, "bureau", IDS)
    assert [line.n_ids for line in three.cores["bureau"].parts._audit.lines()] == [len(IDS)] * 2
    three.down.add("retailer")
    with pytest.raises(Unavailable) as caught:
        three.cores["bank"].predictions.predict(MODEL, rows(IDS[:1]))
    assert caught.value.party == "retailer"


def test_a_newer_version_is_the_one_that_answers(three):
    bank = three.cores["bank"].predictions
    before = bank.predict(MODEL, rows(IDS[:1])).scores[0].score
    publish_at(three, "retailer", "2", data=stream(client=IDS, bill=[1e6] * len(IDS)))
    after = bank.predict(MODEL, rows(IDS[:1])).scores[0].score
    three.cores["retailer"].models.set_online(MODEL, "1")
    assert bank.predict(MODEL, rows(IDS[:1])).scores[0].score == before
    assert before == pytest.approx(outputs(IDS[0])[0])
    assert after == pytest.approx(before + 0.03), "much spent: from the third tree's first leaf to its third"


def test_what_is_disclosed_is_said(three):
    (told,) = [part.discloses for part in three.cores["bank"].models.all()]
    assert "of each id, on which side of each of bureau's, retailer's splits its row lies" in " ".join(told)
    three.publish()
    assert not any("splits" in line for line in three.cores["bank"].models.online(MODEL).discloses)


@pytest.mark.parametrize(
    "change",
    [
        {"content": {}},
        {"content": {**content("bank"), "trees": [{}]}},
        {"content": {**content("bank"), "splits": SPLITS["bank"][:1]}},
        {"content": {**content("bank"), "objective": "magic"}},
        {"content": {**content("bank"), "members": ["bank", "bureau"]}},
        {"content": {**content("bank"), "members": [1, 2, 3]}},
        {"content": {**content("bank"), "members": ["bureau", "bank", "retailer"]}},
        {"content": content("bureau")},
        {"kind": "vert_lr"},
    ],
)
def test_parts_that_cannot_be_served_are_refused(three, change):
    with pytest.raises(errors.BadModelPart):
        three.cores["bank"].models.add(replace(part("bank", "2"), **change), None)
    assert [kept.version for kept in three.cores["bank"].models.all()] == ["1"]


def over_http(federation):
    core = federation.cores["bank"]
    client = create_application(core.models, core.predictions, core.keys, core.check, 1 << 20).test_client()
    key, _ = core.keys.create(MODEL, "shop", 100)
    body = {"rows": [{"id": name, "features": ROWS["bank"][IDS[3]]} for name in (IDS[3], "nobody")]}
    way = f"/serving-service/api/v1/models/{MODEL}/predictions"
    return client.post(way, json=body, headers={"Authorization": f"Bearer {key}"}).get_json()


@pytest.mark.parametrize(
    ("objective", "classes"),
    [("binary", ("no", "yes")), ("softmax", (1.0, 2.0, 3.0)), ("squared", ()), ("poisson", ())],
)
def test_applications_are_told_what_the_model_tells(tmp_path, stack, objective, classes):
    federation = Federation(tmp_path, stack)
    for member in MEMBERS:
        publish_at(federation, member, objective=objective, classes=classes)
    told = over_http(federation)
    known, unknown = told["predictions"]
    scores = outputs(IDS[3], 3 if objective == "softmax" else 1)
    wanted = {"score": None, "probability": None, "classes": None, "predicted": None, "value": None}
    assert {name: unknown[name] for name in wanted} == wanted
    assert unknown["problem"]
    if objective == "softmax":
        total = sum(map(math.exp, scores))
        classes = [{"label": str(n + 1), "probability": math.exp(score) / total} for n, score in enumerate(scores)]
        assert [line["label"] for line in known["classes"]] == [line["label"] for line in classes]
        assert [line["probability"] for line in known["classes"]] == pytest.approx(
            [line["probability"] for line in classes]
        )
        wanted |= {
            "classes": known["classes"],
            "predicted": max(classes, key=lambda line: line["probability"])["label"],
        }
    elif objective == "binary":
        wanted |= {"score": known["score"], "probability": pytest.approx(1 / (1 + math.exp(-scores[0])))}
    else:
        value = scores[0] if objective == "squared" else math.exp(scores[0])
        wanted |= {"score": known["score"], "value": pytest.approx(value)}
    assert {name: known[name] for name in wanted} == wanted
    assert told["task"] == {"binary": "binary", "softmax": "multiclass"}.get(objective, "regression")
    assert told["bound"] == 0


def test_a_provider_without_splits_is_asked_for_nothing_but_its_ids(tmp_path, stack):
    federation = Federation(tmp_path, stack)
    for member in MEMBERS[:2]:
        publish_at(federation, member)
    made = part("retailer")
    path = tmp_path / "none.arrow"
    path.write_bytes(stream(client=IDS[1:], bill=[1.0] * (len(IDS) - 1)))
    models = federation.cores["retailer"].models
    models.add(replace(made, content={**made.content, "splits": [], "columns": [], "pipeline": []}), path)
    models.set_online(MODEL, "1")
    answer = ask(federation, "retailer", IDS[:2])
    assert (answer.decisions, answer.known) == (bytes(4), [False, True])
    with pytest.raises(errors.BadAnswer, match="the trees ask for split 0") as caught:
        federation.cores["bank"].predictions.predict(MODEL, rows(IDS[1:2]))
    assert caught.value.party == "retailer"
