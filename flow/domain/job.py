"""A job and its tasks at one member."""

import hashlib
from dataclasses import dataclass, field, replace
from typing import Any

from common import canonical
from flow.domain.errors import InvalidJob
from flow.domain.states import DONE, ENDED, State
from proto.flow.v1 import flow_pb2 as pb


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a task or job failed, as our own people may read it."""

    code: str
    detail: str
    hint: str = ""
    party: str = ""
    component: str = ""
    public_detail: str = ""  # what the other members may read

    def public(self) -> "Failure":
        """Return what may leave this member."""
        return replace(self, detail=self.public_detail)


@dataclass(frozen=True, slots=True)
class Waiting:
    """What something waits for: approval, partner, kernel, message, slot."""

    what: str
    whom: str
    since_ms: int
    until_ms: int = 0
    text: str = ""


@dataclass(frozen=True, slots=True)
class Task:
    """One node at this member; `parties` is each member's state of the present attempt."""

    task: str
    component: str
    state: State = State.QUEUED
    attempt: int = 0
    resume: bool = False
    progress: float = 0.0
    step: str = ""
    waiting: Waiting | None = None
    failure: Failure | None = None
    started_ms: int = 0
    ended_ms: int = 0
    parties: dict[str, str] = field(default_factory=dict)
    failures: dict[str, Failure] = field(default_factory=dict)  # of the present attempt, by member
    reused_from: str = ""

    def changed(self, **values: Any) -> "Task":
        """Return this task with other values."""
        return replace(self, **values)

    def again(self) -> "Task":
        """Return this task as it is before its next attempt, which goes on from a checkpoint."""
        return Task(
            self.task, self.component, attempt=self.attempt, resume=self.attempt > 0, started_ms=self.started_ms
        )


@dataclass(frozen=True, slots=True)
class Job:
    """A frozen spec and where it stands at this member."""

    spec: pb.JobSpec
    member: str
    state: State
    tasks: dict[str, Task]
    waiting: Waiting | None = None
    failure: Failure | None = None
    started_ms: int = 0
    ended_ms: int = 0
    revision: int = 0
    answers: dict[str, str] = field(default_factory=dict)  # promoter: member → its answer to the proposal

    @property
    def id(self) -> str:
        """The job's id."""
        return self.spec.job

    @property
    def promoter(self) -> str:
        """The member that started it."""
        return self.spec.parties[0].member

    @property
    def coordinates(self) -> bool:
        """Whether this member is the promoter."""
        return self.promoter == self.member

    @property
    def others(self) -> list[str]:
        """All parties but this member."""
        return [party.member for party in self.spec.parties if party.member != self.member]

    @property
    def ended(self) -> bool:
        """Whether the job has come to its end."""
        return self.state in ENDED

    def changed(self, **values: Any) -> "Job":
        """Return this job with other values."""
        return replace(self, **values)

    def with_task(self, task: Task) -> "Job":
        """Return this job with one task replaced."""
        return replace(self, tasks={**self.tasks, task.task: task})

    def node(self, task: str) -> pb.Node:
        """Return the node of a task."""
        return next(node for node in self.spec.nodes if node.id == task)

    def parties_of(self, task: str) -> list[pb.JobParty]:
        """Return the parties of a node: its own list, or all of the job."""
        return list(self.node(task).parties) or list(self.spec.parties)

    def startable(self) -> list[Task]:
        """Return the queued tasks whose inputs are all there."""
        return [
            task
            for task in self.tasks.values()
            if task.state is State.QUEUED
            and all(self.tasks[item.node].state in DONE for item in self.node(task.task).inputs)
        ]


def new_job(spec: pb.JobSpec, member: str, state: State) -> Job:
    """Make a job from a spec.

    Raises
    ------
    InvalidJob
        The spec names no parties or nodes, repeats a node, or is not in topological order.
    """
    members = [party.member for party in spec.parties]
    if not spec.job or not spec.nodes or not members or len(set(members)) != len(members) or member not in members:
        raise InvalidJob("a job needs an id, nodes, and parties that differ")
    if spec.parties[0].role != "promoter":
        raise InvalidJob("the first party is the promoter")
    tasks: dict[str, Task] = {}
    for node in spec.nodes:
        if not node.id or node.id in tasks:
            raise InvalidJob(f"node id {node.id!r} is empty or used twice")
        missing = [item.node for item in node.inputs if item.node not in tasks]
        if missing:
            raise InvalidJob(f"node {node.id!r} takes its input from {missing[0]!r}, which does not stand before it")
        source = spec.reused.get(node.id, "")
        tasks[node.id] = Task(
            node.id, node.component, state=State.REUSED if source else State.QUEUED, reused_from=source
        )
    return Job(spec, member, state, tasks)


def fingerprint(spec: pb.JobSpec, node_id: str, member: str) -> bytes:
    """Hash all that decides a node's outputs at `member`: component, parameters, data versions, parties, inputs."""
    node = next(node for node in spec.nodes if node.id == node_id)
    own = node.own_params.get(member, b"")
    data_set = canonical.loads(own).get("data_set", "") if own else ""
    return hashlib.sha256(
        canonical.dumps(
            {
                "component": [node.component, node.component_version, node.component_hash.hex()],
                "common": node.common_params.hex(),
                "own": own.hex(),
                "version": spec.data_versions.get(data_set, ""),
                "parties": [[party.member, party.role] for party in (node.parties or spec.parties)],
                "inputs": [
                    [item.port, item.output, fingerprint(spec, item.node, member).hex()] for item in node.inputs
                ],
            }
        )
    ).digest()


def for_member(spec: pb.JobSpec, member: str) -> pb.JobSpec:
    """Return the spec as another member may see it: nobody else's own parameters, nobody's account."""
    shown = pb.JobSpec()
    shown.CopyFrom(spec)
    shown.created_by = ""
    for node in shown.nodes:
        for other in [name for name in node.own_params if name != member]:
            del node.own_params[other]
    return shown
