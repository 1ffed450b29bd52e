"""A member joins the running federation from a home of its own, as docs/how-to/add-a-member.md says, in the browser."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from deploy.local.federation import Federation
from tests.e2e.conftest import SCREENSHOTS, Demo, run_hanse

_PASSWORD = "four words of clay"


@pytest.fixture
def clinic(demo: Demo, tmp_path: Path) -> Iterator[dict[str, str]]:
    """What `hanse up` tells of a member that was made a moment ago."""
    card, home = tmp_path / "card.json", tmp_path / "clinic"
    told = run_hanse("union-card", "--home", str(demo.federation.home), home=tmp_path)
    assert told.returncode == 0, told.stderr
    card.write_text(told.stdout)
    named = ["clinic", "--name", "City Clinic", "--host", "127.0.0.1", "--union-card", str(card)]
    made = run_hanse("init-member", *named, "--home", str(home), home=tmp_path)
    assert made.returncode == 0, made.stderr
    try:
        up = run_hanse("-o", "json", "up", "--home", str(home), home=tmp_path)
        assert up.returncode == 0, up.stderr
        yield json.loads(up.stdout)[0]
    finally:
        Federation(home).stop()


def test_a_new_member_is_led_through_its_first_run(page: Page, demo: Demo, clinic: dict[str, str]) -> None:
    token = Path(clinic["token_file"])
    assert token.stat().st_mode & 0o077 == 0
    page.goto(clinic["first_run"])
    page.get_by_test_id("setup-token").fill("0" * 32)
    page.get_by_test_id("setup-password").fill(_PASSWORD)
    page.get_by_test_id("setup-again").fill(_PASSWORD)
    page.get_by_test_id("setup-create").click()
    expect(page.get_by_role("alert")).to_contain_text("HAN-6018")
    page.get_by_test_id("setup-token").fill(token.read_text("utf-8"))
    page.get_by_test_id("setup-create").click()

    expect(page.get_by_test_id("fingerprint")).to_be_visible()
    assert not token.exists()
    page.get_by_test_id("backup-passphrase").fill("a passphrase for the safe")
    with page.expect_download() as download:
        page.get_by_test_id("backup").click()
    assert b"PRIVATE" not in Path(download.value.path()).read_bytes()

    page.get_by_test_id("member-register").click()
    demo.federation.admit("clinic")
    expect(page.get_by_test_id("reach")).to_be_visible(timeout=30_000)
    page.get_by_test_id("reach-bank").click()
    expect(page.get_by_test_id("reach")).to_contain_text("✓", timeout=30_000)
    page.screenshot(path=SCREENSHOTS / "first-run.png", full_page=True)
    page.get_by_test_id("setup-done").click()
    expect(page).to_have_url(clinic["first_run"].removesuffix("setup"))
