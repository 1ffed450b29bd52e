"""What people ask for, and with what they accept."""

from dataclasses import dataclass, field
from typing import Any

from fusion.domain.models import AUTO


@dataclass(frozen=True, slots=True)
class Repeat:
    """When a proposal is made again: five cron fields in UTC, and until when."""

    cron: str
    until_ms: int


@dataclass(frozen=True, slots=True)
class NewTask:
    """What a person asks for."""

    partner: str
    data_set: str
    columns: tuple[str, ...]
    name: str = ""
    role: str = "receiver"
    protocol: str = AUTO
    learns: str = "receiver"
    partner_rows_at_most: int = 0
    key_rule: dict[str, Any] = field(default_factory=dict)
    hashed_here: bool = False
    pre_check: bool = True
    columns_of_result: tuple[str, ...] = ()
    repeat: Repeat | None = None
    schedule: str = ""  # set where a schedule asks
    value_column: str = ""
    value_decimals: int = 0
    empty_as_zero: bool = False


@dataclass(frozen=True, slots=True)
class Taken:
    """With which rows of ours a proposal is accepted.

    Parameters
    ----------
    hashed_here
        The columns hold hashes already, see `KeyRule.key`.
    value_column
        Whose sum is told, where we are the sender of one.
    empty_as_zero
        An empty value of a row with an id counts as zero.
    """

    data_set: str
    columns: tuple[str, ...]
    columns_of_result: tuple[str, ...] = ()
    hashed_here: bool = False
    value_column: str = ""
    empty_as_zero: bool = False


@dataclass(frozen=True, slots=True)
class AlsoNext:
    """Until when, and how often, later runs of a schedule are accepted without asking; 0 a day: no such limit."""

    until_ms: int
    runs_at_most: int
    runs_a_day_at_most: int = 0


@dataclass(frozen=True, slots=True)
class Sketch:
    """What somebody might propose: both sizes, and where it is known, with whom and with which rows.

    Parameters
    ----------
    partner
        Whose way is measured, and whose tables are looked at; empty: a usual way is assumed.
    data_set, columns, key_rule, hashed_here
        Of what our table would be made, where we are the sender; without columns: of none.
    """

    ids: int
    partner_ids: int
    learns: str
    role: str
    partner: str = ""
    data_set: str = ""
    columns: tuple[str, ...] = ()
    key_rule: dict[str, Any] = field(default_factory=dict)
    hashed_here: bool = False
