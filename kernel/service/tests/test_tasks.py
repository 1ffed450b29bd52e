"""Tasks: attempts, events, restarts; with a scripted executor."""

import threading
import time
from pathlib import Path
from typing import Any

import pytest

from kernel.core.errors import BadParameters
from kernel.domain.task import NoSuchTask, TaskStatus
from kernel.service.tasks import Tasks
from kernel.store.checkpoints import FileCheckpoint
from kernel.store.layout import Layout


class RecordingPool:
    """Hands out one executor that remembers its commands."""

    def __init__(self) -> None:
        self.commands: list[tuple[str, Any]] = []
        self.released: list[str] = []

    def of_job(self, job: str) -> "RecordingPool":
        return self

    def find(self, job: str) -> "RecordingPool | None":
        return self if self.commands else None

    def release(self, job: str, wait_s: float = 5.0) -> None:
        self.released.append(job)

    def command(self, do: str, spec: dict[str, Any]) -> None:
        self.commands.append((do, spec.get("attempt", spec["task"])))


@pytest.fixture
def pool() -> RecordingPool:
    return RecordingPool()


@pytest.fixture
def tasks(tmp_path: Path, pool: RecordingPool) -> Tasks:
    made = Tasks(Layout(tmp_path), "bank", stop_s=0.2)
    made.attach(pool)
    return made


def spec(attempt: int = 1, member: str = "bank", component: str = "split") -> dict[str, Any]:
    return {
        "job": "j",
        "task": "t",
        "attempt": attempt,
        "component": component,
        "component_version": "",
        "member": member,
    }


def event(kind: str, attempt: int = 1, **values: Any) -> dict[str, Any]:
    return {"event": kind, "job": "j", "task": "t", "attempt": attempt, **values}


FAILURE = {"code": "HAN-4010", "detail": "d", "public_detail": "p", "hint": "h", "party": "bank"}


def test_an_attempt_runs_to_its_outputs(tasks: Tasks, pool: RecordingPool) -> None:
    tasks.start(spec())
    tasks.on_event("j", event("status", progress=0.5, step="half", waiting_for="bureau"))
    status = tasks.get("j", "t")
    assert (status.state, status.progress, status.waiting_for) == ("running", 0.5, "bureau")
    tasks.on_event("j", event("done", outputs=["train", "test"]))
    assert (tasks.get("j", "t").state, tasks.get("j", "t").outputs) == ("ready", ("train", "test"))
    assert pool.commands == [("start", 1)]


def test_the_same_or_an_older_attempt_changes_nothing(tasks: Tasks, pool: RecordingPool) -> None:
    tasks.start(spec(2))
    tasks.start(spec(2))
    tasks.start(spec(1))
    assert pool.commands == [("start", 2)]


def test_a_newer_attempt_stops_the_older_one_and_ignores_its_events(tasks: Tasks, pool: RecordingPool) -> None:
    tasks.start(spec(1))
    stopped = threading.Timer(
        0.05, lambda: tasks.on_event("j", event("failed", 1, state="stopped", failure=FAILURE | {"code": "HAN-4004"}))
    )
    stopped.start()
    tasks.start(spec(2))
    assert pool.commands == [("start", 1), ("stop", "t"), ("start", 2)]
    assert not pool.released
    tasks.on_event("j", event("failed", 1, state="failed", failure=FAILURE))
    assert tasks.get("j", "t").state == "running"


def test_a_task_that_does_not_stop_ends_with_its_executor(tasks: Tasks, pool: RecordingPool) -> None:
    tasks.start(spec(1))
    tasks.stop("j", "t")
    deadline = time.monotonic() + 5
    while not tasks.get("j", "t").ended and time.monotonic() < deadline:
        time.sleep(0.01)
    failure = tasks.get("j", "t").failure
    assert failure is not None
    assert (tasks.get("j", "t").state, failure.code, pool.released) == ("stopped", "HAN-4004", ["j"])
    tasks.stop("j", "t")
    assert pool.commands == [("start", 1), ("stop", "t")]


def test_a_newer_attempt_waits_until_the_older_one_has_ended(tasks: Tasks, pool: RecordingPool) -> None:
    tasks.start(spec(1))
    tasks.start(spec(2))
    assert pool.released == ["j"]
    assert (tasks.get("j", "t").attempt, tasks.get("j", "t").state) == (2, "running")


def test_release_ends_what_runs_and_drops_checkpoints_of_finished_tasks(tasks: Tasks, tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    for name in ("t", "other"):
        FileCheckpoint(layout.checkpoints("j", name), resume=False).save(1, b"a share")
    tasks.start(spec())
    tasks.start(spec() | {"task": "other"})
    tasks.on_event("j", event("done", outputs=[]))
    tasks.release("j")
    assert (tasks.get("j", "t").state, tasks.get("j", "other").state) == ("ready", "stopped")
    assert not layout.checkpoints("j", "t").exists()
    assert FileCheckpoint(layout.checkpoints("j", "other"), resume=True).steps() == (1,)


def test_a_lost_executor_fails_what_ran_in_it(tasks: Tasks) -> None:
    tasks.start(spec())
    tasks.on_event("j", {"event": "gone"})
    failure = tasks.get("j", "t").failure
    assert failure is not None
    assert failure.code == "HAN-4101"


def test_states_survive_a_restart(tasks: Tasks, tmp_path: Path) -> None:
    tasks.start(spec())
    assert Tasks(Layout(tmp_path), "bank").get("j", "t").state == "failed"
    tasks.on_event("j", event("done", outputs=["train"]))
    again = Tasks(Layout(tmp_path), "bank").get("j", "t")
    assert (again.state, again.outputs) == ("ready", ("train",))


def test_what_cannot_run_here_is_refused(tasks: Tasks, pool: RecordingPool) -> None:
    with pytest.raises(BadParameters, match="belongs to bank"):
        tasks.start(spec(member="bureau"))
    with pytest.raises(BadParameters, match="not installed"):
        tasks.start(spec(component="nothing"))
    with pytest.raises(NoSuchTask):
        tasks.get("j", "t")
    assert not pool.commands


def test_watchers_see_the_present_and_every_change(tasks: Tasks) -> None:
    tasks.start(spec())
    wanted = threading.Event()
    wanted.set()
    seen: list[TaskStatus] = []
    watcher = threading.Thread(target=lambda: seen.extend(tasks.watch("", wanted)))
    watcher.start()
    deadline = time.monotonic() + 5
    while not seen and time.monotonic() < deadline:
        time.sleep(0.01)
    tasks.on_event("j", event("done", outputs=[]))
    while len(seen) < 2 and time.monotonic() < deadline:
        time.sleep(0.01)
    wanted.clear()
    watcher.join(5)
    assert [status.state for status in seen] == ["running", "ready"]
