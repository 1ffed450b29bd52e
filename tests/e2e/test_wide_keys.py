"""A job with every preprocessing component and 3072-bit keys, on Spark at all members."""

import pytest

from deploy.demo.flow import graph
from tests.e2e.conftest import Demo

pytestmark = [pytest.mark.long, pytest.mark.timeout(1200)]

_CATEGORIES = ["SEX", "EDUCATION", "MARRIAGE"]


def _prepared(data_sets: dict[str, str]) -> dict[str, list[dict]]:
    """The demo's flow with gaps filled and the bank's categories encoded before the scaling, and wide keys."""
    nodes = {node["id"]: node for node in graph(data_sets, "bank")["nodes"]}
    split = [{"port": port, "node": "split", "output": port} for port in ("train", "test")]
    filled = [{"port": port, "node": "fill", "output": port} for port in ("train", "test", "pipeline")]
    encoded = [{"port": port, "node": "encode", "output": port} for port in ("train", "pipeline")]
    more = [
        {"id": "fill", "component": "fill_missing", "params": {}, "own": {}, "inputs": split},
        {
            "id": "encode",
            "component": "one_hot",
            "params": {},
            "own": {"bank": {"columns": _CATEGORIES}},
            "inputs": filled,
        },
    ]
    nodes["scale"]["inputs"] = encoded
    nodes["train"]["params"] |= {"key_bits": 3072, "iterations": 6}
    del nodes["evaluate"]["params"]["alone_l2"]
    nodes["evaluate"]["inputs"] = nodes["evaluate"]["inputs"][:1]
    return {"nodes": [*nodes.values(), *more]}


def test_a_job_with_wide_keys_and_every_preparation(demo: Demo) -> None:
    with demo.client("bank") as bank:
        finished = [job["job"] for job in bank.jobs() if job["state"] == "succeeded"][-1]
        drawn = bank.http.call("GET", f"/board-service/api/v1/flows/{bank.flows()[-1]['flow']}")
        own = next(node for node in drawn["graph"]["nodes"] if node["component"] == "data_import")["own"]
        data_sets = {member: part["data_set"] for member, part in own.items()}
        flow = bank.create_flow(drawn["project"], "wide keys", _prepared(data_sets))["flow"]
        job = bank.run(flow, reuse_from=finished)
        job.wait(900)
        assert job.state == "succeeded", job.about["failure"]
        result = job.metrics("evaluate")
    # Six rounds of twelve, but with the categories told apart: about as good as the demo's.
    assert abs(result["auc"] - demo.report["auc"]["federated"]) < 0.02
