"""What one member asks of another's data."""

from dataclasses import dataclass, field

from board.domain.data_sets import DataSet, Proof
from board.domain.permits import Permit

PENDING, APPROVED, REFUSED, WITHDRAWN = "pending", "approved", "refused", "withdrawn"


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
