"""Examples of the description: each operation has them, they fit its schemas, and they give nothing away."""

import re
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from board.api.http.examples import RECORDED
from board.openapi import document
from board.tests.house import House
from board.tests.test_models import trained
from board.tests.test_story import deliver

_JSON = "application/json"


def _contents() -> list[Any]:
    described, found = document(), []
    for path, operations in described["paths"].items():
        for method, told in operations.items():
            good = next(answer for status, answer in told["responses"].items() if status.startswith("2"))
            for side, content in (("request", told.get("requestBody", {})), ("response", good)):
                if _JSON in content.get("content", {}):
                    about = content["content"][_JSON]
                    schema = {**about["schema"], "components": described["components"]}
                    found.append(pytest.param(schema, about, id=f"{method} {path} {side}"))
    return found


@pytest.mark.parametrize(("schema", "about"), _contents())
def test_every_body_and_answer_has_an_example_that_fits(schema: dict[str, Any], about: dict[str, Any]) -> None:
    assert "example" in about, "make examples; where no test makes this call yet, one is missing"
    Draft202012Validator(schema).validate(about["example"])


def test_examples_hold_no_secret() -> None:
    text = RECORDED.read_text("utf-8")
    assert not re.findall(r'"(?:token|password|text|key|words|new_password)": "[^"…]{12,}"', text)
    assert str(RECORDED.parents[3]) not in text
    assert "/home/" not in text


def test_calls_that_no_story_makes(bank: House, bureau: House) -> None:
    us, them, model, data = trained(bank, bureau)
    job = model.partition(".")[0]
    project = us.get("/projects")["items"][0]["project"]
    assert us.get("/accounts")["items"][0]["account"] == "admin"
    assert us.post("/member/registration", {})["transaction"].startswith("0x")
    consent = them.get("/consents")["items"][0]
    assert them.get(f"/consents/{consent['consent']}") == consent
    wanted = {"project": project, "owner": "bureau", "data_set": data["bureau"], "purpose": "scoring", "runs": 3}
    asked = us.post("/data-requests", wanted)
    deliver(bank, bureau)
    assert [request["request"] for request in us.get("/data-requests")["items"]] == [asked["request"]]
    assert them.get(f"/approvals/data_request/{asked['request']}")["id"] == asked["request"]
    assert us.get("/components")["items"][0]["name"] == "data_import"
    assert us.get("/flow-templates")["items"][0]["graph"]["nodes"]
    for task in bank.flow.get(job).tasks:
        bank.kernel.reports[job, task.task] = [{"kind": "metrics", "values": {"rows": 9}}]
    assert us.get(f"/jobs/{job}/report")["tasks"][0]["blocks"][0]["kind"] == "metrics"
    bank.flow.change(job, "running", "running")
    assert us.post(f"/jobs/{job}/stop", {"reason": "wrong data"}, 202)["state"] in ("stopping", "stopped")
    bank.flow.change(job, "stopped", "stopped")
    assert us.post(f"/jobs/{job}/resume", {}, 202)["job"] == job
