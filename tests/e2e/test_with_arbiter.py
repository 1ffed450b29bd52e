"""A member without data holds the key: chosen in the page, asked before it does, and left with nothing afterwards."""

import time

from playwright.sync_api import Page, expect

from hanse.client import Client
from tests.e2e.conftest import SCREENSHOTS, Demo, sign_in

NAME = "With an arbiter"
_WAIT_S = 60


def test_a_flow_with_an_arbiter_is_made_approved_and_run(page: Page, demo: Demo) -> None:
    sign_in(page, demo, "bank", "/flows")
    page.get_by_test_id("flow-new").click()
    with demo.client("bank") as bank:
        page.get_by_test_id("flow-project").select_option(bank.flows()[-1]["project"])
    page.get_by_test_id("flow-template").select_option("vert_glm_coordinated")
    page.get_by_test_id("flow-name").fill(NAME)
    page.get_by_test_id("flow-arbiter").select_option("bureau")
    expect(page.get_by_test_id("flow-data-bureau")).to_have_count(0)
    page.get_by_test_id("flow-arbiter").select_option("retailer")
    page.screenshot(path=SCREENSHOTS / "new-flow-arbiter.png", full_page=True)
    page.get_by_test_id("flow-save").click()
    expect(page.get_by_test_id("save-state")).to_be_visible(timeout=20_000)
    with demo.client("bank") as bank:
        flow = next(item["flow"] for item in bank.flows() if item["name"] == NAME)
        graph = bank.flow(flow)["graph"]
        for node in graph["nodes"]:
            if node["id"] == "train":
                assert (node["arbiter"], node["parties"]) == ("retailer", ["bank", "bureau"])
                node["params"] = {"epochs": 2}
        job = bank.run(bank.create_flow(bank.flow(flow)["project"], NAME, graph)["flow"])
        # A standing consent of the bureau's covers the data, and still its people are asked: who holds the key counts.
        for member in ("bureau", "retailer"):
            with demo.client(member) as client:
                asked = _asked(client, job.id)
                assert (asked["parties"], asked["arbiters"]) == (["bank", "bureau", "retailer"], ["retailer"])
                if member == "retailer":
                    sign_in(page, demo, "retailer", "/inbox")
                    expect(page.get_by_test_id("approval")).to_contain_text("No data of ours is read")
                    page.get_by_test_id("approval-approve").click()
                else:
                    client.decide("job", job.id, approve=True)
        job.wait(240)
        assert job.state == "succeeded", job.about
        assert bank.model(f"{job.id}.train")["members"] == ["bank", "bureau"]
    with demo.client("retailer") as retailer:
        assert not any(model["job"] == job.id for model in retailer.models())


def _asked(client: Client, job: str) -> dict[str, object]:
    end = time.monotonic() + _WAIT_S
    while time.monotonic() < end:
        for item in client.approvals():
            if item["id"] == job:
                return item
        time.sleep(0.3)
    raise AssertionError(f"nobody was asked about {job}")
