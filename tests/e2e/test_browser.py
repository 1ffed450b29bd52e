"""The board in a real browser: sign in, see jobs, approve a request; screenshots are kept in var/screenshots."""

import re

from playwright.sync_api import Page, expect

from tests.e2e.conftest import SCREENSHOTS, Demo, sign_in


def test_wrong_password_says_so(page: Page, demo: Demo) -> None:
    url, account, _ = demo.federation.board("bank")
    page.goto(url)
    page.get_by_test_id("sign-in-account").fill(account)
    page.get_by_test_id("sign-in-password").fill("not the password")
    page.get_by_test_id("sign-in-submit").click()
    expect(page.get_by_text("HAN-")).to_be_visible()
    page.screenshot(path=SCREENSHOTS / "sign-in-refused.png")


def test_deep_link_survives_sign_in_and_shows_the_job(page: Page, demo: Demo) -> None:
    with demo.client("bank") as bank:
        job = next(iter(bank.jobs()))["job"]
    sign_in(page, demo, "bank", f"/jobs/{job}")
    expect(page.get_by_test_id("job-state").first).to_have_attribute("data-state", "succeeded")
    expect(page.get_by_test_id("job-graph")).to_be_visible()
    page.screenshot(path=SCREENSHOTS / "job.png", full_page=True)


def test_both_languages(page: Page, demo: Demo) -> None:
    sign_in(page, demo, "bank")
    expect(page.get_by_test_id("nav-projects")).to_be_visible()
    page.screenshot(path=SCREENSHOTS / "home-en.png", full_page=True)
    page.get_by_test_id("switch-language").click()
    expect(page.get_by_test_id("nav-projects")).to_have_text(re.compile("[\u4e00-\u9fff]"))
    page.screenshot(path=SCREENSHOTS / "home-zh.png", full_page=True)


def test_a_live_job_in_the_browser(page: Page, demo: Demo) -> None:
    """A job that is started while the page is open appears as running and then as succeeded, without a reload."""
    with demo.client("bank") as bank:
        flow = bank.flows()[0]["flow"]
        finished = next(iter(bank.jobs()))["job"]
        started = bank.run(flow, name="live", reuse_from=finished)
        sign_in(page, demo, "bank", f"/jobs/{started.id}")
        expect(page.get_by_test_id("job-state").first).to_be_visible()
        page.screenshot(path=SCREENSHOTS / "job-live.png", full_page=True)
        expect(page.get_by_test_id("job-state").first).to_have_attribute("data-state", "succeeded", timeout=180_000)


def test_a_provider_approves_an_invitation(page: Page, demo: Demo) -> None:
    with demo.client("bank") as bank:
        project = bank.create_project("Approved in the browser", ["bureau"])["project"]
        sign_in(page, demo, "bureau", f"/projects/{project}")
        page.get_by_test_id("invitation-accept").first.click(timeout=30_000)
        expect(page.get_by_test_id("invitation-accept")).to_have_count(0, timeout=30_000)
        page.screenshot(path=SCREENSHOTS / "invitation-accepted.png", full_page=True)
        answers = {party["member"]: party["answer"] for party in bank.project(project)["parties"]}
        assert answers["bureau"] == "accepted"
