"""Five cron fields as a trigger of APScheduler: days of the week as cron counts them, and when it is due next."""

import zoneinfo
from datetime import UTC, datetime

from apscheduler.triggers.cron import CronTrigger

_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")


def trigger_of(cron: str, timezone: str = "UTC") -> CronTrigger:
    """Read five cron fields.

    Raises
    ------
    ValueError
        They are none, or there is no such time zone.
    """
    try:
        return CronTrigger.from_crontab(_named_days(cron), timezone=zoneinfo.ZoneInfo(timezone))
    except (KeyError, zoneinfo.ZoneInfoNotFoundError) as problem:
        raise ValueError(str(problem)) from problem


def upcoming(trigger: CronTrigger, count: int, after_ms: int | None = None) -> list[int]:
    """Return when it is due next, in milliseconds, at most so many times; later than a moment, by default now."""
    found: list[int] = []
    now = datetime.now(UTC) if after_ms is None else datetime.fromtimestamp(after_ms / 1000 + 0.001, UTC)
    last = None
    while len(found) < count:
        last = trigger.get_next_fire_time(last, now)
        if last is None:
            break
        now = last
        found.append(int(last.timestamp() * 1000))
    return found


def _named_days(cron: str) -> str:
    """Return five cron fields with the days of the week by name; 0 and 7 are Sunday, "fri-mon" goes over the weekend.

    APScheduler counts them from Monday on.
    """
    *others, days = cron.split()
    if days == "*":
        return cron
    found = {_DAYS[number % 7] for part in days.split(",") for number in _numbers(part)}
    return " ".join([*others, ",".join(day for day in _DAYS if day in found)])


def _numbers(part: str) -> range:
    span, stepped, step = part.partition("/")
    first, ranged, last = span.partition("-")
    if span == "*":
        first = "0"
    if not ranged and (span == "*" or stepped):  # "1/2" goes on to the week's end
        ranged, last = "-", "6"
    begin, end = _number(first), _number(last) if ranged else _number(first)
    return range(begin, (end if end >= begin else end + 7) + 1, int(step) if stepped else 1)


def _number(day: str) -> int:
    if day.lower() in _DAYS:
        return _DAYS.index(day.lower())
    if day in tuple("01234567"):
        return int(day)
    raise ValueError(f"{day!r} is no day of the week")
