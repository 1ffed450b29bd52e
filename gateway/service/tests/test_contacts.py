"""Who is gone, who is merely slow."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from common.errors import DeadlineExceeded, HanseError, Unavailable
from gateway.service.contacts import Contacts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gateway.domain.messages import Announced


class ScriptedPeers:
    """Peers whose answer to a probe is set by the test."""

    def __init__(self) -> None:
        self.problem: HanseError | None = None
        self.probes = 0

    def hello(self, member: str, timeout_s: float) -> None:
        self.probes += 1
        if self.problem is not None:
            raise self.problem

    def resume_point(self, announced: Announced, timeout_s: float) -> tuple[bool, int]:
        return False, 0

    def deliver(self, announced: Announced, from_byte: int, chunks: Iterable[bytes], timeout_s: float) -> bool:
        return False

    def relay(self, member: str, method: str, request: bytes, timeout_s: float) -> bytes:
        return b""


@pytest.fixture
def peers() -> ScriptedPeers:
    return ScriptedPeers()


@pytest.fixture
def contacts(peers: ScriptedPeers) -> Iterator[Contacts]:
    made = Contacts(peers, gone_after_s=0.4, hung_after_s=30)
    yield made
    made.stop()


def test_nobody_is_probed_or_gone_without_need(peers: ScriptedPeers, contacts: Contacts) -> None:
    peers.problem = Unavailable("x")
    contacts.failed("bureau", time.monotonic() - 60, Unavailable("one old failure"))
    threading.Event().wait(0.1)
    assert peers.probes == 0
    assert not contacts.gone("bank")


def test_a_refusing_member_is_gone_after_a_while_and_back_at_once(peers: ScriptedPeers, contacts: Contacts) -> None:
    gone, back = threading.Event(), threading.Event()
    contacts.on_gone.append(gone.set)
    contacts.on_back.append(lambda _member: back.set())
    peers.problem = Unavailable("refused")
    with contacts.watching("bureau"):
        started = time.monotonic()
        assert gone.wait(5)
        assert 0.4 <= time.monotonic() - started < 2
        assert contacts.gone("bureau")
        peers.problem = None
        assert back.wait(5)
        assert not contacts.gone("bureau")


def test_a_slow_member_is_not_gone(peers: ScriptedPeers, contacts: Contacts) -> None:
    peers.problem = DeadlineExceeded("busy")
    with contacts.watching("bureau"):
        threading.Event().wait(1.0)
        assert peers.probes > 1
        assert not contacts.gone("bureau")


def test_a_failure_that_began_before_a_success_counts_for_nothing(contacts: Contacts) -> None:
    started = time.monotonic() - 10
    contacts.ok("bureau")
    contacts.failed("bureau", started, Unavailable("late"))
    assert not contacts.gone("bureau")
