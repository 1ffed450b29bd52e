"""The executor's worker over a real socket pair, with the local engine."""

import json
import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from kernel.core import Role
from kernel.core.registry import find
from kernel.data import Schema
from kernel.data.local import LocalEngine
from kernel.executor import worker
from kernel.executor.worker import Worker
from kernel.store.layout import Layout, write_whole
from kernel.store.outputs import finished_attempt, load_output, save_table


class Link:
    """The kernel's end."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._events = sock.makefile("r", encoding="utf-8")

    def command(self, do: str, spec: dict[str, Any]) -> None:
        self._sock.sendall(json.dumps({"do": do, "spec": spec}).encode() + b"\n")

    def until(self, *kinds: str) -> dict[str, Any]:
        while True:
            event: dict[str, Any] = json.loads(self._events.readline())
            if event["event"] in kinds:
                return event

    def close(self) -> None:
        self._sock.shutdown(socket.SHUT_WR)
        self._events.close()
        self._sock.close()


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    return Layout(tmp_path)


@pytest.fixture
def link(layout: Layout) -> Iterator[Link]:
    ours, theirs = socket.socketpair()
    engine = LocalEngine(2)
    table = pa.table(
        {"id": [f"c{n}" for n in range(40)], "x": [float(n) for n in range(40)], "y": [n % 2 for n in range(40)]}
    )
    save_table(engine, layout.data_set("set-1"), engine.from_arrow(table, Schema.of(table.schema, "id", "y")))
    started = Worker(theirs, layout, engine, lambda: None, 5.0)
    with theirs.makefile("r", encoding="utf-8") as commands:
        thread = threading.Thread(target=started.serve, args=(commands,))
        thread.start()
        link = Link(ours)
        yield link
        link.close()
        thread.join(10)
    theirs.close()
    engine.close()


def needs_no_input(ctx: Any, params: Any, own: Any) -> dict[str, Any]:
    del params, own
    assert ctx.inputs == {}
    return {}


def test_a_port_of_another_role_is_not_read(link: Link, monkeypatch: pytest.MonkeyPatch) -> None:
    """The edge is there for those with data; an arbiter has nothing at its start."""
    link.until("ready")
    arbitrated = find("vert_glm_coordinated", "")
    alone = replace(arbitrated, run={Role.ARBITER: needs_no_input}, messages=(), min_parties=1)
    monkeypatch.setattr(worker, "find", lambda name, version: alone)
    asked = spec("train", "vert_glm_coordinated", [port("train", "scale", "train")])
    asked["parties"] = [{"member": "bank", "role": "arbiter", "index": 0}]
    link.command("start", asked)
    told = link.until("done", "failed")
    assert told["event"] == "done", told


def spec(task: str, component: str, inputs: list[dict[str, str]], **params: Any) -> dict[str, Any]:
    return {
        "job": "j",
        "task": task,
        "attempt": 1,
        "component": component,
        "component_version": "",
        "params": params,
        "parties": [{"member": "bank", "role": "promoter", "index": 0}],
        "member": "bank",
        "inputs": inputs,
        "resume": False,
    }


def port(name: str, task: str, output: str) -> dict[str, str]:
    return {"port": name, "task": task, "output": output, "job": ""}


def test_two_tasks_in_a_row(link: Link, layout: Layout) -> None:
    assert link.until("ready")
    link.command("start", spec("import", "data_import", [port("data_set", "", "set-1")], own={"data_set": "set-1"}))
    assert link.until("done", "failed")["event"] == "done"
    link.command("start", spec("split", "split", [port("table", "import", "table")], common={"test_fraction": 0.25}))
    assert sorted(link.until("done", "failed")["outputs"]) == ["test", "train"]
    engine = LocalEngine(2)
    folder = finished_attempt(layout, "j", "split")
    rows = [load_output(engine, folder, name).n_rows for name in ("train", "test")]
    engine.close()
    assert rows == [30, 10]
    assert (folder / "log.jsonl").read_text("utf-8").count("\n") >= 3
    assert (folder / "report.json").exists()


def test_a_named_failure_and_a_bug_end_the_task_not_the_executor(link: Link) -> None:
    link.until("ready")
    link.command("start", spec("a", "split", [port("table", "", "set-1")], common={"test_fraction": 7}))
    failed = link.until("failed")
    assert failed["failure"]["code"] == "HAN-4006"
    assert "test_fraction" in failed["failure"]["detail"]
    link.command("start", spec("b", "split", [port("table", "missing", "table")]))
    assert link.until("failed")["failure"]["code"] == "HAN-1002"
    link.command("start", spec("c", "data_import", [port("data_set", "", "set-1")], own={"data_set": "set-1"}))
    assert link.until("done", "failed")["event"] == "done"


def test_a_data_set_with_other_contents_than_agreed_is_not_read(link: Link, layout: Layout) -> None:
    link.until("ready")
    write_whole(layout.data_set("set-1") / "about.json", b'{"version":"aa"}')
    agreed = {**port("data_set", "", "set-1"), "version": "bb"}
    link.command("start", spec("a", "data_import", [agreed], own={"data_set": "set-1"}))
    assert link.until("done", "failed")["failure"]["code"] == "HAN-4021"
    link.command("start", spec("b", "data_import", [{**agreed, "version": "aa"}], own={"data_set": "set-1"}))
    assert link.until("done", "failed")["event"] == "done"
