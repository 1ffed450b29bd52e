"""Requests for data: ask a partner for the use of its data set, and decide what a partner asks of us."""

import secrets
from collections.abc import Sequence
from dataclasses import replace

from board.domain.data_sets import Proof
from board.domain.errors import AlreadyDecided, InvalidFields, NotOurPart, ProjectNotOpen, ReasonMissing, UnknownRequest
from board.domain.permits import Permit
from board.domain.projects import ACCEPTED
from board.domain.requests import APPROVED, PENDING, REFUSED, DataRequest
from board.service.audit import Audit
from board.service.clock import now_ms
from board.service.consents import Consents
from board.service.data_sets import DataSets
from board.service.outbox import Outbox
from board.service.ports import Union
from board.service.projects import Projects
from board.store.letters import RequestStore
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

    def decide(self, request: str, *, approve: bool, reason: str, by: str) -> DataRequest:
        """Approve or refuse; the decision stands on the ledger, then the asker is told.

        Raises
        ------
        ReasonMissing
            A refusal without a reason.
        AlreadyDecided
            It has been answered.
        """
        found = self.find(request)
        if found.owner != self._projects.member:
            raise NotOurPart("only the owner of the data decides")
        if found.status != PENDING:
            raise AlreadyDecided(f"request {request} is {found.status}")
        if not approve and not reason.strip():
            raise ReasonMissing
        record, proof = self._approve(found, by) if approve else self._refuse(found)
        decided = replace(
            found,
            status=APPROVED if approve else REFUSED,
            reason=reason,
            decided_ms=now_ms(),
            decided_by=by,
            consent=record,
            proof=proof,
        )
        if not self._store.decide(decided):
            if approve:
                self._consents.revoke(record, by)  # two people at once: the first decision holds
            raise AlreadyDecided(f"request {request} has been decided in the meantime")
        self._audit.note(by, f"request_{decided.status}", request, proof.transaction)
        answer = pb.AnswerRequestRequest(request=request, approve=approve, reason=reason, consent=record)
        self._outbox.put(found.asker, "AnswerRequest", answer)
        return decided

    def _approve(self, request: DataRequest, by: str) -> tuple[str, Proof]:
        data_set = self._data_sets.find(request.data_set)
        consent = self._consents.give_permit(request.permit(data_set), data_set, by)
        offered = {offer.data_set for offer in self._projects.offers(request.project)}
        if request.data_set not in offered:
            self._projects.offer(request.project, data_set, by)
        return consent.consent, consent.proof

    def _refuse(self, request: DataRequest) -> tuple[str, Proof]:
        body = {
            "consent": request.request,
            "project": request.project,
            "member": self._projects.member,
            "decision": "refuse",
            "terms_hash": self._projects.find(request.project).terms.hash,
            "data_set": request.data_set,
        }
        return request.request, self._union.submit("consent", request.request, body)
