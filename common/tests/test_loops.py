"""Loops: no failure ends one, no ring is lost."""

import threading
from collections.abc import Callable

import pytest

from common import loops
from common.loops import Loop

_LONG_S = 10.0


def _run(step: Callable[[], float | None], done: threading.Event, **options: float) -> None:
    loop = Loop("test", step, **options)
    loop.start()
    try:
        assert done.wait(_LONG_S)
    finally:
        loop.close()


def test_a_failure_does_not_end_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loops, "_AFTER_ERROR_S", 0.0)
    rounds, done = [], threading.Event()

    def step() -> float | None:
        rounds.append(1)
        if len(rounds) < 3:
            raise RuntimeError("the database is away")
        done.set()
        return None

    _run(step, done)
    assert len(rounds) == 3


def test_a_ring_during_a_round_is_not_lost() -> None:
    rounds, done = [], threading.Event()

    def step() -> None:
        rounds.append(1)
        if len(rounds) == 1:
            loop.ring()
        else:
            done.set()

    loop = Loop("test", step)
    loop.start()
    assert done.wait(_LONG_S)
    loop.close()


def test_closed_before_its_first_round() -> None:
    rounds: list[int] = []
    loop = Loop("test", lambda: rounds.append(1), first_s=60.0)
    loop.start()
    loop.close()
    assert loop.closing
    assert not rounds


def test_closed_though_never_started() -> None:
    Loop("test", lambda: None).close()


def test_a_round_is_waited_for() -> None:
    entered, ended = threading.Event(), threading.Event()

    def step() -> None:
        entered.set()
        while not loop.closing:
            pass
        ended.set()

    loop = Loop("test", step)
    loop.start()
    assert entered.wait(_LONG_S)
    loop.close()
    assert ended.is_set()
