"""Tables of the unbalanced protocol: a large set, hashed and masked once for many alignments with one partner."""

import re
from dataclasses import dataclass

from fusion.domain.key_rule import KeyRule
from fusion.domain.models import Failure

PROTOCOL = "unbalanced"
LEARNS = ("receiver", "both")  # whoever learns a size only would recognise rows of before
SALT_BYTES = 32
NAME = re.compile(r"[0-9a-f]{64}")
MOST_TOLD = 16  # names in a proposal
ROW_BYTES = 16  # of an id
MOST_IDS = 1 << 26  # a table is kept as one file

PREPARING = "preparing"
READY = "ready"
EXPIRED = "expired"
FAILED = "failed"
ROWS, SEED = "rows", "seed"  # a table's parts; only who prepared it has the latter


@dataclass(frozen=True, slots=True)
class Made:
    """Of what a table is made: it serves alignments of exactly this."""

    partner: str
    data_set: str
    columns: tuple[str, ...]
    key_rule: KeyRule
    hashed_here: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table that was prepared here for a partner, or a partner's that is kept here.

    Parameters
    ----------
    table
        Its id at this node.
    name
        What both nodes call it: SHA-256 of its rows; empty until it is made.
    partner_added_ms
        When the partner was added here: whoever comes later under the same name is somebody else.
    made
        None: it is the partner's.
    salt
        Ids are hashed under it, see `fusion.service.terms.table_key`.
    """

    table: str
    partner: str
    partner_added_ms: int
    state: str
    salt: bytes
    created_ms: int
    made: Made | None = None
    name: str = ""
    ids: int = 0
    bytes: int = 0
    progress: float = 0.0
    expires_ms: int = 0
    used_ms: int = 0
    uses: int = 0
    failure: Failure | None = None

    @property
    def made_here(self) -> bool:
        """Whether it is of a data set of this node."""
        return self.made is not None

    @property
    def last_ms(self) -> int:
        """When it was used last, or came to be: the oldest goes first."""
        return max(self.created_ms, self.used_ms)


def part_of(name: str) -> str:
    """Return which part of a table the kernel means: "table <name>" its rows, "table <name> seed" its key."""
    return SEED if name.endswith(f" {SEED}") else ROWS
