"""What happens between two steps of a thread: others' changes, ends and failures of the database lose nothing."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import fusion.store.migrations
from common.errors import Unavailable
from common.rpc.wire import now_ms
from common.sql import DatabaseAway, open_database
from fusion.domain import states
from fusion.domain.asking import NewTask, Repeat
from fusion.domain.models import DataSet, Task
from fusion.service.driver import Driver
from fusion.service.inbox import Inbox
from fusion.service.proposing import Proposing
from fusion.service.schedule_runs import ScheduleRuns
from fusion.service.scheduling import Scheduling
from fusion.service.steps import Steps
from fusion.service.tasks import Tasks
from fusion.service.ticking import Ticking
from fusion.store.files import FileWorkFiles
from fusion.store.sql import SqlTaskStore
from fusion.store.sql_schedules import SqlScheduleStore
from fusion.tests.test_inbox import TASK

OURS = replace(TASK, task="1" * 32, proposed_here=True, state=states.CREATED)
UNUSED: Any = None


class Room:
    """Real stores."""

    def __init__(self, folder: Path) -> None:
        migrations = Path(fusion.store.migrations.__file__).parent
        self.engine = open_database(f"sqlite:///{folder}/fusion.db", migrations=migrations)
        self.store, self.schedules = SqlTaskStore(self.engine), SqlScheduleStore(self.engine)
        self.files = FileWorkFiles(folder / "data", b"k" * 32)
        self.tasks = Tasks(self.store, self.files, lambda: None)

    def proposing(self, offer: Any) -> Proposing:
        return Proposing(self.store, self.tasks, UNUSED, UNUSED, UNUSED, 60, offer)

    def found(self, task: Task) -> Task:
        return self.tasks.get(task.task)


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    made = Room(tmp_path)
    yield made
    made.engine.dispose()


def test_a_proposal_that_is_stopped_on_its_way_is_told_as_stopped(room: Room) -> None:
    """Else the partner, which may have heard of the end before the proposal, would offer it to its people."""
    room.store.add(OURS)

    def offer(task: Task) -> None:
        room.tasks.stop(task.task)
        room.store.change(task.task, states.ENDED, untold=False)  # the partner: I know of no such alignment

    room.proposing(offer).bring(OURS)
    assert (room.found(OURS).state, room.found(OURS).untold) == (states.STOPPED, True)


def test_a_proposal_that_was_accepted_before_it_seemed_to_be_brought_goes_on(room: Room) -> None:
    room.store.add(OURS)
    room.proposing(lambda task: room.store.change(task.task, [states.CREATED], state=states.QUEUED)).bring(OURS)
    assert (room.found(OURS).state, room.found(OURS).untold) == (states.QUEUED, False)


def test_why_it_waits_is_not_noted_of_what_another_thread_has_done(room: Room) -> None:
    room.store.add(OURS)

    class Brings:
        def bring(self, task: Task) -> None:
            room.store.change(task.task, [states.CREATED], state=states.WAITING, trouble=None)
            raise Unavailable("no answer", party=task.partner)

    brings: Any = Brings()
    assert Steps(room.store, room.tasks, UNUSED, UNUSED, brings, UNUSED, UNUSED).do(OURS, lambda: False) > 0
    assert (room.found(OURS).state, room.found(OURS).trouble) == (states.WAITING, None)


def test_bytes_of_a_message_are_counted_when_it_comes_again(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    room.store.add(TASK)
    inbox = Inbox(room.store, room.files)
    inbox.take("beta", TASK.task, "masked 0", b"x" * 10)
    with monkeypatch.context() as broken:
        broken.setattr(room.store, "change", _away)
        with pytest.raises(DatabaseAway):
            inbox.take("beta", TASK.task, "masked 1", b"y" * 7)
    assert room.found(TASK).bytes_received == 10
    inbox.take("beta", TASK.task, "masked 1", b"y" * 7)
    assert room.found(TASK).bytes_received == 17


def _away(*_: object, **__: object) -> bool:
    raise DatabaseAway("lost")


def test_nothing_is_kept_of_pauses_of_what_has_ended(room: Room) -> None:
    room.store.add(TASK)

    class Waits:
        def do(self, *_: object) -> float:
            return 3600.0

    waits: Any = Waits()
    driver = Driver(room.store, room.tasks, room.files, waits, threading.Event(), threading.Event(), 60)
    driver._look()
    driver._pool.shutdown(wait=True)
    assert driver._not_before.keys() == {TASK.task}
    driver._look()  # it waits, and nothing is begun
    room.tasks.stop(TASK.task)
    room.store.change(TASK.task, states.ENDED, untold=False)
    driver._look()
    assert driver._not_before == {}


class DataSets:
    """One data set."""

    one = DataSet("d" * 32, "set", "", 1, (), 1, 1)

    def all(self) -> list[DataSet]:
        return [self.one]

    def get(self, _: str) -> DataSet:
        return self.one


class Proposes:
    """Keeps what is proposed, when it may."""

    def __init__(self, room: Room) -> None:
        self.room, self.may, self.began, self.count = room, threading.Event(), threading.Event(), 0
        self.problem: Exception | None = None

    def propose(self, new: NewTask) -> Task:
        self.began.set()
        assert self.may.wait(30)
        if self.problem:
            raise self.problem
        self.count += 1
        made = replace(OURS, task=f"{self.count:032x}", schedule=new.schedule, created_ms=self.count)
        self.room.store.add(made)
        return made


def _scheduling(room: Room) -> tuple[Scheduling, Proposes, NewTask]:
    proposes, data_sets = Proposes(room), DataSets()
    fake: Any = proposes
    sets: Any = data_sets
    new = NewTask("beta", "d" * 32, ("id",), repeat=Repeat("0 0 1 1 *", now_ms() + 400 * 86_400_000))
    return Scheduling(room.schedules, ScheduleRuns(room.tasks, fake, sets), fake, sets), proposes, new


def test_a_tick_and_a_person_at_the_same_moment_propose_once(room: Room) -> None:
    scheduling, proposes, new = _scheduling(room)
    proposes.may.set()
    first = scheduling.begin(new)
    room.store.change(first.task, states.OPEN, state=states.SUCCEEDED)
    (schedule,) = scheduling.all()
    proposes.may.clear()
    proposes.began.clear()
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(scheduling.run, schedule)
        assert proposes.began.wait(30)
        problem = scheduling.run(schedule).problem
        proposes.may.set()
        assert slow.result(30).task
    assert problem is not None
    assert problem.code == "HAN-8049"
    assert proposes.count == 2


def test_a_run_whose_line_was_lost_in_a_crash_is_not_proposed_beside_itself(room: Room) -> None:
    scheduling, proposes, new = _scheduling(room)
    proposes.may.set()
    first = scheduling.begin(new)
    room.store.change(first.task, states.OPEN, state=states.SUCCEEDED)
    (schedule,) = scheduling.all()
    room.store.add(replace(OURS, task="7" * 32, schedule=schedule.schedule, created_ms=now_ms()))  # and then: a crash
    problem = scheduling.run(schedule).problem
    assert problem is not None
    assert (problem.code, "7" * 32 in problem.detail) == ("HAN-8049", True)


def test_a_schedule_whose_first_proposal_was_cut_off_rests(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    scheduling, proposes, new = _scheduling(room)
    proposes.may.set()
    proposes.problem = DatabaseAway("lost")
    with monkeypatch.context() as broken:
        broken.setattr(room.schedules, "delete", _away)
        with pytest.raises(DatabaseAway):
            scheduling.begin(new)
    (schedule,) = scheduling.all()
    assert not schedule.enabled
    proposes.problem = None
    scheduling.begin(new)
    assert sorted(one.enabled for one in scheduling.all()) == [False, True]


def test_a_tick_is_proposed_when_the_database_is_back(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fusion.service.ticking._LOOK_S", 0.01)
    scheduling, proposes, new = _scheduling(room)
    proposes.may.set()
    first = scheduling.begin(new)
    room.store.change(first.task, states.OPEN, state=states.SUCCEEDED)
    (schedule,) = scheduling.all()
    now = now_ms()
    room.schedules.enable(schedule.schedule, enabled=True, next_ms=now)
    propose, keep, fails = proposes.propose, room.schedules.keep, [1, 1, 0, 1, 0]

    def at_times(act: Any) -> Any:
        def done(what: Any) -> Any:
            if fails.pop(0):
                raise DatabaseAway("lost")
            return act(what)

        return done

    monkeypatch.setattr(proposes, "propose", at_times(propose))
    monkeypatch.setattr(room.schedules, "keep", at_times(keep))
    Ticking(room.schedules, scheduling._runs)._look()
    run = scheduling.runs(schedule, 1)[0]
    assert (run.due_ms, run.problem, proposes.count) == (now, None, 2)
    assert (run.task, fails) == (f"{2:032x}", [])
