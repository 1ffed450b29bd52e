"""What other members' boards tell us; our gateway has proved `origin`, and no word is taken unchecked."""

from board.domain.data_sets import Proof
from board.domain.errors import NotOurPart, UnknownProject
from board.domain.projects import ACCEPTED, ACTIVE, REFUSED, Answer, Offer, Project, Terms
from board.service.audit import Audit
from board.service.clock import now_ms
from board.service.ports import Union
from board.service.projects import Projects
from board.store.base import ProjectStore
from common.errors import InvalidInput

_MOST_OFFERS = 200  # of one member in one project
_MOST_COLUMNS = 20_000


class Partners:
    """Invitations, answers and offers of other members."""

    def __init__(self, projects: Projects, store: ProjectStore, union: Union, audit: Audit) -> None:
        self._projects, self._store, self._union, self._audit = projects, store, union, audit

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
        project = Project(terms, ACTIVE, now_ms(), "", Proof(entry.transaction, entry.block))
        if self._store.add(project):
            self._audit.note("", "invited", terms.project, f"by {origin}")

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

    def requested(self, origin: str, project: str, data_set: str, message: str) -> None:
        """Note that a partner asks for a data set; our people read it in the audit log."""
        self._project(origin, project)
        self._audit.note("", "data_set_requested", project, f"by {origin}: {data_set} {message[:500]}")

    def announced(self, origin: str, project: str, model: str) -> None:
        """Note that a partner announces a model."""
        self._project(origin, project)
        self._audit.note("", "model_announced", project, f"by {origin}: {model}")

    def _project(self, origin: str, project: str) -> Project:
        found = self._store.find(project)
        if found is None or origin not in found.members:
            # The same words whether it exists or not.
            raise UnknownProject(
                f"{origin} speaks of {project}", public_detail="there is no such project of yours here"
            )
        return found
