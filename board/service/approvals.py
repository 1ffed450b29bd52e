"""One list of everything that waits for a decision: invitations, requests for data, jobs of partners, new accounts."""

from collections.abc import Iterator, Sequence

from board.domain.accounts import Account, Role, Status
from board.domain.approvals import ACCOUNT, DATA_REQUEST, INVITATION, JOB, Approval
from board.domain.audit import Line, Wanted
from board.domain.errors import InvalidFields, ReasonMissing
from board.domain.permits import job_permits
from board.domain.projects import ACTIVE, PENDING, Consent, Project
from board.domain.requests import DataRequest, Granted
from board.service.accounts import Accounts
from board.service.audit import Audit
from board.service.consents import Consents
from board.service.data_sets import DataSets
from board.service.jobs import Filter, Jobs
from board.service.partner_names import PartnerNames
from board.service.projects import Projects
from board.service.proposals import arbiters_of, proposal_of
from board.service.requests import Requests
from common.errors import HanseError, NotFound
from proto.flow.v1 import flow_pb2 as pb

_PAGE = 200
_DONE = 100


class Approvals:
    """What waits for us, what we wait for, and what was decided here."""

    def __init__(
        self,
        projects: Projects,
        requests: Requests,
        jobs: Jobs,
        consents: Consents,
        data_sets: DataSets,
        accounts: Accounts,
        names: PartnerNames,
        audit: Audit,
    ) -> None:
        self._projects, self._requests, self._jobs = projects, requests, jobs
        self._consents, self._data_sets, self._accounts = consents, data_sets, accounts
        self._names, self._audit = names, audit

    def todo(self, account: Account) -> list[Approval]:
        """Return what waits for this member's people, the oldest first; accounts only for those who decide on them."""
        found = [self._invitation(project) for project in self._projects.invitations()]
        found += [self._request(request) for request in self._requests.theirs(PENDING)]
        found += [self._job(job) for job in self._waiting_jobs(ours=False)]
        if account.role.covers(Role.ADMIN):
            found += [_account(other) for other in self._accounts.pending()]
        return sorted(found, key=lambda item: (item.created_ms, item.id))

    def count(self, account: Account) -> int:
        """Count what waits, without looking at each thing."""
        jobs, _ = self._jobs.page(Filter(state="pending_approval"), "", _PAGE)
        accounts = len(self._accounts.pending()) if account.role.covers(Role.ADMIN) else 0
        foreign = sum(job.own_role != "promoter" for job in jobs)
        return len(self._projects.invitations()) + len(self._requests.theirs(PENDING)) + foreign + accounts

    def asked(self) -> list[Approval]:
        """Return what we wait for at other members, the newest first."""
        found = [self._request(request) for request in self._requests.ours(PENDING)]
        found += [self._job(job) for job in self._waiting_jobs(ours=True)]
        found += [
            self._invitation(project)
            for project in self._projects.page("", _PAGE)
            if project.terms.promoter == self._projects.member and _waiting_for(project) and project.status == ACTIVE
        ]
        return sorted(found, key=lambda item: -item.created_ms)

    def done(self, account: Account) -> list[Approval]:
        """Return the newest decisions of this member's people, with their proofs; accounts only for administrators."""
        us = self._projects.member
        found = [
            self._invitation(project)
            for project in self._projects.page("", _PAGE)
            if us in project.terms.providers and project.answer_of(us).decision != PENDING
        ]
        found += [self._request(request) for request in self._requests.theirs() if request.status != PENDING]
        found += [self._allowed_job(consent) for consent in self._consents.page("", _PAGE) if consent.job]
        found += self._refused_jobs()
        if account.role.covers(Role.ADMIN):
            found += [
                _decided_account(line, status)
                for action, status in (("account_approved", "approved"), ("account_refused", "refused"))
                for line in self._audit.page(0, _DONE, Wanted(action=action))
            ]
        return sorted(found, key=lambda item: -item.decided_ms)[:_DONE]

    def find(self, kind: str, name: str, account: Account) -> Approval:
        """Return one that waits for us."""
        for item in self.todo(account):
            if (item.kind, item.id) == (kind, name):
                return item
        raise NotFound(f"no {kind.replace('_', ' ')} {name} waits for a decision here")

    def decide_all(
        self, chosen: Sequence[tuple[str, str]], account: Account, *, approve: bool, reason: str
    ) -> list[HanseError | None]:
        """Decide about several things, each for itself: what one of them raises keeps no other from its decision."""
        if not approve and not reason.strip():
            raise ReasonMissing
        told: list[HanseError | None] = []
        for kind, name in chosen:
            try:
                self.decide(kind, name, account, approve=approve, reason=reason)
            except HanseError as error:
                told.append(error)
            else:
                told.append(None)
        return told

    def decide(
        self,
        kind: str,
        name: str,
        account: Account,
        *,
        approve: bool,
        reason: str,
        terms: Granted | None = None,
    ) -> None:
        """Decide; a refusal says why. Of a request for data less may be granted than was asked for."""
        if terms is not None and not (approve and kind == DATA_REQUEST):
            raise InvalidFields("terms: only a request for data is granted in part")
        if not approve and not reason.strip():
            raise ReasonMissing
        by = account.account
        if kind == DATA_REQUEST:
            self._requests.decide(name, approve=approve, reason=reason, by=by, terms=terms)
        elif kind == INVITATION:
            self.find(kind, name, account)
            self._projects.answer(name, accept=approve, reason=reason, by=by)
        elif kind == JOB:
            self._jobs.decide(name, approve=approve, reason=reason, by=by)
        else:
            self.find(kind, name, account)
            status = Status.ACTIVE if approve else Status.DISABLED
            self._accounts.change(account, name, None, status, reason)

    def _waiting_jobs(self, *, ours: bool) -> Iterator[pb.Job]:
        jobs, _ = self._jobs.page(Filter(state="pending_approval"), "", _PAGE)
        for job in jobs:
            if (job.own_role == "promoter") is ours:
                try:
                    found = self._jobs.get(job.spec.job)
                except HanseError:
                    continue  # it went on in the meantime
                if found.state == "pending_approval":
                    yield found

    def _invitation(self, project: Project) -> Approval:
        terms, us = project.terms, self._projects.member
        answer = project.answer_of(us)
        ours = terms.promoter == us
        return Approval(
            INVITATION,
            terms.project,
            terms.promoter,
            terms.name,
            project.created_ms,
            PENDING if ours else answer.decision,
            project=terms.project,
            purpose=terms.purpose,
            deadline_ms=terms.expires_ms,
            waiting_for=_waiting_for(project),
            joins=project.joins,
            parties=project.members,
            components=terms.components,
            reason="" if ours else answer.reason,
            decided_ms=0 if ours else answer.at_ms,
            proof=project.proof if ours else answer.proof,
        )

    def _request(self, request: DataRequest) -> Approval:
        permit = self._requests.permit(request) if request.owner == self._projects.member else None
        return Approval(
            DATA_REQUEST,
            request.request,
            request.asker,
            (permit.name if permit else self._names.of(request)) or request.data_set,
            request.created_ms,
            request.status,
            project=request.project,
            purpose=request.purpose,
            deadline_ms=request.expires_ms,
            waiting_for=(request.owner,) if request.status == PENDING else (),
            parties=(request.asker, request.owner),
            components=request.components,
            permits=(permit,) if permit else (),
            reason=request.reason,
            decided_ms=request.decided_ms,
            decided_by=request.decided_by,
            proof=request.proof,
            narrowed=request.granted is not None and request.granted.narrowed,
        )

    def _job(self, job: pb.Job) -> Approval:
        spec = job.spec
        proposal = proposal_of(spec, self._projects.member)
        found = {use.data_set: self._data_sets.look(use.data_set) for use in proposal.uses}
        ours = {name: data_set for name, data_set in found.items() if data_set is not None}
        waiting = tuple(
            dict.fromkeys([job.waiting.whom] if job.HasField("waiting") and job.waiting.whom else _spec_providers(spec))
        )
        foreign = spec.parties[0].member != self._projects.member if spec.parties else True
        return Approval(
            JOB,
            spec.job,
            spec.parties[0].member if spec.parties else "",
            spec.name or spec.job,
            spec.created_ms,
            PENDING,
            project=spec.project,
            deadline_ms=spec.deadline_ms,
            waiting_for=(self._projects.member,) if foreign else waiting,
            parties=tuple(party.member for party in spec.parties),
            arbiters=arbiters_of(spec, spec.nodes),
            components=tuple(sorted(f"{name}=={version}" for name, version in proposal.our_components)),
            permits=job_permits(proposal, ours) if foreign else (),
        )

    def _refused_jobs(self) -> Iterator[Approval]:
        """Yield the partners' jobs that our people refused; who it was, when and why stands in the log."""
        lines = {line.subject: line for line in self._audit.page(0, _DONE, Wanted(action="job_refused"))}
        jobs, _ = self._jobs.page(Filter(state="refused"), "", _PAGE)
        for job in jobs:
            line = lines.get(job.spec.job)
            if line is not None and job.own_role != "promoter":
                parties = tuple(party.member for party in job.spec.parties)
                yield Approval(
                    JOB,
                    job.spec.job,
                    parties[0] if parties else "",
                    job.spec.name or job.spec.job,
                    job.spec.created_ms,
                    "refused",
                    project=job.spec.project,
                    parties=parties,
                    reason=line.detail,
                    decided_ms=line.time_ms,
                    decided_by=line.account,
                )

    def _allowed_job(self, consent: Consent) -> Approval:
        project = self._projects.find(consent.project)
        return Approval(
            JOB,
            consent.job,
            project.terms.promoter,
            consent.job,
            consent.created_ms,
            "approved",
            project=consent.project,
            parties=project.members,
            components=consent.components,
            decided_ms=consent.created_ms,
            decided_by=consent.created_by,
            proof=consent.proof,
        )


def _spec_providers(spec: pb.JobSpec) -> list[str]:
    """Return the members whose approval a job may wait for."""
    return [party.member for party in spec.parties[1:]]


def _waiting_for(project: Project) -> tuple[str, ...]:
    return tuple(m for m in project.terms.providers if project.answer_of(m).decision == PENDING)


def _decided_account(line: Line, status: str) -> Approval:
    return Approval(
        ACCOUNT,
        line.subject,
        line.subject,
        line.subject,
        line.time_ms,
        status,
        reason=line.detail,
        decided_ms=line.time_ms,
        decided_by=line.account,
    )


def _account(account: Account) -> Approval:
    return Approval(ACCOUNT, account.account, account.account, account.account, account.created_ms, PENDING)
