"""What one member asks of another's data, and what is granted of it."""

from dataclasses import dataclass, field, replace

from board.domain.data_sets import DataSet, Proof
from board.domain.errors import InvalidFields
from board.domain.permits import Permit

PENDING, APPROVED, REFUSED, WITHDRAWN = "pending", "approved", "refused", "withdrawn"


@dataclass(frozen=True, slots=True)
class Granted:
    """The terms of an approval; a request asks for the same kind of thing."""

    columns: tuple[str, ...]
    runs: int | None  # None: any number
    expires_ms: int  # 0: as long as the project
    newer_versions: bool
    narrowed: bool = False  # less than was asked for

    @classmethod
    def of(cls, permit: Permit) -> "Granted":
        """Return the terms of a permit."""
        return cls(permit.columns, permit.runs, permit.expires_ms, permit.newer_versions, permit.narrowed)

    def narrow(self, permit: Permit) -> Permit:
        """Return the permit with these terms, of which none may go beyond what was asked; raises InvalidFields."""
        wider = {
            "columns": not self.columns or not set(self.columns) <= set(permit.columns),
            "runs": permit.runs is not None and (self.runs is None or self.runs > permit.runs),
            "expires_ms": permit.expires_ms > 0 and not 0 < self.expires_ms <= permit.expires_ms,
            "newer_versions": self.newer_versions and not permit.newer_versions,
        }
        wrong = [name for name, beyond in wider.items() if beyond]
        if wrong:
            raise InvalidFields(f"{', '.join(wrong)}: an approval grants something, and no more than was asked for")
        columns = tuple(name for name in permit.columns if name in self.columns)
        narrower = replace(
            permit, columns=columns, runs=self.runs, expires_ms=self.expires_ms, newer_versions=self.newer_versions
        )
        return permit if narrower == permit else replace(narrower, narrowed=True)


@dataclass(frozen=True, slots=True)
class DataRequest:
    """A member asks for the use of another member's data set in a project."""

    request: str
    project: str
    asker: str
    owner: str
    data_set: str
    columns: tuple[str, ...]  # empty: all but the id
    components: tuple[str, ...]
    runs: int | None
    expires_ms: int
    purpose: str
    status: str
    created_ms: int
    created_by: str = ""  # the account at the asker; not known at the owner
    reason: str = ""
    decided_ms: int = 0
    decided_by: str = ""
    consent: str = ""  # the record of the decision
    proof: Proof = field(default_factory=Proof)
    newer_versions: bool = False  # asks for versions to come, too
    granted: Granted | None = None  # of an approval

    def permit(self, data_set: DataSet) -> Permit:
        """Return what an approval would allow now."""
        return Permit(
            self.project,
            data_set.data_set,
            data_set.name,
            data_set.version,
            self.columns or data_set.usable_columns,
            self.components,
            self.runs,
            self.expires_ms,
            newer_versions=self.newer_versions,
        )
