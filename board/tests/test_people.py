"""First run, one-time codes, own sign-ins, personal tokens, the operators' log, connection tests."""

from typing import Any

import pytest
import sqlalchemy as sa

from board.api.http.operation import API
from board.service import accounts as service
from board.store.tables import ACCOUNTS, TOKENS
from board.tests.house import PASSWORD, Caller, House
from board.tests.test_story import deliver

NEW = "another long password"


def open_call(house: House, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    answer = house.app.test_client(use_cookies=False).open(f"{API}{path}", method=method, json=body)
    return answer.status_code, answer.get_json()


def test_the_setup_token_makes_one_administrator(bank: House) -> None:
    assert open_call(bank, "GET", "/setup") == (
        200,
        {"needed": True, "member": "bank", "member_name": "Bank"},
    )
    bank.board.setup.prepare()
    token = bank.setup_token.text
    assert len(token) == 32
    bank.board.setup.prepare()
    assert bank.setup_token.text == token, "a restart keeps it"
    body = {"token": "0" * 32, "account": "root", "password": PASSWORD}
    assert open_call(bank, "POST", "/setup", body)[1]["code"] == "HAN-6018"
    assert open_call(bank, "POST", "/setup", body | {"token": ""})[1]["code"] == "HAN-6018"
    assert open_call(bank, "POST", "/setup", body | {"token": token, "password": "short"})[0] == 422
    status, made = open_call(bank, "POST", "/setup", body | {"token": token})
    assert (status, made["role"]) == (201, "super_admin")
    assert bank.setup_token.text == ""
    assert open_call(bank, "GET", "/setup")[1]["needed"] is False
    again = open_call(bank, "POST", "/setup", body | {"token": token, "account": "evil"})
    assert again[1]["code"] == "HAN-6018", "it counts once"
    bank.board.setup.prepare()
    assert bank.setup_token.text == ""
    root = bank.sign_in("root")
    about = root.get("/member/identity")
    assert (about["member"], about["loopback"], len(about["fingerprint"])) == ("bank", True, 64)
    assert root.call("POST", "/member/key-backup", json={"passphrase": "short"})[0] == 422
    headers = {"Authorization": f"Bearer {root.token}"}
    sealed = root.client.post(f"{API}/member/key-backup", json={"passphrase": "a long passphrase"}, headers=headers)
    assert sealed.data == b"sealed under 17"
    assert any(line["action"] == "keys_backed_up" for line in root.get("/audit")["items"])


def test_a_stranger_who_asks_for_an_account_does_not_close_the_setup(bank: House) -> None:
    assert open_call(bank, "POST", "/accounts", {"account": "first", "password": PASSWORD})[0] == 201
    assert open_call(bank, "GET", "/setup")[1]["needed"] is True
    bank.board.setup.prepare()
    body = {"token": bank.setup_token.text, "account": "root", "password": PASSWORD}
    assert open_call(bank, "POST", "/setup", body)[1]["role"] == "super_admin"


def ann(house: House, us: Caller) -> Caller:
    open_call(house, "POST", "/accounts", {"account": "ann", "password": PASSWORD})
    us.call("PATCH", "/accounts/ann", json={"status": "active"})
    return house.sign_in("ann")


def test_lock_out_says_how_long(bank: House) -> None:
    bank.admin()
    for _ in range(10):
        open_call(bank, "POST", "/sessions", {"account": "admin", "password": "wrong"})
    client = bank.app.test_client()
    told = client.post(f"{API}/sessions", json={"account": "admin", "password": PASSWORD})
    assert told.status_code == 429
    assert 800 < int(told.headers["Retry-After"]) <= 900
    assert "14 min" in told.get_json()["hint"] or "15 min" in told.get_json()["hint"]


def test_a_reset_password_is_a_code_that_has_to_be_replaced(bank: House, monkeypatch: pytest.MonkeyPatch) -> None:
    us = bank.admin()
    person = ann(bank, us)
    program = Caller(us.client, person.post("/me/tokens", {"name": "x", "scope": "write"})["text"])
    code = us.post("/accounts/ann/password-reset", {})["code"]
    assert person.call("GET", "/me")[0] == 401, "sign-ins end"
    assert open_call(bank, "POST", "/sessions", {"account": "ann", "password": PASSWORD})[0] == 401
    with bank.engine.connect() as connection:
        assert code not in str(connection.execute(sa.select(ACCOUNTS)).all())
    fresh = bank.sign_in("ann", code)
    assert fresh.get("/me")["change_by_ms"] > 0
    for method, path in (("GET", "/projects"), ("POST", "/me/tokens"), ("GET", "/approvals")):
        assert fresh.call(method, path, json={"name": "x"} if method == "POST" else None)[1]["code"] == "HAN-6016"
    assert fresh.call("PUT", "/me/password", json={"old": code, "new": code})[1]["code"] == "HAN-6001"
    assert fresh.call("PUT", "/me/password", json={"old": code, "new": NEW})[0] == 204
    assert program.call("GET", "/me")[0] == 401, "whoever had come in keeps no token"
    assert fresh.get("/projects")["items"] == []
    assert open_call(bank, "POST", "/sessions", {"account": "ann", "password": code})[0] == 401, "it counts once"
    assert fresh.call("POST", "/accounts/admin/password-reset", json={})[0] == 403
    assert us.post("/accounts/admin/password-reset", {}, 409)["code"] == "HAN-1003"
    late = us.post("/accounts/ann/password-reset", {})["code"]
    later = service.now_ms() + 25 * 3600 * 1000
    monkeypatch.setattr(service, "now_ms", lambda: later)
    assert open_call(bank, "POST", "/sessions", {"account": "ann", "password": late})[0] == 401


def test_own_sign_ins_are_listed_and_ended(bank: House) -> None:
    us = bank.admin()
    other, third = bank.sign_in(), bank.sign_in()
    listed = us.get("/me/sessions")["items"]
    assert len(listed) == 3
    assert [item["current"] for item in listed].count(True) == 1
    assert "Werkzeug" in listed[0]["agent"]
    mine = next(item["session"] for item in listed if item["current"])
    assert us.call("DELETE", f"/me/sessions/{mine}")[0] == 404, "signing out is another thing"
    theirs = next(item["session"] for item in other.get("/me/sessions")["items"] if item["current"])
    assert us.call("DELETE", f"/me/sessions/{theirs}")[0] == 204
    assert other.call("GET", "/me")[0] == 401
    assert us.call("DELETE", "/me/sessions")[0] == 204
    assert third.call("GET", "/me")[0] == 401
    assert us.call("GET", "/me")[0] == 200
    person = ann(bank, us)
    assert person.call("DELETE", f"/me/sessions/{mine}")[0] == 404, "nobody ends another's sign-in"


def test_personal_tokens(bank: House, monkeypatch: pytest.MonkeyPatch) -> None:
    us = bank.admin()
    read = us.post("/me/tokens", {"name": "report", "scope": "read", "days": 1})
    write = us.post("/me/tokens", {"name": "pipeline", "scope": "write"})
    assert read["text"].startswith("hp_")
    with bank.engine.connect() as connection:
        assert read["text"] not in str(connection.execute(sa.select(TOKENS)).all())
    assert "text" not in us.get("/me/tokens")["items"][0]
    reader, writer = Caller(us.client, read["text"]), Caller(us.client, write["text"])
    assert reader.get("/data-sets")["items"] == []
    assert reader.call("POST", "/messages/read", json={})[1]["code"] == "HAN-6017"
    assert writer.call("POST", "/messages/read", json={})[0] == 204
    for method, path, body in (
        ("POST", "/me/tokens", {"name": "more"}),
        ("PUT", "/me/password", {"old": PASSWORD, "new": NEW}),
        ("DELETE", "/me/sessions", None),
        ("POST", "/member/key-backup", {"passphrase": "a long passphrase"}),
        ("DELETE", f"/me/tokens/{write['token']}", None),
    ):
        assert writer.call(method, path, json=body)[1]["code"] == "HAN-6017", path
    assert us.get("/me/tokens")["items"][0]["used_ms"] > 0
    person = ann(bank, us)
    assert person.call("DELETE", f"/me/tokens/{write['token']}")[0] == 404
    assert us.call("DELETE", f"/me/tokens/{write['token']}")[0] == 204
    assert writer.call("GET", "/me")[0] == 401
    later = service.now_ms() + 25 * 3600 * 1000
    monkeypatch.setattr(service, "now_ms", lambda: later)
    assert reader.call("GET", "/data-sets")[0] == 401, "it has expired"
    monkeypatch.undo()
    theirs = Caller(us.client, person.post("/me/tokens", {"name": "x"})["text"])
    assert theirs.get("/me")["account"] == "ann"
    us.call("PATCH", "/accounts/ann", json={"status": "disabled"})
    assert theirs.call("GET", "/me")[0] == 401, "a disabled account's tokens count no more"


def test_the_operators_log_is_filtered_and_exported(bank: House) -> None:
    us = bank.admin()
    ann(bank, us)
    bank.board.audit.note("ann", "odd", "=cmd()", "50%_x")
    bank.board.audit.note("ann", "tab", "\t=cmd()")

    def seen(**query: Any) -> list[str]:
        return [line["action"] for line in us.get("/audit", query_string=query)["items"]]

    assert seen(account="ann", action="signed_in") == ["signed_in"]
    assert seen(text="50%_x") == ["odd"]
    assert seen(text="50_") == []
    assert seen(since_ms=2**52) == []
    assert seen(until_ms=1) == []
    headers = {"Authorization": f"Bearer {us.token}"}
    answer = us.client.get(f"{API}/audit/export", query_string={"account": "ann"}, headers=headers)
    lines = answer.data.decode().splitlines()
    assert answer.content_type.startswith("text/csv")
    assert lines[0].startswith("time,sequence,time_ms,account,action")
    assert any(",'=cmd()," in line for line in lines), "no cell computes anything"
    assert any(",'\t=cmd()," in line for line in lines)
    assert all(",ann," in line for line in lines[1:])


def test_connections_are_tested_in_both_directions(bank: House, bureau: House) -> None:
    us = bank.admin()
    started = us.post("/reach-tests", {"member": "bureau"})
    assert (started["there"]["reachable"], started["back_ms"]) == (True, 0)
    deliver(bank, bureau)
    assert us.get(f"/reach-tests/{started['test']}")["back_ms"] > 0
    bank.gateway.reachable = False
    second = us.post("/reach-tests", {"member": "bureau"})
    bank.gateway.reachable = True
    deliver(bank)
    bank.gateway.reachable = False
    deliver(bureau)
    assert us.get(f"/reach-tests/{second['test']}")["back_ms"] == 0, "the way back is shut"
    bureau.board.reach.arrived("mallory", started["test"])
    assert us.post("/reach-tests", {"member": "nobody"})["there"]["reachable"] is False
