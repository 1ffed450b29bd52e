"""What other members' boards tell us; our gateway has proved `origin`, and no word is taken unchecked."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace

from board.domain.data_sets import Proof
from board.domain.errors import NotOurPart, UnknownProject, UnknownRequest
from board.domain.projects import ACCEPTED, ACTIVE, CLOSED, REFUSED, Answer, Offer, Project, Terms
from board.domain.requests import APPROVED, DataRequest, Granted
from board.domain.requests import PENDING as WAITING
from board.domain.requests import REFUSED as NOT_GRANTED
from board.service.audit import Audit
from board.service.clock import now_ms
from board.service.messages import Messages
from board.service.partner_names import PartnerNames
from board.service.ports import Union
from board.service.projects import Projects
from board.store.base import ProjectStore
from board.store.letters import RequestStore, Shared, SharedStore
from common import canonical
from common.errors import InvalidInput, ResourceExhausted

_MOST_OFFERS = 200  # of one member in one project
_MOST_COLUMNS = 20_000
_MOST_REQUESTS = 100  # of one member that wait for an answer
_MOST_SHARED = 1000  # of one member


class Partners:
    """Invitations, answers and offers of other members."""

    def __init__(
        self,
        projects: Projects,
        store: ProjectStore,
        requests: RequestStore,
        shared: SharedStore,
        names: PartnerNames,
        union: Union,
        audit: Audit,
        messages: Messages,
    ) -> None:
        self._projects, self._store, self._requests, self._shared = projects, store, requests, shared
        self._names, self._union, self._audit, self._messages = names, union, audit, messages

    @property
    def member(self) -> str:
        """Our own id."""
        return self._projects.member

    def invited(self, origin: str, terms: Terms) -> None:
        """Take an invitation; its terms must be those whose hash the promoter put on the ledger."""
        us = self._projects.member
        if terms.promoter != origin or us not in terms.providers or len(set(terms.providers)) != len(terms.providers):
            raise NotOurPart(
                f"{origin} sends terms of {terms.promoter}", public_detail="these are not your terms to send"
            )
        entry = self._union.entry("project", terms.project)
        if entry is None or entry.member != origin or entry.body.get("terms_hash") != terms.hash:
            detail = "the ledger does not hold these terms under this project's id"
            raise NotOurPart(detail, public_detail=detail)
        proof = Proof(entry.transaction, entry.block)
        known = self._store.find(terms.project)
        if known is not None and known.terms.hash != terms.hash:
            if known.terms.promoter != origin:
                raise NotOurPart("another member's project has this id", public_detail="this id is taken")
            self._store.set_terms(terms, proof)
            self._audit.note("", "terms_changed", terms.project, f"by {origin}")
            self._messages.waits("invitation", f"{terms.project} {terms.hash}", origin)
        elif known is None and self._store.add(Project(terms, ACTIVE, now_ms(), "", proof)):
            self._audit.note("", "invited", terms.project, f"by {origin}")
            self._messages.waits("invitation", terms.project, origin)

    def answered(self, origin: str, project: str, *, accept: bool, reason: str) -> None:
        """Take a provider's answer, which must stand on the ledger."""
        found = self._project(origin, project)
        if found.terms.promoter != self._projects.member or origin not in found.terms.providers:
            raise NotOurPart(
                f"{origin} is no provider of {project}", public_detail="you are no provider of this project"
            )
        known = self._projects.answer_on_ledger(found, origin)
        decision = ACCEPTED if accept else REFUSED
        if known is None or known.decision != decision:
            detail = "the ledger does not hold this answer"
            raise NotOurPart(detail, public_detail=detail)
        answer = Answer(origin, decision, reason[:2000], known.proof, known.at_ms)
        self._store.set_answer(project, answer)
        self._audit.note("", f"answer_{decision}", project, f"by {origin}")
        told = {"member": origin, "project": found.terms.name, "reason": answer.reason}
        self._messages.note(f"invitation_{decision}", project, told)

    def offered(self, origin: str, offer: Offer) -> None:
        """Take the description of a partner's data set."""
        self._project(origin, offer.project)
        if offer.member != origin:
            raise NotOurPart("an offer is made by its owner", public_detail="an offer is made by its owner")
        known = [other for other in self._store.offers(offer.project) if other.member == origin]
        if len(known) >= _MOST_OFFERS or len(offer.columns) > _MOST_COLUMNS:
            detail = f"at most {_MOST_OFFERS} data sets of {_MOST_COLUMNS} columns"
            raise InvalidInput(detail, public_detail=detail)
        self._store.put_offer(offer)

    def requested(self, origin: str, request: DataRequest) -> None:
        """Take a partner's request for one of our data sets; our people find it in their inbox."""
        self._project(origin, request.project)
        waiting = self._requests.page(asker=origin, owner=self._projects.member, status=WAITING)
        if len(waiting) >= _MOST_REQUESTS:
            detail = f"{_MOST_REQUESTS} requests of yours wait for an answer"
            raise ResourceExhausted(detail, public_detail=detail)
        if self._requests.add(request):
            self._audit.note("", "data_requested", request.request, f"by {origin}: {request.data_set}")
            self._messages.waits("data_request", request.request, origin)

    def request_answered(
        self, origin: str, request: str, *, approve: bool, reason: str, consent: str, granted: Granted | None
    ) -> None:
        """Take the owner's answer to our request; the ledger must hold it."""
        found = self._requests.find(request)
        if found is None or found.owner != origin or found.asker != self._projects.member:
            raise UnknownRequest(f"{origin} answers {request}", public_detail="we have asked you nothing like that")
        entry = self._union.entry("consent", consent, origin)
        decision = "accept" if approve else "refuse"
        if (
            entry is None
            or entry.member != origin
            or entry.body.get("project") != found.project
            or entry.body.get("data_set") != found.data_set
            or entry.body.get("decision") != decision
            or (granted is not None and not _same_terms(granted, entry.body))
        ):
            detail = "the ledger does not hold this decision"
            raise NotOurPart(detail, public_detail=detail)
        decided = replace(
            found,
            status=APPROVED if approve else NOT_GRANTED,
            reason=reason[:2000],
            decided_ms=entry.time_ms,
            consent=consent,
            proof=Proof(entry.transaction, entry.block),
            granted=granted if approve else None,
        )
        if self._requests.decide(decided):
            self._audit.note("", f"request_{decided.status}", request, f"by {origin}")
            told = {
                "member": origin,
                "data_set": found.data_set,
                "name": self._names.of(found),
                "reason": decided.reason,
            }
            narrowed = decided.granted is not None and decided.granted.narrowed
            self._messages.note("request_narrowed" if narrowed else f"request_{decided.status}", found.project, told)

    def project_changed(self, origin: str, project: str) -> None:
        """Look at a project's record again: its promoter has closed it."""
        found = self._project(origin, project)
        entry = self._union.entry("project", project)
        if entry is None or entry.member != found.terms.promoter or entry.status != CLOSED:
            return
        if found.status != CLOSED:
            self._store.set_status(project, CLOSED)
            self._audit.note("", "project_closed", project, f"by {origin}")
            self._messages.note("project_closed", project, {"member": origin, "project": found.terms.name})

    def shared(self, shared: Shared, *, withdrawn: bool) -> None:
        """Take the description of a data set that its owner shows to us."""
        if withdrawn:
            self._shared.drop(shared.member, shared.data_set)
            return
        if len(self._shared.of(shared.member)) >= _MOST_SHARED or len(shared.columns) > _MOST_COLUMNS:
            detail = f"at most {_MOST_SHARED} data sets of {_MOST_COLUMNS} columns"
            raise InvalidInput(detail, public_detail=detail)
        self._shared.put(shared)

    def announced(self, origin: str, project: str, model: str) -> None:
        """Note that a partner announces a model."""
        self._project(origin, project)
        self._audit.note("", "model_announced", project, f"by {origin}: {model}")
        self._messages.note("model_announced", project, {"member": origin, "model": model})

    def _project(self, origin: str, project: str) -> Project:
        found = self._store.find(project)
        if found is None or origin not in found.members:
            # The same words whether it exists or not.
            raise UnknownProject(
                f"{origin} speaks of {project}", public_detail="there is no such project of yours here"
            )
        return found


def _same_terms(granted: Granted, body: Mapping[str, object]) -> bool:
    """Whether the owner tells us what it has put on the ledger."""
    columns_hash = hashlib.sha256(canonical.dumps(list(granted.columns))).hexdigest()
    told = (granted.runs, granted.expires_ms, granted.newer_versions, columns_hash)
    return told == (
        body.get("runs"),
        body.get("expires_ms", 0),
        body.get("newer_versions", False),
        body.get("columns_hash"),
    )
