"""Requests for data: ask a partner for the use of its data set, and decide what a partner asks of us."""

import hashlib
import secrets
import threading
from collections.abc import Sequence
from dataclasses import replace

from board.domain.errors import AlreadyDecided, InvalidFields, NotOurPart, ProjectNotOpen, ReasonMissing, UnknownRequest
from board.domain.permits import Permit
from board.domain.projects import ACCEPTED
from board.domain.requests import APPROVED, PENDING, REFUSED, DataRequest, Granted
from board.service.audit import Audit
from board.service.clock import now_ms
from board.service.consents import Consents
from board.service.data_sets import DataSets
from board.service.outbox import Outbox, outgoing
from board.service.ports import Union
from board.service.projects import Projects
from board.store.letters import RequestStore
from common import canonical
from proto.board.v1 import board_pb2 as pb


class Requests:
    """What we ask, and what is asked of us."""

    def __init__(
        self,
        store: RequestStore,
        projects: Projects,
        data_sets: DataSets,
        consents: Consents,
        union: Union,
        outbox: Outbox,
        audit: Audit,
    ) -> None:
        self._store, self._projects, self._data_sets, self._consents = store, projects, data_sets, consents
        self._union, self._outbox, self._audit = union, outbox, audit
        self._deciding = threading.Lock()

    def ask(
        self,
        project: str,
        owner: str,
        data_set: str,
        purpose: str,
        by: str,
        *,
        columns: Sequence[str] = (),
        components: Sequence[str] = (),
        runs: int | None = None,
        expires_ms: int = 0,
        newer_versions: bool = False,
    ) -> DataRequest:
        """Ask a party of a project for the use of its data set; the answer comes through the boards."""
        found = self._projects.find(project)
        if owner == self._projects.member or owner not in found.members:
            raise InvalidFields(f"owner: {owner} is no partner in project {project}")
        if not found.open_at(now_ms()) or found.answer_of(self._projects.member).decision != ACCEPTED:
            raise ProjectNotOpen(f"project {project} is not open to us")
        foreign = sorted(set(components) - set(found.terms.components))
        if foreign:
            raise InvalidFields(f"components: {', '.join(foreign)} is not in the project's terms")
        if expires_ms and expires_ms <= now_ms():
            raise InvalidFields("expires_ms: lies in the past")
        request = DataRequest(
            request=f"req-{secrets.token_hex(8)}",
            project=project,
            asker=self._projects.member,
            owner=owner,
            data_set=data_set,
            columns=tuple(dict.fromkeys(columns)),
            components=tuple(sorted(set(components))) or found.terms.components,
            runs=runs,
            expires_ms=expires_ms,
            purpose=purpose,
            status=PENDING,
            created_ms=now_ms(),
            created_by=by,
            newer_versions=newer_versions,
        )
        self._store.add(request)
        self._audit.note(by, "data_requested", request.request, f"{owner}: {data_set}")
        self._outbox.put(
            owner,
            "RequestDataSet",
            pb.RequestDataSetRequest(
                project=project,
                data_set=data_set,
                message=purpose,
                request=request.request,
                columns=request.columns,
                components=request.components,
                runs=runs or 0,
                expires_ms=expires_ms,
                newer_versions=newer_versions,
            ),
        )
        return request

    def find(self, request: str) -> DataRequest:
        """Return one; raises UnknownRequest."""
        found = self._store.find(request)
        if found is None:
            raise UnknownRequest(f"there is no request {request}")
        return found

    def ours(self, status: str = "") -> list[DataRequest]:
        """Return what we have asked."""
        return self._store.page(asker=self._projects.member, status=status)

    def theirs(self, status: str = "") -> list[DataRequest]:
        """Return what is asked of us."""
        return self._store.page(owner=self._projects.member, status=status)

    def permit(self, request: DataRequest) -> Permit | None:
        """Return what approving would allow; None when the data set or a column is not here."""
        data_set = self._data_sets.look(request.data_set)
        if data_set is None or not set(request.columns) <= set(data_set.usable_columns):
            return None
        return request.permit(data_set)

    def decide(self, request: str, *, approve: bool, reason: str, by: str, terms: Granted | None = None) -> DataRequest:
        """Approve or refuse; the decision stands on the ledger, then the asker is told.

        After a crash it can be decided again: the consent of a request has one id, however often it is given.

        Parameters
        ----------
        terms
            What is granted when it is less than was asked for.

        Raises
        ------
        ReasonMissing
            A refusal without a reason.
        AlreadyDecided
            It has been answered.
        InvalidFields
            The terms go beyond what was asked for.
        """
        with self._deciding:  # two people at once: the first decision holds, and the second gives no consent
            found = self.find(request)
            if found.owner != self._projects.member:
                raise NotOurPart("only the owner of the data decides")
            if found.status != PENDING:
                raise AlreadyDecided(f"request {request} is {found.status}")
            if not approve and not reason.strip():
                raise ReasonMissing
            decided = replace(
                self._approved(found, terms, by) if approve else self._refused(found, by),
                reason=reason,
                decided_ms=now_ms(),
                decided_by=by,
            )
            if not self._store.decide(decided, outgoing(found.asker, "AnswerRequest", _answer(decided))):
                raise AlreadyDecided(f"request {request} has been decided in the meantime")
        self._outbox.ring()
        self._audit.note(by, f"request_{decided.status}", request, decided.proof.transaction)
        return decided

    def _approved(self, request: DataRequest, terms: Granted | None, by: str) -> DataRequest:
        data_set = self._data_sets.find(request.data_set)
        permit = request.permit(data_set)
        if terms is not None:
            permit = terms.narrow(permit)
        consent = self._consents.give_permit(permit, data_set, by, consent_id(request))
        # Once more even when it was offered: a crash may have come before the partners were told.
        self._projects.offer(request.project, data_set, by)
        granted = Granted.of(permit)
        return replace(request, status=APPROVED, consent=consent.consent, proof=consent.proof, granted=granted)

    def _refused(self, request: DataRequest, by: str) -> DataRequest:
        self._consents.take_back(consent_id(request), by)
        body = {
            "consent": request.request,
            "project": request.project,
            "member": self._projects.member,
            "decision": "refuse",
            "terms_hash": self._projects.find(request.project).terms.hash,
            "data_set": request.data_set,
        }
        proof = self._union.submit("consent", request.request, body)
        return replace(request, status=REFUSED, consent=request.request, proof=proof)


def consent_id(request: DataRequest) -> str:
    """Return the id of a request's consent, the same however often it is given.

    The asker chose the request's id; hashed, it hits no other consent of ours.
    """
    told = canonical.dumps(["consent of", request.owner, request.asker, request.request])
    return f"con-{hashlib.sha256(told).hexdigest()[:16]}"


def _answer(decided: DataRequest) -> pb.AnswerRequestRequest:
    answer = pb.AnswerRequestRequest(
        request=decided.request,
        approve=decided.status == APPROVED,
        reason=decided.reason,
        consent=decided.consent,
    )
    granted = decided.granted
    if granted is not None:
        answer.granted.columns.extend(granted.columns)
        answer.granted.runs, answer.granted.expires_ms = granted.runs or 0, granted.expires_ms
        answer.granted.newer_versions, answer.granted.narrowed = granted.newer_versions, granted.narrowed
    return answer
