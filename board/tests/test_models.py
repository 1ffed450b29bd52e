"""A model after its training: lineage, card, versions, keys, usage."""

import json

import pyarrow as pa
import pytest

from board.domain.usage import Counted, summed
from board.service.clock import now_ms
from board.tests.house import Caller, House
from board.tests.test_story import check, graph, project
from common import canonical


def trained(bank: House, bureau: House) -> tuple[Caller, Caller, str, dict[str, str]]:
    """Run a flow to its end at both members; returns the model and the data sets by member."""
    us, them, name, data = project(bank, bureau)
    them.post(f"/projects/{name}/consents", {"data_set": data["bureau"]})
    flow = us.post("/flows", {"project": name, "name": "f", "graph": graph(data)})["flow"]
    spec = bank.flow.get(us.post("/jobs", {"flow": flow}, 202)["job"]).spec
    assert check(bureau, spec, "bank")[0] == "allowed"
    for house in (bank, bureau):
        house.flow.put(spec, "running")
        house.flow.change(spec.job, "succeeded", "succeeded")
        house.kernel.outputs[spec.job, "train", "model", "model"] = json.dumps(
            {"kind": "vert_lr", "content": {"weights": [1]}}
        ).encode()
        house.kernel.outputs[spec.job, "import", "table", "arrow"] = b"arrow"
    bank.kernel.reports[spec.job, "evaluate"] = [{"kind": "metrics", "values": {"auc": 0.7, "rows": 9}}]
    return us, them, f"{spec.job}.train", data


def test_lineage_names_data_code_and_consents(bank: House, bureau: House) -> None:
    us, them, model, data = trained(bank, bureau)
    ours = us.get(f"/models/{model}/lineage")
    assert [step["node"] for step in ours["steps"]] == ["import", "align", "split", "train"], "nothing after training"
    assert all(len(step["hash"]) == 64 and step["version"] for step in ours["steps"])
    assert {(used["member"], used["data_set"]) for used in ours["data"]} == set(data.items())
    assert ours["metrics"] == {"auc": 0.7}
    assert ours["flow_name"] == "f"
    assert ours["project_name"]
    assert all(used["name"] for used in ours["data"]), "a partner's by what it offered"
    theirs = them.get(f"/models/{model}/lineage")
    assert [consent["data_set"] for consent in theirs["consents"]] == [data["bureau"]]
    assert theirs["consents"][0]["transaction"].startswith("0x")
    assert theirs["metrics"] == {}, "the promoter's figures stay with the promoter"


def test_a_row_to_try_with_is_one_that_the_job_aligned(bank: House, bureau: House) -> None:
    us, them, model, data = trained(bank, bureau)
    job = model.partition(".")[0]
    about = us.get(f"/data-sets/{data['bank']}")
    names = [column["name"] for column in about["columns"]]
    values = {name: [f"{name} 1", f"{name} 2"] for name in names} | {names[-1]: [None, "x"]}
    table = pa.table(values)
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    stream = bytes(sink.getvalue())
    bank.kernel.outputs[job, "align", "table", "arrow"] = stream
    row = us.get(f"/models/{model}/trial-row")
    assert row["id"] == f"{about['id_column']} 1"
    apart = {about["id_column"], about["label_column"], names[-1]}
    assert row["features"] == {name: f"{name} 1" for name in names if name not in apart}
    # What the job took as the label is none of the features, whatever the data set says.
    spec = bank.flow.get(job).spec
    node = next(node for node in spec.nodes if node.component == "data_import")
    node.own_params["bank"] = canonical.dumps({"data_set": data["bank"], "label": "x"})
    assert about["label_column"] != "x"
    assert "x" in row["features"]
    bank.flow.put(spec, "succeeded")
    assert "x" not in us.get(f"/models/{model}/trial-row")["features"]
    status, told = them.call("GET", f"/models/{model}/trial-row")
    assert (status, told["code"]) == (404, "HAN-1002")


def test_a_card_is_changed_on_what_was_read(bank: House, bureau: House) -> None:
    us, _, model, _ = trained(bank, bureau)
    path = f"/models/{model}/card"
    assert us.get(path)["revision"] == 0
    card = {"purpose": "credit limits", "limits": "not for the self-employed", "stage": "candidate"}
    status, told = us.call("PUT", path, json=card)
    assert (status, told["code"]) == (428, "HAN-6015")
    status, kept = us.call("PUT", path, json=card, headers={"If-Match": f'"{model}-0"'})
    assert (status, kept["revision"], kept["stage"], kept["changed_by"]) == (200, 1, "candidate", "admin")
    status, told = us.call("PUT", path, json=card, headers={"If-Match": f'"{model}-0"'})
    assert (status, told["code"]) == (412, "HAN-6014")
    status, kept = us.call("PUT", path, json={**card, "stage": "approved"}, headers={"If-Match": f'"{model}-1"'})
    assert (status, us.get(path)["stage"]) == (200, "approved")


def test_versions_go_online_and_back(bank: House, bureau: House) -> None:
    us, _, model, _ = trained(bank, bureau)
    for _ in range(2):
        us.post(f"/models/{model}/publication", {})
    assert bank.serving.online[model] == "2"
    shown = us.post(f"/models/{model}/online", {"version": "1"}, 200)
    assert [(p["version"], p["online"]) for p in shown["publications"]] == [("1", True), ("2", False)]
    assert bank.serving.online[model] == "1"
    status, told = us.call("POST", f"/models/{model}/online", json={"version": "9"})
    assert (status, told["code"]) == (404, "HAN-1002")


def test_keys_are_shown_once(bank: House, bureau: House) -> None:
    us, _, model, _ = trained(bank, bureau)
    made = us.post(f"/models/{model}/keys", {"client": "shop", "calls_per_minute": 60})
    listed = us.get(f"/models/{model}/keys")["items"]
    assert [(key["key_id"], key["client"]) for key in listed] == [(made["key_id"], "shop")]
    assert made["key"] not in json.dumps(listed)
    assert us.call("DELETE", f"/models/{model}/keys/{made['key_id']}")[0] == 204
    assert us.call("DELETE", f"/models/{model}/keys/{made['key_id']}")[0] == 404
    actions = [line["action"] for line in us.get("/audit")["items"]]
    assert {"api_key_created", "api_key_revoked"} <= set(actions)
    assert made["key"] not in json.dumps(us.get("/audit"))


def test_usage_is_summed_up(bank: House, bureau: House) -> None:
    us, _, model, _ = trained(bank, bureau)
    minute = now_ms() - now_ms() % 60_000
    for latency, code, calls in ((0, "", 90), (1, "", 8), (2, "", 2), (0, "HAN-7003", 5)):
        bank.serving.told.lines.add(
            minute_ms=minute, client="shop", code=code, latency=latency, calls=calls, rows=calls, total_ms=7.0 * calls
        )
    told = us.get(f"/models/{model}/usage", query_string={"hours": 1})
    assert (told["calls"], told["errors"], told["p50_ms"], told["p95_ms"]) == (105, 5, 10, 100)
    assert told["clients"] == {"shop": 105}
    assert told["codes"] == {"HAN-7003": 5}
    assert [(point["calls"], point["errors"], point["mean_ms"]) for point in told["points"]] == [(105, 5, 7.0)]


def test_a_percentile_beyond_the_last_class_is_unknown() -> None:
    lines = [Counted(0, "", "", 2, 10, 10, 1.0)]
    assert summed(lines, [10, 100], 0, 60_000).p95_ms is None
    assert summed([], [10, 100], 0, 60_000).p50_ms is None


@pytest.mark.parametrize(
    ("task", "tells"),
    [
        ("binary", {"score": 0.5, "probability": 0.62}),
        (
            "multiclass",
            {"classes": [{"label": "1", "probability": 0.25}, {"label": "2", "probability": 0.75}], "predicted": "2"},
        ),
        ("regression", {"score": 0.5, "value": 1.65}),
    ],
)
def test_a_prediction_tells_what_its_task_has(bank: House, bureau: House, task: str, tells: dict[str, object]) -> None:
    us, _, model, _ = trained(bank, bureau)
    us.post(f"/models/{model}/publication", {})
    bank.serving.task = task
    answer = us.post(f"/models/{model}/predictions", {"rows": [{"id": "a"}, {"id": "unknown"}]}, 200)
    assert answer["task"] == task
    nothing = dict.fromkeys(("score", "probability", "classes", "predicted", "value"))
    assert answer["predictions"] == [
        {"id": "a", "problem": "", **nothing, **tells},
        {"id": "unknown", "problem": "no usable row of this id at bureau", **nothing},
    ]
