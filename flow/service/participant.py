"""A provider's side: check the proposal ourselves, run our part when asked, report until the promoter knows."""

from collections.abc import Iterable

import structlog

from common.errors import HanseError, ResourceExhausted
from flow.domain.conclusion import Ended, concluded, reopened
from flow.domain.errors import InvalidJob, JobTimedOut, NoSuchJob, NotTheirJob, WrongState
from flow.domain.job import Failure, Job, fingerprint, new_job
from flow.domain.states import DONE, ENDED, RESUMABLE, State
from flow.domain.telling import heard
from flow.service.asking import Asking
from flow.service.jobs import Jobs, now_ms
from flow.service.own_part import STARTING, OwnPart
from flow.service.ports import Board, Peers
from proto.flow.v1 import flow_pb2 as pb

log = structlog.get_logger()
_REPORT_AGAIN_S = 1.0
_QUIET_S = 10.0
_MOST_WAITING, _MOST_WAITING_EACH = 500, 50  # jobs that wait for approval: of all promoters, of one


class Participant:
    """Takes part in the jobs that another member started."""

    def __init__(self, jobs: Jobs, own: OwnPart, board: Board, peers: Peers, member: str) -> None:
        self._jobs, self._own, self._board, self._peers, self._member = jobs, own, board, peers, member
        self._reported: dict[tuple[str, str], tuple[int, str, float, str]] = {}
        self._asking = Asking(jobs, peers)

    # What the promoter's flow asks of us.

    def proposed(self, origin: str, spec: pb.JobSpec) -> tuple[str, str]:
        """Answer a proposal with queued, pending_approval or refused, and why; asked again, answer as things stand."""
        try:
            known = self._jobs.get(spec.job)
        except NoSuchJob:
            known = None
        if known is not None:
            self._from_promoter(known, origin)
            if known.spec != spec:  # our people agreed to the other one
                raise InvalidJob(f"job {spec.job} was proposed with other contents before")
            if known.state in RESUMABLE:
                known = self._jobs.change(spec.job, lambda now: reopened(now, now_ms()))
            if known.state is State.PENDING_APPROVAL:
                return self._decide(known)
            refused = known.state is State.REFUSED
            return ("refused", known.failure.detail if known.failure else "") if refused else ("queued", "")
        job = new_job(spec, self._member, State.PENDING_APPROVAL)
        self._from_promoter(job, origin)
        self._check_room(origin)
        self._check_reused(job)
        self._own.check_versions(job)
        decision, reason = self._board.check(spec, origin)
        if decision == "refused":
            return "refused", reason
        state = State.QUEUED if decision == "allowed" else State.PENDING_APPROVAL
        self._jobs.add(job.changed(state=state))
        return str(state), reason

    def start_attempt(self, origin: str, name: str, task: str, attempt: int, *, resume: bool) -> None:
        """Note that an attempt is to start; the driver starts it."""
        job = self._jobs.get(name)
        self._from_promoter(job, origin)
        if task not in job.tasks or self._member not in [party.member for party in job.parties_of(task)]:
            raise NotTheirJob(f"{self._member} has no part in task {task} of job {name}")

        def change(now: Job) -> Job:
            if now.tasks[task].attempt >= attempt:
                return now
            if now.ended or now.tasks[task].state in DONE:
                # Said aloud: a promoter that believes us at work would wait for ever. And what has been agreed is one
                # successful run, so that nobody asks for another intersection or another sum at will.
                raise WrongState(f"task {task} is {now.tasks[task].state} and job {name} {now.state} here")
            present = now.tasks[task].begun(attempt, {self._member: STARTING}, now_ms(), resume=resume)
            return now.with_task(present).changed(state=State.RUNNING, started_ms=now.started_ms or now_ms())

        if job.state is State.PENDING_APPROVAL:
            raise NotTheirJob("the job has not been approved here")
        self._jobs.change(name, change)

    def concluded(self, origin: str, name: str, end: Ended, tasks: Iterable[pb.Task]) -> None:
        """Take the end of a task, or of the job, from its promoter, and how all parts stand then."""
        job = self._jobs.get(name)
        self._from_promoter(job, origin)
        if end.state not in ENDED:
            raise InvalidJob(f"{end.state} is no end")
        self._jobs.change(name, lambda now: concluded(heard(now, tasks, now_ms()), end, now_ms()))

    # What the driver does.

    def step(self, name: str) -> float | None:
        """Do what can be done now; returns how long nothing needs doing, None when the job has ended."""
        job = self._jobs.get(name)
        if not job.ended and job.spec.deadline_ms and now_ms() > job.spec.deadline_ms:
            error = JobTimedOut("the deadline passed before the promoter ended the job")
            failure = Failure(error.code, error.detail, error.hint, job.promoter)
            job = self._jobs.change(name, lambda now: concluded(now, Ended("", 0, State.TIMED_OUT, failure), now_ms()))
        if job.ended:
            for task in job.tasks.values():
                if task.attempt and task.parties.get(job.member) in (STARTING, "running"):
                    self._own.stop(job, task)
            self._asking.forget(job.id)
            self._own.tidy(job)
            self._board.ended(job.id, job.state)
            return None
        wait = _QUIET_S
        for task in job.tasks.values():
            if task.state is State.RUNNING:
                if task.parties.get(job.member) == STARTING:
                    self._own.start(job, task)
                    wait = _REPORT_AGAIN_S
                wait = min(wait, self._report(self._jobs.get(name), task.task))
        return min(wait, self._asking.ask(self._jobs.get(name)))

    def _report(self, job: Job, name: str) -> float:
        task = job.tasks[name]
        state = task.parties.get(job.member, STARTING)
        whom = task.waiting.whom if task.waiting else ""
        key, word = (job.id, name), (task.attempt, state, round(task.progress, 2), whom)
        if task.state is not State.RUNNING or state == STARTING:
            return _QUIET_S
        if self._reported.get(key) == word and state == "running":
            return _QUIET_S
        try:
            theirs, attempt = self._peers.report(job.promoter, job.id, task, state, task.failures.get(job.member))
        except HanseError as error:
            log.info("report_later", job=job.id, task=name, code=error.code)
            return _REPORT_AGAIN_S
        self._reported[key] = word
        if theirs in ENDED and attempt == task.attempt:
            self._jobs.change(job.id, lambda now: concluded(now, Ended(name, attempt, State(theirs)), now_ms()))
        return _QUIET_S if state == "running" else _REPORT_AGAIN_S

    def _decide(self, job: Job) -> tuple[str, str]:
        """Ask our board again about a job that waits for its people."""
        decision, reason = self._board.check(job.spec, job.promoter)
        if decision == "allowed":
            self._jobs.change(
                job.id, lambda now: now.changed(state=State.QUEUED) if now.state is State.PENDING_APPROVAL else now
            )
            return "queued", ""
        return ("refused" if decision == "refused" else "pending_approval"), reason

    def _check_room(self, origin: str) -> None:
        """Bound what waits for our people: each job has a thread, and a list of thousands is read by nobody."""
        waiting = self._jobs.store.find(state=State.PENDING_APPROVAL, limit=_MOST_WAITING)
        if sum(job.promoter == origin for job in waiting) >= _MOST_WAITING_EACH or len(waiting) >= _MOST_WAITING:
            told = f"too many jobs wait for approval at {self._member}"
            raise ResourceExhausted(told, public_detail=told, party=self._member)

    def _check_reused(self, job: Job) -> None:
        """Check against our own records that each node to be reused would give the same outputs again."""
        for node, source in job.spec.reused.items():
            before = self._jobs.get(source)
            made = before.tasks.get(node)
            if (
                made is None
                or made.state not in DONE
                or fingerprint(before.spec, node, self._member) != fingerprint(job.spec, node, self._member)
            ):
                raise InvalidJob(f"node {node} cannot be reused from job {source} at {self._member}")

    @staticmethod
    def _from_promoter(job: Job, origin: str) -> None:
        if job.promoter != origin or job.coordinates:
            raise NotTheirJob(f"{origin} is not the promoter of job {job.id}")
