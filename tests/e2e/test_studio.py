"""Flows drawn with keyboard and mouse, run and watched in a real browser; nothing that axe calls serious."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import ROOT, SCREENSHOTS, Demo, sign_in

_AXE = ROOT / "board" / "web" / "node_modules" / "axe-core" / "axe.min.js"
_SERIOUS = """() => axe.run(document, {resultTypes: ["violations"]}).then(found => found.violations
    .filter(item => ["serious", "critical"].includes(item.impact))
    .map(item => `${item.id}: ${item.nodes.slice(0, 3).map(node => node.target.join(" ")).join(" | ")}`))"""


def _flow(demo: Demo, name: str, nodes: list[dict[str, Any]]) -> str:
    with demo.client("bank") as bank:
        return str(bank.create_flow(bank.flows()[-1]["project"], name, {"nodes": nodes})["flow"])


def _graph(demo: Demo, flow: str) -> dict[str, Any]:
    with demo.client("bank") as bank:
        nodes = bank.http.call("GET", f"/board-service/api/v1/flows/{flow}")["graph"]["nodes"]
        return {node["id"]: node for node in nodes}


def _import(demo: Demo) -> dict[str, Any]:
    """The demo's own import node, which names each party's data set."""
    with demo.client("bank") as bank:
        flow = next(item["flow"] for item in reversed(bank.flows()))
    return next(node for node in _graph(demo, flow).values() if node["component"] == "data_import")


def _saved(page: Page) -> None:
    expect(page.get_by_test_id("save-state")).to_have_attribute("data-save", "saved", timeout=15_000)


def test_a_flow_is_drawn_in_the_list_with_keys_alone(page: Page, demo: Demo) -> None:
    flow = _flow(demo, "Keys", [])
    sign_in(page, demo, "bank", f"/flows/{flow}?view=list")
    for title in ("Import", "Private set"):
        page.get_by_test_id("list-component").focus()
        page.keyboard.type(title)
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.get_by_test_id("node-panel")).to_be_visible()
    page.get_by_test_id("input-psi-table").first.focus()
    page.keyboard.type("data-import")
    _saved(page)
    assert _graph(demo, flow)["psi"]["inputs"] == [{"port": "table", "node": "data-import", "output": "table"}]
    page.get_by_test_id("list-edit-psi").focus()
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    expect(page.get_by_test_id("list-edit-psi")).to_have_count(0)
    page.keyboard.press("Control+Shift+z")
    page.keyboard.press("Control+Shift+z")
    _saved(page)
    assert _graph(demo, flow)["psi"]["inputs"]


def test_a_flow_is_drawn_with_the_mouse_and_wrong_edges_say_why(page: Page, demo: Demo) -> None:
    flow = _flow(demo, "Mouse", [])
    sign_in(page, demo, "bank", f"/flows/{flow}?view=canvas")
    page.get_by_test_id("palette-data_import").dblclick()
    page.get_by_test_id("grow-data-import-table").click()
    page.get_by_test_id("grow-psi").click()
    page.get_by_test_id("palette-search").fill("split")
    page.get_by_test_id("palette-split").dblclick()
    page.get_by_role("button", name="Fit").click()

    def handle(node: str, name: str) -> Any:
        return page.locator(f'.vue-flow__handle[data-nodeid="{node}"][data-handleid="{name}"]')

    handle("psi", "out:table").drag_to(handle("split", "in:table"))
    _saved(page)
    assert _graph(demo, flow)["split"]["inputs"] == [{"port": "table", "node": "psi", "output": "table"}]
    handle("split", "out:test").drag_to(handle("psi", "in:table"))
    expect(page.get_by_test_id("refused")).to_contain_text("circle")
    page.get_by_test_id("node-split").click()
    page.get_by_test_id("field-test_fraction").get_by_role("spinbutton").fill("7")
    expect(page.get_by_test_id("flow-problems")).to_contain_text("Less than 1")
    expect(page.locator(".vue-flow__edge")).to_have_count(2)  # a change leaves the drawn edges where they are
    expect(page.get_by_test_id("node-panel")).to_be_visible()
    page.screenshot(path=SCREENSHOTS / "editor.png", full_page=True)
    for _ in range(2):  # a drag chooses the node; the canvas stays where it is
        page.locator(".vue-flow__pane").click(position={"x": 5, "y": 5})
        page.get_by_test_id("node-split").hover(position={"x": 40, "y": 14})
        page.mouse.down()
        page.mouse.move(*_middle(page, "node-psi"), steps=8)
        page.mouse.up()
        expect(page.get_by_test_id("node-split")).to_be_in_viewport()


def _middle(page: Page, test_id: str) -> tuple[float, float]:
    box = page.get_by_test_id(test_id).bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_a_flow_is_looked_at_run_watched_and_its_log_searched(page: Page, browser: Browser, demo: Demo) -> None:
    read = _import(demo)
    fed = [{"port": "table", "node": read["id"], "output": "table"}]
    flow = _flow(demo, "Watched", [read, {"id": "align", "component": "psi", "inputs": fed}])
    sign_in(page, demo, "bank", f"/flows/{flow}?node=align")
    page.get_by_test_id("flow-run").click()
    checks = page.get_by_test_id("checks")
    for what in ("graph", "data", "disk"):
        expect(checks.locator(f'[data-check="{what}"]').first).to_have_attribute("data-state", "ok", timeout=30_000)
    expect(page.get_by_test_id("plan").locator('[data-node="align"]')).to_have_attribute("data-reason", "no_source")
    page.get_by_test_id("start-go").click()
    state = page.get_by_test_id("job-state").first
    expect(state).to_have_attribute("data-state", re.compile("created|running|waiting|pending_approval"))
    page.get_by_test_id("node-align").click()
    expect(page.get_by_test_id("node-run")).to_be_visible()
    # The bureau's own page shows the promoter's lane, too; its flow knows the job once it runs.
    expect(state).to_have_attribute("data-state", re.compile("running|succeeded"), timeout=60_000)
    job = page.url.partition("/jobs/")[2].partition("?")[0]
    theirs = browser.new_context()
    partner = theirs.new_page()
    sign_in(partner, demo, "bureau", f"/jobs/{job}?node=align")
    lane = partner.get_by_test_id("node-run").locator('[data-lane="bank"]')
    expect(lane).to_be_visible(timeout=120_000)
    expect(state).to_have_attribute("data-state", "succeeded", timeout=240_000)
    expect(lane).to_have_attribute("data-state", "ready", timeout=30_000)
    expect(partner.get_by_test_id("told-by")).to_contain_text("bank")
    partner.screenshot(path=SCREENSHOTS / "run-provider.png", full_page=True)
    theirs.close()
    page.get_by_test_id("log-search").fill("STARTED")
    page.get_by_test_id("log-search").press("Enter")
    expect(page.get_by_test_id("log-hits")).to_have_text(re.compile(r"^[1-9]\d* of \d+"))
    expect(page.get_by_test_id("log")).to_contain_text("component=psi")
    page.get_by_test_id("log-search").fill("no such words")
    page.get_by_test_id("log-search").press("Enter")
    expect(page.get_by_test_id("log-hits")).to_have_text(re.compile(r"^0 of \d+"))
    page.get_by_test_id("log-party").select_option("bureau")
    expect(page.get_by_test_id("history")).to_contain_text("bureau")
    page.screenshot(path=SCREENSHOTS / "run.png", full_page=True)


def test_the_exported_program_runs(page: Page, demo: Demo) -> None:
    flow = _flow(demo, "As code", [_import(demo)])
    sign_in(page, demo, "bank", f"/flows/{flow}")
    page.get_by_test_id("open-exchange").click()
    program = page.get_by_test_id("export-python").input_value()
    _, account, password = demo.federation.board("bank")
    environment = {**os.environ, "HANSE_ACCOUNT": account, "HANSE_PASSWORD": password}
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, env=environment, timeout=300, check=False
    )
    assert done.stdout.splitlines()[-1:] == ["succeeded"], done.stderr


def test_two_editors_meet_and_nothing_is_lost(page: Page, demo: Demo) -> None:
    flow = _flow(demo, "Shared", [_import(demo)])
    sign_in(page, demo, "bank", f"/flows/{flow}?view=list")
    expect(page.get_by_test_id("flow-name")).to_have_value("Shared")
    with demo.client("bank") as bank:
        body = {"name": "Shared", "graph": {"nodes": []}}
        bank.http.call("PUT", f"/board-service/api/v1/flows/{flow}", json=body, headers={"If-Match": "*"})
    page.get_by_test_id("flow-name").fill("Mine")
    expect(page.get_by_test_id("conflict")).to_be_visible(timeout=15_000)
    page.get_by_test_id("conflict-theirs").click()
    expect(page.get_by_test_id("flow-name")).to_have_value("Shared")
    with demo.client("bank") as bank:
        copy = next(item for item in bank.flows() if item["name"] == "Mine (my copy)")
    assert len(_graph(demo, copy["flow"])) == 1


@pytest.fixture(params=[("en-GB", "light", 1280), ("zh-CN", "dark", 390)], ids=["en-light-1280", "zh-dark-390"])
def looked(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    locale, scheme, width = request.param
    context = browser.new_context(
        viewport={"width": width, "height": 900}, locale=locale, color_scheme=scheme, bypass_csp=True
    )
    yield context.new_page()
    context.close()


def test_nothing_serious_for_axe(looked: Page, demo: Demo) -> None:
    with demo.client("bank") as bank:
        job, flow = next(iter(bank.jobs()))["job"], bank.flows()[-1]["flow"]
    sign_in(looked, demo, "bank", "/jobs")
    expect(looked.get_by_test_id("jobs")).to_be_visible(timeout=15_000)
    url = demo.federation.board("bank")[0]
    found = {}
    for path, there in (
        ("/jobs", "jobs"),
        (f"/jobs/{job}", "tasks"),
        ("/flows", "flows"),
        (f"/flows/{flow}?view=canvas", "flow-canvas"),
        (f"/flows/{flow}?view=list&node=import", "node-list"),
        ("/schedules", "schedule-new"),
    ):
        looked.goto(url + path)
        expect(looked.get_by_test_id(there)).to_be_visible(timeout=15_000)
        looked.add_script_tag(path=_AXE)
        found[path] = looked.evaluate(_SERIOUS)
    assert {path: problems for path, problems in found.items() if problems} == {}
