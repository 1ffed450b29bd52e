"""Jobs as protobuf messages."""

from flow.domain.job import Attempt, Failure, Job, Lane, Task, Waiting
from flow.domain.states import RESUMABLE, State
from proto.flow.v1 import flow_pb2 as pb

_MOST_TEXT, _MOST_NAME, _MOST_CODE = 2000, 128, 32  # characters of another member's words that we keep
_AT_WORK = ("starting", "running")


def failure_message(failure: Failure | None) -> pb.Failure | None:
    """Render a failure."""
    if failure is None:
        return None
    return pb.Failure(
        code=failure.code, detail=failure.detail, hint=failure.hint, party=failure.party, component=failure.component
    )


def failure_of(message: pb.Failure) -> Failure:
    """Read a failure that another member told: what it says of it is public, so that third members may read it too."""
    detail = message.detail[:_MOST_TEXT]
    names = (message.party[:_MOST_NAME], message.component[:_MOST_NAME])
    return Failure(message.code[:_MOST_CODE], detail, message.hint[:_MOST_TEXT], *names, detail)


def task_message(task: Task) -> pb.Task:
    """Render a task."""
    return pb.Task(
        task=task.task,
        component=task.component,
        state=task.state,
        attempt=task.attempt,
        progress=task.progress,
        step=task.step,
        waiting=_waiting(task.waiting),
        failure=failure_message(task.failure),
        started_ms=task.started_ms,
        ended_ms=task.ended_ms,
        party_states=_parts(task),
        reused_from=task.reused_from,
        past=[_attempt(attempt) for attempt in task.past],
        lanes={
            member: _lane(task.lanes.get(member, Lane()), task.failures.get(member))
            for member in task.lanes.keys() | task.failures.keys()
        },
        attempt_ms=task.attempt_ms,
    )


def _parts(task: Task) -> dict[str, str]:
    """Return the parties' states; with a task that broke off all parts of it end, those that never said so, too."""
    if task.state not in RESUMABLE:
        return task.parties
    return {member: State.STOPPED if state in _AT_WORK else state for member, state in task.parties.items()}


def _lane(lane: Lane, failure: Failure | None) -> pb.Lane:
    told = failure_message(failure)
    return pb.Lane(progress=lane.progress, step=lane.step, waits_for=lane.waits_for, failure=told)


def _attempt(attempt: Attempt) -> pb.Attempt:
    return pb.Attempt(
        attempt=attempt.attempt,
        state=attempt.state,
        started_ms=attempt.started_ms,
        ended_ms=attempt.ended_ms,
        failure=failure_message(attempt.failure),
    )


def job_message(job: Job, *, with_spec: bool = True) -> pb.Job:
    """Render a job; lists leave the nodes' parameters out."""
    spec = job.spec
    if not with_spec:
        spec = pb.JobSpec(
            job=spec.job, project=spec.project, flow=spec.flow, name=spec.name, created_ms=spec.created_ms
        )
        spec.parties.extend(job.spec.parties)
    return pb.Job(
        spec=spec,
        state=job.state,
        tasks=[task_message(task) for task in job.tasks.values()],
        waiting=_waiting(job.waiting),
        failure=failure_message(job.failure),
        started_ms=job.started_ms,
        ended_ms=job.ended_ms,
        revision=job.revision,
        own_role=next((p.role for p in job.spec.parties if p.member == job.member), ""),
        heard_ms=job.heard_ms,
    )


def _waiting(waiting: Waiting | None) -> pb.Waiting | None:
    if waiting is None:
        return None
    return pb.Waiting(
        what=waiting.what, whom=waiting.whom, since_ms=waiting.since_ms, until_ms=waiting.until_ms, text=waiting.text
    )
