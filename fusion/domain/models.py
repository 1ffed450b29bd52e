"""Partners, data sets and alignments."""

from dataclasses import dataclass
from typing import Any

from common.errors import HanseError
from fusion.domain.identity import NodeIdentity
from fusion.domain.key_rule import KeyRule
from fusion.domain.shapes import Shapes

AUTO = "auto"  # who accepts chooses the protocol, by its plan
US = "us"


@dataclass(frozen=True, slots=True)
class Partner(NodeIdentity):
    """A partner's node as its operator gave it.

    Parameters
    ----------
    confirmed_ms
        When our operator confirmed the fingerprint; 0: not yet.
    confirmed_there
        Whether the partner's operator has confirmed ours, as their node last said.
    protocol_version, oldest_version
        What their node last said that it speaks; 0: nothing yet.
    """

    added_ms: int = 0
    confirmed_ms: int = 0
    confirmed_there: bool = False
    blocked_ms: int = 0
    block_reason: str = ""
    last_seen_ms: int = 0
    protocol_version: int = 0
    oldest_version: int = 0

    @property
    def state(self) -> str:
        """`unconfirmed`, `waiting` (confirmed here, not yet there), `confirmed` or `blocked`."""
        if self.blocked_ms:
            return "blocked"
        if not self.confirmed_ms:
            return "unconfirmed"
        return "confirmed" if self.confirmed_there else "waiting"


@dataclass(frozen=True, slots=True)
class Column:
    """A column's name and Arrow type."""

    name: str
    type: str


@dataclass(frozen=True, slots=True)
class DataSet:
    """Rows that were given to the node.

    Parameters
    ----------
    source
        csv, parquet, excel, postgresql or mysql.
    detail
        What of the source: the sheet, or the table.
    held_bytes, sha256
        Of the file in which the node holds the rows.
    """

    data_set: str
    name: str
    file_name: str
    rows: int
    columns: tuple[Column, ...]
    bytes: int
    added_ms: int
    source: str = "csv"
    detail: str = ""
    held_bytes: int = 0
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why an alignment failed, or what it waits for."""

    code: str
    detail: str
    hint: str = ""
    party: str = ""

    @classmethod
    def of(cls, error: HanseError) -> "Failure":
        """Keep an error."""
        return cls(error.code, error.detail, error.hint, error.party)


@dataclass(frozen=True, slots=True)
class Task:
    """An alignment as this node sees it.

    `ids` and `partner_rows` are the numbers of both sides' distinct ids, 0 until known; `learns` is a word of
    `kernel.protocol.psi.port.Learns`; `protocol` is as proposed, `protocol_chosen` what runs, empty until known.
    """

    task: str
    name: str
    partner: str
    role: str
    proposed_here: bool
    state: str
    protocol: str
    learns: str
    key_rule: KeyRule
    created_ms: int
    expires_ms: int
    changed_ms: int = 0
    ended_ms: int = 0
    phase: str = ""
    progress: float = 0.0
    waiting_for: str = ""
    data_set: str = ""
    columns: tuple[str, ...] = ()
    rows: int = 0
    ids: int = 0
    duplicates: int = 0
    rows_without_id: int = 0
    partner_rows: int = 0
    partner_rows_at_most: int = 0  # what the proposer takes
    salt: bytes = b""
    hashed_here: bool = False  # our columns hold hashes already, see KeyRule.key
    shapes: Shapes | None = None  # of the proposer's ids, see fusion.domain.shapes
    warning: str = ""
    intersection: int | None = None
    has_result: bool = False
    reason: str = ""
    failure: Failure | None = None
    untold: bool = False  # the partner does not know yet that we have ended
    protocol_chosen: str = ""
    partner_cores: int = 0  # the partner's machine as it told it, 0 and "" until then
    partner_vectors: str = ""
    plan: dict[str, Any] | None = None
    worked_ms: int = 0  # at work, or waiting for the partner's messages
    rate_ids_per_s: float = 0.0
    ends_about_ms: int = 0  # 0: nobody knows
    bytes_received: int = 0
    columns_of_result: tuple[str, ...] = ()  # besides the id's; empty: all
    schedule: str = ""
    repeat_cron: str = ""
    repeat_until_ms: int = 0
    by_consent: bool = False  # accepted, or to be accepted, as a later run on the same terms
    paused_here: bool = False
    paused_there: bool = False
    paused_ms: int = 0  # since when
    pause_untold: bool = False  # the partner does not know yet that we have paused, or go on
    trouble: Failure | None = None  # why it waits, where the partner's people are not the reason
    value_column: str = ""  # ours, where we are the sender of a sum
    value_decimals: int = 0
    empty_as_zero: bool = False
    at_least: int = 0  # fewest common ids whose sum is told
    total: str | None = None  # the sum, as a decimal text
    caution: str = ""  # what a further sum may tell
    table_name: str = ""  # of the sender's table that is offered, or once accepted used; see fusion.domain.prepared
    table_salt: bytes = b""
    table_kept: bool = False  # the receiver has it from an earlier alignment
    tables_kept: tuple[str, ...] = ()  # where the proposer is the receiver: names of the sender's that it keeps

    @property
    def paused(self) -> bool:
        """Whether either side has paused it."""
        return self.paused_here or self.paused_there

    @property
    def paused_by(self) -> str:
        """Who has paused it: `US` before the partner where both have."""
        return US if self.paused_here else self.partner if self.paused_there else ""

    @property
    def runs(self) -> str:
        """The protocol that runs."""
        return self.protocol_chosen or self.protocol

    @property
    def table(self) -> str:
        """What becomes of a table: `prepared` (offered), `sent` or `kept`; empty: there is none."""
        if not self.table_name:
            return ""
        return "prepared" if not self.both_sizes else "kept" if self.table_kept else "sent"

    @property
    def both_sizes(self) -> bool:
        """Whether both sides have accepted, and so know both sizes."""
        return self.ids > 0 and self.partner_rows > 0
