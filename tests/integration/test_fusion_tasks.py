"""Two fusion nodes: plans, pauses, schedules and consents, results by columns, and the record of what left a node."""

import io
import sqlite3

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from common import rotation
from common.errors import InvalidInput
from common.rpc.wire import now_ms
from fusion.domain import errors
from fusion.service.terms import offered
from fusion.tests.nodes import Node, trusting_pair, until
from proto.fusion.v1 import fusion_pb2 as pb

MINE = [f"{number:05d}" for number in range(60)]
THEIRS = [f"{number:05d}" for number in range(40, 120)]
MANY = [f"{number:05d}" for number in range(40_000)]  # two batches: there is a middle
YEAR_MS = 366 * 86_400_000
RULE = '{"case":"keep","columns":1,"form":"NFC","hash":"none","trim":true}'
MACHINE = pb.Machine(cores=2, vectors="avx2")


@pytest.fixture(scope="module")
def pair(tmp_path_factory):
    with trusting_pair(tmp_path_factory.mktemp("fusion")) as nodes:
        yield nodes


@pytest.fixture(scope="module")
def sets(pair):
    alpha, beta = pair
    return alpha.upload(MINE), beta.upload(THEIRS)


@pytest.fixture
def channels():
    opened = []
    yield opened
    for channel in opened:
        channel.close()


def test_who_accepts_plans_and_both_see_what_was_planned_and_what_it_took(pair, sets):
    alpha, beta = pair
    task = alpha.propose("beta", sets[0])
    assert (alpha.task(task)["protocol"], alpha.task(task)["protocol_chosen"]) == ("auto", "")
    beta.accept(task, sets[1])
    told, there = alpha.wait(task, "succeeded"), beta.wait(task, "succeeded")
    chosen = there["protocol_chosen"]
    assert told["protocol_chosen"] == told["plan"]["protocol"] == there["plan"]["protocol"] == chosen != "auto"
    others = {other["protocol"]: other for other in told["plan"]["alternatives"]}
    assert {*others, chosen} == set(offered())
    assert all(other["why_not"] for other in others.values())
    assert (told["plan"]["link"], told["plan"]["mbit_per_s"] > 0, told["plan"]["seconds"] > 0) == (
        "measured",
        True,
        True,
    )
    sent, received = told["actual"]["bytes_sent"], told["actual"]["bytes_received"]
    assert (sent, received) == (there["actual"]["bytes_received"], there["actual"]["bytes_sent"])
    assert sent + received == told["plan"]["bytes"], "the plan tells the bytes of both sides exactly"
    assert told["actual"]["seconds"] > 0
    assert (told["match_rate_percent"], there["match_rate_percent"]) == (33.33, None)
    assert (told["remaining_s"], told["trouble"]) == (None, None)


def test_a_protocol_that_was_not_offered_is_refused(pair, sets, channels):
    alpha, beta = pair
    stub = beta.stub_to(alpha, channels)

    def accept(task, **change):
        answer = {"task": task, "rows": 3, "protocol": "curve25519", "machine": MACHINE}
        stub.Accept(pb.AcceptRequest(**{**answer, **change}))

    size = alpha.propose("beta", sets[0], learns="size")
    for choice in ("auto", "", "rot13", "rsa"):
        with pytest.raises(errors.BadChoice):
            accept(size, protocol=choice)
    fixed = alpha.propose("beta", sets[0], protocol="rsa")
    with pytest.raises(errors.BadChoice):
        accept(fixed)
    for machine in (pb.Machine(), pb.Machine(cores=1, vectors="x"), pb.Machine(cores=1 << 20, vectors="none")):
        with pytest.raises(InvalidInput, match="no such machine"):
            accept(size, machine=machine)
    assert alpha.task(size)["state"] == "waiting"
    for _ in range(2):  # the same again changes nothing
        accept(size)
    with pytest.raises(errors.TooManyRows):
        accept(size, rows=4)
    with pytest.raises(InvalidInput, match="a probe has"):
        stub.Probe(pb.ProbeRequest(payload=bytes((1 << 20) + 1)))
    told = alpha.wait(size, "failed")  # beta's own people have accepted nothing
    assert (told["failure"]["code"], told["failure"]["party"]) == ("HAN-8009", "beta")
    alpha.call("POST", f"/tasks/{fixed}/stop")


def test_plans_before_anything_is_proposed(pair):
    alpha, _ = pair
    asked = {"ids": 1_000_000, "partner_ids": 1_000, "learns": "receiver", "role": "receiver"}
    told = alpha.call("POST", "/plan", json={**asked, "bandwidth_mbit": 1, "latency_ms": 50})
    assert (told["link"], told["mbit_per_s"], told["round_trip_ms"]) == ("set", 1.0, 50.0)
    fast = alpha.call("POST", "/plan", json={**asked, "bandwidth_mbit": 10_000, "latency_ms": 1})
    assert fast["seconds"] < told["seconds"]
    assert alpha.call("POST", "/plan", json={**asked, "partner": "beta"})["link"] == "measured"
    unable = {
        one["protocol"]: one for one in alpha.call("POST", "/plan", json={**asked, "learns": "size"})["alternatives"]
    }
    assert (unable["rsa"]["seconds"], unable["rsa"]["bytes"]) == (None, None)
    assert alpha.call("POST", "/plan", 400, json={**asked, "ids": 0})["code"] == "HAN-1001"
    node = alpha.call("GET", "/node")
    assert (node["node"], node["board"], node["cores"] >= 1, node["free_bytes"] > 0) == ("alpha", "", True, True)


def test_a_pause_stops_both_and_only_who_paused_goes_on(tmp_path):
    alpha, beta = (Node(tmp_path, name, threads=1).start() for name in ("alpha", "beta"))
    try:
        alpha.trust(beta)
        beta.trust(alpha)
        task = alpha.propose("beta", alpha.upload(MANY))
        alpha.call("POST", f"/tasks/{task}/pause")
        until(lambda: beta.task(task)["paused_by"] == "alpha")
        beta.accept(task, beta.upload(MANY[15_000:]))
        assert beta.call("POST", f"/tasks/{task}/resume", 409)["code"] == "HAN-8053"
        alpha.call("POST", f"/tasks/{task}/resume")
        until(lambda: alpha.task(task)["state"] == "running" and alpha.task(task)["progress"] > 0)
        running = alpha.task(task)
        assert running["rate_ids_per_s"] > 0
        beta.call("POST", f"/tasks/{task}/pause")
        alpha.call("POST", f"/tasks/{task}/pause")
        until(lambda: (alpha.task(task)["paused_by"], beta.task(task)["paused_by"]) == ("us", "us"))
        alpha.restart()
        beta.restart()
        before = alpha.task(task)
        expires_ms = before["expires_ms"]
        assert (before["state"], before["remaining_s"]) == ("running", None)
        beta.call("POST", f"/tasks/{task}/resume")
        until(lambda: beta.task(task)["paused_by"] == "alpha")
        assert alpha.task(task)["progress"] == before["progress"]
        alpha.call("POST", f"/tasks/{task}/resume")
        assert alpha.wait(task, "succeeded")["intersection"] == 25_000
        done = beta.wait(task, "succeeded")
        assert (done["paused_by"], alpha.task(task)["expires_ms"] > expires_ms) == ("", True)
        assert alpha.call("POST", f"/tasks/{task}/pause", 409)["code"] == "HAN-8009"
    finally:
        alpha.stop()
        beta.stop()


def test_a_pause_outlives_the_deadline_until_its_own_limit(tmp_path):
    # Beta would wait longer, so that it is alpha that ends the alignment.
    limits = {"alpha": 9, "beta": 60}
    alpha, beta = (
        Node(tmp_path, name, task_timeout_s=4, pause_at_most_s=most).start() for name, most in limits.items()
    )
    try:
        alpha.trust(beta)
        beta.trust(alpha)
        task = alpha.propose("beta", alpha.upload(MINE))
        paused = alpha.call("POST", f"/tasks/{task}/pause")
        until(lambda: now_ms() > paused["expires_ms"] + 1000, 20)
        assert alpha.task(task)["state"] == "waiting"
        told = alpha.wait(task, "timed_out", 30)
        assert (told["failure"]["code"], told["paused_by"]) == ("HAN-8050", "")
        beta.wait(task, "timed_out", 30)
    finally:
        alpha.stop()
        beta.stop()


def _repeat(**more):
    return {"cron": "0 6 * * *", "until_ms": now_ms() + YEAR_MS, **more}


def _answer(node, task, data_set, **also_next):
    body = {"accept": True, "data_set": data_set, "columns": ["id"], "also_next": also_next}
    return node.call("POST", f"/tasks/{task}/answer", json=body)


def test_later_runs_are_accepted_on_the_same_terms_only(pair, sets):
    alpha, beta = pair
    first = alpha.propose("beta", sets[0], repeat=_repeat())
    seen = beta.task(first)
    schedule = seen["schedule"]
    assert (seen["repeat"]["cron"], alpha.task(first)["schedule"]) == ("0 6 * * *", schedule)
    once = beta.propose("alpha", sets[1])
    body = {"accept": True, "data_set": sets[0], "columns": ["id"], "also_next": {"until_ms": 1, "runs_at_most": 1}}
    assert alpha.call("POST", f"/tasks/{once}/answer", 400, json=body)["code"] == "HAN-1001"
    beta.call("POST", f"/tasks/{once}/stop")
    _answer(beta, first, sets[1], until_ms=now_ms() + YEAR_MS, runs_at_most=2)
    alpha.wait(first, "succeeded")

    newer = alpha.upload(MINE[:45])  # the newest of this name
    run = alpha.call("POST", f"/schedules/{schedule}/run")
    told = alpha.wait(run["task"], "succeeded")
    assert (told["intersection"], told["data_set"], told["ids"]) == (5, newer, 45)
    consent = beta.call("GET", f"/schedules/{schedule}")
    assert (consent["proposed_here"], consent["also_next"]["used"], consent["state"]) == (False, 1, "active")

    alpha.upload(MINE[:3])  # far fewer ids would ask for single persons
    asked = alpha.call("POST", f"/schedules/{schedule}/run")["task"]
    until(lambda: (beta.task(asked)["trouble"] or {}).get("code") == "HAN-8051")
    assert beta.task(asked)["state"] == "pending_approval"
    assert beta.call("GET", f"/schedules/{schedule}")["also_next"]["used"] == 1
    refused = alpha.call("POST", f"/schedules/{schedule}/run")
    assert (refused["state"], refused["problem"]["code"]) == ("refused", "HAN-8049")
    beta.call("POST", f"/tasks/{asked}/answer", json={"accept": False, "reason": "too few"})
    alpha.wait(asked, "refused")

    alpha.upload(MINE)
    assert alpha.wait(alpha.call("POST", f"/schedules/{schedule}/run")["task"], "succeeded")["intersection"] == 20
    assert beta.call("GET", f"/schedules/{schedule}")["state"] == "ended"
    used_up = alpha.call("POST", f"/schedules/{schedule}/run")["task"]
    until(lambda: (beta.task(used_up)["trouble"] or {}).get("code") == "HAN-8051")
    beta.call("DELETE", f"/schedules/{schedule}", 204)
    assert beta.call("GET", f"/schedules/{schedule}", 404)["code"] == "HAN-8044"
    alpha.call("POST", f"/tasks/{used_up}/stop")
    assert beta.call("POST", f"/schedules/{schedule}/run", 404)["code"] == "HAN-8044"
    alpha.call("DELETE", f"/schedules/{schedule}", 204)


def test_a_partner_cannot_hide_behind_the_id_of_another_schedule(pair, sets, channels):
    alpha, beta = pair
    ours = alpha.task(alpha.propose("beta", sets[0], repeat=_repeat()))
    offer = {"task": "c" * 32, "rows": 60, "partner_rows_at_most": 1000, "key_rule": RULE, "salt": b"s" * 32}
    offer |= {"protocol": "curve25519", "learns": "receiver", "proposer_role": "receiver", "machine": MACHINE}
    offer |= {"schedule": ours["schedule"], "repeat_cron": "* * * * *", "repeat_until_ms": 1 << 45}
    beta.stub_to(alpha, channels).Propose(pb.ProposeRequest(offer=pb.TaskOffer(**offer)))
    body = {"accept": True, "data_set": sets[0], "columns": ["id"]}
    body["also_next"] = {"until_ms": now_ms() + YEAR_MS, "runs_at_most": 1}
    assert "another schedule" in alpha.call("POST", f"/tasks/{'c' * 32}/answer", 400, json=body)["detail"]
    for task in (ours["task"], "c" * 32):
        alpha.call("POST", f"/tasks/{task}/stop")
    alpha.call("DELETE", f"/schedules/{ours['schedule']}", 204)


def test_other_terms_under_the_same_schedule_ask_again(pair, sets, channels):
    alpha, beta = pair
    first = alpha.propose("beta", sets[0], repeat=_repeat(), protocol="curve25519")
    _answer(beta, first, sets[1], until_ms=now_ms() + YEAR_MS, runs_at_most=100)
    alpha.wait(first, "succeeded")
    seen = beta.task(first)
    stub = alpha.stub_to(beta, channels)
    offer = {"rows": 60, "partner_rows_at_most": 50_000_000, "key_rule": RULE, "salt": b"s" * 32, "machine": MACHINE}
    offer |= {"protocol": "curve25519", "learns": "receiver", "proposer_role": "receiver", "schedule": seen["schedule"]}
    offer |= {"repeat_cron": seen["repeat"]["cron"], "repeat_until_ms": seen["repeat"]["until_ms"]}
    others = [
        {"learns": "both"},
        {"protocol": "auto"},
        {"proposer_role": "sender"},
        {"key_rule": RULE.replace("keep", "lower")},
        {"partner_rows_at_most": 1000},
        {"rows": 29},
        {"rows": 121},
        {"repeat_cron": "* * * * *"},
        {"repeat_until_ms": seen["repeat"]["until_ms"] + 1},
    ]
    for number, change in enumerate(others):
        task = f"{number:032x}"
        stub.Propose(pb.ProposeRequest(offer=pb.TaskOffer(**{**offer, "task": task, **change})))
        until(lambda task=task: (beta.task(task)["trouble"] or {}).get("code") == "HAN-8051")
        assert beta.task(task)["state"] == "pending_approval", change
        beta.call("POST", f"/tasks/{task}/stop")
    beta.call("POST", f"/schedules/{seen['schedule']}/pause")
    stub.Propose(pb.ProposeRequest(offer=pb.TaskOffer(**{**offer, "task": "a" * 32})))
    until(lambda: "paused" in (beta.task("a" * 32)["trouble"] or {"detail": ""})["detail"])
    beta.call("POST", f"/tasks/{'a' * 32}/stop")
    alpha.call("DELETE", f"/schedules/{seen['schedule']}", 204)


def test_ticks_are_run_once_and_missed_ones_are_told(tmp_path):
    alpha, beta = (Node(tmp_path, name).start() for name in ("alpha", "beta"))
    try:
        alpha.trust(beta)
        beta.trust(alpha)
        mine = alpha.upload(MINE)
        for change in (
            {"cron": "x x x x x"},
            {"cron": "0 6 * * 9"},
            {"until_ms": 1},
            {"until_ms": now_ms() + 9 * YEAR_MS},
        ):
            body = {"partner": "beta", "data_set": mine, "columns": ["id"], "repeat": _repeat(**change)}
            assert alpha.call("POST", "/tasks", 400, json=body)["code"] == "HAN-8045", change
        assert alpha.call("GET", "/schedules")["items"] == []
        task = alpha.propose("beta", mine, repeat=_repeat(cron="* * * * *"))
        schedule = alpha.task(task)["schedule"]
        alpha.call("POST", f"/tasks/{task}/stop")
        alpha.stop()
        _set_next(alpha, schedule, now_ms() // 60_000 * 60_000 - 15 * 60_000)  # 15 minutes ago, while it did not run
        alpha.app = alpha._make(("127.0.0.1:0", "127.0.0.1:0"))
        alpha.start()

        def ran():
            runs = alpha.call("GET", f"/schedules/{schedule}")["runs"]
            return [run for run in runs if run["task"] not in ("", task)]

        until(lambda: ran() != [])
        told = alpha.call("GET", f"/schedules/{schedule}")
        (run,) = ran()
        assert beta.task(run["task"])["schedule"] == schedule
        assert (run["due_ms"] % 60_000, now_ms() - run["due_ms"] < 120_000) == (0, True)
        missed = [run for run in told["runs"] if not run["task"]]
        assert {(run["state"], run["problem"]["code"]) for run in missed} == {("missed", "HAN-8048")}
        assert len(missed) in (14, 15, 16)  # a minute may have gone by
        assert told["next_ms"][0] > now_ms() - 60_000
        assert len(told["next_ms"]) == 5
        paused = alpha.call("POST", f"/schedules/{schedule}/pause")
        assert (paused["state"], paused["next_ms"]) == ("paused", [])
        assert alpha.call("POST", f"/schedules/{schedule}/resume")["state"] == "active"
    finally:
        alpha.stop()
        beta.stop()


def _set_next(node, schedule, next_ms):
    with sqlite3.connect(node.home / "data" / "fusion.db") as connection:
        connection.execute("UPDATE schedules SET next_ms = ? WHERE schedule = ?", (next_ms, schedule))


def test_results_have_the_columns_that_were_asked_for(pair):
    alpha, beta = pair
    params = {"name": "x", "file_name": "x.csv"}
    content = b"id,age,town\na,1,X\nb,2,Y\n"
    mine = alpha.call("POST", "/data-sets", 201, params=params, content=content)["data_set"]
    wrong = {"partner": "beta", "data_set": mine, "columns": ["id"], "columns_of_result": ["nix"]}
    assert alpha.call("POST", "/tasks", 400, json=wrong)["code"] == "HAN-8005"
    task = alpha.propose("beta", mine, columns_of_result=["town"])
    beta.accept(task, beta.upload(["b", "c"]))
    alpha.wait(task, "succeeded")
    assert alpha.result(task) == [["id", "town"], ["b", "Y"]]
    assert alpha.call("GET", f"/tasks/{task}/preview") == {"columns": ["id", "town"], "rows": [["b", "Y"]]}
    chosen = alpha.http.get(f"/tasks/{task}/result", params={"columns": "age,id"}).text.splitlines()
    assert chosen == ['"age","id"', '"2","b"']
    parquet = alpha.http.get(f"/tasks/{task}/result", params={"columns": "age", "format": "parquet"}).content
    assert (parquet[:4], parquet[-4:]) == (b"PAR1", b"PAR1")
    assert alpha.call("GET", f"/tasks/{task}/result", 400, params={"columns": "nix"})["code"] == "HAN-8005"
    assert beta.call("GET", f"/tasks/{task}/preview", 404)["code"] == "HAN-8012"
    assert alpha.call("POST", f"/tasks/{task}/save", 409, json={"name": "both"})["code"] == "HAN-8046"


def test_a_result_with_a_column_that_csv_cannot_hold_says_so(pair):
    alpha, beta = pair
    sink = io.BytesIO()
    pq.write_table(pa.table({"id": ["a", "b"], "visits": [[1, 2], [3]]}), sink)
    params = {"name": "lists", "file_name": "lists.parquet"}
    mine = alpha.call("POST", "/data-sets", 201, params=params, content=sink.getvalue())["data_set"]
    task = alpha.propose("beta", mine)
    beta.accept(task, beta.upload(["b"]))
    alpha.wait(task, "succeeded")
    refused = alpha.call("GET", f"/tasks/{task}/result", 400)
    assert (refused["code"], "Parquet" in refused["hint"]) == ("HAN-8005", True)
    assert alpha.http.get(f"/tasks/{task}/result", params={"columns": "id"}).text.splitlines() == ['"id"', '"b"']


def test_what_left_a_node_is_written_down_and_stays(pair, sets):
    alpha, beta = pair
    task = alpha.propose("beta", sets[0], protocol="curve25519")
    beta.accept(task, sets[1])
    told = alpha.wait(task, "succeeded")
    beta.wait(task, "succeeded")
    left = {item["step"]: item for item in alpha.call("GET", f"/tasks/{task}/egress")["items"]}
    assert set(left) == {"propose", "masked", "done"}
    assert (left["masked"]["messages"], left["masked"]["bytes"]) == (1, 60 * 32)
    assert left["masked"]["bytes"] == told["actual"]["bytes_sent"]
    assert left["propose"]["first_ms"] <= left["done"]["last_ms"]
    there = {item["step"] for item in beta.call("GET", f"/tasks/{task}/egress")["items"]}
    assert there == {"accept", "masked", "twice"}
    refused = beta.propose("alpha", sets[1])
    alpha.call("POST", f"/tasks/{refused}/answer", json={"accept": False})
    beta.wait(refused, "refused")
    until(lambda: alpha.call("GET", f"/tasks/{refused}/egress")["items"] != [])
    assert [item["step"] for item in alpha.call("GET", f"/tasks/{refused}/egress")["items"]] == ["end"]
    pages, after = [], ""
    while True:
        page = alpha.call("GET", "/egress", params={"limit": 2, "after": after})
        pages += page["items"]
        after = page["next_after"]
        if not after:
            break
    assert [item["task"] for item in pages[:1]] == [refused]
    assert len({(item["task"], item["step"]) for item in pages}) == len(pages) > 4
    assert alpha.call("GET", "/tasks/none/egress", 404)["code"] == "HAN-8001"


def test_the_names_of_files_and_data_sets_stay_here(pair):
    alpha, beta = pair
    params = {"file_name": "debtors-2024.csv"}
    mine = alpha.call("POST", "/data-sets", 201, params=params, content=b"id,v\na,1\n")["data_set"]
    for more, name in (({}, ""), ({"name": "for you"}, "for you")):
        task = alpha.propose("beta", mine, **more)
        assert "debtors" not in str(beta.task(task))
        assert beta.task(task)["name"] == name
        alpha.call("POST", f"/tasks/{task}/stop")


def test_history_is_filtered(pair, sets):
    alpha, _ = pair
    task = alpha.propose("beta", sets[0])
    alpha.call("POST", f"/tasks/{task}/stop")
    stopped = alpha.call("GET", "/tasks", params={"state": "stopped", "partner": "beta"})["items"]
    assert stopped[0]["task"] == task
    assert {item["state"] for item in stopped} == {"stopped"}
    assert alpha.call("GET", "/tasks", params={"partner": "nobody"})["items"] == []
    page = alpha.call("GET", "/tasks", params={"state": "stopped", "limit": 1})
    following = alpha.call("GET", "/tasks", params={"state": "stopped", "after": page["next_after"] or task})["items"]
    assert task not in {item["task"] for item in following}


def test_a_partner_with_another_certificate_is_told_as_such_and_waited_for(tmp_path):
    alpha, beta = (Node(tmp_path, name).start() for name in ("alpha", "beta"))
    try:
        alpha.trust(beta)
        beta.trust(alpha)
        mine = alpha.upload(MINE)
        rotation.prepare(beta.home)
        rotation.finish(beta.home)
        beta.restart()
        task = alpha.propose("beta", mine)
        told = alpha.task(task)
        assert (told["state"], told["trouble"]["code"], told["trouble"]["party"]) == ("created", "HAN-8052", "beta")
        new = beta.call("GET", "/identity")
        body = {"invitation": new["invitation"], "fingerprint": "0" * 64}
        assert alpha.call("POST", "/partners/beta/keys", 409, json=body)["code"] == "HAN-8032"
        other = {"invitation": alpha.call("GET", "/identity")["invitation"], "fingerprint": new["fingerprint"]}
        assert alpha.call("POST", "/partners/beta/keys", 400, json=other)["code"] == "HAN-1001"
        assert alpha.task(task)["state"] == "created", "the old keys stay"
        body["fingerprint"] = new["fingerprint_groups"]
        assert alpha.call("POST", "/partners/beta/keys", json=body)["fingerprint"] == new["fingerprint"]
        assert alpha.wait(task, "waiting")["trouble"] is None
        beta.accept(task, beta.upload(THEIRS))
        assert alpha.wait(task, "succeeded")["intersection"] == 20
    finally:
        alpha.stop()
        beta.stop()


def test_a_node_whose_own_keys_are_renewed_in_the_middle_goes_on(tmp_path):
    alpha, beta = (Node(tmp_path, name, threads=1).start() for name in ("alpha", "beta"))
    try:
        alpha.trust(beta)
        beta.trust(alpha)
        task = alpha.propose("beta", alpha.upload(MANY))
        beta.accept(task, beta.upload(MANY[15_000:]))
        until(lambda: bool(beta.secrets()))
        rotation.prepare(beta.home)
        rotation.finish(beta.home)
        beta.restart()
        assert beta.task(task)["state"] not in {"failed", "succeeded"}
        new = beta.call("GET", "/identity")
        alpha.call("POST", "/partners/beta/keys", json={name: new[name] for name in ("invitation", "fingerprint")})
        assert alpha.wait(task, "succeeded")["intersection"] == 25_000
        assert beta.wait(task, "succeeded")["failure"] is None
    finally:
        alpha.stop()
        beta.stop()


def test_a_pause_is_told_when_the_partner_is_back_and_a_lost_file_is_named(tmp_path):
    alpha, beta = (Node(tmp_path, name, threads=1).start() for name in ("alpha", "beta"))
    beta_runs = True
    try:
        alpha.trust(beta)
        beta.trust(alpha)
        mine = alpha.upload(MANY)
        task = alpha.propose("beta", mine)
        addresses = beta.app.peer_address, beta.app.http_address
        beta.stop()
        beta_runs = False
        alpha.call("POST", f"/tasks/{task}/pause")
        until(lambda: (alpha.task(task)["trouble"] or {}).get("code") == "HAN-1006")
        beta.app = beta._make(addresses)
        beta.start()
        beta_runs = True
        until(lambda: beta.task(task)["paused_by"] == "alpha")
        assert alpha.task(task)["trouble"] is None
        beta.accept(task, beta.upload(MANY[15_000:]))
        (alpha.home / "data" / "sets" / f"{mine}.parquet").unlink()
        alpha.call("POST", f"/tasks/{task}/resume")
        assert alpha.wait(task, "failed")["failure"]["code"] == "HAN-8043"
        told = beta.wait(task, "failed")
        assert (told["failure"]["code"], told["failure"]["party"]) == ("HAN-8016", "alpha")
        assert "parquet" not in told["reason"]
    finally:
        alpha.stop()
        if beta_runs:
            beta.stop()
