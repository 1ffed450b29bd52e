"""What people do with a board, from the first sign-in to a prediction, with two members."""

import json
from dataclasses import replace
from typing import Any

import pytest

from board.domain.columns import Known, missing_columns
from board.domain.errors import NotOurPart
from board.domain.flows import Node, NodeInput
from board.tests.house import CSV, Caller, House
from common.errors import HanseError
from proto.board.v1 import board_pb2
from proto.flow.v1 import flow_pb2


def deliver(*houses: House) -> None:
    """Let everything arrive that waits for its delivery."""
    while any(house.board.outbox.deliver_due() for house in houses):
        pass


def graph(data: dict[str, str], promoter: str = "bank") -> dict[str, Any]:
    def node(name: str, component: str, *inputs: tuple[str, str, str], **more: Any) -> dict[str, Any]:
        fed = [{"port": port, "node": source, "output": output} for port, source, output in inputs]
        return {"id": name, "component": component, "inputs": fed, **more}

    return {
        "nodes": [
            node("evaluate", "evaluation", ("prediction", "score", "prediction"), parties=[promoter]),
            node("import", "data_import", own={member: {"data_set": name} for member, name in data.items()}),
            node("align", "psi", ("table", "import", "table")),
            node("split", "split", ("table", "align", "table"), params={"test_fraction": 0.25}),
            node("train", "vert_lr", ("train", "split", "train")),
            node("score", "predict", ("table", "split", "test"), ("model", "train", "model")),
        ]
    }


def project(bank: House, bureau: House) -> tuple[Caller, Caller, str, dict[str, str]]:
    """Create a project, let the provider accept it, and offer data at both."""
    us, them = bank.admin(), bureau.admin()
    name = us.post("/projects", {"name": "Credit", "providers": ["bureau"], "purpose": "test"})["project"]
    deliver(bank, bureau)
    them.post(f"/projects/{name}/answer", {"accept": True}, 200)
    data = {}
    for member, caller in (("bank", us), ("bureau", them)):
        data[member] = caller.upload()["data_set"]
        caller.post(f"/projects/{name}/data-sets", {"data_set": data[member]})
    deliver(bank, bureau)
    return us, them, name, data


def check(house: House, spec: flow_pb2.JobSpec, origin: str) -> tuple[str, str]:
    decided = house.board.proposals.check(spec, origin)
    return decided.decision, decided.reason


def test_from_invitation_to_prediction(bank: House, bureau: House) -> None:
    us, them, name, data = project(bank, bureau)
    shown = us.get(f"/projects/{name}")
    assert [(p["member"], p["answer"]) for p in shown["parties"]] == [("bank", "accepted"), ("bureau", "accepted")]
    assert all(p["transaction"].startswith("0x") for p in shown["parties"])
    assert {offer["member"] for offer in shown["data_sets"]} == {"bank", "bureau"}
    assert shown["undelivered"] == []
    offers = us.get(f"/projects/{name}/data-sets")["items"]
    assert next(o for o in offers if o["member"] == "bureau")["columns"] == ["x:float", "y:float"]

    flow = us.post("/flows", {"project": name, "name": "f", "graph": graph(data)})["flow"]
    assert us.post(f"/flows/{flow}/validation", {}, 200)["problems"] == []
    job = us.post("/jobs", {"flow": flow}, 202)
    assert job["state"] == "created"
    assert [n["id"] for n in job["nodes"]] == ["import", "align", "split", "train", "score", "evaluate"]
    assert [p["role"] for p in job["parties"]] == ["promoter", "provider"]
    assert set(job["data_versions"]) == set(data.values())
    spec = bank.flow.get(job["job"]).spec
    assert check(bank, spec, "") == ("allowed", "")

    # The provider's own rules decide there: first nobody has consented, then a standing consent fits.
    decision, reason = check(bureau, spec, "bank")
    assert decision == "pending"
    assert data["bureau"] in reason
    consent = them.post(f"/projects/{name}/consents", {"data_set": data["bureau"], "runs": 1})
    assert consent["transaction"].startswith("0x")
    assert check(bureau, spec, "bank") == ("allowed", "")
    assert check(bureau, spec, "bank") == ("allowed", ""), "asked again about the same job"
    other = flow_pb2.JobSpec()
    other.CopyFrom(spec)
    other.job = "job-other"
    assert check(bureau, other, "bank")[0] == "pending", "the only run is used"

    # Both flows ran it.
    for house in (bank, bureau):
        house.flow.put(spec, "running")
        house.flow.change(spec.job, "succeeded", "succeeded")
        house.kernel.outputs[spec.job, "train", "model", "model"] = json.dumps(
            {"kind": "vert_lr", "content": {"weights": [1, 2]}}
        ).encode()
        house.kernel.outputs[spec.job, "import", "table", "arrow"] = b"arrow"
    model = f"{spec.job}.train"
    for caller, house in ((us, bank), (them, bureau)):
        assert [m["model"] for m in caller.get("/models")["items"]] == [model]
        published = caller.post(f"/models/{model}/publication", {})
        assert published["publications"][-1]["online"]
        part, features = house.serving.parts[model, "1"]
        assert json.loads(part.content) == {"kind": "vert_lr", "content": {"weights": [1, 2]}}
        assert part.kind == "vert_lr"
        assert list(part.promoter_and_providers) == ["bank", "bureau"]
        assert features == (b"" if house is bank else b"arrow"), "only providers publish features"
    answer = us.post(f"/models/{model}/predictions", {"rows": [{"id": "a", "features": {"x": 1}}]}, 200)
    assert answer["predictions"][0]["score"] == 0.5
    status, told = them.call("POST", f"/models/{model}/predictions", json={"rows": [{"id": "a"}]})
    assert (status, told["code"]) == (409, "HAN-1003"), "a provider does not ask for predictions"
    assert us.call("DELETE", f"/models/{model}/publication")[0] == 204
    assert not us.get(f"/models/{model}")["publications"][0]["online"]


def test_the_flow_check_names_columns_that_a_data_set_does_not_have(bank: House, bureau: House) -> None:
    us, _, name, data = project(bank, bureau)
    flow = us.post("/flows", {"project": name, "name": "f", "graph": graph(data)})["flow"]
    wrong = graph(data)
    for member, place in (("bank", "label"), ("bureau", "columns")):
        own = next(node for node in wrong["nodes"] if node["id"] == "import")["own"][member]
        own[place] = "gone" if place == "label" else ["x", "gone"]
    told = us.post(f"/flows/{flow}/validation", {"graph": wrong}, 200)["problems"]
    assert [(p["node"], p["field"], p["kind"], p["about"]["column"]) for p in told] == [
        ("import", "own.bank.label", "no_column", "gone"),
        ("import", "own.bureau.columns", "no_column", "gone"),
    ]
    us.call("PUT", f"/flows/{flow}", json={"name": "f", "graph": wrong}, headers={"If-Match": "*"})
    outlook = us.post("/job-checks", {"flow": flow}, 200)
    assert (outlook["can_start"], outlook["checks"][0]["state"]) == (False, "failed")
    status, told = us.call("POST", "/jobs", json={"flow": flow})
    assert (status, "has no column 'gone'" in told["detail"]) == (422, True)


def test_the_flow_check_follows_columns_through_a_long_graph_once() -> None:
    asked = []

    def find(member: str, data_set: str) -> Known:
        asked.append((member, data_set))
        return Known(data_set, frozenset({"x", "y"}))

    nodes = [Node("import", "data_import", own={"bank": {"data_set": "d", "columns": ["x"]}})]
    for step in range(60):  # a walk back along every path would ask 2^60 times
        ports = [NodeInput(port, nodes[-1].id, "table") for port in ("table", "fitted")]
        nodes.append(Node(f"n{step}", "standardise", inputs=tuple(ports)))
    nodes.append(replace(nodes[-1], id="last", own={"bank": {"columns": ["x", "y"]}}))
    told = missing_columns(nodes, ["bank"], find)
    assert [(problem.node, problem.about["column"]) for problem in told] == [("last", "y")]
    assert asked == [("bank", "d")]


def test_messages_call_jobs_by_their_names(bank: House, bureau: House) -> None:
    us, _, name, data = project(bank, bureau)
    flow = us.post("/flows", {"project": name, "name": "Scores of May", "graph": graph(data)})["flow"]
    job = us.post("/jobs", {"flow": flow}, 202)["job"]
    bank.board.proposals.ended(job, "succeeded")
    bank.board.proposals.ended("job-gone", "failed")
    told = us.get("/messages")["items"]
    assert [item["values"] for item in told if item["kind"].startswith("job_")] == [
        {"job": "job-gone", "name": ""},
        {"job": job, "name": "Scores of May"},
    ]


def test_a_provider_sees_only_its_own_results(bank: House, bureau: House) -> None:
    us, them, name, data = project(bank, bureau)
    flow = us.post("/flows", {"project": name, "name": "f", "graph": graph(data)})["flow"]
    job = us.post("/jobs", {"flow": flow}, 202)["job"]
    theirs = flow_pb2.JobSpec()
    theirs.CopyFrom(bank.flow.get(job).spec)
    for node in theirs.nodes:  # as flow sends it: nobody else's own parameters
        node.own_params.pop("bank", None)
    bureau.flow.put(theirs, "succeeded")
    bank.kernel.reports[job, "evaluate"] = [{"kind": "metrics", "values": {"auc": 0.7}}]
    bank.kernel.outputs[job, "score", "prediction", "csv"] = b"id,score\n"
    assert us.get(f"/jobs/{job}/tasks/evaluate/report")["blocks"][0]["values"] == {"auc": 0.7}
    for path in (f"/jobs/{job}/tasks/evaluate/report", f"/jobs/{job}/tasks/score/outputs/prediction"):
        status, told = them.call("GET", path)
        assert (status, told["code"]) == (404, "HAN-1002")
        assert "0.7" not in json.dumps(told)
    shown = them.get(f"/jobs/{job}")
    assert all("bank" not in node["own"] for node in shown["nodes"])
    assert them.get("/data-sets")["items"][0]["data_set"] == data["bureau"]
    assert them.call("GET", f"/data-sets/{data['bank']}/preview")[0] == 404


def test_approval_by_people_is_a_consent_for_one_job(bank: House, bureau: House) -> None:
    us, them, name, data = project(bank, bureau)
    flow = us.post("/flows", {"project": name, "name": "f", "graph": graph(data)})["flow"]
    spec = bank.flow.get(us.post("/jobs", {"flow": flow}, 202)["job"]).spec
    bureau.flow.put(spec, "pending_approval")
    listed = them.get("/jobs")["items"]
    assert [(j["job"], j["decision_needed"]) for j in listed] == [(spec.job, True)]
    decided = them.post(f"/jobs/{spec.job}/approval", {"approve": True, "reason": "fine"}, 200)
    assert decided["state"] == "queued"
    assert bureau.flow.decided == [(spec.job, True)]
    consent = them.get("/consents")["items"][0]
    assert (consent["job"], consent["runs_left"], consent["data_set"]) == (spec.job, 0, data["bureau"])
    assert consent["transaction"].startswith("0x")
    assert check(bureau, spec, "bank")[0] == "allowed"
    second = flow_pb2.JobSpec()
    second.CopyFrom(spec)
    second.job = "job-second"
    assert check(bureau, second, "bank")[0] == "pending"
    status, told = us.call("POST", f"/jobs/{spec.job}/approval", json={"approve": True})
    assert (status, told["code"]) == (403, "HAN-6022"), "the promoter does not approve for its providers"


def test_partners_words_are_checked(bank: House, bureau: House) -> None:
    us, _, name, _ = project(bank, bureau)
    terms = bank.board.projects.find(name).terms
    forged = board_pb2.InviteRequest(
        terms=board_pb2.ProjectTerms(
            project="prj-forged",
            name="x",
            purpose="",
            promoter="bank",
            providers=["bureau"],
            components=bank.pins("psi"),
        )
    )
    service = "/hanse.board.v1.BoardPeerService/"
    calls = [
        ("bank", "Invite", forged, "HAN-6022"),  # not on the ledger
        ("mallory", "Invite", forged, "HAN-6022"),  # somebody else's terms
        ("mallory", "AnswerInvitation", board_pb2.AnswerInvitationRequest(project=name, accept=True), "HAN-6020"),
        ("bank", "OfferDataSet", board_pb2.OfferDataSetRequest(project=name, data_set="../x"), "HAN-1001"),
        ("mallory", "OfferDataSet", _offer(name), "HAN-6020"),
        ("bank", "CheckJob", board_pb2.CheckJobRequest(), "HAN-"),
    ]
    for origin, method, request, code in calls:
        with pytest.raises(HanseError) as refused:
            bureau.relay(origin, f"{service}{method}", request.SerializeToString())
        assert refused.value.code.startswith(code), (method, refused.value)
    assert terms.hash == bureau.board.projects.find(name).terms.hash
    # An answer that the ledger does not hold is not believed, though its sender is a provider.
    refusal = board_pb2.AnswerInvitationRequest(project=name, accept=False).SerializeToString()
    with pytest.raises(NotOurPart):
        bank.relay("bureau", f"{service}AnswerInvitation", refusal)
    assert us.get(f"/projects/{name}")["parties"][1]["answer"] == "accepted"


def _offer(project: str) -> board_pb2.OfferDataSetRequest:
    return board_pb2.OfferDataSetRequest(project=project, data_set="ds-1", name="n", version="0" * 64, rows=1)


def test_what_cannot_be_delivered_waits(bank: House, bureau: House) -> None:
    us, them = bank.admin(), bureau.admin()
    bureau.gateway.reachable = False
    name = us.post("/projects", {"name": "Credit", "providers": ["bureau"]})["project"]
    deliver(bank)
    assert us.get(f"/projects/{name}")["undelivered"][0]["what"] == "Invite"
    assert them.get("/invitations")["items"] == []
    bureau.gateway.reachable = True
    letter = bank.board.outbox.waiting()[0]
    bank.board.stores.outbox.later(letter.id, 0, "")
    deliver(bank)
    assert them.get("/invitations")["items"][0]["project"] == name
    them.post(f"/projects/{name}/answer", {"accept": False, "reason": "no"}, 200)
    # The promoter finds the answer on the ledger even before it is told.
    assert us.get(f"/projects/{name}")["parties"][1]["answer"] == "refused"
    flow = us.post("/flows", {"project": name, "name": "f", "graph": {"nodes": []}})["flow"]
    status, told = us.call("POST", "/jobs", json={"flow": flow})
    assert (status, told["code"]) == (409, "HAN-6021")


def test_the_union_being_away_stops_nothing_local(bank: House, bureau: House) -> None:
    us, _, name, data = project(bank, bureau)
    bank.union.ledger.away = True
    member = us.get("/member")
    assert member["union"]["reachable"] is False
    assert us.get(f"/projects/{name}")["status"] == "active"
    assert us.get(f"/data-sets/{data['bank']}/preview")["rows"][0] == ["a", "1", "0"]
    assert us.upload()["rows"] == 3
    before = len(bank.kernel.data_sets)
    told = us.upload(CSV, 503, visibility="federation")
    assert told["code"] == "HAN-1006"
    assert len(bank.kernel.data_sets) == before, "nothing half-made remains"


def test_data_sets_with_consents_are_not_deleted(bank: House, bureau: House) -> None:
    _, them, name, data = project(bank, bureau)
    consent = them.post(f"/projects/{name}/consents", {"data_set": data["bureau"]})["consent"]
    status, told = them.call("DELETE", f"/data-sets/{data['bureau']}")
    assert (status, told["code"]) == (409, "HAN-6031")
    assert them.call("DELETE", f"/consents/{consent}")[0] == 204
    assert bureau.union.entry("consent", consent, "bureau").body["decision"] == "withdrawn"  # type: ignore[union-attr]
    assert them.call("DELETE", f"/data-sets/{data['bureau']}")[0] == 204
    assert bureau.kernel.data_sets == {}
