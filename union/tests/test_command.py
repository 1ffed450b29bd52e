"""`python -m union` as an operator uses it, in processes of its own."""

from __future__ import annotations

import json
import os
import select
import signal
import stat
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from union.settings import UnionSettings
from union.store.files import load_endpoints
from union.tests.test_union import Party

if TYPE_CHECKING:
    from collections.abc import Iterator

    from union.app import UnionApp

ROOT = Path(__file__).parents[2]


def union(*arguments: str, expect: int = 0) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "union", *arguments], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == expect, done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout + done.stderr


@contextmanager
def serving(config: Path) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "union", "--config", str(config)], cwd=ROOT, stderr=subprocess.PIPE, text=True
    )
    assert process.stderr is not None
    try:
        deadline = time.monotonic() + 30
        while "service_started" not in (line := process.stderr.readline()):
            assert line, f"ended with {process.wait()}"
            assert time.monotonic() < deadline
            select.select([process.stderr], [], [], 1)
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
        process.wait(15)
        process.stderr.close()


@pytest.fixture
def config(tmp_path: Path) -> Path:
    union("init", "--home", str(tmp_path / "home"), "--federation", "trial")
    path = tmp_path / "union.toml"
    path.write_text('home = "home"\ndata = "data"\n')
    return path


class Running:
    """Stands where `Party` looks for addresses."""

    def __init__(self, settings: UnionSettings) -> None:
        self.endpoints = load_endpoints(settings.data)


def join(config: Path, member: str) -> Party:
    settings = UnionSettings.load(config)
    app: UnionApp = Running(settings)  # type: ignore[assignment]
    return Party(app, settings, member)


def test_an_operators_day(config: Path) -> None:
    assert "ok" in union("--config", str(config), "--check-config")
    with serving(config) as process:
        bank = join(config, "bank")
        assert bank.register().status == "pending"
        assert "bank: admitted (transaction 0x" in union("admit", "bank", "--config", str(config))
        assert "HAN-2005" in union("admit", "bank", "--config", str(config), expect=78)
        assert "HAN-2006" in union("freeze", "nobody", "--config", str(config), expect=78)
        assert "bank: frozen" in union("freeze", "bank", "--config", str(config))
        assert "bank: admitted" in union("unfreeze", "bank", "--config", str(config))
        successor = "0x" + "ab" * 20
        assert "bank: admitted" in union("rotate", "bank", successor, "--config", str(config))
        # A second union on the same folder would spoil the ledger.
        assert "HAN-2020" in union("--config", str(config), expect=78)
        assert "HAN-2020" in union("--config", str(config), "--rebuild-index", expect=78)
        bank.channel.close()
        process.terminate()
        assert process.wait(15) == 0
    assert "no union runs" in union("admit", "bank", "--config", str(config), expect=78)
    assert "5 records indexed" in union("--config", str(config), "--rebuild-index")


def test_starts_soon_and_survives_kill_9(config: Path) -> None:
    with serving(config) as process:
        bank = join(config, "bank")
        bank.register()
        bank.channel.close()
        os.kill(process.pid, signal.SIGKILL)
    with serving(config):
        again = join(config, "bank")
        again.channel.close()
        again.channel = again.dial(bank.identity)
        again.stub = type(bank.stub)(again.channel)
        assert again.get(1, "bank").status == "pending"
        again.channel.close()


def test_keys_are_private(config: Path) -> None:
    home = config.parent / "home"
    for key in (home / "governance.key", home / "relay.key", home / "identity" / "signing.key"):
        assert stat.S_IMODE(key.stat().st_mode) == 0o600
    federation = json.loads((home / "federation.json").read_text())
    assert (federation["federation"], federation["threshold"], len(federation["governors"])) == ("trial", 1, 1)
    assert len(bytes.fromhex(federation["salt"])) == 32
    assert "HAN-1023" in union("init", "--home", str(home), expect=78)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("listen_on = 5", "HAN-1040"),
        ("max_pending = 0", "HAN-1040"),
        ('contract = "0x12"', "HAN-1040"),
        ("=", "HAN-1040"),
    ],
)
def test_bad_settings(config: Path, line: str, code: str) -> None:
    config.write_text(config.read_text() + line)
    assert code in union("--config", str(config), "--check-config", expect=78)


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    path = tmp_path / "union.toml"
    path.write_text('home = "nowhere"\ndata = "data"\n')
    assert "python -m union init" in union("--config", str(path), expect=78)
    union("init", "--home", str(tmp_path / "home"), "--threshold", "2", expect=2)
    union("init", "--home", str(tmp_path / "home"), "--governor", "0x12", expect=2)
    union(expect=2)
    assert not (tmp_path / "home").exists()
