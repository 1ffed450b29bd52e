"""The promoter's side: agree on the job, start each task at all parties, finish in two phases."""

from collections.abc import Callable

import structlog

from common.errors import HanseError
from flow.domain.errors import JobTimedOut, RefusedByMember, TooManyAttempts
from flow.domain.job import Failure, Job, Task, Waiting, for_member
from flow.domain.states import DONE, ENDED, RETRYABLE, State
from flow.service.jobs import Jobs, now_ms
from flow.service.own_part import STARTING, OwnPart
from flow.service.ports import Board, Peers

log = structlog.get_logger()
_ASK_AGAIN_S = 1.0
_TICK_S = 2.0
_ROOT_CAUSE_MS = 3_000  # after a first failure the others get this long to tell theirs
_MOST_ATTEMPTS = 6


class Coordinator:
    """Drives the jobs that this member started."""

    def __init__(self, jobs: Jobs, own: OwnPart, board: Board, peers: Peers) -> None:
        self._jobs, self._own, self._board, self._peers = jobs, own, board, peers

    def step(self, name: str) -> float | None:
        """Do what can be done now; returns how long nothing needs doing, None when the job has ended."""
        job = self._jobs.get(name)
        if not job.ended and job.spec.deadline_ms and now_ms() > job.spec.deadline_ms:
            error = JobTimedOut("the deadline passed while the job was " + job.state)
            failure = Failure(error.code, error.detail, error.hint, job.member, public_detail=error.detail)
            job = self._end(job, State.TIMED_OUT, failure)
        if job.ended:
            self._tidy(job)
            return None
        if job.state is State.STOPPING:
            self._end(job, State.STOPPED, job.failure)
            return 0.0
        if job.state is not State.RUNNING:
            return self._agree(job)
        for task in job.tasks.values():
            if task.state is State.RUNNING:
                self._settle(job, task)
        job = self._jobs.get(name)
        if job.state is State.RUNNING and all(task.state in DONE for task in job.tasks.values()):
            self._end(job, State.SUCCEEDED, None)
            return 0.0
        return self._start(job)

    def _agree(self, job: Job) -> float:
        """Ask our own people and every provider; go on once all have said yes."""
        answers = dict(job.answers)
        waiting: Waiting | None = None
        for member in [job.member, *job.others]:
            if answers.get(member) == "queued":
                continue
            try:
                answer, reason = self._ask(job, member)
            except HanseError as error:
                if error.code not in RETRYABLE:
                    failure = _failure(job, member, error)
                    self._end(job, State.FAILED, failure)
                    return 0.0
                answer, reason = "", error.detail
            answers[member] = answer
            if answer == "refused":
                refusal = RefusedByMember(f"{member}: {reason}", party=member)
                self._end(job, State.REFUSED, Failure(refusal.code, refusal.detail, refusal.hint, member))
                return 0.0
            if answer != "queued" and waiting is None:
                what = "approval" if answer == "pending_approval" else "partner"
                same = job.waiting is not None and (job.waiting.what, job.waiting.whom) == (what, member)
                since = job.waiting.since_ms if same and job.waiting else now_ms()
                waiting = Waiting(what, member, since, job.spec.deadline_ms, reason)
        agreed = all(answers.get(member) == "queued" for member in [job.member, *job.others])
        if agreed:
            state = State.RUNNING
        else:
            state = State.PENDING_APPROVAL if waiting and waiting.what == "approval" else State.WAITING

        def change(now: Job) -> Job:
            if now.ended or now.state is State.STOPPING:
                return now
            started = now.started_ms or (now_ms() if agreed else 0)
            return now.changed(answers=answers, waiting=waiting, state=state, started_ms=started)

        self._jobs.change(job.id, change)
        return 0.0 if agreed else _ASK_AGAIN_S

    def _ask(self, job: Job, member: str) -> tuple[str, str]:
        if member != job.member:
            return self._peers.propose(member, for_member(job.spec, member))
        self._own.check_versions(job)
        decision, reason = self._board.check(job.spec, "")
        return {"allowed": "queued", "pending": "pending_approval"}.get(decision, "refused"), reason

    def _start(self, job: Job) -> float:
        """Start what can start, and nudge the parties that have not begun."""
        for task in job.startable():
            job = self._new_attempt(job, task)
        wait = _TICK_S
        for task in job.tasks.values():
            if task.state is not State.RUNNING:
                continue
            for member, state in task.parties.items():
                if state == STARTING:
                    self._start_at(job, task, member)
                    wait = _ASK_AGAIN_S
        return wait

    def _new_attempt(self, job: Job, task: Task) -> Job:
        def change(now: Job) -> Job:
            present = now.tasks[task.task]
            if present.state is not State.QUEUED or now.state is not State.RUNNING:
                return now
            parties = {party.member: STARTING for party in now.parties_of(task.task)}
            return now.with_task(present.begun(present.attempt + 1, parties, now_ms(), resume=present.resume))

        return self._jobs.change(job.id, change)

    def _start_at(self, job: Job, task: Task, member: str) -> None:
        if member == job.member:
            self._own.start(job, task)
            return
        try:
            self._peers.start_attempt(member, job.id, task)
        except HanseError as error:
            if error.code in RETRYABLE:
                waiting = Waiting("partner", member, now_ms(), job.spec.deadline_ms, error.detail)
                self._change_task(job, task, lambda now: now if now.waiting else now.changed(waiting=waiting))
                return
            failure = _failure(job, member, error, task.component)
            self._change_task(
                job,
                task,
                lambda now: now.changed(
                    parties={**now.parties, member: "failed"}, failures={**now.failures, member: failure}
                ),
            )
        else:
            self._change_task(
                job,
                task,
                lambda now: (
                    now.changed(parties={**now.parties, member: "running"}, waiting=None)
                    if now.parties.get(member) == STARTING
                    else now
                ),
            )

    def _settle(self, job: Job, task: Task) -> None:
        """End a task once all parties are ready, or find out why it failed."""
        states = set(task.parties.values())
        if states == {"ready"}:
            done = self._change_task(
                job, task, lambda now: now.changed(state=State.SUCCEEDED, progress=1.0, waiting=None, ended_ms=now_ms())
            )
            self._conclude(done, task.task, task.attempt, State.SUCCEEDED, None)
            return
        if not states & {"failed", "stopped"}:
            return
        if task.ended_ms == 0:  # the first failure: note the time, wait for the others' words
            task = self._change_task(job, task, lambda now: now.changed(ended_ms=now_ms())).tasks[task.task]
        unfinished = states - {"failed", "stopped", "ready"}
        fatal = [failure for failure in task.failures.values() if failure.code not in RETRYABLE]
        if unfinished and not fatal and now_ms() - task.ended_ms < _ROOT_CAUSE_MS:
            return
        cause = (fatal or list(task.failures.values()) or [Failure("HAN-4004", "stopped")])[0]
        if not fatal and task.attempt < _MOST_ATTEMPTS:
            log.info("new_attempt", job=job.id, task=task.task, code=cause.code, party=cause.party)
            self._own.stop(job, task)
            waiting = Waiting("partner", cause.party, now_ms(), text=cause.detail)
            self._change_task(job, task, lambda now: now.retried(waiting, now_ms()))
            return
        if not fatal:
            last = TooManyAttempts(f"{task.attempt} attempts; the last one: {cause.code} {cause.detail}")
            public = f"{task.attempt} attempts; the last one: {cause.code} {cause.public_detail}"
            cause = Failure(last.code, last.detail, last.hint, cause.party, task.component, public)
        failed = self._change_task(job, task, lambda now: now.changed(state=State.FAILED, failure=cause, waiting=None))
        self._end(failed, State.FAILED, cause)

    def _end(self, job: Job, state: State, failure: Failure | None) -> Job:
        """End the job at this member, then tell the others."""
        for task in job.tasks.values():
            if task.state is State.RUNNING:
                self._own.stop(job, task)

        def change(now: Job) -> Job:
            if now.ended:
                return now
            ending = now
            for task in now.tasks.values():
                if task.state not in ENDED:
                    left = state if task.state is State.RUNNING else State.SKIPPED
                    ending = ending.with_task(task.changed(state=left, waiting=None, ended_ms=now_ms()))
            return ending.changed(state=state, failure=failure, waiting=None, ended_ms=now_ms())

        ended = self._jobs.change(job.id, change)
        self._conclude(ended, "", 0, state, failure)
        return ended

    def _conclude(self, job: Job, task: str, attempt: int, state: State, failure: Failure | None) -> None:
        """Tell the providers; one that cannot be told now asks by itself."""
        members = [party.member for party in job.parties_of(task)] if task else job.others
        for member in members:
            if member != job.member and job.answers.get(member) in ("queued", "pending_approval"):
                try:
                    self._peers.conclude(member, job, task, attempt, state, failure)
                except HanseError as error:
                    log.info("conclude_later", job=job.id, member=member, code=error.code)

    def _tidy(self, job: Job) -> None:
        self._own.tidy(job)
        self._board.ended(job.id, job.state)

    def _change_task(self, job: Job, task: Task, change: Callable[[Task], Task]) -> Job:
        def apply(now: Job) -> Job:
            present = now.tasks[task.task]
            if present.attempt != task.attempt or now.ended:
                return now
            return now.with_task(change(present))

        return self._jobs.change(job.id, apply)


def _failure(job: Job, member: str, error: HanseError, component: str = "") -> Failure:
    """Name what failed while we asked a member: what another one tells is public, of our own only its public half."""
    public = error.public_detail if member == job.member else error.detail
    return Failure(error.code, error.detail, error.hint, error.party or member, component, public)
