"""The evidence of a job in one file: what an auditor needs who has only a ledger's node besides it."""

from dataclasses import asdict
from typing import Any

from board.domain.errors import NotAnchored
from board.domain.projects import Terms
from board.service.anchors import Anchors
from board.service.audit import Audit
from board.service.clock import now_ms
from board.service.ports import Flow, SignedEntry, Union
from board.service.projects import Projects
from board.service.specs import frozen, own_part
from common import canonical
from ledger.evidence import FORMAT, Scope, anchor_id, digest
from ledger.record import Kind
from proto.flow.v1 import flow_pb2 as pb


class Evidence:
    """Gathers it."""

    def __init__(
        self, member: str, flow: Flow, union: Union, projects: Projects, anchors: Anchors, audit: Audit
    ) -> None:
        self._member, self._flow, self._union = member, flow, union
        self._projects, self._anchors, self._audit = projects, anchors, audit

    def of(self, subject: str, by: str) -> dict[str, Any]:
        """Return the evidence of a job, or of the job that made a model ("job.task").

        Raises
        ------
        NotAnchored
            The job has not ended.
        """
        name = subject.partition(".")[0]
        job = self._flow.get(name)
        if not self._anchors.anchor(name):
            raise NotAnchored(f"job {name} is {job.state}")
        records = self._records(job.spec)
        own = next(
            r for r in reversed(records) if r.kind == Kind.ANCHOR and r.record_id == anchor_id(name, self._member)
        )
        until = int(canonical.loads(own.body.encode())["audit_until"])
        federation = self._union.federation()
        told: dict[str, Any] = {
            "format": FORMAT,
            "subject": subject,
            "member": self._member,
            "made_ms": now_ms(),
            "federation": {"id": federation.federation_id, "salt": federation.salt.hex(), "head": federation.head},
            "terms": self._terms(job.spec, records, own.sequence).canonical(),
            "job": frozen(job.spec),
            "own": own_part(job.spec, self._member),
            "columns": self._anchors.columns_of(job.spec),
            "consents": [
                {"consent": consent.consent, "columns": list(consent.columns)}
                for consent in self._anchors.consents_of(job.spec)
            ],
            "models": [
                {"model": part.model.model, "task": part.model.task, "sha256": part.sha256}
                for part in self._anchors.parts(job)
            ],
            "audit": [asdict(line) for line in self._anchors.lines(job.spec, until)],
            "records": [asdict(record) for record in records],
        }
        told["seal"] = self._union.seal(subject, digest(told))
        self._audit.note(by, "evidence_exported", name)
        return told

    def _terms(self, spec: pb.JobSpec, records: list[SignedEntry], anchored: int) -> Terms:
        """Return the terms under which a job ran: its project may have got others since.

        What a move to another ledger copied bears the copy's time, but stands in its old order, before the anchor.
        """
        project = self._projects.find(spec.project)
        said = [record for record in records if record.kind == Kind.PROJECT and record.sequence < anchored]
        then = [record for record in said if record.time_ms <= spec.created_ms] or said
        agreed = canonical.loads(then[-1].body.encode()).get("terms_hash") if then else ""
        before = project.previous
        return before if before is not None and before.hash == agreed != project.terms.hash else project.terms

    def _records(self, spec: pb.JobSpec) -> list[SignedEntry]:
        scope = Scope(spec.project, frozenset(spec.data_versions), frozenset({spec.job, *spec.reused.values()}))
        found = [
            record
            for party in spec.parties
            for record in self._union.signed(party.member)
            if scope.covers(record.kind, record.record_id, canonical.loads(record.body.encode()))
        ]
        return sorted(found, key=lambda record: record.sequence)
