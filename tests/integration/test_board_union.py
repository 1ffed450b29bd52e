"""A whole board against a real union: registration, signed records, restart, and the union's absence."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from board.api.http.operation import API
from board.app import BoardApp, create_admin, rotate_keys
from board.settings import BoardSettings
from common import rotation
from common.errors import Conflict
from common.identity import add_trust, create_member, load_ledger_key, load_member, load_service, load_trust
from common.records import address_of, recover_owner
from common.rpc import SignedChannel, connect
from proto.board.v1 import board_pb2
from proto.board.v1.board_pb2_grpc import BoardServiceStub
from proto.union.v1 import union_pb2
from proto.union.v1.union_pb2_grpc import UnionServiceStub
from union.api.rpc.messages import write_record
from union.app import UnionApp
from union.service.governing import sign_admission
from union.settings import UnionSettings
from union.store.files import GOVERNANCE_KEY, create_federation, load_endpoints

SERVICES = ["board", "flow", "kernel", "gateway", "serving"]
PASSWORD = secrets.token_urlsafe(12)
NOBODY = "127.0.0.1:9"  # a port where nobody listens


class Place:
    """A union, a board, and somebody who is signed in there."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.union_home, self.home = folder, folder / "union", folder / "bank"
        created = create_federation(self.union_home, "trial", name="Union", governors=[], threshold=1)
        self.salt = bytes.fromhex(created.salt)
        create_member(self.home, "bank", "Harbour Bank", SERVICES)
        keys = load_trust(self.union_home).find("union")
        assert keys is not None
        add_trust(self.home, "union", keys)
        self.union = self.start_union("127.0.0.1:0")
        create_admin(self.settings, "admin", PASSWORD)
        self.board = self.start_board()

    def start_union(self, listen: str) -> UnionApp:
        settings = UnionSettings(
            home=self.union_home, data=self.folder / "ledger", listen=listen, follow_interval_s=3600
        )
        app = UnionApp(settings)
        app.start()
        self.union_address = load_endpoints(self.folder / "ledger").grpc
        return app

    @property
    def settings(self) -> BoardSettings:
        return BoardSettings(
            home=self.home,
            data=self.folder / "board",
            flow_address=NOBODY,
            kernel_address=NOBODY,
            gateway_address=NOBODY,
            gateway_peer_address="127.0.0.1:7001",
            union_address=self.union_address,
            federation_salt=self.salt.hex(),
        )

    def start_board(self) -> BoardApp:
        app = BoardApp(self.settings)
        app.start()
        self.http = httpx.Client(base_url=f"http://{app.http_address}{API}", timeout=30, trust_env=False)
        signed = self.http.post("/sessions", json={"account": "admin", "password": PASSWORD}).json()
        self.http.cookies.clear()
        self.http.headers["Authorization"] = f"Bearer {signed['token']}"
        return app

    def dial(self, caller: str = "bank") -> SignedChannel:
        trust = load_trust(self.home)
        if caller == "bank":
            return connect(self.union_address, load_member(self.home), "union", trust)
        return connect(f"127.0.0.1:{self.board.port}", load_service(self.home, caller), "board@bank", trust)

    def admit(self) -> None:
        key = (self.union_home / GOVERNANCE_KEY).read_text().strip()
        with self.dial() as channel:
            stub = UnionServiceStub(channel)
            nonce = stub.NextNonce(union_pb2.NextNonceRequest(owner=address_of(key))).nonce
            record = sign_admission(self.salt, key, "bank", "admit", nonce=nonce)
            stub.Submit(union_pb2.SubmitRequest(record=write_record(record)))

    def standing(self) -> dict[str, Any]:
        told: dict[str, Any] = self.http.get("/member").json()["union"]
        return told

    def close(self) -> None:
        self.http.close()
        self.board.stop()
        self.union.stop()


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    made = Place(tmp_path)
    yield made
    made.close()


def test_from_registration_to_the_ledger(place: Place) -> None:
    assert place.standing()["status"] == "unregistered"
    early = place.http.get("/members")
    assert (early.status_code, early.json()["code"]) == (409, "HAN-6023")
    registered = place.http.post("/member/registration", json={})
    assert registered.status_code == 201
    assert registered.json()["transaction"].startswith("0x")
    assert place.standing()["status"] == "pending"
    place.admit()
    assert place.standing() | {"head": 0} == place.standing() | {"status": "admitted", "reachable": True, "head": 0}
    again = place.http.post("/member/registration", json={}).json()
    assert again["transaction"] != registered.json()["transaction"], "a new version of our record"
    listed = place.http.get("/members").json()["items"]
    assert [(m["member"], m["name"], m["status"]) for m in listed] == [("bank", "Harbour Bank", "admitted")]
    entries = place.http.get("/ledger-entries", params={"mine": 1, "kind": "member"}).json()["items"]
    assert [e["record_id"] for e in entries] == ["bank", "bank"]

    # What stands on the ledger is signed by the member's own key, under the federation's salt.
    with place.dial() as channel:
        request = union_pb2.GetEntryRequest(kind=union_pb2.RECORD_KIND_MEMBER, record_id="bank")
        entry = UnionServiceStub(channel).GetEntry(request).entry
    assert recover_owner(place.salt, entry.record) == address_of(load_ledger_key(place.home))
    assert entry.record.nonce == 1

    # The board lives on without the union, and says so; after a restart everything is still there.
    address = place.union_address
    place.union.stop()
    assert place.standing()["status"] == "admitted"
    assert place.standing()["reachable"] is False
    assert place.http.get("/data-sets").json()["items"] == []
    place.http.close()
    place.board.stop()
    place.board = place.start_board()
    assert place.standing()["status"] == "unknown"
    place.union = place.start_union(address)
    # gRPC looks for a lost peer once a second.
    end = time.monotonic() + 20
    while place.standing()["status"] != "admitted":
        assert time.monotonic() < end, place.standing()
        time.sleep(0.2)
    assert "member_registered" in [line["action"] for line in place.http.get("/audit").json()["items"]]


def test_only_the_own_flow_asks_and_strangers_projects_are_refused(place: Place) -> None:
    spec = board_pb2.CheckJobRequest(origin="bureau")
    spec.spec.project = "prj-x"
    with place.dial("flow") as channel:
        answer = BoardServiceStub(channel).CheckJob(spec)
    assert (answer.decision, answer.reason) == ("refused", "there is no such project of yours here")
    with place.dial("kernel") as channel, pytest.raises(Exception, match="HAN-1110"):
        BoardServiceStub(channel).CheckJob(spec)


def test_a_second_administrator_of_the_same_name_is_refused(place: Place) -> None:
    with pytest.raises(Conflict):
        create_admin(place.settings, "admin", PASSWORD)


def test_services_that_are_away_are_told(place: Place) -> None:
    told = place.http.get("/jobs")
    assert (told.status_code, told.json()["code"]) == (503, "HAN-1006")
    states = {line["service"]: line["ok"] for line in place.http.get("/status").json()["services"]}
    assert states["kernel"] is False
    assert states["flow"] is False


def test_new_keys_take_the_old_ones_place_even_after_a_crash(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.http.post("/member/registration", json={}).raise_for_status()
    place.admit()
    old = load_member(place.home).public
    place.http.close()
    place.board.stop()

    def crash(_home: Path) -> Path:
        raise Conflict("killed here")

    with monkeypatch.context() as patched:
        patched.setattr(rotation, "finish", crash)
        with pytest.raises(Conflict, match="killed"):
            rotate_keys(place.settings)
    assert load_member(place.home).public == old, "until the end nothing has changed on the disk"
    transaction, kept = rotate_keys(place.settings)
    assert transaction.startswith("0x")
    assert (kept / "signing.key").stat().st_mode & 0o777 == 0o600
    new = load_member(place.home).public
    assert new != old
    place.board = place.start_board()
    standing = place.http.get("/member").json()
    assert standing["union"]["status"] == "admitted"
    with place.dial() as channel:
        request = union_pb2.GetEntryRequest(kind=union_pb2.RECORD_KIND_MEMBER, record_id="bank")
        entry = UnionServiceStub(channel).GetEntry(request).entry
    assert json.loads(entry.record.body)["signing_key"] == new.signing.hex()
    again = rotate_keys(place.settings)[1]
    assert again != kept


def test_the_page_rotates_keys_and_a_restart_mends_what_is_refused_meanwhile(place: Place) -> None:
    place.http.post("/member/registration", json={}).raise_for_status()
    place.admit()
    wrong = place.http.post("/member/keys/rotations", json={"password": "wrong"})
    assert (wrong.status_code, wrong.json()["code"]) == (401, "HAN-6002")
    made = place.http.post("/member/keys/rotations", json={"password": PASSWORD})
    assert made.status_code == 201, made.text
    keys = place.http.get("/member/keys").json()
    assert keys["state"] == "restart"
    assert keys["since_ms"] > 0, "the new keys speak already"
    # The running board's old keys cannot come back on the ledger.
    again = place.http.post("/member/registration", json={})
    assert again.json()["code"] == "HAN-1108"
    assert "HAN-6019" in place.http.post("/member/keys/rotations", json={"password": PASSWORD}).text
    place.http.close()
    place.board.stop()
    place.board = place.start_board()
    assert place.standing()["status"] == "admitted"
    assert place.http.get("/member/keys").json() == keys | {"state": "in_use"}
