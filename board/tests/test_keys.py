"""The member's own keys: who sees them, who rotates them, what that changes, and that it goes on after a crash."""

import hashlib
from pathlib import Path
from typing import Any

import pytest

from board.service import key_rotation
from board.service.key_rotation import KeyRotation
from board.tests.doubles import Ledger
from board.tests.house import PASSWORD, Caller, House
from common import rotation
from common.identity import load_member, load_tls
from common.rpc.errors import BadSignatureError

KEYS, ROTATIONS = "/member/keys", "/member/keys/rotations"
RIGHT = {"password": PASSWORD}


@pytest.fixture
def us(bank: House) -> Caller:
    caller = bank.admin()
    caller.post("/member/registration", {})
    return caller


def body_of(ledger: Ledger) -> dict[str, Any]:
    return [entry for entry in ledger.log if (entry.kind, entry.record_id) == ("member", "bank")][-1].body


def rotated(house: House) -> list[tuple[str, str, str]]:
    lines = house.board.audit.page(0, 100)
    return [(line.account, line.subject, line.detail) for line in lines if line.action == "keys_rotated"]


def test_new_keys_stand_on_the_disk_and_on_the_ledger(bank: House, us: Caller, ledger: Ledger) -> None:
    before, files = us.get(KEYS), load_member(bank.home).public
    assert before["signing"] == hashlib.sha256(files.signing).hexdigest()
    assert before["tls"] == hashlib.sha256(load_tls(bank.home).cert_der).hexdigest()
    assert (before["state"], before["since_ms"]) == ("in_use", 0), "no record names them"

    told = us.post(ROTATIONS, RIGHT)
    assert told["restart"] == ["board", "gateway"]
    assert Path(told["kept"]).name == told["kept"], "no path of this machine"
    assert (bank.home / "identity" / told["kept"] / "signing.key").stat().st_mode & 0o777 == 0o600
    new, body = load_member(bank.home).public, body_of(ledger)
    assert new != files
    assert (body["signing_key"], body["stream_key"]) == (new.signing.hex(), new.stream.hex())
    assert body["gateway"] == "127.0.0.1:7001", "all else as it was"
    after = us.get(KEYS)
    assert not {before[key] for key in ("signing", "stream", "tls")} & set(after.values())
    assert (after["state"], after["since_ms"]) == ("restart", ledger.log[-1].time_ms)
    assert rotated(bank) == [("admin", "bank", told["transaction"])]

    # A later record with the same keys does not make them younger.
    ledger.add("member", "bank", "bank", {**body, "contact": "+49"})
    assert us.get(KEYS)["since_ms"] == after["since_ms"]


def test_the_second_rotation_waits_for_the_restart(bank: House, us: Caller) -> None:
    us.post(ROTATIONS, RIGHT)
    now = load_member(bank.home).public
    refused = us.post(ROTATIONS, RIGHT, expect=409)
    assert refused["code"] == "HAN-6019"
    assert load_member(bank.home).public == now
    assert len(rotated(bank)) == 1
    restarted = KeyRotation(bank.home, lambda: None, bank.rotation._dial, bank.board.audit)
    assert restarted.show().state == "in_use"
    restarted.rotate("admin")
    assert load_member(bank.home).public != now


def test_a_sign_in_without_the_password_is_not_enough(bank: House, us: Caller, ledger: Ledger) -> None:
    now, records = load_member(bank.home).public, len(ledger.log)
    assert us.call("POST", ROTATIONS, json={})[0] == 422
    for _ in range(10):
        assert us.post(ROTATIONS, {"password": "wrong"}, expect=401)["code"] == "HAN-6002"
    assert us.post(ROTATIONS, RIGHT, expect=429)["code"] == "HAN-6003", "the right one tells as little by now"
    assert (load_member(bank.home).public, len(ledger.log)) == (now, records)
    assert not rotation.unfinished(bank.home)
    refused = [line for line in bank.board.audit.page(0, 100) if line.action == "keys_rotation_refused"]
    assert [line.account for line in refused] == ["admin"] * 10
    assert rotated(bank) == []


def test_only_the_super_administrator_rotates_and_in_person(bank: House, us: Caller) -> None:
    now = load_member(bank.home).public
    bank.board.accounts.create_admin("second", PASSWORD)
    second = bank.sign_in("second")
    assert second.get(KEYS)["state"] == "in_use"
    assert second.post(ROTATIONS, RIGHT, expect=403)["code"] == "HAN-6006"
    us.client.post("/board-service/api/v1/accounts", json={"account": "ann", "password": PASSWORD})
    us.call("PATCH", "/accounts/ann", json={"status": "active"})
    assert bank.sign_in("ann").call("GET", KEYS)[1]["code"] == "HAN-6006"
    token = us.post("/me/tokens", {"name": "script", "scope": "write", "days": 1})["text"]
    assert Caller(us.client, token).post(ROTATIONS, RIGHT, expect=403)["code"] == "HAN-6017"
    assert load_member(bank.home).public == now


def test_after_a_crash_the_next_one_goes_on(
    bank: House, us: Caller, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger.away = True
    assert us.post(ROTATIONS, RIGHT, expect=503)["code"] == "HAN-1006"
    assert us.get(KEYS)["state"] == "interrupted"
    ledger.away = False
    coming = rotation.prepare(bank.home)

    # The disk stays full until the first two files are in place.
    replace, moved = Path.replace, []

    def full(self: Path, target: Path) -> Path:
        if self.parent.name == "next" and self.name != "complete":
            moved.append(self.name)
            if len(moved) > 2:
                raise OSError(28, "No space left on device")
        return replace(self, target)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", full)
        assert "No space left" in us.post(ROTATIONS, RIGHT, expect=409)["detail"]
    assert us.get(KEYS)["state"] == "interrupted"
    us.post(ROTATIONS, RIGHT)
    assert load_member(bank.home).public == coming.identity.public
    assert load_tls(bank.home).cert_der == coming.tls_cert_der
    assert len([e for e in ledger.log if e.kind == "member" and e.record_id == "bank"]) == 3, "announced once"


def test_the_ledger_may_know_the_new_keys_already(bank: House, us: Caller, ledger: Ledger) -> None:
    coming = rotation.prepare(bank.home)
    fields = key_rotation._fields(coming.identity.public, coming.tls_cert_der)
    proof = ledger.add("member", "bank", "bank", {**body_of(ledger), **fields})
    old, dial = load_member(bank.home).public, bank.rotation._dial

    def strict(speaker: Any) -> Any:
        if speaker.public == old:
            raise BadSignatureError("the signature does not fit")
        return dial(speaker)

    bank.rotation._dial = strict
    assert us.post(ROTATIONS, RIGHT)["transaction"] == proof.transaction
    assert load_member(bank.home).public == coming.identity.public


def test_a_stranger_to_the_ledger_has_nothing_to_rotate(bank: House, ledger: Ledger) -> None:
    us, now = bank.admin(), load_member(bank.home).public
    ledger.log.clear()
    assert us.post(ROTATIONS, RIGHT, expect=404)["code"] == "HAN-1002"
    assert load_member(bank.home).public == now
