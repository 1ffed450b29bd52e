"""Requests, the inbox, and that an approval allows exactly what it showed."""

from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from board.domain.checking import check_foreign
from board.service.clock import now_ms
from board.service.proposals import proposal_of
from board.tests.house import PASSWORD, Caller, House
from board.tests.test_story import check, deliver, graph, project
from common.errors import HanseError
from proto.board.v1 import board_pb2 as pb
from proto.flow.v1 import flow_pb2

HOUR = 3600 * 1000
WIDE = b"id,age,income,y\na,1,5,0\nb,2,6,1\nc,3,7,0\n"


def asked(bank: House, bureau: House, **more: Any) -> tuple[Caller, Caller, str, dict[str, str], str]:
    """Let the bank ask the bureau for its data in a project of both."""
    us, them, name, data = project(bank, bureau)
    wide = them.upload(WIDE, name="wide", label_column="y")["data_set"]
    body = {"project": name, "owner": "bureau", "data_set": wide, "purpose": "score cards", **more}
    request = us.post("/data-requests", body)["request"]
    deliver(bank, bureau)
    return us, them, name, data | {"wide": wide}, request


def todo(caller: Caller, tab: str = "todo") -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = caller.get("/approvals", query_string={"tab": tab})["items"]
    return items


def test_a_request_reaches_the_owners_inbox_and_is_refused_with_a_reason(bank: House, bureau: House) -> None:
    us, them, _, data, request = asked(bank, bureau)
    assert them.get("/approvals/count") == {"todo": 1, "unread": 0}
    (item,) = todo(them)
    assert (item["kind"], item["id"], item["asker"], item["purpose"]) == (
        "data_request",
        request,
        "bank",
        "score cards",
    )
    assert item["permits"][0]["columns"] == ["age", "income", "y"]
    assert (todo(us, "asked")[0]["id"], todo(us, "asked")[0]["waiting_for"]) == (request, ["bureau"])
    assert todo(us, "asked")[0]["title"] == data["wide"], "its owner has shown us no name"
    assert them.call("PATCH", f"/data-sets/{data['wide']}", json={"visibility": "federation"})[0] == 200
    assert todo(us, "asked")[0]["title"] == "wide"
    path = f"/approvals/data_request/{request}/decision"
    status, told = them.call("POST", path, json={"approve": False, "reason": "  "})
    assert (status, told["code"]) == (422, "HAN-6025")
    assert them.call("POST", path, json={"approve": False, "reason": "not for this"})[0] == 204
    status, told = them.call("POST", path, json={"approve": True})
    assert (status, told["code"]) == (409, "HAN-6026"), "nobody decides twice"
    deliver(bank, bureau)
    answered = us.get(f"/data-requests/{request}")
    assert (answered["status"], answered["reason"]) == ("refused", "not for this")
    assert answered["transaction"].startswith("0x")
    assert bank.union.entry("consent", request, "bureau").body["decision"] == "refuse"  # type: ignore[union-attr]
    (message,) = [m for m in us.get("/messages")["items"] if m["kind"] == "request_refused"]
    assert (message["values"]["reason"], message["values"]["name"]) == ("not for this", "wide")
    assert todo(them) == []
    assert todo(them, "done")[0]["id"] == request
    assert all(offer["data_set"] != data["wide"] for offer in us.get(f"/projects/{answered['project']}")["data_sets"])


def test_what_the_approval_shows_is_exactly_what_the_grant_allows(bank: House, bureau: House) -> None:
    """Every way in which a job may differ from what was shown is refused a run; what was shown is allowed."""
    soon = now_ms() + HOUR
    components = bank.pins("data_import", "psi", "split", "vert_lr", "predict")
    us, them, name, data, request = asked(
        bank, bureau, columns=["age", "y"], components=components, runs=1, expires_ms=soon
    )
    (shown,) = todo(them)[0]["permits"]
    assert them.call("POST", f"/approvals/data_request/{request}/decision", json={"approve": True})[0] == 204
    (consent,) = them.get("/consents")["items"]
    same = ("project", "data_set", "version", "columns", "components", "runs", "expires_ms", "job")
    assert {key: consent[key] for key in same} == {key: shown[key] for key in same}
    deliver(bank, bureau)
    assert us.get(f"/data-requests/{request}")["consent"] == consent["consent"]
    assert [o["data_set"] for o in us.get(f"/projects/{name}")["data_sets"]].count(data["wide"]) == 1

    drawn = graph({"bank": data["bank"], "bureau": data["wide"]})
    drawn["nodes"][1]["own"]["bureau"] |= {"columns": ["age"], "label": "y"}
    flow = us.post("/flows", {"project": name, "name": "f", "graph": drawn})["flow"]
    spec = bank.flow.get(us.post("/jobs", {"flow": flow}, 202)["job"]).spec
    proposal = proposal_of(spec, "bureau")
    found = bureau.board.projects.find(name)
    wide = bureau.board.data_sets.find(data["wide"])
    kept = bureau.board.consents.find(consent["consent"])
    use = proposal.uses[0]

    columns = {("age",): True, (): False, ("income",): False, ("age", "income"): False}
    versions = {wide.version: True, "0" * 64: False}
    parts = {
        proposal.our_components: True,
        proposal.our_components - {next(iter(proposal.our_components))}: True,
        proposal.our_components | {("evaluation", "1.0.0")}: False,
    }
    times = {soon - 1: True, soon: False}
    runs: dict[tuple[str, ...], bool] = {(): True, ("job-before",): False, (spec.job,): True}
    tried = 0
    for (chosen, a), (version, b), (ours, c), (at, d), (used, e) in product(
        columns.items(), versions.items(), parts.items(), times.items(), runs.items()
    ):
        other = replace(proposal, uses=(replace(use, columns=chosen, version=version),), our_components=ours)
        decided = check_foreign(
            other, "bank", "bureau", found, {wide.data_set: wide}, [replace(kept, used_by=used)], at
        )
        assert (decided.decision == "allowed") is all((a, b, c, d, e)), (chosen, version, ours, at, used)
        tried += 1
    assert tried == 4 * 2 * 3 * 2 * 3
    assert check(bureau, spec, "bank") == ("allowed", "")
    second = flow_pb2.JobSpec()
    second.CopyFrom(spec)
    second.job = "job-second"
    assert check(bureau, second, "bank")[0] == "pending", "the one run is used"


def test_a_job_shows_its_columns_and_its_approval_allows_no_more(bank: House, bureau: House) -> None:
    us, them, name, data, _ = asked(bank, bureau)
    them.post(f"/projects/{name}/data-sets", {"data_set": data["wide"]})
    deliver(bank, bureau)
    drawn = graph({"bank": data["bank"], "bureau": data["wide"]})
    drawn["nodes"][1]["own"]["bureau"] |= {"columns": ["income"]}
    flow = us.post("/flows", {"project": name, "name": "f", "graph": drawn})["flow"]
    spec = bank.flow.get(us.post("/jobs", {"flow": flow}, 202)["job"]).spec
    bureau.flow.put(spec, "pending_approval")
    shown = next(item for item in todo(them) if item["kind"] == "job")
    assert shown["arbiters"] == []
    (permit,) = shown["permits"]
    assert permit["columns"] == ["income", "y"]
    assert them.call("POST", f"/approvals/job/{spec.job}/decision", json={"approve": True})[0] == 204
    (consent,) = them.get("/consents")["items"]
    for key in ("project", "data_set", "version", "columns", "components", "runs", "expires_ms", "job"):
        assert consent[key] == permit[key], key
    wider = flow_pb2.JobSpec()
    wider.CopyFrom(spec)
    for node in wider.nodes:
        if node.component == "data_import":
            node.own_params["bureau"] = node.own_params["bureau"].replace(b'"columns":["income"],', b"")
    assert wider != spec
    assert check(bureau, spec, "bank")[0] == "allowed"
    assert check(bureau, wider, "bank")[0] == "pending"


@pytest.mark.parametrize("of_the_job", [False, True])
def test_who_holds_the_key_is_shown_and_decided_on_job_by_job(bank: House, bureau: House, *, of_the_job: bool) -> None:
    us, them, name, data, _ = asked(bank, bureau)
    them.post(f"/projects/{name}/data-sets", {"data_set": data["wide"]})
    deliver(bank, bureau)
    flow = us.post(
        "/flows", {"project": name, "name": "f", "graph": graph({"bank": data["bank"], "bureau": data["wide"]})}
    )
    spec = flow_pb2.JobSpec()
    spec.CopyFrom(bank.flow.get(us.post("/jobs", {"flow": flow["flow"]}, 202)["job"]).spec)
    if of_the_job:  # a node without parties of its own has those of the job
        spec.parties.add(member="clinic", role="arbiter")
    else:
        spec.nodes[-1].parties.extend([*spec.parties, flow_pb2.JobParty(member="clinic", role="arbiter")])
    bureau.flow.put(spec, "pending_approval")
    shown = next(item for item in todo(them) if item["kind"] == "job")
    assert shown["arbiters"] == ["clinic"]
    assert proposal_of(spec, "bureau").arbiters == ("clinic",)


def test_accounts_wait_in_the_inbox_of_administrators_only(bank: House) -> None:
    us = bank.admin()
    client = bank.app.test_client(use_cookies=False)
    for name in ("ann", "ben"):
        client.post("/board-service/api/v1/accounts", json={"account": name, "password": PASSWORD})
    assert [item["id"] for item in todo(us)] == ["ann", "ben"]
    assert us.call("POST", "/approvals/account/ann/decision", json={"approve": True})[0] == 204
    assert us.call("POST", "/approvals/account/ben/decision", json={"approve": False, "reason": "unknown"})[0] == 204
    ann = bank.sign_in("ann")
    client.post("/board-service/api/v1/accounts", json={"account": "cas", "password": PASSWORD})
    assert todo(ann) == []
    assert us.get("/approvals/count")["todo"] == 1
    assert ann.get("/approvals/count")["todo"] == 0
    assert ann.call("POST", "/approvals/account/cas/decision", json={"approve": True})[0] == 403


def test_words_of_others_about_requests_are_checked(bank: House, bureau: House) -> None:
    us, them, name, data, request = asked(bank, bureau)
    service = "/hanse.board.v1.BoardPeerService/"
    answer = pb.AnswerRequestRequest(request=request, approve=True, consent="con-1")
    other = pb.RequestDataSetRequest(
        project="prj-other", data_set=data["wide"], request=f"req-{1:016x}", components=bank.pins("psi"), message="x"
    )
    chosen = pb.RequestDataSetRequest(
        project=name, data_set=data["wide"], request=f"{name}.bank", components=bank.pins("psi"), message="x"
    )
    for origin, method, message, code in (
        ("bureau", "AnswerRequest", answer, "HAN-6022"),  # the ledger holds no such consent
        ("mallory", "AnswerRequest", answer, "HAN-6024"),
        ("bank", "RequestDataSet", other, "HAN-6020"),
        ("mallory", "ProjectChanged", pb.ProjectChangedRequest(project=name), "HAN-6020"),
        # Refusing it would take back our acceptance of the project on the ledger, which has this id.
        ("bureau", "RequestDataSet", chosen, "HAN-1001"),
    ):
        house = bureau if origin == "bank" else bank
        with pytest.raises(HanseError) as refused:
            house.relay(origin, f"{service}{method}", message.SerializeToString())
        assert refused.value.code == code, (method, refused.value)
    bureau.relay("bank", f"{service}ProjectChanged", pb.ProjectChangedRequest(project=name).SerializeToString())
    assert them.get(f"/projects/{name}")["status"] == "active", "the ledger says that it is open"
    assert us.get(f"/data-requests/{request}")["status"] == "pending"


def test_further_members_need_everybodys_vote(houses: dict[str, House], bank: House, bureau: House) -> None:
    us, them, name, _ = project(bank, bureau)
    bank.union.ledger.admit("retailer")
    changed = us.post(f"/projects/{name}/members", {"providers": ["retailer"]}, 200)
    assert changed["joins"] == ["retailer"]
    assert {p["member"]: p["answer"] for p in changed["parties"]} == {
        "bank": "accepted",
        "bureau": "pending",
        "retailer": "pending",
    }
    deliver(bank, bureau)
    (item,) = todo(them)
    assert (item["kind"], item["joins"]) == ("invitation", ["retailer"])
    path = f"/approvals/invitation/{name}/decision"
    assert them.call("POST", path, json={"approve": False, "reason": "we do not know them"})[0] == 204
    assert us.get(f"/projects/{name}")["parties"][1]["answer"] == "refused"
    back = us.call("DELETE", f"/projects/{name}/proposal")[1]
    assert back["providers"] == ["bureau"]
    for letter in bank.board.outbox.waiting():
        if letter.member == "bureau":
            bank.board.stores.outbox.later(letter.id, 0, "")
    deliver(bank, bureau)
    assert them.call("POST", path, json={"approve": True})[0] == 204
    assert us.get(f"/projects/{name}")["parties"][1]["answer"] == "accepted"


def test_a_consent_does_not_outlive_the_terms_it_names(bank: House, bureau: House) -> None:
    us, them, name, data = project(bank, bureau)
    flow = us.post("/flows", {"project": name, "name": "f", "graph": graph(data)})["flow"]
    spec = bank.flow.get(us.post("/jobs", {"flow": flow}, 202)["job"]).spec
    consent = {"data_set": data["bureau"]}
    them.post(f"/projects/{name}/consents", consent)
    them.post(f"/projects/{name}/answer", {"accept": True}, 200)  # once more: nothing has changed
    assert check(bureau, spec, "bank") == ("allowed", "")
    bank.union.ledger.admit("retailer")
    us.post(f"/projects/{name}/members", {"providers": ["retailer"]}, 200)
    deliver(bank, bureau)
    them.post(f"/projects/{name}/answer", {"accept": True}, 200)
    decision, reason = check(bureau, spec, "bank")
    assert (decision, "other terms" in reason) == ("pending", True)
    them.post(f"/projects/{name}/consents", consent)
    assert check(bureau, spec, "bank") == ("allowed", "")


def test_a_job_whose_consent_was_taken_back_can_be_approved_again(bank: House, bureau: House) -> None:
    us, them, name, data = project(bank, bureau)
    flow = us.post("/flows", {"project": name, "name": "f", "graph": graph(data)})["flow"]
    spec = bank.flow.get(us.post("/jobs", {"flow": flow}, 202)["job"]).spec
    for _ in range(2):
        bureau.flow.put(spec, "pending_approval")
        them.post(f"/jobs/{spec.job}/approval", {"approve": True}, 200)
        assert check(bureau, spec, "bank") == ("allowed", "")
        (given,) = [c for c in them.get("/consents")["items"] if c["status"] == "active"]
        assert given["job"] == spec.job
        assert them.call("DELETE", f"/consents/{given['consent']}")[0] == 204
        assert check(bureau, spec, "bank")[0] == "pending"


def test_leaving_ends_consents_and_closing_is_told(bank: House, bureau: House) -> None:
    us, them, name, data = project(bank, bureau)
    them.post(f"/projects/{name}/consents", {"data_set": data["bureau"]})
    left = them.post(f"/projects/{name}/leave", {"reason": "done"}, 200)
    assert left["own_answer"] == "refused"
    assert [c["status"] for c in them.get("/consents")["items"]] == ["closed"]
    deliver(bank, bureau)
    assert us.get("/messages")["items"][0]["kind"] == "invitation_refused"
    us.call("PATCH", f"/projects/{name}", json={"status": "closed"})
    deliver(bank, bureau)
    assert them.get(f"/projects/{name}")["status"] == "closed"
    (message,) = them.get("/messages", query_string={"unread": "1"})["items"]
    assert message["kind"] == "project_closed"
    assert them.call("POST", f"/messages/{message['message']}/read", json={})[0] == 204
    assert them.get("/approvals/count")["unread"] == 0
    assert them.get("/messages")["items"][0]["read"] is True


def test_a_consent_revoked_while_the_ledger_is_away_is_withdrawn_there_later(bank: House, bureau: House) -> None:
    _, them, name, data = project(bank, bureau)
    made = them.post(f"/projects/{name}/consents", {"data_set": data["bureau"]})["consent"]
    ledger = bureau.union.ledger
    ledger.away = True
    assert them.call("DELETE", f"/consents/{made}")[0] == 503
    assert them.get(f"/consents/{made}")["status"] == "closed", "here it ends at once"
    ledger.away = False
    for _ in range(2):
        assert them.call("DELETE", f"/consents/{made}")[0] == 204
    told = [entry.body["decision"] for entry in ledger.log if entry.record_id == made]
    assert told == ["accept", "withdrawn"]


def test_refused_members_have_a_reason(bank: House) -> None:
    us = bank.admin()
    put = us.call("PUT", "/blocked-members/bureau", json={"reason": "asks too much"})
    assert put[0] == 200
    assert bank.gateway.policy()[0] == ["bureau"]
    assert us.get("/blocked-members")["items"][0]["reason"] == "asks too much"
    assert us.call("PUT", "/blocked-members/bank", json={"reason": "x"})[0] == 422
    assert us.call("DELETE", "/blocked-members/bureau")[0] == 204
    assert bank.gateway.policy()[0] == []
    assert us.call("DELETE", "/blocked-members/bureau")[0] == 404
