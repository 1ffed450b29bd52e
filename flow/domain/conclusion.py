"""How a job ends at a provider, by its promoter's word, and how it is taken up again."""

from dataclasses import dataclass

from flow.domain.job import Failure, Job, Task
from flow.domain.states import DONE, ENDED, RESUMABLE, State


@dataclass(frozen=True, slots=True)
class Ended:
    """The end of a task's attempt, or (no task) of the whole job."""

    task: str
    attempt: int
    state: State
    failure: Failure | None = None


def concluded(job: Job, end: Ended, now_ms: int) -> Job:
    """Set the end of a task, or of the job and all that is left of it."""
    state, failure = end.state, end.failure
    if job.ended:
        return job
    if end.task:
        task = job.tasks.get(end.task)
        if task is None or task.attempt != end.attempt or task.state in ENDED:
            return job
        return job.with_task(_ended(task, state, failure, now_ms))
    for task in job.tasks.values():
        if task.state not in ENDED:
            left = state if task.state is State.RUNNING or state is State.SUCCEEDED else State.SKIPPED
            job = job.with_task(_ended(task, left, failure if task.state is State.RUNNING else None, now_ms))
    return job.changed(state=state, failure=failure, waiting=None, ended_ms=now_ms)


def reopened(job: Job, now_ms: int) -> Job:
    """Take up a job that its promoter resumes: our people are asked again, what succeeded is kept."""
    if job.state not in RESUMABLE:
        return job
    for task in job.tasks.values():
        if task.state not in DONE:
            job = job.with_task(task.again(now_ms))
    return job.changed(state=State.PENDING_APPROVAL, failure=None, waiting=None, ended_ms=0)


def _ended(task: Task, state: State, failure: Failure | None, now_ms: int) -> Task:
    progress = 1.0 if state is State.SUCCEEDED else task.progress
    return task.changed(state=state, failure=failure, waiting=None, progress=progress, ended_ms=now_ms)
