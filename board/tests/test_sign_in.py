"""Sign-in, cookies, CSRF, lock-out, approval of accounts, passwords."""

import pytest
import sqlalchemy as sa

from board.api.http.operation import API
from board.service import accounts as service
from board.store.tables import SESSIONS
from board.tests.house import PASSWORD, House


def test_the_database_holds_no_token(bank: House) -> None:
    token = bank.admin().token
    with bank.engine.connect() as connection:
        kept = connection.execute(sa.select(SESSIONS)).one()
    assert token not in str(kept)
    assert kept.token_hash == service.token_hash(token)


def test_a_cookie_needs_the_csrf_value_for_changes_and_a_bearer_does_not(bank: House) -> None:
    us = bank.admin()
    browser = bank.app.test_client()
    signed = browser.post(f"{API}/sessions", json={"account": "admin", "password": PASSWORD})
    cookie = signed.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    me = browser.get(f"{API}/me").get_json()
    assert me["csrf"] == signed.get_json()["csrf"]
    change = {"old": PASSWORD, "new": "another long password"}
    for headers in ({}, {"X-Hanse-CSRF": ""}, {"X-Hanse-CSRF": "0" * 64}, {"X-Hanse-CSRF": "ü"}):
        refused = browser.put(f"{API}/me/password", json=change, headers=headers)
        assert (refused.status_code, refused.get_json()["code"]) == (403, "HAN-6005")
    # A header with an unusable token does not open the way past the check.
    odd = browser.put(f"{API}/me/password", json=change, headers={"Authorization": "Basic eDp5"})
    assert odd.status_code == 403
    done = browser.put(f"{API}/me/password", json=change, headers={"X-Hanse-CSRF": me["csrf"]})
    assert done.status_code == 204
    assert us.call("GET", "/me")[0] == 401, "other sign-ins end with the old password"
    assert browser.get(f"{API}/me").status_code == 200
    out = browser.delete(f"{API}/sessions/current", headers={"X-Hanse-CSRF": me["csrf"]})
    assert out.status_code == 204
    assert browser.get(f"{API}/me").status_code == 401


def test_ten_failures_lock_an_account_for_a_quarter_of_an_hour(bank: House, monkeypatch: pytest.MonkeyPatch) -> None:
    bank.admin()
    client = bank.app.test_client()

    def attempt(password: str) -> tuple[int, str]:
        answer = client.post(f"{API}/sessions", json={"account": "admin", "password": password})
        return answer.status_code, (answer.get_json() or {}).get("code", "")

    for _ in range(10):
        assert attempt("wrong") == (401, "HAN-6002")
    assert attempt(PASSWORD) == (429, "HAN-6003")
    unknown = client.post(f"{API}/sessions", json={"account": "nobody", "password": "wrong"})
    assert unknown.get_json()["code"] == "HAN-6002", "an unknown account is told the same as a wrong password"
    later = service.now_ms() + 15 * 60 * 1000 + 1
    monkeypatch.setattr(service, "now_ms", lambda: later)
    assert attempt(PASSWORD)[0] == 201


def test_the_present_password_cannot_be_found_out_through_a_change(bank: House) -> None:
    us = bank.admin()
    guess = {"old": "wrong", "new": "another long password"}
    for _ in range(10):
        assert us.call("PUT", "/me/password", json=guess)[1]["code"] == "HAN-6002"
    right = guess | {"old": PASSWORD}
    status, locked = us.call("PUT", "/me/password", json=right)
    assert (status, locked["code"]) == (429, "HAN-6003"), "the right one is told as little as a wrong one"
    answer = bank.app.test_client().post(f"{API}/sessions", json={"account": "admin", "password": PASSWORD})
    assert answer.status_code == 429, "one count for both doors"


def test_a_new_account_waits_for_an_administrator(bank: House) -> None:
    us = bank.admin()
    client = bank.app.test_client()
    made = client.post(f"{API}/accounts", json={"account": "ann", "password": PASSWORD})
    assert (made.status_code, made.get_json()["status"], made.get_json()["role"]) == (201, "pending", "normal")
    assert client.post(f"{API}/accounts", json={"account": "ann", "password": PASSWORD}).status_code == 409
    early = client.post(f"{API}/sessions", json={"account": "ann", "password": PASSWORD})
    assert early.get_json()["code"] == "HAN-6004"
    assert us.call("PATCH", "/accounts/ann", json={"status": "active", "role": "admin"})[0] == 200
    ann = bank.sign_in("ann")
    assert ann.call("PATCH", "/accounts/admin", json={"status": "disabled"})[1]["code"] == "HAN-1004"
    assert ann.call("PATCH", "/accounts/ann", json={"role": "super_admin"})[1]["code"] == "HAN-1003"
    assert us.call("PATCH", "/accounts/ann", json={"status": "disabled"})[0] == 200
    assert ann.call("GET", "/me")[0] == 401, "a disabled account loses its sign-ins"


def test_a_sign_in_ends(bank: House, monkeypatch: pytest.MonkeyPatch) -> None:
    us = bank.admin()
    later = service.now_ms() + 13 * 3600 * 1000
    monkeypatch.setattr(service, "now_ms", lambda: later)
    assert us.call("GET", "/me")[0] == 401


@pytest.mark.parametrize("password", ["short", "x" * 201])
def test_poor_passwords_are_refused(bank: House, password: str) -> None:
    made = bank.app.test_client().post(f"{API}/accounts", json={"account": "ann", "password": password})
    assert (made.status_code, made.get_json()["code"]) == (422, "HAN-6001")
    assert password not in made.text


def test_the_first_administrator_is_the_super_administrator(bank: House) -> None:
    accounts = bank.board.accounts
    assert accounts.create_admin("one", PASSWORD).role == "super_admin"
    assert accounts.create_admin("two", PASSWORD).role == "admin"
