"""Two fusion nodes add a value of one's over the ids that they have in common, and tell nothing else."""

import secrets

import pytest

from common.errors import InvalidInput
from common.rpc.wire import now_ms
from fusion.tests.nodes import Node, trusting_pair, until
from kernel.core.errors import TooFewRows
from proto.fusion.v1 import fusion_pb2 as pb

MINE = [f"{number:05d}" for number in range(60)]
PARAMS = {"name": "values", "file_name": "values.csv"}
YEAR_MS = 366 * 86_400_000


@pytest.fixture(scope="module")
def pair(tmp_path_factory):
    with trusting_pair(tmp_path_factory.mktemp("fusion")) as nodes:
        yield nodes


@pytest.fixture(scope="module")
def values(pair):
    """Ids 40 to 119 with an amount each; one of them in two rows, one row without id."""
    rows = [f"{number:05d},{number}.25" for number in range(40, 120)]
    content = "\n".join(["id,amount", *rows, "00041,-1.5", ",x"])
    return pair[1].call("POST", "/data-sets", 201, params=PARAMS, content=content.encode())["data_set"]


TOTAL = f"{sum(range(40, 60)) + 20 * 0.25 - 1.5:.2f}"


def test_both_learn_how_many_and_the_sum_and_nothing_else(pair, values):
    alpha, beta = pair
    mine = alpha.upload(MINE)
    task = alpha.propose("beta", mine, learns="sum", value_decimals=2)
    body = {"accept": True, "data_set": values, "columns": ["id"]}
    assert "name its column" in beta.call("POST", f"/tasks/{task}/answer", 400, json=body)["detail"]
    nothing = {**body, "value_column": "nothing"}
    assert beta.call("POST", f"/tasks/{task}/answer", 400, json=nothing)["code"] == "HAN-8005"
    told = beta.call("POST", f"/tasks/{task}/answer", json={**body, "value_column": "id"})
    assert told["value_column"] == "id"
    assert alpha.wait(task, "succeeded")["total"] == f"{sum(range(40, 60)) + 41}.00"

    task = alpha.propose("beta", mine, learns="sum", value_decimals=2)
    told = beta.call("POST", f"/tasks/{task}/answer", json={**body, "value_column": "amount"})
    assert (told["protocol_chosen"], told["at_least"], told["total"]) == ("intersection_sum", 10, None)
    for node in pair:
        told = node.wait(task, "succeeded")
        assert (told["intersection"], told["total"], told["has_result"]) == (20, TOTAL, False)
        assert told["actual"]["bytes_sent"] + told["actual"]["bytes_received"] == told["plan"]["bytes"]
        assert node.call("GET", f"/tasks/{task}/result", 404)["code"] == "HAN-8012"
        steps = {one["step"] for one in node.call("GET", f"/tasks/{task}/egress")["items"]}
        assert steps >= ({"masked", "total"} if node is alpha else {"twice", "key", "pairs", "sum"})
    assert (alpha.task(task)["value_column"], alpha.task(task)["match_rate_percent"]) == ("", 33.33)
    assert "a sum was told between this node and beta before" in alpha.task(task)["caution"]
    assert "a sum was told between this node and alpha before" in beta.task(task)["caution"]
    until(lambda: not alpha.secrets() and not beta.secrets())


def test_the_sender_may_propose(pair, values):
    alpha, beta = pair
    mine = alpha.upload(MINE)
    body = {"partner": "alpha", "data_set": values, "columns": ["id"], "role": "sender", "learns": "sum"}
    assert "column" in beta.call("POST", "/tasks", 400, json=body)["detail"]
    named = {**body, "value_column": "amount"}
    told = beta.call("POST", "/tasks", 400, json=named)
    assert (told["code"], told["detail"]) == ("HAN-8061", "row 1 has more than 0 decimals")
    task = beta.call("POST", "/tasks", 202, json={**named, "value_decimals": 3})["task"]
    wrong = {"accept": True, "data_set": mine, "columns": ["id"], "value_column": "v"}
    assert alpha.call("POST", f"/tasks/{task}/answer", 400, json=wrong)["code"] == "HAN-1001"
    alpha.accept(task, mine)
    assert {node.wait(task, "succeeded")["total"] for node in pair} == {TOTAL + "0"}


def test_words_of_a_sum_elsewhere_are_refused(pair):
    alpha, _ = pair
    body = {"partner": "beta", "data_set": alpha.upload(MINE), "columns": ["id"]}
    for more in (
        {"value_decimals": 1},
        {"value_column": "v", "role": "sender"},
        {"learns": "sum", "value_column": "v"},
        {"learns": "sum", "empty_as_zero": True},
        {"learns": "sum", "protocol": "curve25519"},
        {"learns": "both", "protocol": "intersection_sum"},
        {"learns": "sum", "value_decimals": 7},
    ):
        assert alpha.call("POST", "/tasks", 400, json={**body, **more})["code"] == "HAN-1001", more
    asked = {"ids": 1000, "partner_ids": 100_000, "learns": "sum"}
    plan = alpha.call("POST", "/plan", json=asked)
    assert (plan["protocol"], plan["bytes"] > 54_400_000) == ("intersection_sum", True)


def test_a_sum_over_few_ids_is_told_to_nobody(pair, values):
    alpha, beta = pair
    few = alpha.upload(MINE[:49])
    task = alpha.propose("beta", few, learns="sum", value_decimals=2)
    body = {"accept": True, "data_set": values, "columns": ["id"], "value_column": "amount"}
    beta.call("POST", f"/tasks/{task}/answer", json=body)
    for node in pair:
        told = node.wait(task, "failed")
        assert told["failure"]["code"] == TooFewRows.code
        assert told["failure"]["detail"] == "fewer than 10 ids are common, and the sum over so few is not told"
        assert "Nobody has learned a sum" in told["failure"]["hint"]
        assert (told["total"], told["intersection"]) == (None, None)
    until(lambda: not alpha.secrets() and not beta.secrets())


def test_an_empty_value_counts_as_zero_only_where_somebody_says_so(pair):
    alpha, beta = pair
    content = "\n".join(["id,amount", *(f"{name}," for name in MINE[1:]), f"{MINE[0]},7"])
    theirs = beta.call("POST", "/data-sets", 201, params=PARAMS, content=content.encode())["data_set"]
    task = alpha.propose("beta", alpha.upload(MINE), learns="sum")
    body = {"accept": True, "data_set": theirs, "columns": ["id"], "value_column": "amount"}
    told = beta.call("POST", f"/tasks/{task}/answer", 400, json=body)
    assert (told["code"], "empty values are zero" in told["hint"]) == ("HAN-8061", True)
    beta.call("POST", f"/tasks/{task}/answer", json={**body, "empty_as_zero": True})
    assert {node.wait(task, "succeeded")["total"] for node in pair} == {"7"}


def test_repeated_sums_warn_and_a_consent_fixes_the_decimals(pair, values):
    alpha, beta = pair
    stub_offer = {"cron": "0 6 1 1 *", "until_ms": now_ms() + 2 * YEAR_MS}
    task = alpha.propose("beta", alpha.upload(MINE), learns="sum", value_decimals=2, repeat=stub_offer)
    also = {"until_ms": now_ms() + YEAR_MS, "runs_at_most": 5}
    body = {"accept": True, "data_set": values, "columns": ["id"], "value_column": "amount", "also_next": also}
    beta.call("POST", f"/tasks/{task}/answer", json=body)
    schedule = alpha.wait(task, "succeeded")["schedule"]
    for node in pair:
        assert "the difference of two sums" in node.task(task)["caution"]
        assert "the difference of two sums" in node.call("GET", f"/schedules/{schedule}")["caution"]
    run = alpha.call("POST", f"/schedules/{schedule}/run")
    assert alpha.wait(run["task"], "succeeded")["total"] == TOTAL
    assert beta.task(run["task"])["value_column"] == "amount"

    told = beta.task(task)
    other = {
        "task": secrets.token_hex(16),
        "name": "values",
        "protocol": "auto",
        "learns": "sum",
        "key_rule": '{"case":"keep","columns":1,"form":"NFC","hash":"none","trim":true}',
        "proposer_role": "receiver",
        "rows": 60,
        "partner_rows_at_most": 50_000_000,
        "salt": b"s" * 32,
        "machine": pb.Machine(cores=2, vectors="avx2"),
        "schedule": schedule,
        "repeat_cron": told["repeat"]["cron"],
        "repeat_until_ms": told["repeat"]["until_ms"],
        "at_least": 10,
        "value_decimals": 3,
    }
    opened = []
    stub = alpha.stub_to(beta, opened)
    stub.Propose(pb.ProposeRequest(offer=pb.TaskOffer(**other)))
    until(lambda: beta.task(other["task"])["trouble"] is not None)
    assert "value_decimals" in beta.task(other["task"])["trouble"]["detail"]
    fewer = {**other, "task": secrets.token_hex(16), "at_least": 1}
    with pytest.raises(InvalidInput, match="fewer than 10"):
        stub.Propose(pb.ProposeRequest(offer=pb.TaskOffer(**fewer)))
    for channel in opened:
        channel.close()


def test_a_sum_goes_on_after_a_restart_of_both(tmp_path):
    alpha, beta = (Node(tmp_path, name, threads=1).start() for name in ("alpha", "beta"))
    try:
        alpha.trust(beta)
        beta.trust(alpha)
        ids = [f"{number:05d}" for number in range(9000)]  # three batches of pairs
        task = alpha.propose("beta", alpha.upload(ids), learns="sum")
        body = {"accept": True, "data_set": beta.upload(ids[3000:]), "columns": ["id"], "value_column": "v"}
        beta.call("POST", f"/tasks/{task}/answer", json=body)
        until(lambda: 0.1 < beta.task(task)["progress"] < 1)
        beta.restart()
        alpha.restart()
        for node in (alpha, beta):
            told = node.wait(task, "succeeded")
            assert (told["intersection"], told["total"]) == (6000, str(sum(range(6000))))
    finally:
        alpha.stop()
        beta.stop()
