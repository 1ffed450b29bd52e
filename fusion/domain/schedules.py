"""What repeats: schedules of our own, and consents to later runs of a partner's."""

from dataclasses import dataclass
from typing import Any

from fusion.domain.models import Failure


@dataclass(frozen=True, slots=True)
class Schedule:
    """Proposals by the clock; `new` is what a `NewTask` is made of, with the data set's name in its place."""

    schedule: str
    name: str
    partner: str
    cron: str
    until_ms: int
    new: dict[str, Any]
    data_set_name: str
    created_ms: int
    next_ms: int  # the tick that is waited for; 0: there is no more
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class Run:
    """A tick, and the alignment that it proposed, or why there is none."""

    schedule: str
    due_ms: int
    task: str = ""
    problem: Failure | None = None


@dataclass(frozen=True, slots=True)
class Use:
    """An alignment that was accepted by a consent, and when."""

    task: str
    ms: int


@dataclass(frozen=True, slots=True)
class Consent:
    """What was accepted once, and may be accepted again without asking; `terms` must be the same.

    Parameters
    ----------
    runs_a_day_at_most
        Within 24 hours; 0: as many as `runs_at_most` lets.
    recent
        Uses of the last day, oldest first.
    """

    schedule: str
    partner: str
    terms: dict[str, Any]
    rows: int  # the partner's ids then
    data_set: str
    columns: tuple[str, ...]
    columns_of_result: tuple[str, ...]
    until_ms: int
    runs_at_most: int
    created_ms: int
    hashed_here: bool = False
    value_column: str = ""
    empty_as_zero: bool = False
    runs_a_day_at_most: int = 0
    recent: tuple[Use, ...] = ()
    used: int = 0
    enabled: bool = True
