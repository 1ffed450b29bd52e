"""What operators, owners and auditors look at: results, egress, schedules, members, the gateway's policy."""

import pyarrow as pa
import pytest

from board.api.http.arrow import rows_of
from board.api.http.operation import API
from board.domain.projects import ACTIVE, Consent
from board.tests.house import House
from board.tests.test_story import graph, project
from proto.flow.v1 import flow_pb2
from proto.gateway.v1 import gateway_pb2


def test_results_and_logs_of_our_own_tasks(bank: House) -> None:
    us = bank.admin()
    bank.flow.put(flow_pb2.JobSpec(job="j"), "succeeded")
    bank.kernel.outputs["j", "t", "table", "csv"] = b"id,x\na,1\n"
    bank.kernel.lines["j", "t"] = ['{"event":"started"}', '{"event":"ended"}']
    got = us.client.get(f"{API}/jobs/j/tasks/t/outputs/table", headers={"Authorization": f"Bearer {us.token}"})
    assert got.data == b"id,x\na,1\n"
    assert got.content_type == "text/csv; charset=utf-8"
    assert 'filename="j.t.table.csv"' in got.headers["Content-Disposition"]
    logs = us.get("/jobs/j/tasks/t/logs", query_string={"after_line": 1})
    assert [(line["number"], line["event"]) for line in logs["lines"]] == [(2, "ended")]
    assert logs["next_line"] == 2
    status, told = us.call("GET", "/jobs/j/tasks/t/outputs/table", query_string={"format": "pickle"})
    assert (status, told["code"]) == (422, "HAN-6001")


def test_a_reused_task_shows_what_the_earlier_job_made(bank: House) -> None:
    us = bank.admin()
    spec = flow_pb2.JobSpec(job="later", nodes=[flow_pb2.Node(id="t", component="split")])
    bank.flow.put(spec, "succeeded").tasks[0].reused_from = "j"
    bank.kernel.outputs["j", "t", "table", "csv"] = b"id,x\na,1\n"
    got = us.client.get(f"{API}/jobs/later/tasks/t/outputs/table", headers={"Authorization": f"Bearer {us.token}"})
    assert got.data == b"id,x\na,1\n"


def test_what_left_the_house(bank: House) -> None:
    us = bank.admin()
    for number in range(1, 4):
        bank.gateway.lines.append(
            gateway_pb2.Egress(id=number, job="j", member="bureau", kind="ciphertext", bytes=10, sha256=b"\1" * 32)
        )
    bank.gateway.lines.append(gateway_pb2.Egress(id=4, job="k", kind="share", bytes=5))
    page = us.get("/jobs/j/egress", query_string={"limit": 2})
    assert [line["id"] for line in page["items"]] == [1, 2]
    assert page["bytes_by_kind"] == {"ciphertext": 30}
    rest = us.get("/jobs/j/egress", query_string={"limit": 2, "after": page["next_after"]})
    assert [line["id"] for line in rest["items"]] == [3]
    assert us.get("/egress")["bytes_by_kind"] == {"ciphertext": 30, "share": 5}


def test_schedules(bank: House, bureau: House) -> None:
    us, _, name, data = project(bank, bureau)
    flow = us.post("/flows", {"project": name, "name": "f", "graph": graph(data)})["flow"]
    made = us.post("/schedules", {"flow": flow, "cron": "0 6 * * *", "timezone": "Europe/Berlin"})
    template = bank.flow.timed[made["schedule"]].template
    assert template.nodes[0].id == "import"
    assert template.deadline_ms > template.created_ms
    changed = us.call("PATCH", f"/schedules/{made['schedule']}", json={"enabled": False})[1]
    assert (changed["enabled"], changed["cron"]) == (False, "0 6 * * *")
    assert us.post("/schedules", {"flow": flow, "cron": "whenever it suits"}, 400)["code"] == "HAN-1001"
    assert us.call("DELETE", f"/schedules/{made['schedule']}")[0] == 204
    assert us.call("DELETE", f"/schedules/{made['schedule']}")[0] == 404
    assert us.get("/schedules")["items"] == []


def test_a_job_may_take_other_data_than_was_drawn(bank: House, bureau: House) -> None:
    us, _, name, data = project(bank, bureau)
    flow = us.post("/flows", {"project": name, "name": "f", "graph": graph(data)})["flow"]
    second = us.upload(b"id,x,y\na,5,1\n")["data_set"]
    job = us.post("/jobs", {"flow": flow, "data": {"bank": second}}, 202)
    assert set(job["data_versions"]) == {second, data["bureau"]}
    told = us.post("/jobs", {"flow": flow, "data": {"bureau": "ds-unknown"}}, 422)
    assert (told["code"], "does not offer" in told["detail"]) == ("HAN-6040", True)


def test_only_the_promoter_starts_jobs(bank: House, bureau: House) -> None:
    us, them, name, data = project(bank, bureau)
    flow = them.post("/flows", {"project": name, "name": "f", "graph": graph(data)})["flow"]
    assert them.post("/jobs", {"flow": flow}, 403)["code"] == "HAN-6022"
    assert us.call("PATCH", f"/projects/{name}", json={"status": "closed"})[1]["status"] == "closed"
    mine = us.post("/flows", {"project": name, "name": "f", "graph": graph(data)})["flow"]
    assert us.post("/jobs", {"flow": mine}, 409)["code"] == "HAN-6021"
    assert them.call("PATCH", f"/projects/{name}", json={"status": "closed"})[1]["code"] == "HAN-6022"


def test_members_and_the_catalogue(bank: House, bureau: House) -> None:
    us = bank.admin()
    bureau.gateway.reachable = False
    listed = {m["member"]: m for m in us.get("/members", query_string={"probe": 1})["items"]}
    assert listed["bureau"]["reachable"] is False
    assert listed["bureau"]["problem"]
    assert listed["bank"]["reachable"] is None
    made = us.upload(visibility="federation", name="Credit clients")
    assert made["resource"]["transaction"].startswith("0x")
    found = us.get("/data-resources", query_string={"text": "credit"})["items"]
    assert [entry["data_set"] for entry in found] == [made["data_set"]]
    assert "id" not in [column["name"] for column in found[0]["body"]["columns"]]
    assert us.call("DELETE", f"/data-sets/{made['data_set']}")[0] == 204
    entries = us.get("/ledger-entries", query_string={"mine": 1, "kind": "data_resource"})["items"]
    assert [entry["body"]["visibility"] for entry in entries] == ["federation", "closed"]


def test_the_gateways_policy(bank: House) -> None:
    us = bank.admin()
    wanted = {"blacklist": ["mallory"], "allow_ips": ["10.0.0.0/8"]}
    assert us.call("PUT", "/gateway-policy", json=wanted) == (200, wanted)
    assert us.get("/gateway-policy") == wanted
    status, told = us.call("PUT", "/gateway-policy", json={"blacklist": [], "allow_ips": ["10.0.0.0/99"]})
    assert (status, "10.0.0.0/99" in told["detail"]) == (422, True)


def test_services_that_do_not_answer_are_shown(bank: House) -> None:
    us = bank.admin()
    bank.union.ledger.away = True
    told = {line["service"]: line for line in us.get("/status")["services"]}
    assert told["kernel"]["ok"]
    assert (told["union"]["ok"], told["union"]["code"]) == (False, "HAN-1006")


@pytest.mark.parametrize("runs", [1, 3])
def test_runs_are_counted_once_for_each_job(bank: House, bureau: House, runs: int) -> None:
    _, _, name, _ = project(bank, bureau)
    store = bureau.board.stores.consents
    store.put(Consent("c", name, "d", "v", ("psi==1",), runs, 0, ACTIVE, 1, "ann"))
    assert store.use(("c",), "job-0", 1)
    assert store.use(("c",), "job-0", 2)
    taken = [store.use(("c",), f"job-{number}", 3) for number in range(1, 5)]
    assert taken.count(True) == runs - 1
    store.revoke("c")
    assert not store.use(("c",), "job-0", 4)


def test_cells_of_every_kind_become_json() -> None:
    table = pa.table({"a": [1.5, float("nan")], "b": [b"xy", None], "c": [[1, 2], []]})
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    assert rows_of(sink.getvalue().to_pybytes()) == {
        "columns": ["a", "b", "c"],
        "rows": [[1.5, "2 bytes", [1, 2]], [None, None, []]],
    }
