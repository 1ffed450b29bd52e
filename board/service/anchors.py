"""Anchors: once a job has ended, its digests go on the ledger under our signature, so that nobody rewrites it later."""

import hashlib
import threading
from dataclasses import dataclass

import structlog

from board.domain.audit import Line
from board.domain.models import Model
from board.domain.projects import Consent
from board.service.audit import Audit
from board.service.models import Models
from board.service.ports import Flow, Kernel, Union
from board.service.proposals import proposal_of
from board.service.specs import frozen, own_part
from board.store.base import ConsentStore, DataSetStore
from common.errors import DeadlineExceeded, HanseError, Unavailable
from common.loops import Loop
from ledger.evidence import anchor_id, digest
from proto.flow.v1 import flow_pb2 as pb

log = structlog.get_logger()
ENDED = ("succeeded", "failed", "stopped", "timed_out")
_ANCHORED = "job_anchored"
_AGAIN_S = 30.0
_AWAY = (Unavailable.status, DeadlineExceeded.status)
_LOOK_BACK = 200


@dataclass(frozen=True, slots=True)
class Part:
    """A model part of ours and its digest."""

    model: Model
    sha256: str


class Anchors:
    """Puts ended jobs on the ledger; a union that is away is asked again until it takes them."""

    def __init__(
        self,
        member: str,
        flow: Flow,
        kernel: Kernel,
        union: Union,
        models: Models,
        consents: ConsentStore,
        data_sets: DataSetStore,
        audit: Audit,
    ) -> None:
        self._member, self._flow, self._kernel, self._union = member, flow, kernel, union
        self._models, self._consents, self._data_sets, self._audit = models, consents, data_sets, audit
        self._lock, self._anchoring = threading.Lock(), threading.Lock()
        self._waiting: set[str] = set()
        self._looked_back = False
        self._loop = Loop("anchors", self._round)

    def start(self) -> None:
        """Take up what ended while nobody looked, and go on."""
        self._loop.start()

    def close(self) -> None:
        """Stop; what is left is found again at the next start."""
        self._loop.close()

    def ended(self, job: str) -> None:
        """Anchor a job soon."""
        with self._lock:
            self._waiting.add(job)
        self._loop.ring()

    def anchor(self, job: str) -> bool:
        """Put an ended job on the ledger unless it stands there as it is; returns whether it does now."""
        found = self._flow.get(job)
        if found.state not in ENDED:
            return False
        with self._anchoring:
            if not self._anchored(job, found.state):
                self._submit(found)
        return True

    def _submit(self, found: pb.Job) -> None:
        job = found.spec.job
        until = self._audit.newest()
        body: dict[str, object] = {
            "anchor": anchor_id(job, self._member),
            "member": self._member,
            "project": found.spec.project,
            "job": job,
            "state": found.state,
            "spec_hash": digest(frozen(found.spec)),
            "own_hash": digest(own_part(found.spec, self._member)),
            "data_sets": {use.data_set: use.version for use in proposal_of(found.spec, self._member).uses},
            # Names of columns are for the owner and its auditor; the digest keeps it from telling them otherwise later.
            "columns": {name: digest(columns) for name, columns in self.columns_of(found.spec).items()},
            "consents": [consent.consent for consent in self.consents_of(found.spec)],
            "models": {part.model.task: part.sha256 for part in self.parts(found)},
            "audit_until": until,
            "audit_hash": digest([line.hash for line in self.lines(found.spec, until)]),
        }
        newer_than = self._newer_than(found.spec)
        if newer_than:
            body["newer_than"] = newer_than
        proof = self._union.submit("anchor", anchor_id(job, self._member), body)
        self._audit.note("", _ANCHORED, job, f"{found.state}, {proof.transaction}")

    def _newer_than(self, spec: pb.JobSpec) -> dict[str, list[str]]:
        """Say of which data sets, that our consents name, others are newer versions: so an auditor can join both."""
        used = self.consents_of(spec)
        found = {use.data_set: self._data_sets.find(use.data_set) for use in proposal_of(spec, self._member).uses}
        older = {
            name: sorted({one.data_set for one in used if one.data_set != name and one.names(data_set)})
            for name, data_set in found.items()
            if data_set is not None
        }
        return {name: named for name, named in older.items() if named}

    def consents_of(self, spec: pb.JobSpec) -> list[Consent]:
        """Return our consents that allowed a job."""
        given = self._consents.of_project(spec.project)
        return sorted((one for one in given if spec.job in one.used_by), key=lambda one: one.consent)

    def columns_of(self, spec: pb.JobSpec) -> dict[str, list[str]]:
        """Return the columns that a job read of each data set of ours, sorted; nothing of those that are deleted."""
        read: dict[str, set[str]] = {}
        for use in proposal_of(spec, self._member).uses:
            data_set = self._data_sets.find(use.data_set)
            if data_set is not None:
                read.setdefault(use.data_set, set()).update(use.columns_of(data_set))
        return {name: sorted(columns) for name, columns in read.items()}

    def parts(self, job: pb.Job) -> list[Part]:
        """Return our parts of the models that a job made, with their digests."""
        if job.state != "succeeded":
            return []
        self._models.learn(job.spec.job)
        found = []
        for model in self._models.of_job(job.spec):
            hashed = hashlib.sha256()
            for chunk in self._kernel.output(model.job, model.task, model.output, "model"):
                hashed.update(chunk)
            found.append(Part(model, hashed.hexdigest()))
        return found

    def lines(self, spec: pb.JobSpec, until: int) -> list[Line]:
        """Return the lines of our audit log about a job: its project, consents, data sets and itself."""
        ours = proposal_of(spec, self._member).uses
        consents = (consent.consent for consent in self.consents_of(spec))
        subjects = {spec.job, spec.project, *consents, *(use.data_set for use in ours)}
        return self._audit.about(subjects, until)

    def _anchored(self, job: str, state: str) -> bool:
        lines = self._audit.about([job], self._audit.newest())
        told = [line.detail for line in lines if line.action == _ANCHORED]
        # A job that was resumed ends again.
        return bool(told) and told[-1].startswith(f"{state}, ")

    def _round(self) -> float | None:
        self._looked_back = self._looked_back or self._look_back()
        self._work_off()
        return None if self._looked_back and not self._waiting else _AGAIN_S

    def _work_off(self) -> None:
        left = self._take()
        while left:
            try:
                self.anchor(left[0])
            except HanseError as error:
                log.warning("not_anchored", job=left[0], code=error.code)
                if error.status in _AWAY:
                    break  # for the others it is away, too
                # What is wrong with this job stays wrong; an export says it to people, and the next start tries again.
            left.pop(0)
        with self._lock:
            self._waiting.update(left)

    def _take(self) -> list[str]:
        with self._lock:
            taken, self._waiting = sorted(self._waiting), set()
        return taken

    def _look_back(self) -> bool:
        try:
            jobs, _ = self._flow.page(limit=_LOOK_BACK)
        except HanseError as error:
            log.info("flow_away", code=error.code)
            return False
        for job in jobs:
            if job.state in ENDED and not self._anchored(job.spec.job, job.state):
                self.ended(job.spec.job)
        return True
