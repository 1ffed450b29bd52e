"""The command and the SDK against a real board over HTTP: the nouns that concern jobs, flows, schedules and models."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from board.tests.doubles import Ledger
from board.tests.house import House
from board.tests.test_models import trained
from common.errors import DeadlineExceeded
from common.http.server import HttpServer
from hanse import connect
from hanse.cli.sign_in import folder, keep
from hanse.tests.conftest import Run
from proto.flow.v1 import flow_pb2


@pytest.fixture
def bank(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[House, str, str]]:
    """A board that has run a job to its end and made a model; the command is signed in there."""
    ledger, houses = Ledger(), dict[str, House]()
    for member in ("bank", "bureau"):
        ledger.admit(member)
        House(member, tmp_path, houses, ledger)
    us, _, model, _ = trained(houses["bank"], houses["bureau"])
    job = model.partition(".")[0]
    for task in houses["bank"].flow.get(job).tasks:
        houses["bank"].kernel.reports.setdefault((job, task.task), [])
    server = HttpServer("the board", "127.0.0.1:0", houses["bank"].app, 4, 1 << 20)
    server.start()
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    keep(f"http://{server.address}", us.token)
    yield houses["bank"], job, model
    server.stop()
    for house in houses.values():
        house.close()


def test_logs_are_searched_page_by_page(bank: tuple[House, str, str], run: Run) -> None:
    house, job, _ = bank
    lines = [json.dumps({"time_ms": 1, "level": "info", "event": "step", "n": n}) for n in range(1500)]
    house.kernel.lines[job, "train"] = [*lines, json.dumps({"time_ms": 2, "level": "error", "event": "failed"})]
    told = [json.loads(line) for line in run("job", "logs", job, "train").splitlines()]
    assert [line["number"] for line in told] == list(range(1, 1502))
    (failed,) = run("job", "logs", job, "train", "--level", "error", form="table").splitlines()
    assert "failed" in failed
    run("job", "logs", job, "nothing", code=4)


def test_what_happened_and_the_bundle(bank: tuple[House, str, str], run: Run, tmp_path: Path) -> None:
    house, job, _ = bank
    house.flow.history[job] = [flow_pb2.JobEvent(id=1, task="train", kind="state", state="running", member="bank")]
    assert [event["state"] for event in run("job", "history", job)] == ["running"]
    assert run("job", "history", job, "--task", "align") == []
    told = run("job", "diagnosis", job, str(tmp_path / "bundle.zip"))
    assert (tmp_path / "bundle.zip").read_bytes().startswith(b"PK")
    assert told["bytes"] > 100


def test_a_rerun_is_compared_with_the_first_run(bank: tuple[House, str, str], run: Run) -> None:
    house, job, _ = bank
    again = run("job", "rerun", job, "train", "--name", "Again")["job"]
    house.flow.change(again, "succeeded", "succeeded")
    for task in house.flow.get(again).tasks:
        house.kernel.reports[again, task.task] = []
    house.kernel.reports[again, "evaluate"] = [{"kind": "metrics", "values": {"auc": 0.8, "rows": 9}}]
    for task in ("import", "align", "split"):
        house.kernel.reports.setdefault((job, task), [])
    (row,) = run("job", "compare", job, again)
    assert row == {"what": "figure", "name": "evaluate.auc", job: 0.7, again: 0.8}
    assert "two jobs" in run("job", "compare", job, code=2)


def test_flows_go_elsewhere_and_come_back(bank: tuple[House, str, str], run: Run, tmp_path: Path) -> None:
    flow = run("flow", "list")[0]
    assert run("flow", "versions", flow["flow"])[0]["revision"] == 1
    file = tmp_path / "flow.json"
    exported = run("flow", "export", flow["flow"])
    assert exported == run("flow", "export", flow["flow"], "--revision", "1")
    file.write_text(json.dumps(exported), "utf-8")
    made = run("flow", "import", flow["project"], str(file), "--name", "Back")
    assert made["graph"] == exported["graph"]
    assert run("flow", "check", made["flow"])["can_start"] is True
    assert run("job", "checks", made["flow"])["problems"] == []
    file.write_text('{"nodes": 3}', "utf-8")
    run("flow", "import", flow["project"], str(file), code=2)


def test_schedules(bank: tuple[House, str, str], run: Run) -> None:
    flow = run("flow", "list")[0]["flow"]
    made = run("schedule", "create", flow, "0 6 * * 1-5", "--timezone", "Asia/Shanghai")
    assert (made["cron"], made["timezone"], made["enabled"]) == ("0 6 * * 1-5", "Asia/Shanghai", True)
    assert (made["window"], made["retries"]) == ("fixed", 0)
    assert run("schedule", "change", made["schedule"], "--off")["enabled"] is False
    assert [item["enabled"] for item in run("schedule", "list")] == [False]
    started = run("schedule", "run", made["schedule"])
    assert [item["job"] for item in run("schedule", "history", made["schedule"])] == [started["job"]]


def test_schedules_of_newest_data(bank: tuple[House, str, str], run: Run) -> None:
    flow = run("flow", "list")[0]["flow"]
    checks = {(item["what"], item["party"]): item for item in run("schedule", "check", flow)["checks"]}
    assert checks["window", "bank"]["state"] == "ok"
    assert "window" in run("schedule", "check", flow, form="table")
    more = ("--window", "newest", "--max-age-days", "7", "--retries", "2")
    made = run("schedule", "create", flow, "0 6 * * 1-5", *more)
    assert (made["window"], made["max_age_days"], made["retries"]) == ("newest", 7, 2)
    changed = run("schedule", "change", made["schedule"], "--max-age-days", "0")
    assert (changed["max_age_days"], changed["window"]) == (0, "newest")
    bank[0].gateway.boards["bureau"].gateway.reachable = False
    run("schedule", "run", made["schedule"], code=5)
    (refused,) = run("schedule", "history", made["schedule"])
    assert (refused["code"], refused["party"], refused["state"]) == ("HAN-1006", "bureau", "refused")
    run("schedule", "history", "sch-none", code=4)
    run("schedule", "delete", made["schedule"])
    assert run("schedule", "list") == []


def test_models(bank: tuple[House, str, str], run: Run) -> None:
    _, job, model = bank
    assert run("model", "card", model)["purpose"] == ""
    assert run("model", "card", model, "--purpose", "limits", "--stage", "candidate")["revision"] == 1
    assert run("model", "card", model, "--notes", "n")["purpose"] == "limits", "what is not named stays"
    assert run("model", "lineage", model)["job"] == job
    run("model", "publish", model)
    second = run("model", "publish", model)["publications"]
    first = next(item["version"] for item in second if not item["online"])
    online = [item["version"] for item in run("model", "online", model, first)["publications"] if item["online"]]
    assert online == [first]
    made = run("model", "keys", "create", model, "shop", "--calls-per-minute", "5")
    assert [key["client"] for key in run("model", "keys", "list", model)] == ["shop"]
    run("model", "keys", "revoke", model, made["key_id"])
    assert run("model", "keys", "list", model) == []
    assert run("model", "usage", model, "--hours", "2")["calls"] >= 0
    assert run("model", "show", model)["model"] == model


def test_waiting_ends_on_time_though_nothing_happens(
    bank: tuple[House, str, str], run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("board.api.http.events._HEARTBEAT_S", 0.1)
    _, job, _ = bank
    again = run("job", "rerun", job, "train")["job"]
    signed_in = json.loads((folder() / "sign-ins.json").read_text("utf-8"))
    token = signed_in["tokens"][signed_in["board"]]
    with connect(signed_in["board"], token=token) as client, pytest.raises(DeadlineExceeded, match="is still"):
        client.job(again).wait(0.5)
