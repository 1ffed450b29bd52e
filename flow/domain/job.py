"""A job and its tasks at one member."""

import hashlib
import re
from dataclasses import dataclass, field, replace
from typing import Any

from common import canonical
from flow.domain.errors import InvalidJob
from flow.domain.states import DONE, ENDED, State
from proto.flow.v1 import flow_pb2 as pb

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")  # ids become names of files at every member
_ROLES = ("promoter", "provider", "arbiter")
_MOST_PAST = 50  # attempts that are kept of a task; at a provider, its promoter says how many there are


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
class Attempt:
    """One try of a task that is over."""

    attempt: int
    state: State
    started_ms: int
    ended_ms: int
    failure: Failure | None = None


@dataclass(frozen=True, slots=True)
class Lane:
    """How a party's part of the present attempt gets on."""

    progress: float = 0.0
    step: str = ""
    waits_for: str = ""


@dataclass(frozen=True, slots=True)
class Task:
    """One node at this member; `parties` is each member's state of the present attempt, the others' as they told it."""

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
    past: tuple[Attempt, ...] = ()
    lanes: dict[str, Lane] = field(default_factory=dict)  # of the present attempt, by member
    attempt_ms: int = 0  # when the present attempt began

    def changed(self, **values: Any) -> "Task":
        """Return this task with other values."""
        return replace(self, **values)

    def begun(self, attempt: int, parties: dict[str, str], now_ms: int, *, resume: bool) -> "Task":
        """Return this task in its next attempt; the present one becomes history."""
        return replace(
            self,
            state=State.RUNNING,
            attempt=attempt,
            resume=resume,
            progress=0.0,
            step="",
            waiting=None,
            failure=None,
            started_ms=self.started_ms or now_ms,
            ended_ms=0,
            parties=parties,
            failures={},
            past=self._filed(now_ms),
            lanes={},
            attempt_ms=now_ms,
        )

    def again(self, now_ms: int) -> "Task":
        """Return this task as it is before its next attempt, which goes on from a checkpoint."""
        return Task(
            self.task,
            self.component,
            attempt=self.attempt,
            resume=self.attempt > 0,
            started_ms=self.started_ms,
            past=self._filed(now_ms),
        )

    def retried(self, waiting: Waiting, now_ms: int) -> "Task":
        """Return this task waiting for its next attempt by itself, after a passing trouble."""
        past = self._filed(now_ms)
        return replace(self, state=State.QUEUED, resume=True, ended_ms=0, waiting=waiting, past=past)

    def _filed(self, now_ms: int) -> tuple[Attempt, ...]:
        if not self.attempt or (self.past and self.past[-1].attempt >= self.attempt):
            return self.past
        cause = self.failure or next(iter(self.failures.values()), None)
        state = self.state if self.state in ENDED else State.FAILED
        over = Attempt(self.attempt, state, self.attempt_ms, self.ended_ms or now_ms, cause)
        return (*self.past, over)[-_MOST_PAST:]


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
    heard_ms: int = 0  # provider: when the promoter last told of the others' parts

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
        The spec names no parties or nodes, repeats a node, is not in topological order, or a node has parties that
        the job does not have.
    """
    roles = {party.member: party.role for party in spec.parties}
    if not _is_id(spec.job) or not spec.nodes or len(roles) != len(spec.parties) or member not in roles:
        raise InvalidJob("a job needs an id, nodes, and parties that differ")
    if spec.parties[0].role != "promoter" or sorted(roles.values()).count("promoter") != 1 or "" in roles:
        raise InvalidJob("the first party, and no other, is the promoter")
    if not set(roles.values()) <= set(_ROLES):
        raise InvalidJob(f"a party is one of {', '.join(_ROLES)}")
    tasks: dict[str, Task] = {}
    for node in spec.nodes:
        if not _is_id(node.id) or node.id in tasks:
            raise InvalidJob(f"node id {node.id!r} is no id or used twice")
        _check_parties(node, roles)
        _check_params(node)
        missing = [item.node for item in node.inputs if item.node not in tasks]
        if missing:
            raise InvalidJob(f"node {node.id!r} takes its input from {missing[0]!r}, which does not stand before it")
        source = spec.reused.get(node.id, "")
        tasks[node.id] = Task(
            node.id, node.component, state=State.REUSED if source else State.QUEUED, reused_from=source
        )
    strange = sorted(set(spec.reused) - set(tasks))
    if strange:
        raise InvalidJob(f"node {strange[0]!r} is to be reused, and the job has none of that name")
    return Job(spec, member, state, tasks)


def _is_id(text: str) -> bool:
    return bool(_ID.fullmatch(text)) and ".." not in text


def _check_parties(node: pb.Node, roles: dict[str, str]) -> None:
    """Consents are given for the job's parties: a node may leave some out, and never bring others in.

    A provider of the job may be a node's arbiter, and then sees less than it would as a provider.
    """
    members = [party.member for party in node.parties]
    arbiters = [party.member for party in node.parties if party.role == "arbiter"]
    fitting = all(
        roles.get(party.member) in ((party.role, "provider") if party.role == "arbiter" else (party.role,))
        for party in node.parties
    )
    if len(set(members)) != len(members) or not fitting:
        raise InvalidJob(f"node {node.id!r} has a party twice, in another role, or one that the job does not have")
    if len(arbiters) > 1:
        raise InvalidJob(f"node {node.id!r} has {len(arbiters)} arbiters; there may be one")


def _check_params(node: pb.Node) -> None:
    for text in (node.common_params, *node.own_params.values()):
        try:
            value = canonical.loads(text or b"{}")
        except canonical.NotCanonical as error:
            raise InvalidJob(f"the parameters of node {node.id!r} are not JSON") from error
        if not isinstance(value, dict):
            raise InvalidJob(f"the parameters of node {node.id!r} are no JSON object")


def fingerprint(spec: pb.JobSpec, node_id: str, member: str) -> bytes:
    """Hash all that decides a node's outputs at `member`: component, parameters, data versions, parties, inputs.

    Parameters
    ----------
    spec
        One that `new_job` has checked.
    """
    return _fingerprint(spec, node_id, member, {})


def _fingerprint(spec: pb.JobSpec, node_id: str, member: str, known: dict[str, bytes]) -> bytes:
    if node_id in known:  # else nodes with several inputs would be walked once for every way that leads to them
        return known[node_id]
    node = next(node for node in spec.nodes if node.id == node_id)
    own = node.own_params.get(member, b"")
    data_set = canonical.loads(own).get("data_set", "") if own else ""
    known[node_id] = hashlib.sha256(
        canonical.dumps(
            {
                "component": [node.component, node.component_version, node.component_hash.hex()],
                "common": node.common_params.hex(),
                "own": own.hex(),
                "version": spec.data_versions.get(data_set, ""),
                "parties": [[party.member, party.role] for party in (node.parties or spec.parties)],
                "inputs": [
                    [item.port, item.output, _fingerprint(spec, item.node, member, known).hex()] for item in node.inputs
                ],
            }
        )
    ).digest()
    return known[node_id]


def for_member(spec: pb.JobSpec, member: str) -> pb.JobSpec:
    """Return the spec as another member may see it: nobody else's own parameters, nobody's account."""
    shown = pb.JobSpec()
    shown.CopyFrom(spec)
    shown.created_by = ""
    for node in shown.nodes:
        for other in [name for name in node.own_params if name != member]:
            del node.own_params[other]
    return shown
