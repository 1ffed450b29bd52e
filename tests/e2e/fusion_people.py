"""People at fusion nodes in front of browsers, and what is amiss on a page that they see."""

import re
from collections.abc import Iterator
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from fusion.home import read_token
from fusion.tests.nodes import Node

_KEY = re.compile(r"\b(?:app|common|cron|error|fusion|nav|state|unit)\.[a-zA-Z]\w*(?:\.\w+)*")
_SAID = """() => [document.body.innerText, ...[...document.querySelectorAll("[aria-label],[title],[placeholder]")]
    .flatMap(one => ["aria-label", "title", "placeholder"].map(name => one.getAttribute(name) ?? ""))].join("\\n")"""
_WIDER = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


class Person:
    """A node's operator in front of a browser."""

    def __init__(self, node: Node, context: BrowserContext) -> None:
        self.node, self.page = node, context.new_page()
        self.page.set_default_timeout(60_000)
        self.url = f"http://{node.app.http_address}"
        self.faults: list[str] = []
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))

    def sign_in(self) -> None:
        self.page.goto(f"{self.url}/#token={read_token(self.node.home)}")
        expect(self.page.get_by_test_id("node-name")).to_have_text(self.node.name)

    def go(self, where: str) -> None:
        self.page.get_by_test_id(f"nav-{where}").click()

    def add(self, invitation: str) -> None:
        self.go("partners")
        self.page.get_by_test_id("partner-new").click()
        self.page.get_by_test_id("partner-invitation").fill(invitation)
        self.page.get_by_test_id("partner-add").click()
        expect(self.page.get_by_test_id("confirm-form")).to_be_visible()

    def confirm(self, told: str) -> None:
        self.page.get_by_test_id("typed-fingerprint").fill(told)
        self.page.get_by_test_id("confirm-partner").click()
        expect(self.page.get_by_test_id("check-way")).to_be_visible()

    def upload(self, file: Path) -> None:
        self.go("data")
        self.page.get_by_test_id("data-new").click()
        self.page.get_by_test_id("upload-file").set_input_files(file)
        self.page.get_by_test_id("upload-send").click()
        expect(self.page.get_by_test_id("preview")).to_be_visible()

    def state(self, state: str) -> None:
        expect(self.page.get_by_test_id("task-state")).to_have_attribute("data-state", state, timeout=120_000)


def take(page: Page, column: str) -> None:
    """Add a column to those that make the id."""
    page.get_by_test_id("column").select_option(column)
    page.get_by_test_id("add-column").click()


def amiss(page: Page, path: str) -> Iterator[tuple[str, object]]:
    """Yield keys that have no words, what axe calls serious, and a page that is wider than its window."""
    if keys := _KEY.findall(page.evaluate(_SAID)):
        yield path, keys
    if wider := page.evaluate(_WIDER):
        yield path, f"{wider} px too wide"
    for item in Axe().run(page).response["violations"]:
        if item["impact"] in ("serious", "critical"):
            yield path, (item["id"], item["nodes"][0]["html"][:200])
