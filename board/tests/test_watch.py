"""What operators see, and what a diagnosis leaves out."""

import io
import json
import zipfile

from board.service.clock import now_ms
from board.tests.house import API, House
from board.tests.test_story import graph, project
from proto.gateway.v1 import gateway_pb2

CANARY = "4711-Zhang-San"


def test_traffic_and_disks(bank: House, bureau: House) -> None:
    us = bank.admin()
    for member, size in (("bureau", 5), ("bureau", 7), ("retailer", 1)):
        bank.gateway.lines.append(gateway_pb2.Egress(member=member, bytes=size, time_ms=now_ms(), kind="share"))
    told = us.get("/traffic", query_string={"days": 1})["items"]
    assert {line["member"]: line["sent_bytes"] for line in told} == {"bureau": 12, "retailer": 1}
    disks = us.get("/disks")
    assert {(disk["service"], disk["what"]) for disk in disks["items"]} == {
        ("kernel", "data_sets"),
        ("gateway", "spool_out"),
    }
    assert disks["problems"] == {}
    bank.gateway.reachable = False
    disks = us.get("/disks")
    assert [disk["service"] for disk in disks["items"]] == ["kernel"]
    assert disks["problems"] == {"gateway": "HAN-1006"}


def test_settings_are_for_administrators(bank: House) -> None:
    us = bank.admin()
    assert us.get("/settings")["items"][0]["name"] == "database_url"
    us.post("/accounts", {"account": "ann", "password": "long enough words"})
    us.call("PATCH", "/accounts/ann", json={"status": "active"})
    status, told = bank.sign_in("ann", "long enough words").call("GET", "/settings")
    assert (status, told["code"]) == (403, "HAN-6006"), told


def test_a_diagnosis_has_states_and_no_values(bank: House, bureau: House) -> None:
    us, _, name, data = project(bank, bureau)
    data["bank"] = us.upload(f"id,{CANARY},y\na,1,0\nb,2,1\n".encode())["data_set"]
    us.post(f"/projects/{name}/data-sets", {"data_set": data["bank"]})
    drawn = graph(data)
    drawn["nodes"][4]["own"] = {"bank": {"columns": [CANARY]}}
    flow = us.post("/flows", {"project": name, "name": CANARY, "graph": drawn})["flow"]
    job = us.post("/jobs", {"flow": flow}, 202)["job"]
    failed = bank.flow.change(job, "failed", "failed")
    assert failed is None or failed
    found = bank.flow.get(job)
    found.failure.code, found.failure.detail, found.failure.party = "HAN-4014", f"column {CANARY} is empty", "bank"
    trace = f'Traceback\n  File "/x/kernel.py", line 3, in run\n    int(value)\nValueError: {CANARY}'
    bank.kernel.lines[job, "train"] = [
        json.dumps({"time_ms": 1, "event": "task_failed", "code": "HAN-4014", "detail": CANARY, "exception": trace}),
        f'{{"event":"st{CANARY}',
    ]
    bank.gateway.lines.append(gateway_pb2.Egress(member="bureau", job=job, task="train", bytes=5, kind="share"))
    answer = us.client.get(f"{API}/jobs/{job}/diagnosis", headers={"Authorization": f"Bearer {us.token}"})
    assert answer.status_code == 200
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        files = {name: archive.read(name).decode() for name in archive.namelist()}
    everything = "\n".join(files.values())
    assert CANARY not in everything
    assert "somewhere" not in everything, "settings by name only"
    assert json.loads(files["job.json"])["failure"]["code"] == "HAN-4014"
    line = json.loads(files["logs/train.json"])[0]
    assert line["frames"] == ['File "/x/kernel.py", line 3, in run']
    assert line["left_out"] == ["detail"]
    assert json.loads(files["logs/train.json"])[1] == {"not_available": "HAN-1020"}
    assert json.loads(files["logs/align.json"]) == {"not_available": "HAN-1002"}
    assert "vert_lr" in json.loads(files["versions.json"])["components"]
    assert json.loads(files["egress.json"]) == {
        "bytes_by_kind": {"share": 5},
        "by_task": [{"task": "train", "member": "bureau", "bytes": 5, "messages": 1}],
    }
    assert us.call("GET", "/jobs/job-none/diagnosis")[0] == 404
