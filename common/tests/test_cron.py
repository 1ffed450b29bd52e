"""Cron rules: days of the week as cron counts them, and what is due next."""

from datetime import UTC, datetime

import pytest

from common.cron import trigger_of, upcoming

MONDAY_MS = int(datetime(2026, 11, 30, 6, 0, tzinfo=UTC).timestamp() * 1000)
DAY_MS = 86_400_000


def _days(cron: str, count: int = 4) -> list[str]:
    found = upcoming(trigger_of(cron), count, MONDAY_MS)
    return [datetime.fromtimestamp(ms / 1000, UTC).strftime("%a") for ms in found]


def test_days_of_the_week_are_those_of_cron() -> None:
    assert _days("0 6 * * 0") == ["Sun"] * 4
    assert _days("0 6 * * 7") == ["Sun"] * 4
    assert _days("0 6 * * 1-5") == ["Tue", "Wed", "Thu", "Fri"]
    assert _days("0 6 * * fri-mon") == ["Fri", "Sat", "Sun", "Mon"]
    assert _days("0 6 * * */3") == ["Wed", "Sat", "Sun", "Wed"]


def test_what_is_due_at_a_moment_is_not_due_again_after_it() -> None:
    trigger = trigger_of("0 6 * * *")
    assert upcoming(trigger, 3, MONDAY_MS) == [MONDAY_MS + DAY_MS * day for day in (1, 2, 3)]
    assert upcoming(trigger, 1, MONDAY_MS - 1) == [MONDAY_MS]
    assert upcoming(trigger, 0, MONDAY_MS) == []


def test_days_that_never_come_are_never_due() -> None:
    assert upcoming(trigger_of("0 6 31 2 *"), 1, MONDAY_MS) == []


@pytest.mark.parametrize("cron", ["", "* * * *", "x * * * *", "0 6 * * 8", "0 6 * * mo", "60 * * * *", "0 0 * * 1/0"])
def test_what_is_no_cron_is_refused(cron: str) -> None:
    with pytest.raises(ValueError):
        trigger_of(cron)


def test_time_zones() -> None:
    (due,) = upcoming(trigger_of("0 6 * * *", "Asia/Shanghai"), 1, MONDAY_MS)
    assert due == MONDAY_MS + 16 * DAY_MS // 24  # 22:00 UTC
    with pytest.raises(ValueError, match="Nowhere"):
        trigger_of("0 6 * * *", "Europe/Nowhere")
