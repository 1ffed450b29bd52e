"""What belongs to the evidence of a job, and its digests: the board gathers by them, an auditor proves by them."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from common import canonical
from ledger.record import Kind

FORMAT = "hanse-evidence/2"


def anchor_id(job: str, member: str) -> str:
    """Return the id of a member's anchor of a job, which every party can look up."""
    return f"{job}.{member}"


def digest(value: object) -> str:
    """SHA-256 of the canonical JSON of a value, hexadecimal."""
    return hashlib.sha256(canonical.dumps(value)).hexdigest()


def line_hash(sequence: int, time_ms: int, account: str, action: str, subject: str, detail: str, previous: str) -> str:
    """Return the digest that makes an audit log's line part of a chain."""
    return digest([sequence, time_ms, account, action, subject, detail, previous])


@dataclass(frozen=True, slots=True)
class Scope:
    """What a job is about.

    Parameters
    ----------
    project : str
        Its project.
    data_sets : frozenset of str
        The data sets that it read.
    jobs : frozenset of str
        Itself and the jobs whose outputs it took over.
    """

    project: str
    data_sets: frozenset[str]
    jobs: frozenset[str]

    def covers(self, kind: int, record_id: str, body: Mapping[str, Any]) -> bool:
        """Whether a record of one of the job's parties says something about the job."""
        if kind in (Kind.MEMBER, Kind.ADMISSION):
            return True
        if kind == Kind.DATA_RESOURCE:
            return record_id in self.data_sets
        if kind == Kind.PROJECT:
            return record_id == self.project
        if kind == Kind.CONSENT:
            return body.get("project") == self.project
        return kind == Kind.ANCHOR and body.get("job") in self.jobs
