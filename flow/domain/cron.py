"""Days of the week as cron counts them, from Sunday on; APScheduler, which counts from Monday on, is given names."""

_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")


def named_days(cron: str) -> str:
    """Return five cron fields with the days of the week by name; 0 and 7 are Sunday, "fri-mon" goes over the weekend.

    Raises
    ------
    ValueError
        The last field names no days of the week.
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
