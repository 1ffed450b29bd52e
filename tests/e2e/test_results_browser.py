"""Results, models and operations in a real browser."""

import csv
import io
import json
import zipfile
from pathlib import Path

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from sklearn.metrics import confusion_matrix, roc_auc_score

import hanse
from tests.e2e.conftest import SCREENSHOTS, Demo, sign_in

API = "/board-service/api/v1"


def finished(bank: hanse.Client) -> str:
    return str(next(job["job"] for job in bank.jobs() if job["state"] == "succeeded"))


def test_the_threshold_moves_every_chart_and_tells_the_truth(page: Page, demo: Demo) -> None:
    with demo.client("bank") as bank:
        job = finished(bank)
        rows = list(csv.DictReader(io.StringIO(b"".join(bank.job(job).output("score", "prediction")).decode())))
        block = next(b for b in bank.job(job).report("evaluate") if b["kind"] == "classification")
    name = next(
        column for column in rows[0] if column not in {"score", "probability"} and rows[0][column] in {"0", "1"}
    )
    label = np.array([int(row[name]) for row in rows])
    probability = np.array([float(row["probability"]) for row in rows])
    assert block["auc"] == pytest.approx(roc_auc_score(label, probability), abs=1e-6)
    threshold = block["thresholds"][len(block["thresholds"]) // 3]

    sign_in(page, demo, "bank", f"/jobs/{job}/tasks/evaluate?threshold={threshold}")
    (tn, fp), (fn, tp) = confusion_matrix(label, probability >= threshold)
    expect(page.get_by_test_id("confusion")).to_contain_text(f"{tp:,}")
    cells = page.get_by_test_id("confusion").locator("td.numbers").all_inner_texts()
    assert [int(text.split("(")[0].replace(",", "")) for text in cells] == [tn, fp, fn, tp]
    assert float(page.get_by_test_id("at-precision").inner_text()) == pytest.approx(tp / (tp + fp), abs=5e-5)
    page.screenshot(path=SCREENSHOTS / "evaluation.png", full_page=True)

    before = page.get_by_test_id("at-recall").inner_text()
    page.get_by_test_id("threshold").focus()
    for _ in range(20):
        page.keyboard.press("ArrowLeft")
    expect(page.get_by_test_id("at-recall")).not_to_have_text(before)
    assert f"threshold={threshold}" not in page.url
    kept = page.get_by_test_id("threshold-value").inner_text()
    page.reload()
    expect(page.get_by_test_id("threshold-value")).to_have_text(kept)
    expect(page.get_by_test_id("gain")).to_contain_text("AUC")


def test_runs_are_compared_and_reported(page: Page, demo: Demo, tmp_path: Path) -> None:
    with demo.client("bank") as bank:
        flow = bank.flows()[0]["flow"]
        first = finished(bank)
        second = bank.run(flow, name="compared", reuse_from=first).wait(300).id
    sign_in(page, demo, "bank", f"/compare?jobs={first},{second}")
    expect(page.get_by_test_id("differences").first).to_contain_text("AUC")
    page.screenshot(path=SCREENSHOTS / "compare.png", full_page=True)
    page.goto(f"{demo.federation.board('bank')[0]}/jobs/{first}/report")
    expect(page.get_by_test_id("classification")).to_be_visible()
    with page.expect_download() as taken:
        page.get_by_test_id("report-html").click()
    kept = tmp_path / "report.html"
    taken.value.save_as(kept)
    text = kept.read_text("utf-8")
    assert "<svg" in text
    assert "<script" not in text
    pdf = page.pdf(path=tmp_path / "report.pdf", format="A4")
    assert pdf.startswith(b"%PDF")
    page.goto(kept.as_uri())
    expect(page.get_by_test_id("classification")).to_be_visible()


def test_a_model_from_its_card_to_its_calls(page: Page, demo: Demo) -> None:
    with demo.client("bank") as bank:
        model = bank.http.call("GET", f"{API}/models")["items"][0]["model"]
    sign_in(page, demo, "bank", f"/models/{model}")
    expect(page.get_by_test_id("lineage")).to_contain_text("vert_lr")
    page.get_by_test_id("card-edit").click()
    page.get_by_test_id("card-purpose").fill("Credit limits of card holders")
    page.get_by_test_id("card-stage").select_option("candidate")
    page.get_by_test_id("card-keep").click()
    expect(page.get_by_test_id("card-shown-stage")).to_have_text("Candidate")
    page.get_by_test_id("key-client").fill("till")
    page.get_by_test_id("key-create").click()
    expect(page.get_by_test_id("key-made")).to_contain_text("hanse_")
    expect(page.get_by_test_id("usage-calls")).not_to_have_text("0")  # the demo has asked once
    page.screenshot(path=SCREENSHOTS / "model.png", full_page=True)


def test_operators_see_traffic_disks_and_take_a_diagnosis(page: Page, demo: Demo) -> None:
    with demo.client("bank") as bank:
        job = finished(bank)
        bundle = b"".join(bank.http.read(f"{API}/jobs/{job}/diagnosis"))
        with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
            assert json.loads(archive.read("job.json"))["state"] == "succeeded"
            assert json.loads(archive.read("logs/train.json"))
        newest = bank.http.call("GET", f"{API}/egress", params={"limit": 1})["items"][0]
    sign_in(page, demo, "bank", "/status")
    expect(page.get_by_test_id("traffic")).to_contain_text("bureau")
    expect(page.get_by_test_id("disks")).to_contain_text("kernel")
    expect(page.get_by_test_id("egress-record")).to_contain_text(newest["message"])
    page.screenshot(path=SCREENSHOTS / "operations.png", full_page=True)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nothing_serious_keeps_people_out(page: Page, demo: Demo, theme: str) -> None:
    with demo.client("bank") as bank:
        job = finished(bank)
        model = bank.http.call("GET", f"{API}/models")["items"][0]["model"]
    page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]  # one of its literals
    sign_in(page, demo, "bank", f"/jobs/{job}/tasks/evaluate")
    root = demo.federation.board("bank")[0]
    expect(page.get_by_test_id("classification")).to_be_visible()
    for path in (f"/jobs/{job}/tasks/evaluate", f"/compare?jobs={job},{job}", f"/models/{model}", "/status"):
        page.goto(root + path)
        page.wait_for_load_state("networkidle")
        found = Axe().run(page).response["violations"]
        serious = [(one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in {"serious", "critical"}]
        assert not serious, (path, theme, serious)
