"""Schedules: the clock, what became of each run, newest versions, further tries."""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from common.errors import Conflict, Unavailable
from common.sql import open_database
from flow.domain.errors import BadSchedule, NoSuchSchedule
from flow.domain.job import Failure
from flow.domain.states import State
from flow.service.schedule_runs import ScheduleRuns
from flow.service.schedules import Schedules
from flow.store.base import NEWEST, Schedule
from flow.store.sql_schedules import SqlScheduleStore, metadata
from flow.tests.federation import Member, spec

_HOUR_MS = 3_600_000
_CRON = "0 * * * *"


@pytest.fixture
def store(tmp_path: Path) -> SqlScheduleStore:
    return SqlScheduleStore(open_database(f"sqlite:///{tmp_path}/timed.db", metadata))


@pytest.fixture
def bank(members: dict[str, Member]) -> Member:
    return members["bank"]


@pytest.fixture
def schedules(store: SqlScheduleStore, bank: Member) -> Schedules:
    return Schedules(store, bank.requests, bank.jobs, bank.board)


def _template(**values: int) -> bytes:
    return spec(deadline_ms=0, **values).SerializeToString()


def test_a_schedule_tells_its_next_runs_and_its_last_ones(
    schedules: Schedules, store: SqlScheduleStore, bank: Member
) -> None:
    timed = schedules.put(Schedule("s", _CRON, "UTC", _template()))
    assert len(timed.next_ms) == 5
    assert {later - earlier for earlier, later in zip(timed.next_ms, timed.next_ms[1:], strict=False)} == {_HOUR_MS}
    job = schedules.runs.run("s").job
    bank.wait(job, State.SUCCEEDED)
    schedules.put(Schedule("s", _CRON, "UTC", spec(members=("bureau", "bank")).SerializeToString()))
    assert schedules.runs.run("s").code == "HAN-5002"
    (found,) = schedules.all()
    assert [(run.job, bool(run.problem)) for run in found.runs] == [("", True), (job, False)]
    assert found.states == {job: State.SUCCEEDED}
    assert bank.jobs.get(job).spec.name == "test"
    assert bank.board.asked == [], "fixed versions need no board"
    assert schedules.put(Schedule("s", _CRON, "UTC", _template(), enabled=False)).next_ms == []
    schedules.delete("s")
    assert store.runs("s", 5) == []
    with pytest.raises(NoSuchSchedule):
        schedules.runs.run("s")


def test_each_run_asks_the_board_for_the_newest_versions(schedules: Schedules, bank: Member) -> None:
    schedules.put(Schedule("s", _CRON, "UTC", _template(), window=NEWEST, max_age_days=3))
    jobs = [schedules.runs.run("s").job for _ in range(2)]
    assert bank.board.asked == [("s", 3)] * 2
    assert [bank.jobs.get(job).spec.data_versions["bank"] for job in jobs] == ["version 1", "version 2"]
    assert schedules.all()[0].versions["bank"] == "version 2"
    bank.board.refusal = Conflict("no consent", party="bureau")
    refused = schedules.runs.run("s")
    assert (refused.job, refused.code, refused.party, refused.problem) == ("", "HAN-1003", "bureau", "no consent")
    bank.board.refusal = None
    assert schedules.runs.run("s").job, "it goes on to its next run"


def test_a_run_asked_for_twice_is_one_run(schedules: Schedules) -> None:
    schedules.put(Schedule("s", _CRON, "UTC", _template()))
    assert schedules.runs.run("s", "job-mine") == schedules.runs.run("s", "job-mine")
    assert [run.job for run in schedules.all()[0].runs] == ["job-mine"]


@pytest.mark.parametrize(
    ("days", "named"),
    [
        ("1-5", "Mon Tue Wed Thu Fri"),
        ("0", "Sun"),
        ("7", "Sun"),
        ("6,sun", "Sat Sun"),
        ("5-1", "Mon Fri Sat Sun"),
        ("*/2", "Tue Thu Sat Sun"),
        ("1/2", "Mon Wed Fri"),
        ("FRI", "Fri"),
        ("*", "Mon Tue Wed Thu Fri Sat Sun"),
    ],
)
def test_days_of_the_week_are_those_of_cron(schedules: Schedules, days: str, named: str) -> None:
    timed = schedules.put(Schedule("s", f"0 6 * * {days}", "UTC", _template()))
    ran = {datetime.fromtimestamp(at_ms / 1000, UTC).strftime("%a") for at_ms in timed.next_ms}
    assert ran <= set(named.split())
    assert len(ran) == min(5, len(named.split()))


@pytest.mark.parametrize(
    "wrong",
    [
        {"window": "last"},
        {"retries": 4},
        {"cron": "whenever"},
        *({"cron": f"0 6 * * {days}"} for days in ("8", "1-", "someday", "*/0", "1-5/x")),
    ],
)
def test_what_cannot_be_kept_is_refused(schedules: Schedules, wrong: dict[str, object]) -> None:
    values: dict[str, object] = {"cron": _CRON, "timezone": "UTC", "template": b""} | wrong
    with pytest.raises(BadSchedule):
        schedules.put(Schedule("s", **values))  # type: ignore[arg-type]  # one of them is wrong
    assert schedules.all() == []


class Killed(BaseException):
    """The process ends here."""


class Bell:
    """Stands for the clock: keeps what is to be called later."""

    def __init__(self) -> None:
        self.calls: list[tuple[float, Callable[[int], None], int]] = []
        self.rung = threading.Event()

    def __call__(self, seconds: float, call: Callable[[int], None], run: int) -> None:
        self.calls.append((seconds, call, run))
        self.rung.set()

    def ring(self) -> float:
        seconds, call, run = self.calls.pop(0)
        call(run)
        return seconds


@pytest.fixture
def bell() -> Bell:
    return Bell()


@pytest.fixture
def runs(store: SqlScheduleStore, bank: Member, bell: Bell) -> Iterator[ScheduleRuns]:
    made = ScheduleRuns(store, bank.requests, bank.jobs, bank.board, bell)
    yield made
    made.close()


def test_a_partner_out_of_reach_is_tried_again_a_bounded_number_of_times(
    store: SqlScheduleStore, runs: ScheduleRuns, bank: Member, bell: Bell
) -> None:
    store.put(Schedule("s", _CRON, "UTC", _template(), window=NEWEST, retries=2))
    bank.board.refusal = Unavailable("bureau cannot be reached", party="bureau")
    runs.run("s")
    assert [bell.ring(), bell.ring()] == [60, 120]
    assert bell.calls == []
    (run,) = store.runs("s", 5)
    assert (run.tries, run.code, run.job) == (2, "HAN-1006", "")
    runs.run("s")
    bank.board.refusal = None
    bell.ring()
    assert [(run.tries, run.code, bool(run.job)) for run in store.runs("s", 1)] == [(1, "", True)]
    bank.board.refusal = Conflict("no consent")
    runs.run("s")
    assert bell.calls == [], "what people must change is not tried again"


def test_a_failed_job_goes_on_where_it_was(
    store: SqlScheduleStore, runs: ScheduleRuns, bank: Member, bell: Bell
) -> None:
    failing = [True]
    bank.kernel.outcome = lambda job, task: Failure("HAN-4005", "bad luck") if task.task == "b" and failing else None
    store.put(Schedule("s", _CRON, "UTC", _template(), retries=1))
    job = runs.run("s").job
    bank.wait(job, State.FAILED)
    assert bell.calls == [], "nobody follows yet: as if we had been down"
    runs.start()
    assert bell.calls[0][0] == 60
    failing.clear()
    bell.ring()
    done = bank.wait(job, State.SUCCEEDED)
    assert (done.tasks["a"].attempt, done.tasks["b"].attempt) == (1, 2), "what succeeded is kept"
    assert [(run.tries, run.job) for run in store.runs("s", 5)] == [(1, job)]


def test_a_job_that_fails_while_we_look_is_tried_again(
    store: SqlScheduleStore, runs: ScheduleRuns, bank: Member, bell: Bell
) -> None:
    bank.kernel.outcome = lambda job, task: Failure("HAN-4005", "bad luck")
    store.put(Schedule("s", _CRON, "UTC", _template(), retries=1))
    runs.start()
    job = runs.run("s").job
    bank.wait(job, State.FAILED)
    assert bell.rung.wait(10), "it is on the clock"
    assert bell.calls[0][0] == 60
    store.delete("s")
    bell.ring()
    assert bank.jobs.get(job).state is State.FAILED, "a deleted schedule tries nothing"


def test_a_crash_between_a_runs_line_and_its_job_is_made_up_for(
    store: SqlScheduleStore, runs: ScheduleRuns, bank: Member, bell: Bell, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.put(Schedule("s", _CRON, "UTC", _template()))

    def killed(*_: object) -> None:
        raise Killed

    for job in ("job-asked", ""):
        with monkeypatch.context() as patched:
            patched.setattr(bank.requests, "create", killed)
            with pytest.raises(Killed):
                runs.run("s", job)
    assert runs.run("s", "job-asked").job == "job-asked", "the board asks again"
    bank.wait("job-asked", State.SUCCEEDED)
    left = store.runs("s", 1)[0].job
    runs.start()
    bell.ring()
    bank.wait(left, State.SUCCEEDED)
    assert [run.job for run in store.runs("s", 5)] == [left, "job-asked"]


def test_a_job_has_its_line_whenever_a_crash_comes(
    store: SqlScheduleStore, runs: ScheduleRuns, bank: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.put(Schedule("s", _CRON, "UTC", _template()))
    create = bank.requests.create

    def killed(*given: object) -> None:
        create(*given)  # type: ignore[arg-type]  # as it was called
        raise Killed

    monkeypatch.setattr(bank.requests, "create", killed)
    with pytest.raises(Killed):
        runs.run("s", "job-mine")
    assert [run.job for run in store.runs("s", 5)] == ["job-mine"]


def test_a_job_that_its_people_stopped_is_not_tried_again(
    store: SqlScheduleStore, runs: ScheduleRuns, bank: Member, bell: Bell
) -> None:
    bank.kernel.outcome = lambda job, task: Failure("HAN-4005", "bad luck")
    store.put(Schedule("s", _CRON, "UTC", _template(), retries=1))
    runs.start()
    job = runs.run("s").job
    bank.wait(job, State.FAILED)
    assert bell.rung.wait(10), "it is on the clock"
    bank.jobs.change(job, lambda now: now.changed(state=State.STOPPED))
    bell.ring()
    assert bank.jobs.get(job).state is State.STOPPED
    assert store.runs("s", 1)[0].tries == 0


def test_a_try_that_a_busy_machine_begins_late_is_made(schedules: Schedules, bank: Member) -> None:
    bank.board.refusal = Unavailable("bureau cannot be reached")
    schedules.put(Schedule("s", _CRON, "UTC", _template(), window=NEWEST, retries=1))
    schedules.runs.run("s")
    (again,) = [job for job in schedules._clock.get_jobs() if job.id.startswith("again-")]
    assert again.misfire_grace_time == 3600
