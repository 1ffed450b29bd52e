"""What stands in the way of a job, looked for before it starts: data, partners, consents, disk."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

from board.domain.columns import DATA_SET
from board.domain.data_sets import DataSet
from board.domain.flows import Problem
from board.domain.projects import ACCEPTED, Project
from board.service.clock import now_ms
from board.service.flows import Flows
from board.service.jobs import Filter, Jobs, Order
from board.service.ports import Gateway, Kernel, LedgerEntry, Union
from board.service.projects import Projects
from board.store.base import DataSetStore
from common import canonical
from common.errors import HanseError
from proto.flow.v1 import flow_pb2 as pb

OK, WARNING, FAILED, UNKNOWN = "ok", "warning", "failed", "unknown"
_LITTLE_BYTES, _LOW_BYTES = 1 << 30, 5 << 30
_MOST_CONSENTS = 500  # of a member, the newest ones, that are looked through
_ASKED_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at; `what` is a word, `about` what it speaks of."""

    what: str  # graph, start, answer, partner, versions, data, consent, disk; of schedules: window, runs, newer, until
    state: str
    party: str = ""
    about: str = ""
    code: str = ""
    detail: str = ""
    name: str = ""  # of the data set that it speaks of


@dataclass(frozen=True, slots=True)
class Outlook:
    """All checks, and what becomes of each node; `reuse_from` is the job that it would take outputs from."""

    checks: list[Check]
    problems: list[Problem] = field(default_factory=list)
    nodes: list[pb.NodePlan] = field(default_factory=list)
    reuse_from: str = ""

    @property
    def can_start(self) -> bool:
        """Whether nothing is known that would end the job at once."""
        return all(check.state != FAILED for check in self.checks)


class Preflight:
    """Looks before a job starts; nothing is changed."""

    def __init__(
        self,
        flows: Flows,
        jobs: Jobs,
        projects: Projects,
        data_sets: DataSetStore,
        kernel: Kernel,
        gateway: Gateway,
        union: Union,
    ) -> None:
        self._flows, self._jobs, self._projects, self._data_sets = flows, jobs, projects, data_sets
        self._kernel, self._gateway, self._union = kernel, gateway, union

    def look(self, order: Order, by: str, *, reuse: bool) -> Outlook:
        """Check everything about a job that somebody wants.

        Parameters
        ----------
        reuse
            Whether outputs of the flow's newest job are taken over when the order names none.
        """
        problems = [] if order.data else self._flows.problems(order.flow)
        if problems:
            about = str(len(problems))
            return Outlook([Check("graph", FAILED, about=about, detail=problems[0].text)], problems)
        if reuse and not order.reuse_from:
            order = replace(order, reuse_from=self._newest(order.flow))
        try:
            spec, nodes = self._jobs.plan(order, by)
        except HanseError as error:
            return Outlook([Check("start", FAILED, error.party, code=error.code, detail=error.detail)])
        project = self._projects.find(spec.project)
        checks = [Check("graph", OK), *self.parties(spec)]
        checks.append(Check("versions", UNKNOWN if len(spec.parties) > 1 else OK))
        checks += self._data(spec, project)
        checks.append(self._disk())
        return Outlook(checks, [], nodes, order.reuse_from)

    def parties(self, spec: pb.JobSpec) -> list[Check]:
        """Look whether the partners have agreed and can be reached."""
        partners = [party.member for party in spec.parties][1:]
        with ThreadPoolExecutor(_ASKED_AT_ONCE) as pool:
            return [*self._answers(self._projects.find(spec.project), partners), *pool.map(self._partner, partners)]

    def name(self, project: str, member: str, *data_sets: str) -> str:
        """Say what a data set is called: the first of its versions that is ours or offered to us; empty: none is."""
        offers = {o.data_set: o.name for o in self._projects.offers(project) if o.member == member}
        ours = member == self._projects.member
        known = (self._data_sets.find(name) if ours else None for name in data_sets)
        return next(
            (one.name for one in known if one), next((offers[name] for name in data_sets if name in offers), "")
        )

    def _newest(self, flow: str) -> str:
        """Return the newest job of a flow in which something has succeeded."""
        found, _ = self._jobs.page(Filter(flow=flow), "", 10)
        useful = (job for job in found if any(task.state in ("succeeded", "reused") for task in job.tasks))
        return next((job.spec.job for job in useful), "")

    @staticmethod
    def _answers(project: Project, partners: list[str]) -> Iterator[Check]:
        for member in partners:
            decision = project.answer_of(member).decision
            yield Check("answer", OK if decision == ACCEPTED else WARNING, member, decision)

    def _partner(self, member: str) -> Check:
        try:
            reached = self._gateway.probe(member)
        except HanseError as error:
            return Check("partner", WARNING, member, code=error.code, detail=error.detail)
        if reached.reachable:
            return Check("partner", OK, member, about=f"{reached.round_trip_ms:.0f}")
        return Check("partner", WARNING, member, detail=reached.problem)

    def _data(self, spec: pb.JobSpec, project: Project) -> Iterator[Check]:
        for member, data_set in sorted(_uses(spec)):
            name = self.name(spec.project, member, data_set)
            if member == self._projects.member:
                yield replace(self._own_data(data_set), name=name)
            else:
                yield Check("data", OK, member, data_set, name=name)  # `plan` has found it among the partner's offers
                yield replace(self._consent(spec, project, member, data_set), name=name)

    def _own_data(self, name: str) -> Check:
        us = self._projects.member
        known: DataSet | None = self._data_sets.find(name)
        try:
            version = self._kernel.version(name)
        except HanseError as error:
            return Check("data", FAILED, us, name, error.code, error.detail)
        same = known is not None and known.version == version
        return Check("data", OK if same else FAILED, us, name, detail="" if same else "its content has changed")

    def _consent(self, spec: pb.JobSpec, project: Project, member: str, data_set: str) -> Check:
        """Look for a standing consent on the ledger; how many of its runs are used only its owner knows."""
        try:
            page = self._union.entries("consent", member=member, limit=_MOST_CONSENTS, newest=True)
        except HanseError as error:
            return Check("consent", UNKNOWN, member, data_set, error.code, error.detail)
        theirs = [node for node in spec.nodes if not node.parties or member in [p.member for p in node.parties]]
        needed = {f"{node.component}=={node.component_version}" for node in theirs}
        version = spec.data_versions.get(data_set, "")
        for entry in page.entries:
            if _covers(entry, project.terms.project, data_set, version, needed):
                return Check("consent", OK, member, data_set)
        return Check("consent", WARNING, member, data_set)

    def _disk(self) -> Check:
        try:
            free = self._kernel.room().free_bytes
        except HanseError as error:
            return Check("disk", UNKNOWN, self._projects.member, code=error.code, detail=error.detail)
        state = FAILED if free < _LITTLE_BYTES else WARNING if free < _LOW_BYTES else OK
        return Check("disk", state, self._projects.member, str(free))


def _uses(spec: pb.JobSpec) -> set[tuple[str, str]]:
    """Return which member's data sets a job reads."""
    found = set()
    for node in spec.nodes:
        for member, own in node.own_params.items():
            name = canonical.loads(own or b"{}").get(DATA_SET)
            if name:
                found.add((member, str(name)))
    return found


def _covers(entry: LedgerEntry, project: str, data_set: str, version: str, needed: set[str]) -> bool:
    body = entry.body
    expires = int(body.get("expires_ms") or 0)
    return (
        body.get("decision") == "accept"
        and not body.get("job")
        and body.get("project") == project
        and (body.get("data_set"), body.get("version")) == (data_set, version)
        and not (expires and now_ms() >= expires)
        and needed <= set(body.get("components") or ())
    )
