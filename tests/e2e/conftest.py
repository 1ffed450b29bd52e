"""One federation of real processes for all end-to-end tests: started by `hanse demo`, as a newcomer would."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import hanse
from deploy.local.federation import Federation

ROOT = Path(__file__).parents[2]
SCREENSHOTS = ROOT / "var" / "screenshots"


def run_hanse(*arguments: str, home: Path, timeout_s: float = 900) -> subprocess.CompletedProcess[str]:
    """Run the command as a user would, with a HOME of its own."""
    environment = {**os.environ, "HOME": str(home), "XDG_CONFIG_HOME": str(home / ".config")}
    command = [sys.executable, "-P", "-m", "hanse", *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=environment, timeout=timeout_s, check=False)


@dataclass(frozen=True)
class Demo:
    """The finished demo, still running."""

    federation: Federation
    report: dict[str, Any]
    printed: str
    user_home: Path

    def client(self, member: str) -> hanse.Client:
        return hanse.connect(*self.federation.board(member))


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    folder = tmp_path_factory.mktemp("federation")
    federation = Federation(folder / "demo")
    try:
        done = run_hanse("demo", "--home", str(folder / "demo"), home=folder)
        logs = "\n".join(
            path.read_text("utf-8", "replace")[-3000:] for path in (folder / "demo" / "logs").glob("*.log")
        )
        assert done.returncode == 0, f"{done.stdout}\n{done.stderr}\n{logs[-20000:]}"
        report = json.loads((folder / "demo" / "report.json").read_text("utf-8"))
        yield Demo(federation, report, done.stdout, folder)
    finally:
        federation.stop()


@pytest.fixture(scope="session")
def chromium() -> str:
    found = shutil.which("chromium")
    if found is None:
        assert "CI" not in os.environ, "CI needs Chromium: tests/tools.sh installs it"
        pytest.skip("no Chromium on this machine: apt-get install chromium fonts-noto-cjk")
    return found
