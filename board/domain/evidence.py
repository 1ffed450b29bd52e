"""What belongs to the evidence of a job; the board gathers by it, and an auditor looks by it for what was left out."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

FORMAT = "hanse-evidence/1"
MEMBER, DATA_RESOURCE, PROJECT, CONSENT, ADMISSION, ANCHOR = 1, 2, 3, 4, 5, 6


def anchor_id(job: str, member: str) -> str:
    """Return the id of a member's anchor of a job, which every party can look up."""
    return f"{job}.{member}"


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
        if kind in (MEMBER, ADMISSION):
            return True
        if kind == DATA_RESOURCE:
            return record_id in self.data_sets
        if kind == PROJECT:
            return record_id == self.project
        if kind == CONSENT:
            return body.get("project") == self.project
        return kind == ANCHOR and body.get("job") in self.jobs
