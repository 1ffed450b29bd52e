"""What is kept of jobs: events, past attempts, why nodes are reused; and lists that stay fast."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from common.sql import open_database
from flow.domain.errors import InvalidJob, NoSuchJob
from flow.domain.job import Failure, Job, Task
from flow.domain.reuse import plan
from flow.domain.states import State
from flow.store.sql import SqlJobStore, list_query, metadata
from flow.tests.federation import Member, spec

GONE = Failure("HAN-4003", "bureau cannot be reached", party="bureau", public_detail="away")


def test_a_past_attempt_is_kept_with_its_cause(members: dict[str, Member]) -> None:
    bank, bureau = members["bank"], members["bureau"]
    for member in (bank, bureau):
        member.kernel.outcome = lambda job, task: GONE if (task.task, task.attempt) == ("b", 1) else None
    bank.requests.create(spec())
    job = bank.wait("job-1", State.SUCCEEDED)
    assert job.tasks["a"].past == ()
    (first,) = job.tasks["b"].past
    assert (first.attempt, first.state) == (1, State.FAILED)
    assert first.failure is not None
    assert first.failure.code == "HAN-4003"
    assert 0 < first.started_ms <= first.ended_ms <= job.tasks["b"].attempt_ms
    theirs = bureau.wait("job-1", State.SUCCEEDED).tasks["b"]
    assert [attempt.attempt for attempt in theirs.past] == [1]


def test_history_tells_whose_part_did_what(members: dict[str, Member]) -> None:
    bank, bureau = members["bank"], members["bureau"]
    bank.requests.create(spec())
    bank.wait("job-1", State.SUCCEEDED)
    told = [line.event for line in bank.jobs.store.events("job-1")]
    states = [event.state for event in told if event.kind == "state" and not event.task]
    assert states == ["created", "running", "succeeded"]
    parts = {(event.task, event.member, event.state) for event in told if event.kind == "part"}
    assert {(task, member, "ready") for task in "ab" for member in ("bank", "bureau")} <= parts
    assert [event.state for event in told if event.kind == "attempt"] == ["started", "started"]
    of_task = [line.event for line in bank.jobs.store.events("job-1", task="a", member="bureau")]
    assert of_task
    assert all(event.task == "a" and event.member in ("", "bureau") for event in of_task)
    bureau.wait("job-1", State.SUCCEEDED)
    seen = {line.event.member for line in bureau.jobs.store.events("job-1") if line.event.kind == "part"}
    assert seen == {"bank", "bureau"}


def test_history_is_paged_in_order(members: dict[str, Member]) -> None:
    bank = members["bank"]
    bank.requests.create(spec())
    bank.wait("job-1", State.SUCCEEDED)
    everything = bank.jobs.store.events("job-1")
    first = bank.jobs.store.events("job-1", limit=3)
    assert first + bank.jobs.store.events("job-1", after=first[-1].id) == everything


def _finished(before_spec: object = None) -> Job:
    made = before_spec or spec("old")
    tasks = {name: Task(name, "noop", State.SUCCEEDED, attempt=1) for name in ("a", "b")}
    return Job(made, "bank", State.SUCCEEDED, tasks)  # type: ignore[arg-type]  # a spec


def test_the_plan_says_why_a_node_runs() -> None:
    assert [(p.node, p.reused_from) for p in plan(spec(), _finished())] == [("a", "old"), ("b", "old")]
    assert [p.reason for p in plan(spec(), None)] == ["no_source", "no_source"]

    changed = spec()
    changed.nodes[1].common_params = b'{"x":1}'
    assert [(p.reason, p.about) for p in plan(changed, _finished())] == [("reused", ""), ("params", "")]

    ours = spec()
    ours.nodes[0].own_params["bureau"] = b'{"data_set":"other"}'
    assert [(p.reason, p.about) for p in plan(ours, _finished())] == [("own_params", "bureau"), ("inputs", "a")]

    data = spec()
    data.data_versions["bank"] = "v2"
    assert [(p.reason, p.about) for p in plan(data, _finished())] == [("data", "bank"), ("inputs", "a")]

    version = spec()
    version.nodes[0].component_version = "2"
    assert plan(version, _finished())[0].reason == "component"

    fewer = spec()
    fewer.nodes[1].parties.add(member="bank", role="promoter")
    assert plan(fewer, _finished())[1].reason == "parties"

    failed = _finished()
    failed.tasks["b"] = Task("b", "noop", State.FAILED, attempt=1)
    assert [(p.reason, p.about) for p in plan(spec(), failed)] == [("reused", ""), ("not_finished", "failed")]

    more = spec()
    more.nodes.add(id="c", component="noop", component_version="1")
    assert plan(more, _finished())[2].reason == "new_node"


def test_run_from_here_runs_a_node_and_all_after_it(members: dict[str, Member]) -> None:
    bank = members["bank"]
    bank.requests.create(spec())
    bank.wait("job-1", State.SUCCEEDED)
    assert [p.reason for p in bank.requests.plan(spec("job-2", reuse_from="job-1"), ["b"])] == ["reused", "asked"]
    bank.requests.create(spec("job-2", reuse_from="job-1"), ["b"])
    job = bank.wait("job-2", State.SUCCEEDED)
    assert [job.tasks[name].state for name in "ab"] == [State.REUSED, State.SUCCEEDED]
    bank.requests.create(spec("job-3", reuse_from="job-1"), ["a"])
    assert bank.wait("job-3", State.SUCCEEDED).tasks["b"].state is State.SUCCEEDED
    with pytest.raises(InvalidJob):
        bank.requests.create(spec("job-4", reuse_from="job-1"), ["nowhere"])


def test_jobs_are_found_by_flow_and_text(tmp_path: Path) -> None:
    store = SqlJobStore(open_database(f"sqlite:///{tmp_path}/jobs.db", metadata))
    for number in range(6):
        made = spec(f"job-{number}", flow=f"flow-{number % 2}", created_ms=number)
        made.name = f"Credit {number} 100%" if number < 3 else f"Andere \u4efb\u52a1 {number}"
        store.add(Job(made, "bank", State.CREATED, {}))
    assert [job.id for job in store.find(flow="flow-1")] == ["job-5", "job-3", "job-1"]
    assert [job.id for job in store.find(text="cREDIT")] == ["job-2", "job-1", "job-0"]
    assert [job.id for job in store.find(text="\u4efb\u52a1", limit=1, after="job-5")] == ["job-4"]
    assert [job.id for job in store.find(text="2 100%")] == ["job-2"]
    assert store.find(text="_redit") == [], "no pattern"
    assert [job.id for job in store.find(text="JOB-4")] == ["job-4"]
    with pytest.raises(NoSuchJob):
        store.find(after="job-9")


@pytest.mark.parametrize(
    ("filters", "index"),
    [
        (("", "", "", ""), "ix_jobs_listed"),
        (("", "", "", "word"), "ix_jobs_listed"),
        (("p", "", "", ""), "ix_jobs_project"),
        (("", "failed", "", ""), "ix_jobs_state"),
        (("", "", "f", ""), "ix_jobs_flow"),
    ],
)
@pytest.mark.parametrize("after", [None, (5, "job-5")])
def test_a_page_of_jobs_reads_an_index_in_its_order(
    tmp_path: Path, filters: tuple[str, str, str, str], index: str, after: tuple[int, str] | None
) -> None:
    """No sorting and no look at the rows, whose specs may be large: time does not grow with the number of jobs."""
    engine = open_database(f"sqlite:///{tmp_path}/jobs.db", metadata)
    query = list_query(*filters, after, 50).compile(engine, compile_kwargs={"literal_binds": True})
    with engine.connect() as connection:
        steps = [
            str(row.detail) for row in connection.execute(sa.text(f"EXPLAIN QUERY PLAN {query}".replace(":", "\\:")))
        ]
    assert len(steps) == 1
    assert f"USING COVERING INDEX {index}" in steps[0]
