"""What the page costs a browser: the first load, the work of a live page at rest, the smoothness of a large canvas.

The board is a real one over SQLite; its other services are the tests' memory doubles. The peers are goals.
"""

import gzip
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.measure import Row, compare, seconds
from board.tests.doubles import Ledger
from board.tests.house import PASSWORD, House
from board.tests.test_story import graph, project
from common.http.server import HttpServer

DIST = Path(__file__).parents[1] / "board" / "web" / "dist"
NODES, ROUNDS = 200, 3
_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
_MIB = 1 << 20
_REST_S, _STEPS = 10, 60
_FRAMES = """() => { const seen = window.frames_seen = []; let last = performance.now();
    const tick = (now) => { seen.push(now - last); last = now; requestAnimationFrame(tick); };
    requestAnimationFrame(tick); }"""


def measure() -> list[Row]:
    """Measure what can be measured here: the built page has to be there, and Chromium."""
    chromium = shutil.which("chromium")
    if chromium is None or not (DIST / "index.html").exists():
        raise RuntimeError("these figures need Chromium (bash tests/tools.sh) and the built page (make setup)")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        ledger, houses = Ledger(), dict[str, House]()
        for member in ("bank", "bureau"):
            ledger.admit(member)
            stack.callback(House(member, folder, houses, ledger, DIST).close)
        flow, job = _drawn(houses)
        server = HttpServer("the board", "127.0.0.1:0", houses["bank"].app, 12, 1 << 20)
        server.start()
        stack.callback(server.stop)
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=chromium, args=_FLAGS)
        stack.callback(browser.close)
        return list(_rows(browser, f"http://{server.address}", flow, job))


def large(data: dict[str, str]) -> dict[str, Any]:
    """Draw a flow of 200 nodes: what the story's flow has, then splits of splits."""
    drawn = graph(data)
    before = "split"
    for number in range(NODES - len(drawn["nodes"])):
        name = f"split-{number}"
        fed = [{"port": "table", "node": before, "output": "train"}]
        drawn["nodes"].append({"id": name, "component": "split", "inputs": fed, "params": {"test_fraction": 0.25}})
        before = name if number % 10 else "split"
    return drawn


def _drawn(houses: dict[str, House]) -> tuple[str, str]:
    us, _, name, data = project(houses["bank"], houses["bureau"])
    small = us.post("/flows", {"project": name, "name": "Small", "graph": graph(data)})["flow"]
    job = us.post("/jobs", {"flow": small}, 202)["job"]
    houses["bank"].flow.change(job, "running", "running")
    flow = us.post("/flows", {"project": name, "name": "Large", "graph": large(data)})["flow"]
    return str(flow), str(job)


def _rows(browser: Browser, url: str, flow: str, job: str) -> Iterator[Row]:
    yield _row("first load up to the home page, packed", lambda: _load(browser, url)[0] / _MIB, 1.0, "MiB")
    yield _row("first load up to the home page, time", lambda: _load(browser, url)[1], 2.0, "s")
    page = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB").new_page()
    _sign_in(page, f"{url}/jobs/{job}")
    page.get_by_test_id("job-state").first.wait_for()
    yield _row("page of a running job at rest, of a core", lambda: _rest(browser), 5.0, "%")
    page.goto(f"{url}/flows/{flow}?view=canvas")
    page.locator(".vue-flow__node").first.wait_for(timeout=120_000)
    page.get_by_role("button", name="Fit").click()  # only what is seen is drawn: let as much as possible be seen
    page.wait_for_timeout(3000)
    for about, grip in (("a node", ".vue-flow__node"), ("the canvas", ".vue-flow__pane")):
        dragged = [_drag(page, grip) for _ in range(ROUNDS)]
        works, frames = (iter(figures) for figures in zip(*dragged, strict=True))
        name = f"canvas of {NODES} nodes, drag of {about}"
        yield _row(f"{name}: work a frame", lambda works=works: next(works), 1000 / 60, "ms")
        yield _row(f"{name}: p95 of a frame", lambda frames=frames: next(frames), 50.0, "ms")


def _row(name: str, figure: Any, goal: float, unit: str) -> Row:
    return compare(
        name, figure, lambda: goal, unit=unit, peer_name="the goal, not a measurement", better="lower", rounds=ROUNDS
    )


def _load(browser: Browser, url: str) -> tuple[int, float]:
    """Return the bytes of scripts, styles and the page itself as they travel, and the seconds until it shows."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB")
    page, asked = context.new_page(), set[str]()
    page.on("response", lambda answer: asked.add(answer.url.removeprefix(url).partition("?")[0]))
    took = seconds(lambda: _sign_in(page, url + "/"))
    took_again = seconds(lambda: page.get_by_role("main").wait_for())
    page.wait_for_load_state("networkidle")
    files = [DIST / name.lstrip("/") for name in asked if "board-service" not in name]
    context.close()
    packed = sum(len(gzip.compress(file.read_bytes())) for file in files if file.is_file())
    return packed + len(gzip.compress((DIST / "index.html").read_bytes())), took + took_again


def _sign_in(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_test_id("sign-in-account").fill("admin")
    page.get_by_test_id("sign-in-password").fill(PASSWORD)
    page.get_by_test_id("sign-in-submit").click()
    page.get_by_test_id("sign-in-submit").wait_for(state="detached")


def _rest(browser: Browser) -> float:
    """Return per cent of a core that all of Chromium's processes take while nobody touches the page."""
    session = browser.new_browser_cdp_session()

    def taken() -> float:
        return sum(float(process["cpuTime"]) for process in session.send("SystemInfo.getProcessInfo")["processInfo"])

    before, start = taken(), time.perf_counter()
    time.sleep(_REST_S)
    return 100.0 * (taken() - before) / (time.perf_counter() - start)


def _drag(page: Page, grip: str) -> tuple[float, float]:
    """Drag; return the main thread's own time a frame, and the time that 95 % of the frames did not exceed.

    The first counts this thread alone and hardly feels what else the machine does; the second is what people see.
    """
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})

    def worked() -> float:
        metrics = session.send("Performance.getMetrics")["metrics"]
        return next(1000 * float(metric["value"]) for metric in metrics if metric["name"] == "TaskDuration")

    box = page.locator(grip).first.bounding_box() or {"x": 0, "y": 0, "width": 0, "height": 0}
    x, y = box["x"] + min(box["width"] / 2, 40), box["y"] + min(box["height"] / 2, 14)
    page.mouse.move(x, y)
    page.mouse.down()
    page.evaluate(_FRAMES)
    before = worked()
    for step in range(_STEPS):
        page.mouse.move(x + 3 * step, y + (step % 9))
    frames = page.evaluate("() => window.frames_seen.slice(1)")
    took = (worked() - before) / len(frames)
    page.mouse.move(x, y)
    page.mouse.up()
    session.detach()
    return took, float(np.percentile(frames, 95))
