"""What an alignment outlives: a database that fails in the middle, and a pause that is longer than its deadline."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

import fusion.store.migrations
from common.rpc.wire import now_ms
from common.sql import StorageFull, open_database
from fusion.domain import states
from fusion.domain.models import Task
from fusion.service.driver import Driver
from fusion.service.steps import Steps
from fusion.service.tasks import Tasks
from fusion.store.files import FileWorkFiles
from fusion.store.sql import SqlTaskStore
from fusion.tests.nodes import until
from fusion.tests.test_inbox import TASK


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlTaskStore]:
    engine = open_database(f"sqlite:///{tmp_path}/fusion.db", migrations=Path(fusion.store.migrations.__file__).parent)
    made = SqlTaskStore(engine)
    made.add(TASK)
    yield made
    engine.dispose()


class _Steps:
    """Fails at first, as it is told, and works then."""

    def __init__(self, problem: Exception | None) -> None:
        self.problems, self.tries = [problem], 0

    def do(self, *_: object) -> float:
        self.tries += 1
        problem = self.problems.pop() if self.problems else None
        if problem is not None:
            raise problem
        return 0.0

    def after_error(self, _name: str) -> float:
        return 0.0


class _Tasks(Tasks):
    """Cannot read the database at some moment."""

    fails_at = 0
    reads = 0

    def get(self, task: str) -> Task:
        self.reads += 1
        if self.reads == self.fails_at:
            raise OSError("the database is away")
        return super().get(task)


def _driver(store: SqlTaskStore, folder: Path, steps: _Steps) -> tuple[Driver, _Tasks]:
    files, bell = FileWorkFiles(folder, b"k" * 32), threading.Event()
    tasks = _Tasks(store, files, bell.set)
    faked: Any = steps
    return Driver(store, tasks, files, faked, bell, threading.Event(), 60), tasks


def test_a_disk_without_room_for_the_reason_ends_no_alignment(tmp_path: Path, store: SqlTaskStore, monkeypatch) -> None:
    monkeypatch.setattr("fusion.service.driver._AGAIN_OWN_S", 0.0)
    steps = _Steps(StorageFull("full"))
    driver, _ = _driver(store, tmp_path / "data", steps)
    driver.start()
    try:
        until(lambda: steps.tries > 1)
        assert store.find(TASK.task).state == states.RUNNING  # type: ignore[union-attr]
    finally:
        driver.close()


def test_an_alignment_is_looked_at_again_when_the_database_was_away(tmp_path: Path, store: SqlTaskStore) -> None:
    steps = _Steps(None)
    driver, tasks = _driver(store, tmp_path / "data", steps)
    tasks.fails_at = 2  # just when the step is done
    driver.start()
    try:
        until(lambda: steps.tries > 1)
    finally:
        driver.close()


def test_a_proposal_that_was_brought_meanwhile_waits_for_its_partner(store: SqlTaskStore) -> None:
    """The driver saw it before that; to begin would send messages that nobody has agreed to."""
    store.change(TASK.task, states.OPEN, state=states.WAITING, proposed_here=True)
    task, unused = store.find(TASK.task), cast("Any", None)
    assert task is not None
    assert Steps(store, unused, unused, unused, unused, unused, unused).do(task, lambda: False) == 0.0


@pytest.mark.parametrize(("ended_ago_ms", "told"), [(1000, True), (2 * 86_400_000, False)])
def test_an_end_is_told_also_after_a_long_pause(
    tmp_path: Path, store: SqlTaskStore, ended_ago_ms: int, *, told: bool
) -> None:
    calls: list[tuple[str, ...]] = []

    class Nodes:
        def node(self, _partner: str) -> "Nodes":
            return self

        def end(self, *what: str) -> None:
            calls.append(what)

    files = FileWorkFiles(tmp_path / "data", b"k" * 32)
    unused: Any = None
    nodes: Any = Nodes()
    tasks = Tasks(store, files, lambda: None)
    steps = Steps(store, tasks, unused, nodes, unused, unused, unused)
    month_ago = now_ms() - 30 * 86_400_000
    store.change(TASK.task, states.OPEN, state=states.STOPPED, untold=True, expires_ms=month_ago)
    ended = replace(TASK, state=states.STOPPED, expires_ms=month_ago, ended_ms=now_ms() - ended_ago_ms, untold=True)
    assert steps.do(ended, lambda: False) == 0.0
    assert calls == ([(TASK.task, states.STOPPED, "")] if told else [])
    assert not store.find(TASK.task).untold  # type: ignore[union-attr]


def test_a_result_of_an_alignment_that_ended_in_a_crash_does_not_stay(tmp_path: Path, store: SqlTaskStore) -> None:
    driver, _ = _driver(store, tmp_path / "data", _Steps(None))
    files = FileWorkFiles(tmp_path / "data", b"k" * 32)
    ended = replace(TASK, task="1" * 32, state=states.STOPPED)
    done = replace(TASK, task="2" * 32, state=states.SUCCEEDED, has_result=True)
    for task in (TASK, ended, done):
        store.add(task)
        files.result(task.task).write_bytes(b"rows")
    files.result(ended.task).with_suffix(".part").write_bytes(b"rows")
    FileWorkFiles(tmp_path / "data", b"k" * 32)
    driver.start()
    driver.close()
    assert sorted(path.name for path in (tmp_path / "data" / "results").iterdir()) == [
        f"{TASK.task}.parquet",
        f"{done.task}.parquet",
    ]
