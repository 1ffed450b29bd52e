"""Jobs as JSON: the same words and states in lists, details and live views."""

from typing import Any, Literal

from pydantic import Field

from board.api.http.component_views import InputView
from board.api.http.operation import View
from common import canonical
from proto.flow.v1 import flow_pb2 as pb

JobState = Literal[
    "created",
    "pending_approval",
    "queued",
    "waiting",
    "running",
    "paused",
    "stopping",
    "ready",
    "succeeded",
    "failed",
    "refused",
    "stopped",
    "timed_out",
]
TaskState = Literal[JobState, "reused", "skipped"]
PartyState = Literal[TaskState, "starting"]


class FailureView(View):
    """Why something failed, as our own people may read it."""

    code: str
    detail: str
    hint: str
    party: str
    component: str


class WaitingView(View):
    """What something waits for."""

    what: str
    whom: str
    since_ms: int
    until_ms: int
    text: str


class PartyView(View):
    """A member and its role."""

    member: str
    role: str


class AttemptView(View):
    """A try of a task that is over."""

    attempt: int
    state: TaskState
    started_ms: int
    ended_ms: int
    failure: FailureView | None


class LaneView(View):
    """How a party's part of the present attempt gets on; of other members' parts as the promoter told it."""

    progress: float
    step: str = Field(description="Told to others only when it is a word of the protocol, without any figure of data.")
    waits_for: str = Field(description="The member whose message it waits for.")
    failure: FailureView | None


class TaskView(View):
    """A task at this member, with the other parties' states of its present attempt."""

    task: str
    title: str
    component: str
    state: TaskState
    attempt: int
    progress: float
    step: str
    waiting: WaitingView | None
    failure: FailureView | None
    started_ms: int
    ended_ms: int
    party_states: dict[str, PartyState]
    reused_from: str
    attempt_ms: int
    past: list[AttemptView]
    lanes: dict[str, LaneView]


class JobView(View):
    """A job as this member sees it."""

    job: str
    project: str
    flow: str
    name: str
    state: JobState
    own_role: str
    decision_needed: bool
    parties: list[PartyView]
    tasks: list[TaskView]
    waiting: WaitingView | None
    failure: FailureView | None
    created_ms: int
    created_by: str
    deadline_ms: int
    started_ms: int
    ended_ms: int
    revision: int
    heard_ms: int = Field(
        description="When the promoter last told of the other parties' parts; 0: this is the promoter, or nothing yet."
    )


class JobPage(View):
    """A page of jobs, the newest first."""

    items: list[JobView]
    next_after: str = ""


class JobNodeView(View):
    """A node as it was frozen; of the members' own parameters only those that this member knows."""

    id: str
    component: str
    component_version: str
    component_hash: str
    title: str
    params: dict[str, Any]
    own: dict[str, dict[str, Any]]
    inputs: list[InputView]
    parties: list[str] | None
    arbiter: str


class JobDetail(JobView):
    """A job with its graph."""

    nodes: list[JobNodeView]
    data_versions: dict[str, str]
    reuse_from: str
    reused: dict[str, str]


def job_view(job: pb.Job) -> dict[str, Any]:
    """Render a job without its graph."""
    spec = job.spec
    titles = {node.id: node.title for node in spec.nodes}
    return {
        "job": spec.job,
        "project": spec.project,
        "flow": spec.flow,
        "name": spec.name,
        "state": job.state,
        "own_role": job.own_role,
        "decision_needed": job.state == "pending_approval" and job.own_role != "promoter",
        "parties": [{"member": party.member, "role": party.role} for party in spec.parties],
        "tasks": [_task(task, titles.get(task.task, "")) for task in job.tasks],
        "waiting": _waiting(job),
        "failure": _failure(job),
        "created_ms": spec.created_ms,
        "created_by": spec.created_by,
        "deadline_ms": spec.deadline_ms,
        "started_ms": job.started_ms,
        "ended_ms": job.ended_ms,
        "revision": job.revision,
        "heard_ms": job.heard_ms,
    }


def job_detail(job: pb.Job) -> dict[str, Any]:
    """Render a job with its graph."""
    spec = job.spec
    return job_view(job) | {
        "nodes": [_node(node) for node in spec.nodes],
        "data_versions": dict(spec.data_versions),
        "reuse_from": spec.reuse_from,
        "reused": dict(spec.reused),
    }


def _task(task: pb.Task, title: str) -> dict[str, Any]:
    return {
        "task": task.task,
        "title": title,
        "component": task.component,
        "state": task.state,
        "attempt": task.attempt,
        "progress": task.progress,
        "step": task.step,
        "waiting": _waiting(task),
        "failure": _failure(task),
        "started_ms": task.started_ms,
        "ended_ms": task.ended_ms,
        "party_states": dict(task.party_states),
        "reused_from": task.reused_from,
        "attempt_ms": task.attempt_ms,
        "past": [_attempt(attempt) for attempt in task.past],
        "lanes": {
            member: {
                "progress": lane.progress,
                "step": lane.step,
                "waits_for": lane.waits_for,
                "failure": _failure(lane),
            }
            for member, lane in task.lanes.items()
        },
    }


def _attempt(attempt: pb.Attempt) -> dict[str, Any]:
    return {
        "attempt": attempt.attempt,
        "state": attempt.state,
        "started_ms": attempt.started_ms,
        "ended_ms": attempt.ended_ms,
        "failure": _failure(attempt),
    }


def _node(node: pb.Node) -> dict[str, Any]:
    return {
        "id": node.id,
        "component": node.component,
        "component_version": node.component_version,
        "component_hash": node.component_hash.hex(),
        "title": node.title,
        "params": canonical.loads(node.common_params or b"{}"),
        "own": {member: canonical.loads(own or b"{}") for member, own in sorted(node.own_params.items())},
        "inputs": [{"port": item.port, "node": item.node, "output": item.output} for item in node.inputs],
        "parties": [party.member for party in node.parties] or None,
        "arbiter": next((party.member for party in node.parties if party.role == "arbiter"), ""),
    }


def _waiting(thing: pb.Job | pb.Task) -> dict[str, Any] | None:
    if not thing.HasField("waiting"):
        return None
    told = thing.waiting
    return {
        "what": told.what,
        "whom": told.whom,
        "since_ms": told.since_ms,
        "until_ms": told.until_ms,
        "text": told.text,
    }


def _failure(thing: pb.Job | pb.Task | pb.Attempt | pb.Lane) -> dict[str, Any] | None:
    if not thing.HasField("failure"):
        return None
    told = thing.failure
    return {
        "code": told.code,
        "detail": told.detail,
        "hint": told.hint,
        "party": told.party,
        "component": told.component,
    }
