"""What partners are to be told: in order, again and again, and one refusal does not hold up the rest."""

from typing import Any

import pytest

from board.service import outbox as service
from board.tests.house import House
from common.errors import PermissionDenied, Unavailable
from proto.board.v1 import board_pb2 as pb


class Line:
    """Stands for the gateway's way to one member."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.trouble: dict[str, Exception] = {}

    def call(self, member: str, method: str, request: bytes) -> None:
        project = pb.AnswerInvitationRequest.FromString(request).project
        if project in self.trouble:
            raise self.trouble[project]
        self.told.append(project)


@pytest.fixture
def line(bank: House, monkeypatch: pytest.MonkeyPatch) -> Line:
    made = Line()
    monkeypatch.setattr(bank.gateway, "call", made.call)
    for project in ("one", "two", "three"):
        bank.board.outbox.put("bureau", "AnswerInvitation", pb.AnswerInvitationRequest(project=project))
    return made


def rounds(bank: House, count: int, monkeypatch: pytest.MonkeyPatch, step_ms: int = 60_000) -> None:
    clock: Any = service.now_ms
    start = clock()
    for number in range(count):
        monkeypatch.setattr(service, "now_ms", lambda number=number: start + number * step_ms)
        bank.board.outbox.deliver_due()


def test_in_order_after_an_outage(bank: House, line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    line.trouble["one"] = Unavailable("the line is down")
    rounds(bank, 8, monkeypatch)
    assert line.told == [], "nothing overtakes while the line is down"
    assert bank.board.outbox.waiting()[0].attempts == 8
    line.trouble.clear()
    rounds(bank, 12, monkeypatch)
    assert line.told == ["one", "two", "three"]


def test_a_refusal_lets_the_others_pass(bank: House, line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    line.trouble["one"] = PermissionDenied("not yet")
    rounds(bank, 8, monkeypatch)
    assert line.told == ["two", "three"]
    line.trouble.clear()
    rounds(bank, 10, monkeypatch)
    assert line.told == ["two", "three", "one"]


def test_after_a_week_it_is_given_up_and_the_log_says_so(
    bank: House, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    line.trouble = {name: Unavailable("gone") for name in ("one", "two", "three")}
    rounds(bank, 8, monkeypatch, step_ms=2 * 24 * 3600 * 1000)
    assert bank.board.outbox.waiting() == []
    assert [entry.action for entry in bank.board.audit.page(0, 3)] == ["delivery_given_up"] * 3
