"""Before and after a run: versions of flows, the look before the start, running again from a node, logs, history."""

import json
from typing import Any

import pytest

from board.store.sql import flows as sql_flows
from board.tests.house import House
from board.tests.test_story import graph, project
from proto.flow.v1 import flow_pb2
from proto.gateway.v1 import gateway_pb2


def _states(outlook: dict[str, Any]) -> dict[tuple[str, str], str]:
    return {(check["what"], check["party"]): check["state"] for check in outlook["checks"]}


def test_versions_are_kept_and_two_editors_lose_nothing(bank: House, bureau: House) -> None:
    us, _, name, data = project(bank, bureau)
    made = us.post("/flows", {"project": name, "name": "f", "graph": graph(data)})
    path = f"/flows/{made['flow']}"
    fewer = {"nodes": made["graph"]["nodes"][1:3]}
    mine = {"If-Match": f'"{made["flow"]}-1"'}
    assert us.call("PUT", path, json={"name": "f", "graph": fewer}, headers=mine)[0] == 200
    status, told = us.call("PUT", path, json={"name": "other", "graph": made["graph"]}, headers=mine)
    assert (status, told["code"]) == (412, "HAN-6014")
    versions = us.get(f"{path}/versions")["items"]
    assert [(v["revision"], v["nodes"], v["changed_by"]) for v in versions] == [(2, 2, "admin"), (1, 6, "admin")]
    assert us.get(f"{path}/versions/1")["graph"] == made["graph"]
    assert us.call("GET", f"{path}/versions/9")[0] == 404
    assert us.call("GET", f"{path}/versions/x")[0] == 404
    assert us.call("DELETE", path, headers={"If-Match": "*"})[0] == 204
    assert us.call("GET", f"{path}/versions")[0] == 404


def test_quick_saves_of_one_person_leave_one_version(
    bank: House, bureau: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    us, _, name, data = project(bank, bureau)
    path = f"/flows/{us.post('/flows', {'project': name, 'name': 'f', 'graph': graph(data)})['flow']}"

    def save(times: int) -> list[int]:
        for _ in range(times):
            body = {"name": "f", "graph": graph(data)}
            assert us.call("PUT", path, json=body, headers={"If-Match": "*"})[0] == 200
        return [version["revision"] for version in us.get(f"{path}/versions")["items"]]

    assert save(4) == [5, 1]
    monkeypatch.setattr(sql_flows, "_QUICK_MS", 0)
    assert save(2) == [7, 6, 5, 1]
    monkeypatch.setattr(sql_flows, "_MOST_VERSIONS", 3)
    assert save(1) == [8, 7, 6]


def test_a_graph_is_checked_before_it_is_saved(bank: House, bureau: House) -> None:
    us, _, name, data = project(bank, bureau)
    path = f"/flows/{us.post('/flows', {'project': name, 'name': 'f', 'graph': graph(data)})['flow']}"
    drawn = graph(data)
    drawn["nodes"][3]["params"] = {"test_fraction": 7}
    problems = us.post(f"{path}/validation", {"graph": drawn}, 200)["problems"]
    assert [(p["node"], p["field"], p["kind"], p["about"]["limit"]) for p in problems] == [
        ("split", "params.test_fraction", "schema_exclusiveMaximum", "1")
    ]
    assert us.post(f"{path}/validation", {}, 200)["problems"] == []


def test_the_look_before_a_start_names_what_stands_in_the_way(bank: House, bureau: House) -> None:
    us, them, name, data = project(bank, bureau)
    flow = us.post("/flows", {"project": name, "name": "f", "graph": graph(data)})["flow"]
    outlook = us.post("/job-checks", {"flow": flow}, 200)
    assert outlook["can_start"]
    states = _states(outlook)
    assert states["partner", "bureau"] == states["data", "bank"] == states["disk", "bank"] == "ok"
    assert states["consent", "bureau"] == "warning"
    assert states["versions", ""] == "unknown"
    assert {node["reason"] for node in outlook["nodes"]} == {"no_source"}

    them.post(f"/projects/{name}/consents", {"data_set": data["bureau"]})
    bureau.gateway.reachable = False
    states = _states(us.post("/job-checks", {"flow": flow}, 200))
    assert (states["consent", "bureau"], states["partner", "bureau"]) == ("ok", "warning")

    bank.kernel.free = 1 << 20
    held, content = bank.kernel.data_sets.pop(data["bank"])
    outlook = us.post("/job-checks", {"flow": flow}, 200)
    assert not outlook["can_start"]
    states = _states(outlook)
    assert (states["disk", "bank"], states["data", "bank"]) == ("failed", "failed")
    bank.kernel.data_sets[data["bank"]] = (held, content)

    bank.kernel.free = 50 << 30
    us.call("PATCH", f"/projects/{name}", json={"status": "closed"})
    outlook = us.post("/job-checks", {"flow": flow}, 200)
    assert [(c["what"], c["state"], c["code"]) for c in outlook["checks"]] == [("start", "failed", "HAN-6021")]


def test_the_look_tells_what_is_reused_and_a_rerun_starts_where_it_is_told(bank: House, bureau: House) -> None:
    us, them, name, data = project(bank, bureau)
    flow = us.post("/flows", {"project": name, "name": "f", "graph": graph(data)})["flow"]
    job = us.post("/jobs", {"flow": flow}, 202)["job"]
    bank.flow.change(job, "succeeded", "succeeded")
    outlook = us.post("/job-checks", {"flow": flow}, 200)
    assert outlook["reuse_from"] == job
    assert {node["reused_from"] for node in outlook["nodes"]} == {job}
    assert us.post("/job-checks", {"flow": flow, "reuse": False}, 200)["reuse_from"] == ""

    again = us.post(f"/jobs/{job}/reruns", {"node": "train"}, 202)
    assert again["job"] != job
    assert again["reuse_from"] == job
    assert set(again["reused"]) == {"import", "align", "split"}
    before = us.get(f"/jobs/{job}")
    assert again["deadline_ms"] - again["created_ms"] == before["deadline_ms"] - before["created_ms"]
    theirs = flow_pb2.JobSpec()
    theirs.CopyFrom(bank.flow.get(job).spec)
    bureau.flow.put(theirs, "succeeded")
    status, told = them.call("POST", f"/jobs/{job}/reruns", json={"node": "train"})
    assert (status, told["code"]) == (403, "HAN-6022")


def test_jobs_are_found_by_flow_and_words(bank: House, bureau: House) -> None:
    us, _, name, data = project(bank, bureau)
    flow = us.post("/flows", {"project": name, "name": "f", "graph": graph(data)})["flow"]
    jobs = [us.post("/jobs", {"flow": flow, "name": word}, 202)["job"] for word in ("Spring", "Autumn")]
    assert [job["job"] for job in us.get("/jobs?text=SPR")["items"]] == jobs[:1]
    assert [job["job"] for job in us.get(f"/jobs?flow={flow}")["items"]] == jobs[::-1]
    assert us.get("/jobs?flow=other")["items"] == []
    assert [item["flow"] for item in us.get(f"/flows?project={name}&text=F")["items"]] == [flow]
    assert us.get("/flows?text=nothing")["items"] == []


def test_logs_are_searched_and_handed_out_whole(bank: House) -> None:
    us = bank.admin()
    spec = flow_pb2.JobSpec(job="j", project="p")
    spec.nodes.add(id="t", component="psi")
    bank.flow.put(spec, "running")
    lines = [{"event": "step", "level": "info", "step": f"tree {n}", "time_ms": n} for n in range(5)]
    lines.append({"event": "failed", "level": "error", "code": "HAN-4003", "time_ms": 9})
    bank.kernel.lines["j", "t"] = [json.dumps(line) for line in lines]
    page = us.get("/jobs/j/tasks/t/logs?text=TREE&limit=2&after_line=1")
    assert [(line["number"], line["fields"]["step"]) for line in page["lines"]] == [(2, "tree 1"), (3, "tree 2")]
    assert (page["matching"], page["total"], page["next_line"]) == (5, 6, 3)
    errors = us.get("/jobs/j/tasks/t/logs?level=error")
    assert [(line["number"], line["fields"]) for line in errors["lines"]] == [(6, {"code": "HAN-4003"})]
    assert errors["first_error"] == 1
    answer = us.client.get(
        "/board-service/api/v1/jobs/j/tasks/t/log-file", headers={"Authorization": f"Bearer {us.token}"}
    )
    assert [json.loads(line) for line in answer.text.splitlines()] == lines
    assert "j.t.log.jsonl" in answer.headers["Content-Disposition"]
    bank.kernel.lines["j", "t"] += ['{"event":"metric","value":NaN}', '{"event":"st{"event":"started"}']
    torn = us.get("/jobs/j/tasks/t/logs")["lines"]
    assert [line["number"] for line in torn] == list(range(1, 9)), "one bad line hides no other"
    assert torn[7]["event"] == '{"event":"st{"event":"started"}'


def test_history_and_what_left_for_whom(bank: House) -> None:
    us = bank.admin()
    spec = flow_pb2.JobSpec(job="j", project="p")
    spec.nodes.add(id="t", component="psi")
    bank.flow.put(spec, "running")
    bank.flow.history["j"] = [
        flow_pb2.JobEvent(id=n, time_ms=n, task="t", member=who, kind="part", state="running")
        for n, who in enumerate(["bank", "bureau", ""], 1)
    ]
    page = us.get("/jobs/j/history?limit=2")
    assert ([event["id"] for event in page["items"]], page["next_after"]) == ([1, 2], "2")
    assert [event["id"] for event in us.get("/jobs/j/history?member=bureau&task=t")["items"]] == [2, 3]
    assert us.call("GET", "/jobs/none/history")[0] == 404
    sent = {"job": "j", "task": "t", "kind": "blinded", "bytes": 10}
    bank.gateway.lines = [gateway_pb2.Egress(id=n, member=who, **sent) for n, who in ((1, "bureau"), (2, "bureau"))]
    assert us.get("/jobs/j/egress")["by_task"] == [{"task": "t", "member": "bureau", "bytes": 20, "messages": 2}]
    assert us.get("/egress")["by_task"] == []
