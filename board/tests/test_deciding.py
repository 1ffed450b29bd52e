"""Deciding in the inbox: what was decided, less than was asked for, several at once, and again after a crash."""

from typing import Any

import pytest

from board.service.clock import now_ms
from board.tests.house import PASSWORD, Caller, House
from board.tests.test_approvals import HOUR, asked, todo
from board.tests.test_story import check, deliver, graph
from common.errors import HanseError
from proto.board.v1 import board_pb2 as pb
from proto.flow.v1 import flow_pb2


def decide(caller: Caller, request: str, expect: int = 204, **body: Any) -> Any:
    status, told = caller.call("POST", f"/approvals/data_request/{request}/decision", json={"approve": True} | body)
    assert status == expect, told
    return told


def spec_of(bank: House, us: Caller, project: str, data: dict[str, str], columns: list[str]) -> flow_pb2.JobSpec:
    """Start a job that reads some columns of the bureau's wide data set."""
    drawn = graph({"bank": data["bank"], "bureau": data["wide"]})
    drawn["nodes"][1]["own"]["bureau"] |= {"columns": columns}
    flow = us.post("/flows", {"project": project, "name": "f", "graph": drawn})["flow"]
    return bank.flow.get(us.post("/jobs", {"flow": flow}, 202)["job"]).spec


def test_what_was_refused_of_jobs_and_accounts_is_among_what_is_done(bank: House, bureau: House) -> None:
    us, them, name, data, _ = asked(bank, bureau)
    them.post(f"/projects/{name}/data-sets", {"data_set": data["wide"]})
    deliver(bank, bureau)
    spec = spec_of(bank, us, name, data, ["age"])
    bureau.flow.put(spec, "pending_approval")
    body = {"approve": False, "reason": "not on Sundays"}
    assert them.call("POST", f"/approvals/job/{spec.job}/decision", json=body)[0] == 204
    status, told = them.call("POST", f"/approvals/job/{spec.job}/decision", json=body)
    assert (status, told["code"]) == (409, "HAN-5003"), "and the log notes no second refusal"
    client = bureau.app.test_client(use_cookies=False)
    for account in ("ann", "ben"):
        client.post("/board-service/api/v1/accounts", json={"account": account, "password": PASSWORD})
    assert them.call("POST", "/approvals/account/ann/decision", json={"approve": True})[0] == 204
    refusal = {"approve": False, "reason": "who is that?"}
    assert them.call("POST", "/approvals/account/ben/decision", json=refusal)[0] == 204
    them.call("PATCH", "/accounts/ann", json={"role": "admin"})
    done = {(item["kind"], item["id"]): item for item in todo(them, "done")}
    job = done["job", spec.job]
    assert (job["status"], job["reason"], job["asker"], job["decided_by"]) == (
        "refused",
        "not on Sundays",
        "bank",
        "admin",
    )
    assert (done["account", "ann"]["status"], done["account", "ben"]["status"]) == ("approved", "refused")
    assert done["account", "ben"]["reason"] == "who is that?"
    assert len([line for line in bureau.board.audit.page(0, 99) if line.action == "job_refused"]) == 1
    them.call("PATCH", "/accounts/ann", json={"role": "normal"})
    kinds = {item["kind"] for item in todo(bureau.sign_in("ann"), "done")}
    assert "job" in kinds
    assert "account" not in kinds, "only administrators read about accounts"


def test_an_owner_grants_less_and_the_asker_sees_it(bank: House, bureau: House) -> None:
    us, them, name, data, request = asked(bank, bureau, runs=5, newer_versions=True)
    soon = now_ms() + HOUR
    terms = {"columns": ["y", "age"], "runs": 2, "expires_ms": soon, "newer_versions": False}
    decide(them, request, terms=terms)
    (given,) = them.get("/consents")["items"]
    assert (given["columns"], given["runs"], given["expires_ms"], given["newer_versions"]) == (
        ["age", "y"],
        2,
        soon,
        False,
    )
    deliver(bank, bureau)
    answered = us.get(f"/data-requests/{request}")
    granted = {**terms, "columns": ["age", "y"], "narrowed": True}
    assert (answered["status"], answered["granted"]) == ("approved", granted)
    assert answered["columns"] == [], "what was asked for stays as it was asked"
    assert us.get("/messages")["items"][0]["kind"] == "request_narrowed"
    assert todo(them, "done")[0]["narrowed"] is True

    assert check(bureau, spec_of(bank, us, name, data, ["age"]), "bank") == ("allowed", "")
    wider = spec_of(bank, us, name, data, ["age", "income"])
    decision, reason = check(bureau, wider, "bank")
    assert decision == "refused"
    assert "it does not allow column income" in reason
    assert check(bureau, spec_of(bank, us, name, data, ["age"]), "bank")[0] == "allowed"
    decision, reason = check(bureau, spec_of(bank, us, name, data, ["age"]), "bank")
    assert (decision, "its 2 runs are used" in reason) == ("refused", True)

    # A new request that is granted as it was asked opens it again.
    body = {"project": name, "owner": "bureau", "data_set": data["wide"], "purpose": "more"}
    again = us.post("/data-requests", body)["request"]
    deliver(bank, bureau)
    decide(them, again)
    deliver(bank, bureau)
    assert us.get(f"/data-requests/{again}")["granted"]["narrowed"] is False
    assert check(bureau, wider, "bank") == ("allowed", "")


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"columns": ["income"]}, "columns"),
        ({"columns": ["age", "id"]}, "columns"),
        ({"runs": None}, "runs"),
        ({"runs": 6}, "runs"),
        ({"expires_ms": 0}, "expires_ms"),
        ({"expires_ms": 2**52}, "expires_ms"),
        ({"newer_versions": True}, "newer_versions"),
    ],
)
def test_nobody_grants_more_than_was_asked_for(bank: House, bureau: House, change: dict[str, Any], named: str) -> None:
    soon = now_ms() + HOUR
    _, them, _, _, request = asked(bank, bureau, columns=["age", "y"], runs=5, expires_ms=soon)
    terms = {"columns": ["age"], "runs": 5, "expires_ms": soon, "newer_versions": False}
    told = decide(them, request, 422, terms=terms | change)
    assert (told["code"], named in told["detail"]) == ("HAN-6001", True)
    assert them.get("/consents")["items"] == []
    told = decide(them, request, 422, approve=False, reason="no", terms=terms)
    assert told["code"] == "HAN-6001", "a refusal grants nothing"
    decide(them, request, terms=terms)


def test_an_answer_that_is_not_on_the_ledger_is_not_taken(bank: House, bureau: House) -> None:
    us, them, _, _, request = asked(bank, bureau)
    decide(them, request, terms={"columns": ["age"]})
    consent = them.get("/consents")["items"][0]["consent"]
    wider = pb.GrantedTerms(columns=["age", "income", "y"])
    answer = pb.AnswerRequestRequest(request=request, approve=True, consent=consent, granted=wider)
    with pytest.raises(HanseError) as refused:
        bank.relay("bureau", "/hanse.board.v1.BoardPeerService/AnswerRequest", answer.SerializeToString())
    assert refused.value.code == "HAN-6022"
    assert us.get(f"/data-requests/{request}")["status"] == "pending"
    deliver(bank, bureau)
    assert us.get(f"/data-requests/{request}")["granted"]["columns"] == ["age"]


def test_several_are_decided_each_for_itself(bank: House, bureau: House) -> None:
    us, them, name, data, first = asked(bank, bureau)
    more = {"project": name, "owner": "bureau", "purpose": "more"}
    second = us.post("/data-requests", more | {"data_set": data["bureau"], "columns": ["x"]})["request"]
    gone = us.post("/data-requests", more | {"data_set": "ds-gone"})["request"]
    deliver(bank, bureau)
    items = [{"kind": "data_request", "id": request} for request in (first, gone, "req-none", second)]
    told = them.post("/approvals/decisions", {"items": items, "approve": True}, 200)["items"]
    assert [(item["id"], item["decided"], item["code"]) for item in told] == [
        (first, True, ""),
        (gone, False, "HAN-6030"),
        ("req-none", False, "HAN-6024"),
        (second, True, ""),
    ]
    assert [item["id"] for item in todo(them)] == [gone]
    status, refused = them.call("POST", "/approvals/decisions", json={"items": items[1:2], "approve": False})
    assert (status, refused["code"]) == (422, "HAN-6025")
    body = {"items": items[1:3], "approve": False, "reason": "it is gone"}
    assert [item["decided"] for item in them.post("/approvals/decisions", body, 200)["items"]] == [True, False]
    assert todo(them) == []
    bureau.app.test_client(use_cookies=False).post(
        "/board-service/api/v1/accounts", json={"account": "ann", "password": PASSWORD}
    )
    them.post("/approvals/decisions", {"items": [{"kind": "account", "id": "ann"}], "approve": True}, 200)
    assert bureau.sign_in("ann").call("POST", "/approvals/decisions", json=body)[0] == 403


class Crash(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("place", ["consents.put", "projects.put_offer", "requests.decide", "outbox.put"])
def test_an_approval_after_a_crash_gives_one_consent(
    bank: House, bureau: House, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    """Wherever the process ends, deciding again leaves one consent, and the asker hears of it."""
    us, them, name, data, request = asked(bank, bureau, runs=2)
    store, _, method = place.partition(".")

    def crash(*_: Any, **__: Any) -> None:
        raise Crash

    target = getattr(bureau.board.stores, store)
    with monkeypatch.context() as patched:
        patched.setattr(target, method, crash)
        with pytest.raises(Crash):
            bureau.board.requests.decide(request, approve=True, reason="", by="admin")
    status = them.call("POST", f"/approvals/data_request/{request}/decision", json={"approve": True})[0]
    assert status == 204
    (given,) = them.get("/consents")["items"]
    assert (given["runs"], given["columns"]) == (2, ["age", "income", "y"])
    entries = {e.record_id for e in bureau.union.ledger.log if e.body.get("data_set") == data["wide"]}
    assert entries == {given["consent"]}, "on the ledger, too"
    deliver(bank, bureau)
    assert us.get(f"/data-requests/{request}")["consent"] == given["consent"]
    jobs = [spec_of(bank, us, name, data, ["age"]) for _ in range(3)]
    assert [check(bureau, job, "bank")[0] for job in jobs] == ["allowed", "allowed", "pending"]


def test_terms_of_a_later_decision_replace_those_of_one_that_a_crash_ended(
    bank: House, bureau: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    us, them, name, data, request = asked(bank, bureau)

    def crash(*_: Any) -> bool:
        raise Crash

    with monkeypatch.context() as patched:
        patched.setattr(bureau.board.stores.requests, "decide", crash)
        with pytest.raises(Crash):
            bureau.board.requests.decide(request, approve=True, reason="", by="admin")
    decide(them, request, terms={"columns": ["age", "y"], "runs": 1})
    (given,) = them.get("/consents")["items"]
    assert (given["columns"], given["runs"]) == (["age", "y"], 1)
    deliver(bank, bureau)
    assert check(bureau, spec_of(bank, us, name, data, ["income"]), "bank")[0] == "refused"


def test_a_request_can_take_no_other_consents_id(bank: House, bureau: House) -> None:
    """The asker chooses a request's id; approving it must not change a consent that stands."""
    us, them, name, data, request = asked(bank, bureau, columns=["age"], runs=1)
    other = them.post(f"/projects/{name}/consents", {"data_set": data["bureau"]})["consent"]
    message = pb.RequestDataSetRequest(
        project=name, data_set=data["wide"], request=f"req-{other[4:]}", components=bank.pins("psi"), message="x"
    )
    bureau.relay("bank", "/hanse.board.v1.BoardPeerService/RequestDataSet", message.SerializeToString())
    before = them.get(f"/consents/{other}")
    decide(them, f"req-{other[4:]}")
    decide(them, request)
    assert them.get(f"/consents/{other}") == before
    assert len(them.get("/consents")["items"]) == 3
    assert us.get("/data-requests")["items"]


@pytest.mark.parametrize("place", ["consents.put", "requests.decide"])
def test_a_refusal_takes_back_what_an_approval_gave_that_a_crash_ended(
    bank: House, bureau: House, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    us, them, name, data, request = asked(bank, bureau)
    store, _, method = place.partition(".")

    def crash(*_: Any, **__: Any) -> None:
        raise Crash

    with monkeypatch.context() as patched:
        patched.setattr(getattr(bureau.board.stores, store), method, crash)
        with pytest.raises(Crash):
            bureau.board.requests.decide(request, approve=True, reason="", by="admin")
    decide(them, request, approve=False, reason="on second thoughts, no")
    assert [item["status"] for item in them.get("/consents")["items"]] in ([], ["closed"])
    newest = {entry.record_id: entry.body["decision"] for entry in bureau.union.ledger.log if entry.kind == "consent"}
    (given,) = (name for name in newest if name.startswith("con-"))
    assert (newest[given], newest[request]) == ("withdrawn", "refuse")
    them.post(f"/projects/{name}/data-sets", {"data_set": data["wide"]})
    deliver(bank, bureau)
    assert check(bureau, spec_of(bank, us, name, data, ["age"]), "bank")[0] == "pending"
