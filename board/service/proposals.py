"""Checks proposed jobs against projects and consents, for our own flow."""

from collections.abc import Iterable

from board.domain.checking import ALLOWED, PENDING, Decision, Proposal, Use, check_foreign, check_own
from board.domain.columns import DATA_SET
from board.service.audit import Audit
from board.service.clock import now_ms
from board.service.consents import Consents
from board.service.messages import Messages
from board.service.ports import Flow
from board.store.base import DataSetStore, ProjectStore
from common import canonical
from common.errors import HanseError
from proto.flow.v1 import flow_pb2 as pb


def proposal_of(spec: pb.JobSpec, us: str) -> Proposal:
    """Read from a job what the check needs to know."""
    ours = [node for node in spec.nodes if not node.parties or us in [party.member for party in node.parties]]
    uses = []
    for node in spec.nodes:
        own = canonical.loads(node.own_params.get(us, b"") or b"{}")
        data_set = own.get(DATA_SET) if isinstance(own, dict) else None
        if data_set:
            columns, label = own.get("columns") or (), str(own.get("label") or "")
            chosen = tuple(str(name) for name in columns) if isinstance(columns, list) else ()
            uses.append(Use(str(data_set), spec.data_versions.get(str(data_set), ""), chosen, label))
    return Proposal(
        job=spec.job,
        project=spec.project,
        parties=tuple(party.member for party in spec.parties),
        components=frozenset((node.component, node.component_version) for node in spec.nodes),
        our_components=frozenset((node.component, node.component_version) for node in ours),
        uses=tuple(dict.fromkeys(uses)),
        arbiters=arbiters_of(spec, ours),
    )


def arbiters_of(spec: pb.JobSpec, nodes: Iterable[pb.Node]) -> tuple[str, ...]:
    """Return who brings no data into some of these nodes and holds the key there."""
    parties = (party for node in nodes for party in (node.parties or spec.parties))
    return tuple(sorted({party.member for party in parties if party.role == "arbiter"}))


class Proposals:
    """Answers flow's question whether our own people allow a job."""

    def __init__(
        self,
        member: str,
        projects: ProjectStore,
        data_sets: DataSetStore,
        consents: Consents,
        audit: Audit,
        messages: Messages,
        flow: Flow,
    ) -> None:
        self._member, self._projects, self._data_sets = member, projects, data_sets
        self._consents, self._audit, self._messages, self._flow = consents, audit, messages, flow

    def check(self, spec: pb.JobSpec, origin: str) -> Decision:
        """Decide about a job; a job that is allowed uses up a run of its consents, once."""
        proposal = proposal_of(spec, self._member)
        project = self._projects.find(spec.project)
        if not origin or origin == self._member:
            decision = check_own(proposal, project, now_ms())
            if decision.decision == ALLOWED:
                self._note_uses(proposal, self._member)
            return decision
        found = {use.data_set: self._data_sets.find(use.data_set) for use in proposal.uses}
        data_sets = {name: data_set for name, data_set in found.items() if data_set is not None}
        consents = self._consents.of_project(spec.project) if project else []
        decision = check_foreign(proposal, origin, self._member, project, data_sets, consents, now_ms())
        if decision.decision == PENDING:
            self._messages.waits("job", spec.job, origin)
        if decision.decision != ALLOWED:
            return decision
        fresh = [c for c in consents if c.consent in decision.consents and spec.job not in c.used_by]
        if not self._consents.use(decision.consents, spec.job):
            return Decision("pending", "the consent's last run was used in the meantime")
        if fresh:
            self._audit.note("", "job_allowed", spec.job, f"from {origin} by {', '.join(decision.consents)}")
        self._note_uses(proposal, origin)
        return decision

    def ended(self, job: str, state: str) -> None:
        """Note the end of a job."""
        self._audit.note("", "job_ended", job, state)
        self._messages.note(f"job_{state}", job, {"job": job, "name": self._name(job)})

    def _name(self, job: str) -> str:
        """Return what people call a job; empty when flow cannot say now: the message then names its id."""
        try:
            return self._flow.get(job).spec.name
        except HanseError:
            return ""

    def _note_uses(self, proposal: Proposal, member: str) -> None:
        for use in proposal.uses:
            self._data_sets.add_use(use.data_set, proposal.job, proposal.project, member, now_ms())
