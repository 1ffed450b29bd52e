"""What happened to a job, found by comparing it before and after a change: states, attempts, parts, waits, steps."""

from collections.abc import Iterator
from dataclasses import dataclass

from flow.domain.job import Failure, Job, Lane, Task

_MOST_TEXT = 500


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened; `member` is whose part it was, empty: everybody's."""

    kind: str  # state, attempt, part, waits, step
    task: str = ""
    attempt: int = 0
    member: str = ""
    state: str = ""
    code: str = ""
    text: str = ""


def events_between(before: Job | None, after: Job) -> list[Event]:
    """List what a change did; a new job only has its first state."""
    found: list[Event] = []
    waited = before.waiting.whom if before and before.waiting else ""
    waits = after.waiting.whom if after.waiting else ""
    if before is None or before.state is not after.state:
        found.append(_state(after.state, after.failure))
    if waits and waits != waited:
        found.append(Event("waits", text=waits, state=after.waiting.what if after.waiting else ""))
    for name, task in after.tasks.items():
        old = before.tasks.get(name) if before else None
        if old is not None and old != task:
            found += _task_events(old, task, after.member)
    return found


def _state(state: str, failure: Failure | None, task: str = "", attempt: int = 0) -> Event:
    member = failure.party if failure else ""
    code, text = (failure.code, failure.detail) if failure else ("", "")
    return Event("state", task, attempt, member, str(state), code, text[:_MOST_TEXT])


def _task_events(old: Task, new: Task, us: str) -> Iterator[Event]:
    fresh = new.attempt != old.attempt
    if fresh:
        yield Event("attempt", new.task, new.attempt, state="resumed" if new.resume else "started")
    elif old.state is not new.state:
        yield _state(new.state, new.failure, new.task, new.attempt)
    parts = {} if fresh else old.parties
    for member, state in new.parties.items():
        if parts.get(member) != state and state != "starting":
            failure = new.failures.get(member)
            code, text = (failure.code, failure.detail[:_MOST_TEXT]) if failure else ("", "")
            yield Event("part", new.task, new.attempt, member, state, code, text)
    for member, lane in new.lanes.items():
        was = Lane() if fresh else old.lanes.get(member, Lane())
        if lane.waits_for and lane.waits_for != was.waits_for:
            yield Event("waits", new.task, new.attempt, member, "message", text=lane.waits_for)
        # Our own steps stand in our own log.
        if member != us and lane.step and lane.step != was.step:
            yield Event("step", new.task, new.attempt, member, text=lane.step[:_MOST_TEXT])
