"""One shape for everything that waits for somebody's decision."""

from dataclasses import dataclass, field

from board.domain.data_sets import Proof
from board.domain.permits import Permit

INVITATION, DATA_REQUEST, JOB, ACCOUNT = "invitation", "data_request", "job", "account"


@dataclass(frozen=True, slots=True)
class Approval:
    """Something to decide, or that was decided; `waiting_for` is us or another member."""

    kind: str
    id: str
    asker: str  # a member; for an account, its name
    title: str
    created_ms: int
    status: str
    project: str = ""
    purpose: str = ""
    deadline_ms: int = 0
    waiting_for: tuple[str, ...] = ()
    joins: tuple[str, ...] = ()  # members that a change of the project's terms adds
    parties: tuple[str, ...] = ()
    arbiters: tuple[str, ...] = ()  # of these parties those that bring no data and hold keys in some node
    components: tuple[str, ...] = ()  # "name==version" that may run
    permits: tuple[Permit, ...] = ()
    reason: str = ""
    decided_ms: int = 0
    decided_by: str = ""
    proof: Proof = field(default_factory=Proof)
    narrowed: bool = False  # less was granted than was asked for
