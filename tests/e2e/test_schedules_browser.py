"""A schedule that reads the newest version of its data, made and run in the browser."""

from pathlib import Path

from playwright.sync_api import Page, expect

from hanse import Client
from tests.e2e.conftest import SCREENSHOTS, Demo, sign_in


def _bring(retailer: Client, folder: Path, rows: int, previous: str = "") -> str:
    """Bring in a table of so many rows, as a new version of another where one is named."""
    file = folder / f"visits-{rows}.csv"
    file.write_text("id,visits\n" + "".join(f"c{number},{number % 7}\n" for number in range(rows)), "utf-8")
    staged = retailer.stage(file)
    return str(
        retailer.make_data_set(staged["upload"], "Visits", id_columns=["id"], previous=previous)["data_set"],
    )


def test_a_schedule_reads_the_newest_version(page: Page, demo: Demo, tmp_path: Path) -> None:
    with demo.client("retailer") as retailer:
        first = _bring(retailer, tmp_path, 200)
        project = retailer.sample_project()["project"]
        own = {"retailer": {"data_set": first}}
        table = {"port": "table", "node": "import", "output": "table"}
        nodes = [
            {"id": "import", "component": "data_import", "params": {}, "own": own, "inputs": []},
            {
                "id": "hold-out",
                "component": "split",
                "params": {"seed": 1},
                "own": {},
                "inputs": [table],
            },
        ]
        retailer.create_flow(project, "Visits of the night", {"nodes": nodes})
        sign_in(page, demo, "retailer", "/schedules")
        page.get_by_test_id("schedule-new").click()
        page.get_by_test_id("schedule-flow").select_option(label="Visits of the night")
        page.get_by_test_id("window-newest").check()
        page.get_by_test_id("window-age").fill("30")
        page.get_by_test_id("schedule-retries").select_option("1")
        page.get_by_test_id("schedule-save").click()
        card = page.get_by_test_id("schedule").filter(has_text="Visits of the night")
        expect(card.get_by_test_id("next-runs").get_by_role("listitem")).to_have_count(5)

        second = _bring(retailer, tmp_path, 300, previous=first)
        card.get_by_test_id("schedule-run").click()
        expect(card.get_by_test_id("run-strip").get_by_role("listitem")).to_have_count(1, timeout=30_000)
        page.screenshot(path=SCREENSHOTS / "schedule-newest.png", full_page=True)
        (schedule,) = [item for item in retailer.schedules() if item["name"] == "Visits of the night"]
        (run,) = schedule["runs"]
        assert run["data_versions"] == {second: retailer.data_set(second)["version"]}
        job = retailer.job(run["job"])
        job.wait(300)
        assert job.state == "succeeded", job.about["failure"]

        card.get_by_test_id("schedule-pause").click()
        expect(card.get_by_test_id("next-runs")).to_have_count(0)
        retailer.delete_schedule(schedule["schedule"])
