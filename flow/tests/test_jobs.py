"""Jobs of two members, from proposal to end, through troubles."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from common import loops
from common.errors import ResourceExhausted
from flow.api.rpc.outbound import KernelClient
from flow.domain.errors import InvalidJob, NoSuchJob, NotTheirJob, WrongState
from flow.domain.job import Failure, Job, Task, fingerprint, for_member, new_job
from flow.domain.states import State
from flow.service.jobs import now_ms
from flow.tests.federation import HASH, Member, spec
from proto.flow.v1 import flow_pb2 as pb
from proto.kernel.v1 import kernel_pb2

GONE = Failure("HAN-4003", "bureau cannot be reached", party="bureau")
FATAL = Failure(
    "HAN-4016", "the label of client 17 is 3", "Choose another label.", "bureau", public_detail="Unusable label"
)


def test_both_members_end_in_success(members: dict[str, Member]) -> None:
    bank, bureau = members["bank"], members["bureau"]
    bank.requests.create(spec())
    job = bank.wait("job-1", State.SUCCEEDED)
    assert [task.state for task in job.tasks.values()] == [State.SUCCEEDED] * 2
    assert job.tasks["a"].ended_ms <= job.tasks["b"].started_ms
    theirs = bureau.wait("job-1", State.SUCCEEDED)
    assert [task.attempt for task in theirs.tasks.values()] == [1, 1]
    for member in (bank, bureau):
        assert _soon(lambda member=member: member.kernel.released == ["job-1"])
        assert _soon(lambda member=member: member.board.told == [("job-1", "succeeded")])
        assert not member.gateway.open_tasks


def test_a_provider_sees_neither_others_parameters_nor_accounts() -> None:
    shown = for_member(spec(members=("bank", "bureau", "retailer")), "bureau")
    assert shown.created_by == ""
    assert all(set(node.own_params) == {"bureau"} for node in shown.nodes)


def test_waits_for_the_providers_people(members: dict[str, Member]) -> None:
    bank, bureau = members["bank"], members["bureau"]
    bureau.board.answer = ("pending", "a new component")
    bank.requests.create(spec())
    job = bank.wait("job-1", State.PENDING_APPROVAL)
    assert job.waiting is not None
    assert (job.waiting.what, job.waiting.whom) == ("approval", "bureau")
    assert not bureau.kernel.started
    bureau.requests.decide("job-1", approve=True, reason="")
    bank.wait("job-1", State.SUCCEEDED)


@pytest.mark.parametrize("way", ["at once", "after a while"])
def test_a_refusal_ends_the_job_with_its_reason(members: dict[str, Member], way: str) -> None:
    bank, bureau = members["bank"], members["bureau"]
    bureau.board.answer = ("refused", "no consent") if way == "at once" else ("pending", "")
    bank.requests.create(spec())
    if way != "at once":
        bureau.wait("job-1", State.PENDING_APPROVAL)
        bureau.requests.decide("job-1", approve=False, reason="no consent")
    job = bank.wait("job-1", State.REFUSED)
    assert job.failure is not None
    assert "no consent" in job.failure.detail
    assert not bank.kernel.started


def test_a_peer_that_goes_away_gives_one_new_attempt_for_all(members: dict[str, Member]) -> None:
    bank, bureau = members["bank"], members["bureau"]
    bank.kernel.outcome = bureau.kernel.outcome = lambda job, task: GONE if task.attempt == 1 else None
    bank.requests.create(spec())
    bank.wait("job-1", State.SUCCEEDED)
    wanted = [("job-1", name, attempt, attempt > 1) for name in "ab" for attempt in (1, 2)]
    assert bank.kernel.started == bureau.kernel.started == wanted


def test_attempts_are_limited(members: dict[str, Member]) -> None:
    bank, bureau = members["bank"], members["bureau"]
    bank.kernel.outcome = bureau.kernel.outcome = lambda job, task: GONE
    bank.requests.create(spec())
    job = bank.wait("job-1", State.FAILED, seconds=30)
    assert job.failure is not None
    assert job.failure.code == "HAN-5009"
    assert "HAN-4003" in job.failure.detail


def test_the_root_cause_wins_and_details_stay_at_home(members: dict[str, Member]) -> None:
    bank, bureau = members["bank"], members["bureau"]
    bank.kernel.outcome = lambda job, task: GONE
    bureau.kernel.outcome = lambda job, task: FATAL
    bank.requests.create(spec())
    job = bank.wait("job-1", State.FAILED)
    assert job.failure is not None
    assert (job.failure.code, job.failure.party, job.failure.detail) == ("HAN-4016", "bureau", "Unusable label")
    theirs = bureau.wait("job-1", State.FAILED)
    assert theirs.tasks["b"].state is State.SKIPPED


def test_stop_reaches_both_sides_and_resume_keeps_what_succeeded(members: dict[str, Member]) -> None:
    bank, bureau = members["bank"], members["bureau"]
    bank.requests.create(spec())
    bank.kernel.outcome = lambda job, task: None if task.task == "a" or task.attempt > 1 else FATAL
    bank.wait("job-1", State.FAILED)
    bureau.wait("job-1", State.FAILED)
    bank.requests.resume("job-1")
    job = bank.wait("job-1", State.SUCCEEDED)
    assert (job.tasks["a"].attempt, job.tasks["b"].attempt) == (1, 2)
    bureau.wait("job-1", State.SUCCEEDED)
    with pytest.raises(WrongState):
        bank.requests.resume("job-1")


@pytest.mark.parametrize("who", ["bank", "bureau"])
def test_either_side_may_stop(members: dict[str, Member], who: str) -> None:
    members["bureau"].kernel.hold.clear()
    members["bank"].requests.create(spec())
    members["bureau"].wait("job-1", State.RUNNING)
    assert _soon(lambda: members["bureau"].kernel.started)
    members[who].requests.stop("job-1", "enough")
    for member in members.values():
        job = member.wait("job-1", State.STOPPED)
        assert job.failure is not None
        assert job.failure.code == "HAN-4004"
    assert _soon(lambda: members["bureau"].kernel.stopped == ["a"])


def test_a_partner_that_is_down_is_waited_for(members: dict[str, Member]) -> None:
    bank, bureau = members["bank"], members["bureau"]
    bureau.reachable = False
    bank.requests.create(spec())
    job = bank.wait("job-1", State.WAITING)
    assert job.waiting is not None
    assert (job.waiting.what, job.waiting.whom) == ("partner", "bureau")
    bureau.reachable = True
    bank.wait("job-1", State.SUCCEEDED)


def test_the_deadline_ends_a_job_that_waits(members: dict[str, Member]) -> None:
    members["bureau"].reachable = False
    members["bank"].requests.create(spec(deadline_ms=now_ms() + 300))
    job = members["bank"].wait("job-1", State.TIMED_OUT)
    assert job.failure is not None
    assert job.failure.code == "HAN-5006"


def test_a_restart_of_either_flow_goes_on(members: dict[str, Member]) -> None:
    bank, bureau = members["bank"], members["bureau"]
    bureau.kernel.hold.clear()
    bank.requests.create(spec())
    assert _soon(lambda: bureau.kernel.started)
    for member in members.values():
        member.close()
        member.start()
    bureau.kernel.hold.set()
    bank.wait("job-1", State.SUCCEEDED)
    bureau.wait("job-1", State.SUCCEEDED)
    assert [attempt for _, _, attempt, _ in bureau.kernel.started] == [1, 1]


def test_a_lost_last_word_is_asked_for(members: dict[str, Member], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flow.service.asking._SOON_S", 0.2)
    bank, bureau = members["bank"], members["bureau"]
    bureau.peer.conclude = lambda origin, request: (_ for _ in ()).throw(_lost())  # type: ignore[method-assign]
    bank.requests.create(spec())
    bank.wait("job-1", State.SUCCEEDED)
    bureau.wait("job-1", State.SUCCEEDED)


def test_two_schedulers_never_drive_one_job(members: dict[str, Member]) -> None:
    store = members["bank"].jobs.store
    members["bank"].close()
    store.add(Job(spec(), "bank", State.CREATED, {"a": Task("a", "noop")}))
    assert store.claim("job-1", "one", 1_000, 2_000)
    assert not store.claim("job-1", "two", 1_500, 2_500)
    assert store.claim("job-1", "one", 1_900, 2_900)
    assert store.claim("job-1", "two", 3_000, 4_000)
    members["bank"].start()


def test_changes_from_many_threads_are_never_lost(members: dict[str, Member]) -> None:
    store = members["bank"].jobs.store
    members["bank"].close()
    store.add(Job(spec(), "bank", State.CREATED, {"a": Task("a", "noop")}))

    def count() -> None:
        for _ in range(20):
            store.change("job-1", lambda job: job.with_task(job.tasks["a"].changed(attempt=job.tasks["a"].attempt + 1)))

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.get("job-1").tasks["a"].attempt == 80
    members["bank"].start()


def test_another_component_version_is_refused_by_name(members: dict[str, Member]) -> None:
    members["bureau"].kernel.manifest = {"name": "noop", "version": "2", "hash": HASH.hex(), "messages": []}
    members["bank"].requests.create(spec())
    job = members["bank"].wait("job-1", State.FAILED)
    assert job.failure is not None
    assert (job.failure.code, job.failure.party) == ("HAN-5004", "bureau")
    assert "noop" in job.failure.detail


def test_only_the_promoter_commands(members: dict[str, Member]) -> None:
    members["bureau"].kernel.hold.clear()
    members["bank"].requests.create(spec())
    members["bureau"].wait("job-1", State.RUNNING)
    with pytest.raises(NotTheirJob):
        members["bureau"].peer.start_attempt("retailer", pb.StartAttemptRequest(job="job-1", task="a", attempt=9))
    with pytest.raises(NotTheirJob):
        members["bank"].peer.job("retailer", pb.PeerJobRequest(job="job-1"))
    with pytest.raises(NotTheirJob):
        members["bureau"].peer.propose("retailer", pb.ProposeJobRequest(spec=spec("job-2")))


def test_unchanged_nodes_are_reused(members: dict[str, Member]) -> None:
    bank, bureau = members["bank"], members["bureau"]
    bank.requests.create(spec())
    bank.wait("job-1", State.SUCCEEDED)
    bureau.wait("job-1", State.SUCCEEDED)
    again = spec("job-2", reuse_from="job-1")
    again.nodes[1].common_params = b'{"changed":true}'
    bank.requests.create(again)
    job = bank.wait("job-2", State.SUCCEEDED)
    assert (job.tasks["a"].state, job.tasks["a"].reused_from) == (State.REUSED, "job-1")
    assert [task for name, task, _, _ in bureau.kernel.started if name == "job-2"] == ["b"]


def test_fingerprint_depends_on_data_version_and_upstream() -> None:
    plain, other = spec(), spec(data_versions={"bank": "v2"})
    assert fingerprint(plain, "b", "bank") != fingerprint(other, "b", "bank")
    assert fingerprint(plain, "b", "bureau") == fingerprint(other, "b", "bureau")


@pytest.mark.parametrize("fault", ["no promoter", "cycle", "twice", "stranger"])
def test_bad_flows_are_refused(members: dict[str, Member], fault: str) -> None:
    bad = spec()
    if fault == "no promoter":
        bad.parties[0].role = "provider"
    elif fault == "cycle":
        bad.nodes[0].inputs.add(port="x", node="b", output="x")
    elif fault == "twice":
        bad.nodes[1].id = "a"
    else:
        bad.parties[0].member = "stranger"
    with pytest.raises(InvalidJob):
        members["bank"].requests.create(bad)


@pytest.mark.parametrize(
    "fault", ["guest", "other role", "twice", "name", "params", "second promoter", "reused", "arbiters"]
)
def test_a_proposal_beyond_what_was_agreed_is_refused(members: dict[str, Member], fault: str) -> None:
    asked = spec()
    if fault == "guest":  # no party of the job, so nobody's consent covers what would be sent there
        for member, role in (("bank", "promoter"), ("bureau", "provider"), ("mallory", "provider")):
            asked.nodes[1].parties.add(member=member, role=role)
    elif fault == "other role":
        asked.nodes[1].parties.add(member="bureau", role="promoter")
    elif fault == "twice":
        for _ in range(2):
            asked.nodes[1].parties.add(member="bureau", role="provider")
    elif fault == "name":
        asked.nodes[1].id = "../../b"
    elif fault == "params":
        asked.nodes[1].own_params["bureau"] = b"[]"
    elif fault == "arbiters":  # the promoter would decrypt what it was sent masked
        asked.nodes[1].parties.add(member="bank", role="arbiter")
        asked.nodes[1].parties.add(member="bureau", role="provider")
    elif fault == "second promoter":
        asked.parties[1].role = "promoter"
    else:
        asked.reused["c"] = "job-0"
    with pytest.raises(InvalidJob):
        members["bureau"].peer.propose("bank", pb.ProposeJobRequest(spec=asked))


def test_a_provider_of_the_job_may_be_a_nodes_only_arbiter() -> None:
    asked = spec()
    asked.parties.add(member="clinic", role="provider")
    asked.nodes[1].parties.add(member="bank", role="promoter")
    asked.nodes[1].parties.add(member="bureau", role="provider")
    asked.nodes[1].parties.add(member="clinic", role="arbiter")
    job = new_job(asked, "clinic", State.RUNNING)
    assert [party.role for party in job.parties_of(asked.nodes[1].id)] == ["promoter", "provider", "arbiter"]
    asked.nodes[1].parties[1].role = "arbiter"
    with pytest.raises(InvalidJob, match="2 arbiters"):
        new_job(asked, "clinic", State.RUNNING)


def test_a_job_cannot_be_proposed_again_with_other_contents(members: dict[str, Member]) -> None:
    bureau = members["bureau"]
    members["bank"].reachable = False
    assert bureau.peer.propose("bank", pb.ProposeJobRequest(spec=spec(created_ms=1))).state == "queued"
    assert bureau.peer.propose("bank", pb.ProposeJobRequest(spec=spec(created_ms=1))).state == "queued"
    other = spec(created_ms=1)
    other.nodes[1].common_params = b'{"iterations":200}'
    with pytest.raises(InvalidJob, match="other contents"):
        bureau.peer.propose("bank", pb.ProposeJobRequest(spec=other))


def test_what_has_succeeded_is_not_run_again(members: dict[str, Member]) -> None:
    bank, bureau = members["bank"], members["bureau"]
    bank.kernel.outcome = lambda job, task: None if task.task == "a" else FATAL
    bank.requests.create(spec())
    assert _soon(lambda: bureau.jobs.store.find() and bureau.jobs.get("job-1").tasks["a"].state is State.SUCCEEDED)
    with pytest.raises(WrongState):
        bureau.peer.start_attempt("bank", pb.StartAttemptRequest(job="job-1", task="a", attempt=2))
    bureau.wait("job-1", State.FAILED)
    with pytest.raises(WrongState):
        bureau.peer.start_attempt("bank", pb.StartAttemptRequest(job="job-1", task="b", attempt=2))


def test_a_member_outside_a_node_does_not_start_it(members: dict[str, Member]) -> None:
    members["bank"].reachable = False
    asked = spec()
    asked.nodes[1].parties.add(member="bank", role="promoter")
    members["bureau"].peer.propose("bank", pb.ProposeJobRequest(spec=asked))
    with pytest.raises(NotTheirJob):
        members["bureau"].peer.start_attempt("bank", pb.StartAttemptRequest(job="job-1", task="b", attempt=1))


def test_only_the_promoters_flow_answers_and_stops(members: dict[str, Member]) -> None:
    members["bureau"].kernel.hold.clear()
    members["bank"].requests.create(spec())
    members["bureau"].wait("job-1", State.RUNNING)
    with pytest.raises(NoSuchJob):
        members["bureau"].peer.stop("bank", pb.PeerStopRequest(job="job-1"))
    with pytest.raises(NotTheirJob):
        members["bureau"].peer.job("bank", pb.PeerJobRequest(job="job-1"))
    shown = members["bank"].peer.job("bureau", pb.PeerJobRequest(job="job-1"))
    assert all(not task.HasField("failure") for task in shown.tasks)


def test_a_member_that_has_not_answered_yet_hears_of_the_end(members: dict[str, Member]) -> None:
    bank, bureau = members["bank"], members["bureau"]
    bureau.board.answer = ("pending", "")
    bank.requests.create(spec())
    bank.wait("job-1", State.PENDING_APPROVAL)
    bank.requests.stop("job-1", "a mistake")
    bureau.wait("job-1", State.STOPPED, seconds=5)


def test_the_public_half_of_a_failure_reaches_third_members(tmp_path: Path) -> None:
    names = ("bank", "bureau", "retailer")
    members: dict[str, Member] = {}
    for name in names:
        members[name] = Member(name, tmp_path, members).start()
    members["bureau"].kernel.outcome = lambda job, task: FATAL
    members["bank"].requests.create(spec(members=names))
    for name in ("bank", "retailer"):
        failure = members[name].wait("job-1", State.FAILED).failure
        assert failure is not None
        told = (failure.code, failure.party, failure.detail, failure.hint)
        assert told == ("HAN-4016", "bureau", "Unusable label", "Choose another label.")
    for member in members.values():
        member.close()
        member.engine.dispose()


def test_a_fingerprint_of_many_ways_is_made_at_once() -> None:
    wide = spec()
    for number in range(60):
        node = wide.nodes.add(id=f"n{number}", component="noop", common_params=b"{}")
        before = wide.nodes[-2].id
        node.inputs.add(port="x", node=before, output="x")
        node.inputs.add(port="y", node=before, output="y")
    assert len(fingerprint(wide, "n59", "bank")) == 32


def test_a_promoter_cannot_flood_our_people(members: dict[str, Member], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flow.service.participant._MOST_WAITING_EACH", 2)
    bureau = members["bureau"]
    members["bank"].reachable = False
    bureau.board.answer = ("pending", "")
    for number in range(2):
        bureau.peer.propose("bank", pb.ProposeJobRequest(spec=spec(f"job-{number}")))
    with pytest.raises(ResourceExhausted):
        bureau.peer.propose("bank", pb.ProposeJobRequest(spec=spec("job-2")))
    others = spec("job-3", members=("retailer", "bureau"))
    assert bureau.peer.propose("retailer", pb.ProposeJobRequest(spec=others)).state == "pending_approval"


def test_the_kernel_hears_which_version_of_a_data_set_was_agreed_on() -> None:
    asked: list[kernel_pb2.StartTaskRequest] = []

    class Stub:
        StartTask = staticmethod(asked.append)

    agreed = new_job(spec(data_versions={"bank": "v7", "bureau": "v1"}), "bank", State.RUNNING)
    KernelClient(Stub()).start(agreed, agreed.tasks["a"])  # type: ignore[arg-type]
    assert [(item.output, item.version) for item in asked[0].spec.inputs] == [("bank", "v7")]


def _soon(condition) -> bool:
    import time

    end = time.monotonic() + 10
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return False


def _lost() -> Exception:
    from common.errors import Unavailable

    return Unavailable("lost")


def test_one_failed_round_does_not_end_the_following_of_the_kernel(
    members: dict[str, Member], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loops, "_AFTER_ERROR_S", 0.05)
    failures, change = ["database is locked"], members["bank"].jobs.change

    def away(job: str, how: Callable[[Job], Job]) -> Job:
        if failures and threading.current_thread().name == "kernel-watch":
            raise RuntimeError(failures.pop())
        return change(job, how)

    monkeypatch.setattr(members["bank"].jobs, "change", away)
    members["bank"].requests.create(spec())
    members["bank"].wait("job-1", State.SUCCEEDED)
    assert not failures
