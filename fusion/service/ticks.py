"""When a schedule is due."""

from common.cron import trigger_of, upcoming
from fusion.domain.errors import BadSchedule


def next_tick(cron: str, until_ms: int, after_ms: int) -> int:
    """Return the next tick, 0 when there is no more."""
    try:
        found = upcoming(trigger_of(cron), 1, after_ms)
    except ValueError as problem:
        raise BadSchedule(f"{cron[:100]!r}: {problem}") from problem
    return found[0] if found and found[0] < until_ms else 0
