"""Consents to later runs: how many, how many a day, and that one run uses one up, whatever is tried again."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

import fusion.store.migrations
from common.errors import InvalidInput
from common.rpc.wire import now_ms
from common.sql import open_database
from fusion.domain.asking import AlsoNext
from fusion.domain.errors import ConsentDiffers
from fusion.service import consents as module
from fusion.service.consents import Consents
from fusion.store.sql_schedules import SqlConsentStore, SqlScheduleStore
from fusion.tests.test_inbox import TASK

RUN = replace(TASK, schedule="5" * 32)
DAY_MS = 86_400_000


@pytest.fixture
def consents(tmp_path: Path) -> Iterator[Consents]:
    engine = open_database(f"sqlite:///{tmp_path}/fusion.db", migrations=Path(fusion.store.migrations.__file__).parent)
    yield Consents(SqlConsentStore(engine), SqlScheduleStore(engine))
    engine.dispose()


def _run(number: int) -> module.Task:
    return replace(RUN, task=f"{number:032x}")


def _give(consents: Consents, runs: int, a_day: int = 0) -> None:
    consents.give(RUN, AlsoNext(now_ms() + 30 * DAY_MS, runs, a_day))


def test_a_run_that_is_tried_again_uses_up_one(consents: Consents) -> None:
    _give(consents, 2)
    for _ in range(5):
        consents.use(_run(1))
    assert consents.all()[0].used == 1
    consents.use(_run(2))
    consents.use(_run(1))
    with pytest.raises(ConsentDiffers, match="used up"):
        consents.use(_run(3))


def test_a_pace_holds_for_any_24_hours(consents: Consents, monkeypatch: pytest.MonkeyPatch) -> None:
    _give(consents, 100, 2)
    now = now_ms()
    for number, hour in enumerate((0, 20)):
        monkeypatch.setattr(module, "now_ms", lambda hour=hour: now + hour * 3_600_000)
        consents.use(_run(number))
    monkeypatch.setattr(module, "now_ms", lambda: now + 23 * 3_600_000)
    with pytest.raises(ConsentDiffers, match="2 runs within a day"):
        consents.use(_run(7))
    consents.use(_run(1))  # one that was accepted before
    monkeypatch.setattr(module, "now_ms", lambda: now + 25 * 3_600_000)
    consents.use(_run(7))
    with pytest.raises(ConsentDiffers, match="within a day"):
        consents.use(_run(8))
    assert [use.task for use in consents.all()[0].recent] == [_run(1).task, _run(7).task], "little is kept"


def test_runs_that_come_at_once_are_counted_one_by_one(consents: Consents, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_TRIES", 100)
    _give(consents, 100, 5)

    def used(number: int) -> bool:
        try:
            consents.use(_run(number))
        except ConsentDiffers:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(used, range(24))) == 5
    assert consents.all()[0].used == 5


def test_a_pause_and_an_end_stop_it(consents: Consents) -> None:
    _give(consents, 5)
    consents.enable(consents.all()[0], enabled=False)
    with pytest.raises(ConsentDiffers, match="paused"):
        consents.use(_run(1))
    consents.give(RUN, AlsoNext(now_ms() - 1, 5))
    with pytest.raises(ConsentDiffers, match="over"):
        consents.use(_run(1))


@pytest.mark.parametrize(("runs", "a_day"), [(0, 0), (10_001, 0), (1, -1), (1, 1441)])
def test_limits_that_cannot_be_are_refused(consents: Consents, runs: int, a_day: int) -> None:
    with pytest.raises(InvalidInput, match="can be accepted in advance"):
        consents.check(RUN, AlsoNext(now_ms() + DAY_MS, runs, a_day))
