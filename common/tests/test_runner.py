"""The life of a service's process."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import ClassVar

import pytest

from common import runner
from common.errors import Unavailable
from common.settings import ServiceSettings

PROGRAM = """
import sys
from common.runner import main
from common.settings import ServiceSettings

class App:
    def start(self):
        print("started", flush=True)
    def stop(self):
        print("stopped", flush=True)

sys.exit(main(ServiceSettings, lambda settings: App()))
"""


class ToySettings(ServiceSettings):
    service: ClassVar[str] = "toy"


class Recorder:
    def __init__(self, problem: Exception | None = None) -> None:
        self.events: list[str] = []
        self.problem = problem

    def start(self) -> None:
        self.events.append("start")
        if self.problem:
            raise self.problem
        threading.Timer(0.05, os.kill, (os.getpid(), signal.SIGINT)).start()

    def stop(self) -> None:
        self.events.append("stop")


def test_a_signal_stops_the_app() -> None:
    app, before = Recorder(), signal.getsignal(signal.SIGINT)
    runner.run(app)
    assert app.events == ["start", "stop"]
    assert signal.getsignal(signal.SIGINT) is before


def test_a_failed_start_is_stopped() -> None:
    app = Recorder(Unavailable("no"))
    with pytest.raises(Unavailable):
        runner.run(app)
    assert app.events == ["start", "stop"]


def test_sigterm_ends_a_process_with_zero(tmp_path: Path) -> None:
    file = tmp_path / "c.toml"
    file.write_text('home = "."\ndata = "."\n')
    command = [sys.executable, "-c", PROGRAM, "--config", str(file)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "started\n"
        process.send_signal(signal.SIGTERM)
        out, _ = process.communicate(timeout=20)
    assert (process.returncode, out) == (0, "stopped\n")


def test_check_config(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "c.toml"
    file.write_text('home = "."\ndata = "."\n')
    assert runner.main(ToySettings, lambda _settings: Recorder(), ["--config", str(file), "--check-config"]) == 0
    file.write_text("nonsense = 1\n")
    assert runner.main(ToySettings, lambda _settings: Recorder(), ["--config", str(file), "--check-config"]) == 78
    assert "nonsense" in capsys.readouterr().err
