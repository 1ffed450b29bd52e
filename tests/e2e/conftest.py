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
from playwright.sync_api import Browser, Page, sync_playwright

import hanse
from deploy.local.federation import Federation

ROOT = Path(__file__).parents[2]
SCREENSHOTS = ROOT / "var" / "screenshots"
_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


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


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=_FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB")
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    yield page
    context.close()
    assert not problems, problems


def sign_in(page: Page, demo: Demo, member: str, path: str = "/") -> None:
    """Open a page of a member's board and sign in on the way."""
    url, account, password = demo.federation.board(member)
    page.goto(url + path)
    page.get_by_test_id("sign-in-account").fill(account)
    page.get_by_test_id("sign-in-password").fill(password)
    page.get_by_test_id("sign-in-submit").click()
