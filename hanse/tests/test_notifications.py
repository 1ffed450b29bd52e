"""`hanse notification` against a real board and a real receiver."""

import threading
from pathlib import Path
from typing import Any

import pytest

from board.tests.doubles import Ledger
from board.tests.house import House
from board.tests.test_notices import SECRET, Hooks, verified
from common.http.server import HttpServer
from hanse.cli.sign_in import keep
from hanse.tests.conftest import Run


def test_channels_are_set_up_tested_and_deleted(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hooks = Hooks()
    threading.Thread(target=hooks.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    address = f"127.0.0.1:{hooks.server_address[1]}"
    house = House("bank", tmp_path, dict[str, Any](), Ledger(), notify_allow=(address, "mail.example:25"))
    server = HttpServer("the board", "127.0.0.1:0", house.app, 4, 1 << 20)
    server.start()
    try:
        monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
        keep(f"http://{server.address}", house.admin().token)
        key = tmp_path / "key"
        key.write_text(SECRET + "\n", "utf-8")
        made = run("notification", "add-webhook", "on call", f"http://{address}/x", "--key-file", str(key))
        run("notification", "test", made["channel"])
        assert verified(*hooks.taken[0])["event"] == "test"
        to = ("--from", "h@bank.example", "--to", "ann@bank.example", "--event", "job_failed")
        mail = run("notification", "add-mail", "ann", "mail.example:25", *to)
        assert (mail["events"], mail["recipients"]) == (["job_failed"], ["ann@bank.example"])
        run("notification", "add-mail", "ann", "other.example:25", *to, code=3)
        run("notification", "delete", made["channel"])
        assert [item["channel"] for item in run("notification", "list")] == [mail["channel"]]
    finally:
        server.stop()
        hooks.shutdown()
        hooks.server_close()
        house.close()
