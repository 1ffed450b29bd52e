"""People, data and decisions in a real browser, in a running federation; what is seen is also read through the API."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.e2e.conftest import SCREENSHOTS, Demo, sign_in

API = "/board-service/api/v1"
ROWS = 600_000
PIECE = 4 << 20


@pytest.fixture
def asked(demo: Demo) -> Iterator[dict[str, Any]]:
    """A project of bank and bureau, and a data set of the bureau's that the bank may see."""
    with demo.client("bank") as bank, demo.client("bureau") as bureau:
        project = bank.create_project("Asked in the browser", ["bureau"])["project"]
        _until(lambda: any(p["project"] == project for p in bureau.invitations()))
        bureau.answer_invitation(project, accept=True)
        data = bureau.data_sets()[0]
        bureau.offer_data_set(project, data["data_set"])
        _until(lambda: bank.project_data_sets(project))
        yield {"project": project, "data": data, "column": data["columns"][1]["name"]}


def _until(true: Any, seconds: int = 60) -> None:
    import time

    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.5)


def _ask(page: Page, demo: Demo, asked: dict[str, Any], purpose: str) -> None:
    sign_in(page, demo, "bank", f"/projects/{asked['project']}?request={asked['data']['data_set']}")
    page.get_by_test_id("request-purpose").fill(purpose)
    page.get_by_test_id("request-columns").click()
    page.get_by_role("option", name=asked["column"], exact=True).click()
    page.keyboard.press("Escape")
    page.get_by_test_id("request-runs").fill("2")
    page.get_by_test_id("request-submit").click()
    expect(page.get_by_test_id("requests")).to_contain_text(purpose)


def test_a_request_is_refused_with_a_reason_by_keyboard(page: Page, demo: Demo, asked: dict[str, Any]) -> None:
    _ask(page, demo, asked, "refuse me")
    with demo.client("bureau") as bureau:
        _until(lambda: any(item["purpose"] == "refuse me" for item in bureau.approvals()))
        item = next(item for item in bureau.approvals() if item["purpose"] == "refuse me")
    page.context.clear_cookies()
    sign_in(page, demo, "bureau", f"/inbox?item=data_request.{item['id']}")
    expect(page.get_by_test_id("inbox-badge")).to_be_visible()
    expect(page.get_by_test_id("permit-columns")).to_contain_text(f"1 column: {asked['column']}")
    page.screenshot(path=SCREENSHOTS / "inbox.png", full_page=True)
    page.keyboard.press("r")
    expect(page.get_by_test_id("approval-reason")).to_be_focused()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_test_id("approval-reason").fill("not for this purpose")
    page.get_by_test_id("approval-refuse").click()
    expect(page.get_by_test_id("decided")).to_be_visible()
    with demo.client("bank") as bank:
        _until(lambda: any(r["reason"] == "not for this purpose" for r in bank.data_requests()))


def test_an_approved_request_is_a_consent_for_what_was_shown(page: Page, demo: Demo, asked: dict[str, Any]) -> None:
    _ask(page, demo, asked, "approve me")
    with demo.client("bureau") as bureau:
        _until(lambda: any(item["purpose"] == "approve me" for item in bureau.approvals()))
        item = next(item for item in bureau.approvals() if item["purpose"] == "approve me")
        page.context.clear_cookies()
        sign_in(page, demo, "bureau", f"/inbox?item=data_request.{item['id']}")
        page.get_by_test_id("approval-approve").click()
        expect(page.get_by_test_id("decided")).to_be_visible()
        (shown,) = item["permits"]
        given = next(c for c in bureau.consents() if c["project"] == asked["project"])
        for key in ("data_set", "version", "columns", "components", "runs", "expires_ms"):
            assert given[key] == shown[key], key
    with demo.client("bank") as bank:
        _until(lambda: any(r["consent"] == given["consent"] for r in bank.data_requests()))


def test_an_upload_goes_on_after_a_cut_and_after_a_reload(page: Page, demo: Demo, tmp_path: Path) -> None:
    file = tmp_path / "clients.csv"
    file.write_text("id;income;y\n" + "".join(f"c{n:07d};{n % 977}.5;{n % 2}\n" for n in range(ROWS)))
    assert file.stat().st_size > 2 * PIECE
    sent: list[int] = []

    def cut(route: Route) -> None:
        sent.append(int(re.search(r"offset=(\d+)", route.request.url)[1]))  # type: ignore[index]
        route.abort() if len(sent) in (2, 3) else route.continue_()

    sign_in(page, demo, "bank", "/data?add")
    page.route("**/uploads/*/content*", cut)
    page.get_by_test_id("upload-file").set_input_files(file)
    expect(page.get_by_test_id("upload-waiting")).to_be_visible(timeout=30_000)
    page.reload()
    page.get_by_test_id("upload-file").set_input_files(file)
    expect(page.get_by_test_id("import-form")).to_be_visible(timeout=120_000)
    assert sent.count(0) == 1, "nothing that had arrived was sent again"
    expect(page.get_by_test_id("import-delimiter")).to_have_value(";")
    expect(page.get_by_test_id("use-id")).to_have_value("id")
    expect(page.get_by_test_id("use-y")).to_have_value("label")
    page.screenshot(path=SCREENSHOTS / "import.png", full_page=True)
    page.get_by_test_id("upload-submit").click()
    expect(page.get_by_test_id("data-columns")).to_be_visible(timeout=180_000)
    page.screenshot(path=SCREENSHOTS / "data-set.png", full_page=True)
    with demo.client("bank") as bank:
        made = next(d for d in bank.data_sets() if d["name"] == "clients")
        assert (made["rows"], made["label_column"]) == (ROWS, "y")
        bank.delete_data_set(made["data_set"])


def test_a_token_reads_and_changes_nothing(page: Page, demo: Demo) -> None:
    sign_in(page, demo, "bureau", "/account")
    page.get_by_test_id("token-name").fill("report")
    page.get_by_test_id("token-create").click()
    text = page.get_by_test_id("token-text").inner_text()
    url, _, _ = demo.federation.board("bureau")
    with httpx.Client(base_url=url, headers={"Authorization": f"Bearer {text}"}, trust_env=False) as program:
        assert program.get(f"{API}/me").status_code == 200
        refused = program.post(f"{API}/messages/read", json={})
    assert (refused.status_code, refused.json()["code"]) == (403, "HAN-6017")


def test_the_sample_runs_green(demo: Demo) -> None:
    with demo.client("retailer") as retailer:
        made = retailer.sample_project()
        job = retailer.job(made["job"])
        job.wait(300)
        assert job.state == "succeeded", json.dumps(job.about)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_nothing_serious_for_axe(browser: Browser, demo: Demo, theme: str, language: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.add_init_script(f"localStorage['hanse.theme']='{theme}'; localStorage['hanse.language']='{language}'")
    page = context.new_page()
    sign_in(page, demo, "bank")
    expect(page.get_by_test_id("nav-inbox")).to_be_visible()
    for path in ("/", "/inbox", "/inbox?tab=standing", "/data?add", "/catalogue", "/members", "/people", "/account"):
        page.goto(demo.federation.board("bank")[0] + path)
        page.wait_for_load_state("networkidle")
        found = Axe().run(page).response["violations"]
        serious = [(v["id"], v["nodes"][0]["html"][:200]) for v in found if v["impact"] in ("serious", "critical")]
        assert not serious, (path, serious)
    context.close()
