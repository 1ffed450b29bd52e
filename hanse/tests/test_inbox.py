"""The inbox by command: grant less than was asked for, and decide about several at once."""

import time
from typing import Any

from board.tests.house import House
from board.tests.test_approvals import asked
from board.tests.test_story import deliver
from common.http.server import HttpServer
from hanse.cli.sign_in import keep
from hanse.tests.conftest import Run


def _serve(house: House, token: str) -> HttpServer:
    server = HttpServer("the board", "127.0.0.1:0", house.app, 4, 1 << 20)
    server.start()
    keep(f"http://{server.address}", token)
    return server


def test_less_than_was_asked_for(bank: House, bureau: House, run: Run, tmp_path: Any, monkeypatch: Any) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    _, them, _, _, request = asked(bank, bureau, newer_versions=True)
    server = _serve(bureau, them.token)
    try:
        run("inbox", "approve", "job", "job-1", "--runs", "2", code=2, form="table")
        more = ("--column", "age", "--runs", "2", "--until", "2099-12-31", "--this-version-only")
        run("inbox", "approve", "data_request", request, *more, form="table")
        (given,) = them.get("/consents")["items"]
        assert (given["columns"], given["runs"], given["newer_versions"]) == (["age"], 2, False)
        assert time.strftime("%F %T", time.gmtime(given["expires_ms"] / 1000)) == "2099-12-31 23:59:59"
        run("inbox", "approve", "data_request", request, code=4)
    finally:
        server.stop()


def test_several_at_once(bank: House, bureau: House, run: Run, tmp_path: Any, monkeypatch: Any) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    us, them, name, data, first = asked(bank, bureau)
    body = {"project": name, "owner": "bureau", "data_set": data["bureau"], "purpose": "more"}
    second = us.post("/data-requests", body)["request"]
    deliver(bank, bureau)
    server = _serve(bureau, them.token)
    try:
        items = [f"data_request/{one}" for one in (first, "req-none", second)]
        told = run("inbox", "decide", "--approve", *items, code=1)
        assert "wide: age, income, y; any number of jobs" in told, "it asks first, and nobody has said yes"
        assert them.get("/consents")["items"] == []
        told = run("inbox", "decide", "--approve", "--yes", *items, code=5)
        assert len(them.get("/consents")["items"]) == 2
        run("inbox", "decide", "--refuse", "--yes", "nonsense", code=2)
        run("inbox", "decide", "--refuse", "--yes", "job/j", "--reason", "no", code=5)
    finally:
        server.stop()
