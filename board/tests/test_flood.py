"""What strangers do to a board stands in its audit log, and does not fill it."""

import re

import pytest

from board.api.http.operation import API
from board.domain.sampling import MOST, WINDOW_MS, Count, Sampling
from board.service.clock import now_ms
from board.tests.house import House

FLOOD = 300


def test_a_flood_of_strangers_is_counted_in_the_chain(bank: House, monkeypatch: pytest.MonkeyPatch) -> None:
    us = bank.admin()
    client = bank.app.test_client(use_cookies=False)
    before = bank.board.audit.newest()
    for number in range(FLOOD):
        body = {"token": f"guess-{number}", "account": "mallory", "password": "mallory's own secret"}
        assert client.post(f"{API}/setup", json=body).status_code == 403
    lines = bank.board.audit.newest() - before
    assert MOST < lines <= MOST + FLOOD.bit_length()
    told = us.get("/audit?action=suppressed")["items"]
    numbers = [int(re.match(r"(\d+) more", line["detail"])[1]) for line in told]  # type: ignore[index]
    assert numbers == sorted(numbers, reverse=True)
    assert (FLOOD - MOST) // 2 < numbers[0] <= FLOOD - MOST
    # Another kind of event is told all the same.
    assert client.post(f"{API}/sessions", json={"account": "admin", "password": "not it at all"}).status_code == 401
    assert us.get("/audit?action=sign_in_failed")["items"][0]["account"] == "admin"
    # Once the window is over, the whole number is told, by whatever is noted next.
    later = now_ms() + WINDOW_MS
    monkeypatch.setattr("board.service.audit.now_ms", lambda: later)
    bank.board.audit.note("admin", "audit_exported")
    newest = us.get("/audit?action=suppressed")["items"][0]
    assert newest["detail"].startswith(f"{FLOOD - MOST} more since ")
    assert newest["subject"] == "setup_refused"
    assert bank.board.audit.broken_at() == 0


def test_a_board_that_stops_writes_down_what_it_counted(bank: House) -> None:
    client = bank.app.test_client(use_cookies=False)
    bank.admin()
    for _ in range(MOST + 3):
        client.post(f"{API}/setup", json={"token": "no", "account": "mallory", "password": "mallory's own secret"})
    bank.board.audit.close()
    (newest,) = bank.board.audit.page(0, 1)
    assert (newest.action, newest.detail.partition(" ")[0]) == ("suppressed", "3")
    bank.board.audit.close()
    assert bank.board.audit.page(0, 1) == [newest]


def test_each_kind_has_its_own_windows() -> None:
    sampling = Sampling()
    assert [sampling.see("a", 0) for _ in range(MOST)] == [(True, None)] * MOST
    assert sampling.see("b", 0) == (True, None)
    seen = [sampling.see("a", 5) for _ in range(5)]
    assert [count.number for _, count in seen if count] == [1, 2, 4]
    assert not any(told for told, _ in seen)
    assert sampling.ended(WINDOW_MS - 1) == []
    assert sampling.ended(WINDOW_MS) == [Count("a", 5, 0)]
    assert sampling.see("a", WINDOW_MS) == (True, None)
