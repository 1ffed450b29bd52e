"""Jobs as our people see them: start, look, stop, resume, decide."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

from board.domain.checking import Proposal
from board.domain.errors import NotOurPart, ProjectNotOpen
from board.domain.permits import job_permits
from board.domain.projects import ACTIVE, REFUSED, Project
from board.service.audit import Audit
from board.service.clock import now_ms
from board.service.consents import Consents
from board.service.data_sets import DataSets
from board.service.flows import Flows
from board.service.job_specs import JobSpecs
from board.service.ports import Flow
from board.service.projects import Projects
from board.service.proposals import proposal_of
from common.errors import HanseError, NotFound
from proto.flow.v1 import flow_pb2 as pb

_NOT_WAITING = "HAN-5003"


@dataclass(frozen=True, slots=True)
class Order:
    """A job that somebody wants: nodes of `anew`, and all after them, run though they could be reused."""

    flow: str
    name: str = ""
    deadline_s: int = 0
    reuse_from: str = ""
    data: Mapping[str, str] = field(default_factory=dict)
    anew: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Filter:
    """Which jobs to list; what is empty does not count."""

    project: str = ""
    state: str = ""
    flow: str = ""
    text: str = ""


class Jobs:
    """The jobs in which this member has a part."""

    def __init__(
        self,
        flow: Flow,
        flows: Flows,
        projects: Projects,
        specs: JobSpecs,
        data_sets: DataSets,
        consents: Consents,
        audit: Audit,
    ) -> None:
        self._flow, self._flows, self._projects, self._specs = flow, flows, projects, specs
        self._data_sets, self._consents, self._audit = data_sets, consents, audit

    def spec(
        self, flow: str, name: str, deadline_s: int, reuse_from: str, data: Mapping[str, str], by: str
    ) -> pb.JobSpec:
        """Freeze a flow for a job or a schedule; raises when its project does not allow jobs of ours."""
        drawn = self._flows.find(flow)
        return self._specs.make(
            drawn,
            self.startable(drawn.project),
            name=name,
            by=by,
            deadline_s=deadline_s,
            reuse_from=reuse_from,
            data=data,
        )

    def startable(self, name: str) -> Project:
        """Return a project in which we may start jobs now; raises NotOurPart, ProjectNotOpen."""
        project = self._projects.find(name)
        if project.terms.promoter != self._projects.member:
            raise NotOurPart(f"only {project.terms.promoter}, its promoter, starts jobs in project {name}")
        if not project.open_at(now_ms()):
            raise ProjectNotOpen(f"project {name} is closed or its time has passed")
        refused = [m for m in project.terms.providers if project.answer_of(m).decision == REFUSED]
        if refused:
            raise ProjectNotOpen(f"{', '.join(refused)} refused project {name}", party=refused[0])
        return project

    def start(self, order: Order, by: str) -> pb.Job:
        """Start a job of a flow."""
        spec = self.spec(order.flow, order.name, order.deadline_s, order.reuse_from, order.data, by)
        job = self._flow.create(spec, order.anew)
        self._audit.note(by, "job_started", spec.job, f"{spec.project}, {order.flow}")
        return job

    def plan(self, order: Order, by: str) -> tuple[pb.JobSpec, list[pb.NodePlan]]:
        """Say what a job would be and reuse; nothing is started."""
        spec = self.spec(order.flow, order.name, order.deadline_s, order.reuse_from, order.data, by)
        return spec, self._flow.plan(spec, order.anew)

    def again(self, job: str, node: str, name: str, by: str) -> pb.Job:
        """Start a new job of the very graph of an earlier one, from a node on; all before it is taken over."""
        before = self._flow.get(job)
        if before.own_role != "promoter":
            raise NotOurPart(f"only {before.spec.parties[0].member}, its promoter, runs job {job} again")
        self.startable(before.spec.project)
        spec = pb.JobSpec()
        spec.CopyFrom(before.spec)
        spec.reused.clear()
        spec.job, spec.reuse_from = f"job-{secrets.token_hex(8)}", job
        spec.name, spec.created_by, spec.created_ms = name or spec.name, by, now_ms()
        spec.deadline_ms = spec.created_ms + max(0, before.spec.deadline_ms - before.spec.created_ms)
        made = self._flow.create(spec, [node])
        self._audit.note(by, "job_started", spec.job, f"{spec.project}, from node {node} of {job}")
        return made

    def get(self, job: str) -> pb.Job:
        """Return a job."""
        return self._flow.get(job)

    def page(self, wanted: Filter, after: str, limit: int) -> tuple[list[pb.Job], str]:
        """Return a page, the newest first."""
        return self._flow.page(
            project=wanted.project, state=wanted.state, flow=wanted.flow, text=wanted.text, after=after, limit=limit
        )

    def events(self, job: str, task: str, member: str, after: int, limit: int) -> tuple[list[pb.JobEvent], int]:
        """Return what happened to a job, as far as this member may know it."""
        return self._flow.events(job, task, member, after, limit)

    def stop(self, job: str, reason: str, by: str) -> pb.Job:
        """Stop a job at all members."""
        stopped = self._flow.stop(job, reason)
        self._audit.note(by, "job_stopped", job, reason)
        return stopped

    def resume(self, job: str, by: str) -> pb.Job:
        """Go on with a job."""
        resumed = self._flow.resume(job)
        self._audit.note(by, "job_resumed", job)
        return resumed

    def decide(self, job: str, *, approve: bool, reason: str, by: str) -> pb.Job:
        """Approve or refuse a partner's job; an approval is a consent for this one job, on the ledger."""
        found = self._flow.get(job)
        if found.spec.parties[0].member == self._projects.member:
            raise NotOurPart("a job of ours waits for its providers, not for our own approval")
        if approve and found.state == "pending_approval":
            self._allow(proposal_of(found.spec, self._projects.member), by)
        try:
            decided = self._flow.decide(job, approve=approve, reason=reason)
        except HanseError as error:
            decided = self._flow.get(job)
            # The consent may have reached flow first, when the promoter asked again in between.
            gone_on = decided.state not in ("pending_approval", "refused", "stopped")
            if not (approve and error.code == _NOT_WAITING and gone_on):
                raise
        self._audit.note(by, "job_approved" if approve else "job_refused", job, reason)
        return decided

    def _allow(self, proposal: Proposal, by: str) -> None:
        agreed_ms = self._projects.find(proposal.project).answer_of(self._projects.member).at_ms
        given = {
            (c.data_set, c.columns)
            for c in self._consents.of_project(proposal.project)
            # One that was taken back, or that is of other terms, allows nothing: people decide anew.
            if c.job == proposal.job and c.status == ACTIVE and c.created_ms >= agreed_ms
        }
        data_sets = {use.data_set: self._data_sets.find(use.data_set) for use in proposal.uses}
        for use in proposal.uses:
            if data_sets[use.data_set].version != use.version:
                raise NotFound(f"the job means another version of data set {use.data_set}")
        for permit in job_permits(proposal, data_sets):
            if (permit.data_set, permit.columns) not in given:  # else an earlier try came this far
                self._consents.give_permit(permit, data_sets[permit.data_set], by)
