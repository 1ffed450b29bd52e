"""What each party knows of the others' parts: states and failures of all, figures of nobody."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from common.errors import Unavailable
from flow.api.rpc.peer import SERVICE
from flow.domain.conclusion import Ended, concluded
from flow.domain.errors import NotTheirJob
from flow.domain.job import Failure, Job, Lane, Task, new_job
from flow.domain.render import job_message, task_message
from flow.domain.states import State
from flow.domain.telling import STEPS, heard, told_to
from flow.service import asking
from flow.service.asking import Asking
from flow.service.jobs import Jobs
from flow.tests.federation import Member, running, spec
from proto.flow.v1 import flow_pb2 as pb

FATAL = Failure("HAN-4016", "the label of client 17 is 3", "Choose another label.", public_detail="Unusable label")


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "_SOON_S", 0.1)


@pytest.fixture
def three(tmp_path: Path) -> Iterator[dict[str, Member]]:
    with running(tmp_path, "bank", "bureau", "retailer") as members:
        yield members


def _stands(job: Job, **parties: str) -> bool:
    """Whether the parties stand so in the first task, and have said how far they are."""
    lanes = job.tasks["a"].lanes.values()
    return job.tasks["a"].parties == parties and len(lanes) == len(parties) and all(lane.progress for lane in lanes)


def test_a_provider_sees_how_the_others_get_on(three: dict[str, Member]) -> None:
    three["bank"].kernel.hold.clear()
    three["bank"].kernel.step, three["retailer"].kernel.step = "iteration 3 of 60", "1234 rows kept"
    three["bank"].kernel.waits_for = "retailer"
    three["bank"].requests.create(spec(members=tuple(three)))
    bureau = three["bureau"]
    bureau.wait("job-1", State.RUNNING)
    job = bureau.see("job-1", lambda job: _stands(job, bank="running", bureau="ready", retailer="ready"))
    task = job.tasks["a"]
    assert task.lanes["bank"] == Lane(0.5, "iteration 3 of 60", "retailer")
    assert b"1234" not in job_message(job).SerializeToString()
    assert job.heard_ms >= job.started_ms > 0
    three["bank"].kernel.hold.set()
    ended = bureau.wait("job-1", State.SUCCEEDED)
    for task in ended.tasks.values():  # known at once: whoever watches a job looks no more after its end
        assert task.parties == dict.fromkeys(three, "ready")


@pytest.mark.parametrize("who", ["bank", "bureau"])
def test_whoever_fails_everybody_is_told_who_and_why(three: dict[str, Member], who: str) -> None:
    three[who].kernel.outcome = lambda job, task: FATAL
    three["bank"].requests.create(spec(members=tuple(three)))
    for name, member in three.items():
        task = member.wait("job-1", State.FAILED).tasks["a"]
        assert task.parties[who] == "failed"
        private = name == who
        wanted = ("HAN-4016", FATAL.detail if private else "Unusable label", "Choose another label.")
        failure = task.failures[who]
        assert (failure.code, failure.detail, failure.hint) == wanted
        message = job_message(member.jobs.get("job-1"))
        assert message.tasks[0].lanes[who].failure.code == "HAN-4016"
        assert (b"client 17" in message.SerializeToString()) is private


def test_a_provider_follows_a_node_that_others_do_without_it(three: dict[str, Member]) -> None:
    asked = spec(members=tuple(three))
    for name, role in (("bank", "promoter"), ("retailer", "provider")):
        asked.nodes[0].parties.add(member=name, role=role)
    three["bank"].kernel.step = "comparing"
    three["retailer"].kernel.hold.clear()
    three["bank"].requests.create(asked)
    bureau = three["bureau"]
    bureau.wait("job-1", State.QUEUED)
    task = bureau.see("job-1", lambda job: _stands(job, bank="ready", retailer="running")).tasks["a"]
    assert (task.state, task.attempt, task.progress) == (State.RUNNING, 1, 0.5)
    assert {lane.step for lane in task.lanes.values()} == {""}, "steps are for the node's own parties"
    three["retailer"].kernel.hold.set()
    bureau.wait("job-1", State.SUCCEEDED)
    assert [name for _, name, _, _ in bureau.kernel.started] == ["b"]


def test_what_broke_off_before_a_provider_was_asked_to_start_is_known(three: dict[str, Member]) -> None:
    bureau = three["bureau"]

    def late(origin: str, request: pb.StartAttemptRequest) -> pb.StartAttemptResponse:
        raise Unavailable("the network is slow")

    bureau.peer.start_attempt = late  # type: ignore[method-assign]
    three["bank"].kernel.outcome = lambda job, task: FATAL
    three["bank"].requests.create(spec(members=tuple(three)))
    task = bureau.wait("job-1", State.FAILED).tasks["a"]
    assert (task.state, task.attempt, task.parties["bank"]) == (State.FAILED, 1, "failed")
    assert task.failures["bank"].code == "HAN-4016"
    assert not bureau.kernel.started


def test_the_failure_of_a_job_is_known_though_its_last_word_was_lost(three: dict[str, Member]) -> None:
    bureau = three["bureau"]

    def lost(origin: str, request: pb.ConcludeRequest) -> pb.ConcludeResponse:
        raise Unavailable("lost")

    bureau.peer.conclude = lost  # type: ignore[method-assign]
    three["retailer"].kernel.outcome = lambda job, task: FATAL
    three["bank"].requests.create(spec(members=tuple(three)))
    failure = bureau.wait("job-1", State.FAILED).failure
    assert failure is not None
    assert (failure.code, failure.detail) == ("HAN-4016", "Unusable label")


def test_no_member_tells_a_provider_anything_unasked(members: dict[str, Member]) -> None:
    opened: list[str] = []
    members["bureau"].peer.register(SimpleNamespace(register=lambda method, *_: opened.append(method)))  # type: ignore[arg-type]
    known = ["ProposeJob", "StartAttempt", "ReportTask", "Conclude", "PeerJob", "PeerStop"]
    assert opened == [SERVICE + name for name in known]
    members["bureau"].kernel.hold.clear()
    members["bank"].requests.create(spec())
    members["bureau"].wait("job-1", State.RUNNING)
    before = members["bureau"].jobs.get("job-1").tasks
    word = pb.ReportTaskRequest(job="job-1", task="a", attempt=1, state="failed")
    for origin in ("retailer", "bank", "bureau"):
        with pytest.raises(NotTheirJob):
            members["bureau"].peer.report(origin, word)
    forged = pb.Task(task="a", attempt=1, state="running", party_states={"bank": "failed"})
    forged.lanes["bank"].failure.code = "HAN-4016"
    for origin in ("retailer", "bureau"):
        with pytest.raises(NotTheirJob):
            members["bureau"].peer.conclude(origin, pb.ConcludeRequest(job="job-1", state="failed", tasks=[forged]))
    assert members["bureau"].jobs.get("job-1").tasks["a"].failures == before["a"].failures == {}
    with pytest.raises(NotTheirJob):
        members["bank"].peer.job("retailer", pb.PeerJobRequest(job="job-1"))


def _part() -> Job:
    job = new_job(spec(), "bureau", State.RUNNING)
    own = Task("a", "noop", State.RUNNING, attempt=2, parties={"bureau": "running"}, lanes={"bureau": Lane(0.1, "x")})
    return job.with_task(own)


def test_only_what_fits_is_taken_down() -> None:
    job = _part()
    lies = pb.Task(task="a", attempt=2, state="succeeded", progress=1.0)
    lies.party_states.update({"bank": "running", "bureau": "failed", "mallory": "running"})
    lies.lanes["bank"].CopyFrom(pb.Lane(progress=float("nan"), step="17 rows", waits_for="mallory"))
    lies.lanes["bureau"].failure.code = "HAN-4016"
    after = heard(job, [lies, pb.Task(task="elsewhere", attempt=1)], 5)
    task = after.tasks["a"]
    assert (task.state, task.progress, task.failures, after.heard_ms) == (State.RUNNING, 0.0, {}, 5)
    assert task.parties == {"bank": "running", "bureau": "running"}
    assert task.lanes == {"bank": Lane(), "bureau": Lane(0.1, "x")}
    for word in (pb.Task(task="a", attempt=1), pb.Task(task="a", attempt=3)):
        word.party_states["bank"] = "failed"
        assert heard(job, [word], 5).tasks == job.tasks
    lies.party_states["bank"] = "dancing"
    assert heard(job, [lies], 5).tasks["a"].parties == {"bureau": "running"}


@pytest.mark.parametrize(
    "word", [{"state": "dancing"}, {"started_ms": -1}, {"ended_ms": 1 << 60}, {"attempt": (1 << 32) - 1}]
)
def test_nonsense_about_a_node_without_us_is_dropped(word: dict[str, object]) -> None:
    alone = spec()
    alone.nodes[0].parties.add(member="bank", role="promoter")
    job = new_job(alone, "bureau", State.RUNNING)
    assert heard(job, [pb.Task(**({"task": "a", "attempt": 1, "state": "running"} | word))], 5) == job  # type: ignore[arg-type]


def test_a_flood_of_words_fills_no_record() -> None:
    alone = spec()
    alone.nodes[0].parties.add(member="bank", role="promoter")
    job = new_job(alone, "bureau", State.RUNNING)
    words = [pb.Task(task="a", attempt=number, state="running") for number in range(1, 200)]
    words[-1].lanes["bank"].progress, words[-1].lanes["mallory"].progress = 0.5, 0.1
    task = heard(job, words, 5).tasks["a"]
    assert (task.attempt, task.past, task.progress) == (199, (), 0.5)
    for word in words:
        job = heard(job, [word], 5)
    past = [attempt.attempt for attempt in job.tasks["a"].past]
    assert past == list(range(149, 199))


def test_a_promoter_that_tells_nothing_is_not_heard() -> None:
    job = _part()
    assert heard(job, [], 5) == heard(job, [pb.Task(task="strange", attempt=1)], 5) == job


def test_a_promoter_of_an_older_version_tells_states_and_nothing_breaks() -> None:
    older = pb.Task(task="a", attempt=2, state="running", party_states={"bank": "ready"})
    task = heard(_part(), [older], 5).tasks["a"]
    assert (task.parties["bank"], set(task.lanes)) == ("ready", {"bureau"})


def test_a_promoter_tells_no_detail_and_no_figure_of_its_own() -> None:
    own = Task("a", "noop", State.RUNNING, 1, progress=0.123456, step="age > 41 kept", parties={"bank": "failed"})
    own = own.changed(
        lanes={"bank": Lane(0.123456, "age > 41 kept", "mallory")}, failures={"bank": FATAL}, failure=FATAL
    )
    (task, _) = told_to("bureau", new_job(spec(), "bank", State.RUNNING).with_task(own))
    assert (task.step, task.progress, task.lanes["bank"].step) == ("", 0.0, "")
    assert (task.lanes["bank"].progress, task.lanes["bank"].waits_for) == (0.12, "")
    assert task.failure.detail == task.lanes["bank"].failure.detail == "Unusable label"


def test_one_asks_soon_while_something_moves_and_seldom_else(
    members: dict[str, Member], monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs = Jobs(members["bureau"].jobs.store)
    members["bureau"].close()
    jobs.add(_part())
    clock, asked = [1_000_000], []
    answer: list[pb.PeerJobResponse | None] = [pb.PeerJobResponse(state="running")]

    def told(member: str, job: str) -> pb.PeerJobResponse:
        asked.append((clock[0] - 1_000_000) // 1000)
        if answer[0] is None:
            raise Unavailable("away")
        return answer[0]

    monkeypatch.setattr(asking, "_SOON_S", 2.0)
    monkeypatch.setattr(asking, "now_ms", lambda: clock[0])
    one = Asking(jobs, SimpleNamespace(job=told))

    def until(second: int) -> None:
        while clock[0] < 1_000_000 + second * 1000:
            one.ask(jobs.get("job-1"))
            clock[0] += 500

    until(40)
    assert asked == [2, 6, 14, 24, 34]
    jobs.change("job-1", lambda job: job.with_task(job.tasks["a"].changed(progress=0.5)))
    until(42)
    assert asked[5:] == [40]
    known = jobs.get("job-1").heard_ms
    answer[0] = None
    until(60)
    assert asked[6:] == [44, 54]
    assert jobs.get("job-1").heard_ms == known, "it says how old the promoter's word is"
    members["bureau"].start()


def test_the_page_has_words_for_every_step_that_is_told() -> None:
    words = Path(__file__).parents[2] / "board" / "web" / "src" / "i18n" / "sentences.json"
    steps = json.loads(words.read_text("utf-8"))["steps"]
    assert {re.sub(r"\{\d+\}", "n", step) for step in steps} == STEPS


def test_with_a_task_that_broke_off_all_its_parts_have_ended() -> None:
    task = Task("train", "vert_lr", parties={"bank": "failed", "bureau": "running", "retailer": "starting"})
    assert dict(task_message(task.changed(state=State.RUNNING)).party_states) == task.parties
    broken = task_message(task.changed(state=State.FAILED)).party_states
    assert dict(broken) == {"bank": "failed", "bureau": "stopped", "retailer": "stopped"}


def test_an_end_learnt_from_a_report_gets_its_failure_with_the_promoters_word() -> None:
    job = _part()
    ended = concluded(job, Ended("a", 2, State.FAILED), 5)
    assert ended.tasks["a"].failure is None
    word = pb.Task(task="a", attempt=2, state="failed", failure=pb.Failure(code="HAN-4016", detail="Unusable label"))
    failure = heard(ended, [word], 6).tasks["a"].failure
    assert failure is not None
    assert failure.code == "HAN-4016"
