"""Projects: what our own people do with them."""

import secrets
from collections.abc import Sequence
from dataclasses import replace

import structlog

from board.domain.data_sets import DataSet, Proof
from board.domain.errors import InvalidFields, NotOurPart, ProjectNotOpen, UnknownProject
from board.domain.projects import ACCEPTED, ACTIVE, CLOSED, PENDING, REFUSED, Answer, Offer, Project, Terms
from board.service.audit import Audit
from board.service.catalogue import Catalogue
from board.service.clock import now_ms
from board.service.outbox import Outbox
from board.service.ports import Union
from board.store.base import Letter, ProjectStore
from common.errors import HanseError
from proto.board.v1 import board_pb2 as pb

log = structlog.get_logger()


def answer_id(project: str, member: str) -> str:
    """Return the id of the ledger record of a member's answer, which every party can look up."""
    return f"{project}.{member}"


class Projects:
    """The projects of this member."""

    def __init__(
        self, member: str, store: ProjectStore, catalogue: Catalogue, union: Union, outbox: Outbox, audit: Audit
    ) -> None:
        self.member, self._store, self._catalogue = member, store, catalogue
        self._union, self._outbox, self._audit = union, outbox, audit

    def create(
        self, name: str, purpose: str, providers: Sequence[str], components: Sequence[str], expires_ms: int, by: str
    ) -> Project:
        """Put a project on the ledger and invite its providers."""
        if self.member in providers or len(set(providers)) != len(providers):
            raise InvalidFields("providers: name other members, each once")
        if expires_ms and expires_ms <= now_ms():
            raise InvalidFields("expires_ms: lies in the past")
        self._admitted(providers)
        terms = Terms(
            project=f"prj-{secrets.token_hex(8)}",
            name=name,
            purpose=purpose,
            promoter=self.member,
            providers=tuple(providers),
            components=self._catalogue.pinned(components),
            expires_ms=expires_ms,
        )
        proof = self._record(terms, ACTIVE)
        project = Project(terms, ACTIVE, now_ms(), by, proof)
        self._store.add(project)
        self._audit.note(by, "project_created", terms.project, proof.transaction)
        self._invite(terms, proof)
        return project

    def invite_more(self, project: str, providers: Sequence[str], by: str) -> Project:
        """Change a project's terms so that further members take part; every provider has to agree to the new terms."""
        found = self.find(project)
        if found.terms.promoter != self.member:
            raise NotOurPart("only the promoter invites")
        if not found.open_at(now_ms()):
            raise ProjectNotOpen(f"project {project} is closed or its time has passed")
        fresh = [provider for provider in dict.fromkeys(providers) if provider not in found.members]
        if not fresh:
            raise InvalidFields("providers: all of them are in the project already")
        self._admitted(fresh)
        terms = replace(found.terms, providers=(*found.terms.providers, *fresh))
        return self._agree_anew(terms, "members_proposed", by)

    def take_back(self, project: str, by: str) -> Project:
        """Go back to the terms before the last change, for instance when a provider refused it."""
        found = self.find(project)
        if found.terms.promoter != self.member or found.previous is None:
            raise NotOurPart("there is no change of yours to take back")
        return self._agree_anew(found.previous, "members_taken_back", by)

    def find(self, project: str) -> Project:
        """Return a project; raises UnknownProject."""
        found = self._store.find(project)
        if found is None:
            raise UnknownProject(f"there is no project {project}")
        return found

    def described(self, project: str) -> Project:
        """Return a project with the answers that stand on the ledger by now, as far as the union can be asked."""
        found = self.find(project)
        for member in found.terms.providers:
            if member != self.member and found.answer_of(member).decision == PENDING:
                try:
                    answer = self.answer_on_ledger(found, member)
                except HanseError as error:
                    log.info("union_away", code=error.code)
                    break
                if answer is not None:
                    self._store.set_answer(project, answer)
                    found = found.with_answer(answer)
        return found

    def answer_on_ledger(self, project: Project, member: str) -> Answer | None:
        """Return a member's answer to these very terms as the ledger has it."""
        entry = self._union.entry("consent", answer_id(project.terms.project, member), member)
        if entry is None or entry.member != member or entry.body.get("terms_hash") != project.terms.hash:
            return None
        decision = {"accept": ACCEPTED, "refuse": REFUSED}.get(str(entry.body.get("decision")))
        if decision is None:
            return None
        reason = str(entry.body.get("reason", ""))
        return Answer(member, decision, reason, Proof(entry.transaction, entry.block), entry.time_ms)

    def page(self, after: str, limit: int) -> list[Project]:
        """Return a page, the newest first."""
        return self._store.page(after, limit)

    def invitations(self) -> list[Project]:
        """Return the projects that wait for our answer."""
        return self._store.invitations(self.member)

    def answer(self, project: str, *, accept: bool, reason: str, by: str) -> Project:
        """Accept or refuse an invitation, or change our mind; the answer stands on the ledger."""
        found = self.find(project)
        if self.member not in found.terms.providers:
            raise NotOurPart("only an invited provider answers an invitation")
        if accept and not found.open_at(now_ms()):
            raise ProjectNotOpen(f"project {project} is closed or its time has passed")
        body = {
            "consent": answer_id(project, self.member),
            "project": project,
            "member": self.member,
            "decision": "accept" if accept else "refuse",
            "terms_hash": found.terms.hash,
        }
        proof = self._union.submit("consent", body["consent"], body)
        known = found.answer_of(self.member)
        # Whoever accepts the same terms twice has agreed since the first time: consents given in between hold.
        at_ms = known.at_ms if accept and known.decision == ACCEPTED else now_ms()
        answer = Answer(self.member, ACCEPTED if accept else REFUSED, reason, proof, at_ms)
        self._store.set_answer(project, answer)
        self._audit.note(by, f"invitation_{answer.decision}", project, proof.transaction)
        self._outbox.put(
            found.terms.promoter,
            "AnswerInvitation",
            pb.AnswerInvitationRequest(project=project, accept=accept, reason=reason, transaction=proof.transaction),
        )
        return found.with_answer(answer)

    def close(self, project: str, by: str) -> Project:
        """Close a project of ours: no more jobs."""
        found = self.find(project)
        if found.terms.promoter != self.member:
            raise NotOurPart("only the promoter closes a project; a provider changes its answer instead")
        if found.status != CLOSED:
            proof = self._record(found.terms, CLOSED)
            self._store.set_status(project, CLOSED)
            self._audit.note(by, "project_closed", project, proof.transaction)
            for member in found.terms.providers:
                self._outbox.put(member, "ProjectChanged", pb.ProjectChangedRequest(project=project))
        return self.find(project)

    def offer(self, project: str, data_set: DataSet, by: str) -> Offer:
        """Show a data set's description to all parties."""
        found = self.find(project)
        if found.status != ACTIVE or found.answer_of(self.member).decision != ACCEPTED:
            raise ProjectNotOpen("accept the invitation before you offer data")
        offer = Offer(
            project,
            self.member,
            data_set.data_set,
            data_set.name,
            data_set.version,
            data_set.rows,
            data_set.offered_columns,
            bool(data_set.label_column),
            now_ms(),
        )
        self._store.put_offer(offer)
        self._audit.note(by, "data_set_offered", project, data_set.data_set)
        request = pb.OfferDataSetRequest(
            project=project,
            data_set=offer.data_set,
            name=offer.name,
            version=offer.version,
            rows=offer.rows,
            columns=offer.columns,
            has_label=offer.has_label,
        )
        for member in found.members:
            if member != self.member:
                self._outbox.put(member, "OfferDataSet", request)
        return offer

    def offers(self, project: str) -> list[Offer]:
        """Return what all parties offer."""
        return self._store.offers(self.find(project).terms.project)

    def undelivered(self) -> list[Letter]:
        """Return what partners have not been told yet."""
        return self._outbox.waiting()

    def _admitted(self, providers: Sequence[str]) -> None:
        for provider in providers:
            entry = self._union.entry("member", provider)
            if entry is None or entry.status != "admitted":
                raise InvalidFields(f"providers: {provider} is no admitted member of the federation")

    def _agree_anew(self, terms: Terms, action: str, by: str) -> Project:
        proof = self._record(terms, ACTIVE)
        self._store.set_terms(terms, proof)
        self._audit.note(by, action, terms.project, f"{', '.join(terms.providers)}, {proof.transaction}")
        self._invite(terms, proof)
        return self.find(terms.project)

    def _invite(self, terms: Terms, proof: Proof) -> None:
        request = pb.InviteRequest(terms=terms_message(terms), transaction=proof.transaction)
        for provider in terms.providers:
            self._outbox.put(provider, "Invite", request)

    def _record(self, terms: Terms, status: str) -> Proof:
        body = {
            "project": terms.project,
            "name": terms.name,
            "promoter": terms.promoter,
            "providers": list(terms.providers),
            "terms_hash": terms.hash,
            "status": status,
        }
        return self._union.submit("project", terms.project, body)


def terms_message(terms: Terms) -> pb.ProjectTerms:
    """Render terms as a message."""
    return pb.ProjectTerms(
        project=terms.project,
        name=terms.name,
        purpose=terms.purpose,
        promoter=terms.promoter,
        providers=terms.providers,
        components=terms.components,
        expires_ms=terms.expires_ms,
    )
