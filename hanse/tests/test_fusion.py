"""`hanse fusion` and the SDK against two real nodes."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from fusion.home import read_token
from fusion.tests.nodes import Node, Process
from hanse.fusion import FusionNode
from hanse.tests.conftest import Run

Sdk = Callable[[Node], FusionNode]


@pytest.fixture
def pair(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Node, Node]]:
    """Two nodes in processes of their own; the command speaks to the first."""
    alpha, beta = (Process(tmp_path, name).start() for name in ("alpha", "beta"))
    alpha.trust(beta)
    beta.trust(alpha)
    monkeypatch.setenv("HANSE_FUSION", f"http://{alpha.app.http_address}")
    monkeypatch.setenv("HANSE_FUSION_TOKEN_FILE", str(alpha.home / "token"))
    yield alpha, beta
    alpha.stop()
    beta.stop()


@pytest.fixture
def sdk() -> Iterator[Callable[[Node], FusionNode]]:
    """Speak to a node from Python."""
    made: list[FusionNode] = []

    def open_node(node: Node) -> FusionNode:
        made.append(FusionNode(f"http://{node.app.http_address}", read_token(node.home)))
        return made[-1]

    yield open_node
    for one in made:
        one.close()


def test_the_page_is_opened_by_a_link_with_the_token(pair: tuple[Node, Node], run: Run) -> None:
    alpha, _ = pair
    printed = run("fusion", "open", form="table")
    assert printed == f"http://{alpha.app.http_address}/#token={read_token(alpha.home)}\n"


def test_an_alignment_by_command(pair: tuple[Node, Node], run: Run, sdk: Sdk, tmp_path: Path) -> None:
    alpha, beta = pair
    file = tmp_path / "people.csv"
    file.write_text("id,town\na,X\nb,Y\nc,Z\n")
    mine = run("fusion", "data", "add", str(file))["data_set"]
    there = sdk(beta)
    theirs = beta.upload(["b", "c", "d"])
    planned = run("fusion", "plan", "1000000", "1000000", "--partner", "beta")
    assert planned["link"] == "measured"
    assert "why_not" in run("fusion", "plan", "10", "10", form="table")
    proposed = ("fusion", "align", "beta", mine, "--column", "id", "--result-column", "town", "--no-wait")
    task = run(*proposed)["task"]
    assert run("fusion", "pause", task)["paused_by"] == "us"
    assert run("fusion", "resume", task)["paused_by"] == ""
    there.accept(task, theirs, ["id"])
    assert sdk(alpha).wait(task)["intersection"] == 2
    assert run("fusion", "task", task)["actual"]["bytes_sent"] > 0
    assert run("fusion", "preview", task) == {"columns": ["id", "town"], "rows": [["b", "Y"], ["c", "Z"]]}
    assert "town" in run("fusion", "preview", task, form="table")
    assert b"".join(sdk(alpha).result(task, columns=["town"])) == b'"town"\n"Y"\n"Z"\n'
    assert {item["step"] for item in run("fusion", "egress", task)} >= {"propose", "done"}
    assert run("fusion", "egress") == sdk(alpha).egress()
    assert "board_url" in run("fusion", "save", task, "both", code=5)
    assert [item["task"] for item in run("fusion", "tasks", "--state", "succeeded", "--partner", "beta")] == [task]
    assert run("fusion", "node")["node"] == "alpha"
    invitation = sdk(beta).identity()["invitation"]
    assert "HAN-8032" in run("fusion", "partner", "renew", "beta", invitation, "0" * 64, code=5)
    assert run("fusion", "partner", "renew", "beta", invitation, sdk(beta).identity()["fingerprint"])["node"] == "beta"
    stopped = run(*proposed)["task"]
    assert run("fusion", "stop", stopped)["state"] == "stopped"
    refused = sdk(beta).align("alpha", theirs, ["id"])
    assert run("fusion", "refuse", refused, "--reason", "no")["state"] == "refused"


def test_schedules_by_command(pair: tuple[Node, Node], run: Run, sdk: Sdk) -> None:
    alpha, beta = pair
    mine, theirs = alpha.upload(["a", "b"]), beta.upload(["b", "c"])
    until = (datetime.now(UTC) + timedelta(days=90)).strftime("%Y-%m-%d")
    asked = ("fusion", "align", "beta", mine, "--column", "id", "--no-wait", "--repeat", "0 6 * * 1")
    assert "go together" in run(*asked, code=2)
    task: dict[str, Any] = run(*asked, "--until", until)
    schedule = task["schedule"]
    also = {"until_ms": task["repeat"]["until_ms"], "runs_at_most": 3}
    sdk(beta).accept(task["task"], theirs, ["id"], also_next=also)
    sdk(alpha).wait(task["task"])
    again = run("fusion", "schedules", "run", schedule)
    assert sdk(alpha).wait(again["task"])["intersection"] == 1
    (listed,) = run("fusion", "schedules", "list")
    assert (listed["schedule"], len(listed["next_ms"]), len(listed["runs"])) == (schedule, 5, 2)
    assert "due_ms" in run("fusion", "schedules", "show", schedule, form="table")
    assert run("fusion", "schedules", "pause", schedule)["state"] == "paused"
    assert run("fusion", "schedules", "resume", schedule)["state"] == "active"
    assert sdk(beta).schedule(schedule)["also_next"]["used"] == 1
    sdk(beta).delete_schedule(schedule)
    run("fusion", "schedules", "delete", schedule)
    assert run("fusion", "schedules", "show", schedule, code=4)


def test_a_partners_proposal_is_accepted_by_command(pair: tuple[Node, Node], run: Run, sdk: Sdk) -> None:
    alpha, beta = pair
    theirs = beta.upload(["b", "c"])
    task = sdk(beta).align(
        "alpha",
        theirs,
        ["id"],
        repeat={"cron": "0 6 * * 1", "until_ms": int(datetime.now(UTC).timestamp() * 1000) + 10**9},
    )
    until = (datetime.now(UTC) + timedelta(days=9)).strftime("%Y-%m-%d")
    answer = ("fusion", "accept", task, alpha.upload(["b"]), "--column", "id", "--also-until", until)
    assert run(*answer, "--also-runs", "2")["state"] in ("queued", "running", "ready", "succeeded")
    sdk(beta).wait(task)
    (consent,) = run("fusion", "schedules", "list")
    assert (consent["partner"], consent["also_next"]["runs_at_most"]) == ("beta", 2)
