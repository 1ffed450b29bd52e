"""What the parties of a job know of each other's parts: its promoter tells states, and each provider takes them down.

No figure of anybody's data is in it: progress is a whole percent, a step is told only when it is one of these words,
and of a failure only the public half. A node's steps are told to its own parties alone.
"""

import re
from collections.abc import Iterable

from flow.domain.job import Failure, Job, Lane, Task
from flow.domain.render import failure_message, failure_of
from flow.domain.states import DONE, ENDED, State
from proto.flow.v1 import flow_pb2 as pb

#: What our components say that they are doing; `n` is a number of the protocol's rounds, which all its parties count.
STEPS = frozenset(
    {
        "agreeing with the partners",
        "aligning",
        "arranging the common rows",
        "binning own columns",
        "comparing",
        "done",
        "epoch n of at most n",
        "iteration n of n",
        "making a key",
        "masking own ids",
        "masking the partners' ids, hop n",
        "multiplying the members' columns",
        "opening own weights to their owner",
        "own part",
        "sending noised bins",
        "standard errors, iteration n of n",
        "started",
        "sums at zero weights",
        "step n of at most n",
        "step n of n with the sigmoid",
        "tree n of n",
        "tree n of n, about n min left",
        "tree n of n, about n s left",
        "tree n of n, depth n, 1 node",
        "tree n of n, depth n, 1 node, about n min left",
        "tree n of n, depth n, 1 node, about n s left",
        "tree n of n, depth n, n nodes",
        "tree n of n, depth n, n nodes, about n min left",
        "tree n of n, depth n, n nodes, about n s left",
        "waiting for the trees",
    }
)
_NUMBER = re.compile(r"[0-9]{1,6}")
_PARTS = ("starting", "running", "ready", "failed", "stopped")
_MOST_MS, _MOST_ATTEMPT = 2**53 - 1, 2**31 - 1  # what our records and the page can hold


def told_to(member: str, job: Job) -> list[pb.Task]:
    """Say to a provider how all tasks of a job of ours stand, and each party's part of them."""
    return [_told(member, job, task) for task in job.tasks.values()]


def heard(job: Job, told: Iterable[pb.Task], now_ms: int) -> Job:
    """Take down the promoter's word of the others' parts; of our own part nobody tells us anything."""
    words = {word.task: word for word in told if word.task in job.tasks}  # one of each task, however many are told
    after = job
    for word in words.values():
        after = after.with_task(_heard(after, after.tasks[word.task], word))
    # A promoter of an older version tells nothing with an end: what we know grows older.
    known = words and any(task.attempt for task in after.tasks.values())
    return after.changed(heard_ms=now_ms) if known else after


def _told(member: str, job: Job, task: Task) -> pb.Task:
    inside = any(party.member == member for party in job.parties_of(task.task))
    lanes = {}
    for name in task.parties:
        lane = task.lanes.get(name, Lane())
        lanes[name] = pb.Lane(
            progress=round(lane.progress, 2),
            step=_step(lane.step) if inside else "",
            waits_for=_partner(job, lane.waits_for),
            failure=_public(task.failures.get(name)),
        )
    return pb.Task(
        task=task.task,
        component=task.component,
        state=task.state,
        attempt=task.attempt,
        attempt_ms=task.attempt_ms,
        started_ms=task.started_ms,
        ended_ms=task.ended_ms,
        failure=_public(task.failure),
        party_states=task.parties,
        reused_from=task.reused_from,
        lanes=lanes,
    )


def _heard(job: Job, task: Task, word: pb.Task) -> Task:
    members = {party.member for party in job.parties_of(task.task)}
    # It may have broken off before we were asked to start: then our part has nothing to say against it.
    missed = task.state is not State.RUNNING and word.state in ENDED - DONE and word.attempt > task.attempt
    if job.member not in members or missed:
        task = _elsewhere(job, task, word, members)
    if not task.attempt or word.attempt != task.attempt:
        return task  # of an attempt that is over, or that we have not been asked to start yet
    parties = {name: state for name, state in word.party_states.items() if name in members and state in _PARTS}
    parties.pop(job.member, None)
    lanes = {name: _lane(job, word.lanes[name]) for name in parties if name in word.lanes}
    failures = {name: failure_of(word.lanes[name].failure) for name in lanes if word.lanes[name].HasField("failure")}
    own, failure = {job.member}, task.failure
    if failure is None and task.state in ENDED - DONE and word.HasField("failure"):
        failure = failure_of(word.failure)  # that it had ended we have learnt from the answer to our own report
    return task.changed(
        failure=failure,
        parties=parties | {name: task.parties[name] for name in own & task.parties.keys()},
        lanes=lanes | {name: task.lanes[name] for name in own & task.lanes.keys()},
        failures=failures | {name: task.failures[name] for name in own & task.failures.keys()},
    )


def _elsewhere(job: Job, task: Task, word: pb.Task, members: set[str]) -> Task:
    """Take down how a task gets on that others do without us."""
    times = (word.attempt_ms, word.started_ms, word.ended_ms)
    if word.state not in frozenset(State) or not all(0 <= ms <= _MOST_MS for ms in times):
        return task
    if word.attempt > _MOST_ATTEMPT:
        return task
    state = State(word.state)
    if task.reused_from or word.attempt < task.attempt or (job.ended and state not in ENDED):
        return task
    if word.attempt > task.attempt:
        task = task.begun(word.attempt, {}, word.attempt_ms, resume=False)
    lanes = [_lane(job, word.lanes[name]) for name in members if name in word.lanes]
    slowest = min((lane.progress for lane in lanes), default=0.0)
    return task.changed(
        state=state,
        progress=1.0 if state is State.SUCCEEDED else slowest,
        failure=failure_of(word.failure) if word.HasField("failure") else None,
        started_ms=word.started_ms,
        ended_ms=word.ended_ms,
    )


def _lane(job: Job, told: pb.Lane) -> Lane:
    progress = min(1.0, max(0.0, told.progress))  # of what is no number: 0
    return Lane(progress, _step(told.step), _partner(job, told.waits_for))


def _step(text: str) -> str:
    return text if _NUMBER.sub("n", text) in STEPS else ""


def _partner(job: Job, member: str) -> str:
    return member if any(party.member == member for party in job.spec.parties) else ""


def _public(failure: Failure | None) -> pb.Failure | None:
    return failure_message(failure.public() if failure else None)
