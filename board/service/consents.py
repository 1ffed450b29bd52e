"""Consents: which of our data sets may be used by what, and for how long; each stands on the ledger."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import replace

from board.domain.data_sets import DataSet, Proof
from board.domain.errors import InvalidFields, ProjectNotOpen
from board.domain.permits import Permit
from board.domain.projects import ACCEPTED, ACTIVE, Consent, Project
from board.service.audit import Audit
from board.service.clock import now_ms
from board.service.ports import Union
from board.service.projects import Projects
from board.store.base import ConsentStore
from common import canonical
from common.errors import NotFound

_WITHDRAWN = "withdrawn"


class Consents:
    """What our people allow."""

    def __init__(self, store: ConsentStore, projects: Projects, union: Union, audit: Audit) -> None:
        self._store, self._projects, self._union, self._audit = store, projects, union, audit

    def give(
        self,
        project: str,
        data_set: DataSet,
        components: Sequence[str],
        runs: int | None,
        expires_ms: int,
        by: str,
        job: str = "",
        columns: Sequence[str] = (),
        *,
        newer_versions: bool = False,
        narrowed: bool = False,
        name: str = "",
    ) -> Consent:
        """Allow a data set's present version to be used in a project.

        Parameters
        ----------
        components
            "name==version" of the project's terms; all of them when none is named.
        columns
            Those that may be used; all but the id when none is named.
        newer_versions
            Whether versions to come may be used, too; of them no column that the present version has not.
        narrowed
            Whether this is less than was asked for; jobs that need more are refused and do not wait for a person.
        name
            The consent's id; one that an earlier try has left under it gets these terms. A new one when empty.
        """
        found = self._projects.find(project)
        if found.status != ACTIVE or found.answer_of(self._projects.member).decision != ACCEPTED:
            raise ProjectNotOpen("accept the invitation before you allow anything")
        foreign = sorted(set(components) - set(found.terms.components))
        if foreign:
            raise InvalidFields(f"components: {', '.join(foreign)} is not in the project's terms")
        if expires_ms and expires_ms <= now_ms():
            raise InvalidFields("expires_ms: lies in the past")
        unknown = sorted(set(columns) - set(data_set.usable_columns))
        if unknown:
            raise InvalidFields(f"columns: {', '.join(unknown)[:200]} is not in the data set")
        consent = Consent(
            consent=name or f"con-{secrets.token_hex(8)}",
            project=project,
            data_set=data_set.data_set,
            version=data_set.version,
            components=tuple(sorted(set(components))) or found.terms.components,
            runs=runs,
            expires_ms=expires_ms,
            status=ACTIVE,
            created_ms=now_ms(),
            created_by=by,
            job=job,
            used_by=(job,) if job else (),
            columns=tuple(dict.fromkeys(columns)) or (data_set.usable_columns if newer_versions else ()),
            newer_versions=newer_versions,
            series=data_set.first,
            number=data_set.number,
            narrowed=narrowed,
        )
        proof = self._record(consent, "accept", found.terms.hash)
        kept = replace(consent, proof=proof)
        self._store.put(kept)
        self._audit.note(by, "consent_given", consent.consent, f"{project}, {data_set.data_set}, {proof.transaction}")
        return kept

    def give_permit(self, permit: Permit, data_set: DataSet, by: str, name: str = "") -> Consent:
        """Allow exactly what a permit says; see `give` for the name."""
        if data_set.version != permit.version:
            raise InvalidFields(f"version: {data_set.name} has changed since this was asked")
        return self.give(
            permit.project,
            data_set,
            permit.components,
            permit.runs,
            permit.expires_ms,
            by,
            permit.job,
            permit.columns,
            newer_versions=permit.newer_versions,
            narrowed=permit.narrowed,
            name=name,
        )

    def leave(self, project: str, reason: str, by: str) -> Project:
        """Leave a project: all its consents end, then the acceptance is taken back; what has run stays."""
        for consent in self._store.of_project(project):
            self.revoke(consent.consent, by)
        return self._projects.answer(project, accept=False, reason=reason, by=by)

    def find(self, consent: str) -> Consent:
        """Return one; raises NotFound."""
        found = self._store.find(consent)
        if found is None:
            raise NotFound(f"there is no consent {consent}")
        return found

    def page(self, after: str, limit: int) -> list[Consent]:
        """Return a page, the newest first."""
        return self._store.page(after, limit)

    def of_project(self, project: str) -> list[Consent]:
        """Return those of a project."""
        return self._store.of_project(project)

    def use(self, consents: tuple[str, ...], job: str) -> bool:
        """Count a run of a job."""
        return self._store.use(consents, job, now_ms())

    def revoke(self, consent: str, by: str) -> None:
        """Allow no further job; it counts here at once, then on the ledger.

        Asked again, it makes up for a ledger that was away.
        """
        found = self.find(consent)
        if found.status == ACTIVE:
            self._store.revoke(consent)
            self._audit.note(by, "consent_revoked", consent, found.project)
        there = self._union.entry("consent", consent, self._projects.member)
        if there is None or there.body.get("decision") != _WITHDRAWN:
            self._record(found, _WITHDRAWN, self._projects.find(found.project).terms.hash)

    def take_back(self, consent: str, by: str) -> None:
        """End what an approval that a crash cut off has given, here and on the ledger; it may have come to neither."""
        if self._store.find(consent) is not None:
            self.revoke(consent, by)
            return
        there = self._union.entry("consent", consent, self._projects.member)
        if there is not None and there.body.get("decision") != _WITHDRAWN:
            self._union.submit("consent", consent, {**there.body, "decision": _WITHDRAWN})

    def _record(self, consent: Consent, decision: str, terms_hash: str) -> Proof:
        body: dict[str, object] = {
            "consent": consent.consent,
            "project": consent.project,
            "member": self._projects.member,
            "decision": decision,
            "terms_hash": terms_hash,
            "data_set": consent.data_set,
            "version": consent.version,
            "components": list(consent.components),
            "expires_ms": consent.expires_ms,
        }
        if consent.runs is not None:
            body["runs"] = consent.runs
        if consent.job:
            body["job"] = consent.job
        if consent.newer_versions:
            body["newer_versions"] = True
        if consent.columns:
            # Names of columns are for the parties; everybody else may check that they were these.
            body["columns_hash"] = hashlib.sha256(canonical.dumps(list(consent.columns))).hexdigest()
        return self._union.submit("consent", consent.consent, body)
