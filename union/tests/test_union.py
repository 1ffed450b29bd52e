"""The union end to end: a real server, signed clients, a real ledger and index."""

from __future__ import annotations

import json
import secrets
import urllib.request
from typing import TYPE_CHECKING, Any

import pytest

from common.canonical import dumps
from common.errors import HanseError, PermissionDenied
from common.identity import Identity, load_trust
from common.records import InvalidRecord, address_of, sign_record
from common.rpc import FixedKeys, SignedChannel, connect
from common.rpc.errors import BadSignatureError, CallerFrozenError, MethodNotAllowedError, UnknownCallerError
from ledger.errors import ForeignRecord, NotAdmitted, RecordInvalid, WrongNonce
from ledger.tests.federation import data_body
from proto.union.v1 import union_pb2
from proto.union.v1.union_pb2_grpc import UnionServiceStub
from union.api.rpc.messages import write_record
from union.app import UnionApp
from union.errors import NoSuchRecord, RegisterFull
from union.service.governing import sign_admission
from union.settings import UnionSettings
from union.store.files import GOVERNANCE_KEY, create_federation, load_federation

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MEMBER = union_pb2.RECORD_KIND_MEMBER
DATA = union_pb2.RECORD_KIND_DATA_RESOURCE
PROJECT = union_pb2.RECORD_KIND_PROJECT
CONSENT = union_pb2.RECORD_KIND_CONSENT


class Party:
    """A member's board, as far as the union sees it."""

    def __init__(self, app: UnionApp, settings: UnionSettings, member: str) -> None:
        self.member = member
        self.identity = Identity.generate(member)
        self.ledger_key = secrets.token_hex(32)
        self.salt = bytes.fromhex(load_federation(settings.home).salt)
        self._union = load_trust(settings.home)
        self._app = app
        self.channel = self.dial(self.identity)
        self.stub: Any = UnionServiceStub(self.channel)

    def dial(self, identity: Identity) -> SignedChannel:
        keys = self._union.find("union")
        assert keys is not None
        return connect(self._app.endpoints.grpc, identity, "union", FixedKeys({"union": keys}))

    def sign(self, kind: int, record_id: str, body: object, **changes: Any) -> union_pb2.SignedRecord:
        nonce = changes.pop("nonce", None)
        if nonce is None:
            try:
                nonce = self.stub.NextNonce(union_pb2.NextNonceRequest(owner=address_of(self.ledger_key))).nonce
            except UnknownCallerError:
                nonce = 0
        data = body if isinstance(body, bytes) else dumps(body)
        record = union_pb2.SignedRecord(kind=kind, record_id=record_id, body=data, nonce=nonce, **changes)  # type: ignore[arg-type]
        return sign_record(self.salt, record, self.ledger_key)

    def submit(self, record: union_pb2.SignedRecord) -> union_pb2.Entry:
        answer: union_pb2.SubmitResponse = self.stub.Submit(union_pb2.SubmitRequest(record=record))
        return answer.entry

    def body(self, **changes: object) -> dict[str, object]:
        return {
            "member": self.member,
            "name": self.member.capitalize(),
            "gateway": "127.0.0.1:7001",
            "signing_key": self.identity.public.signing.hex(),
            "stream_key": self.identity.public.stream.hex(),
            "tls_cert": "",
            "contact": "",
            **changes,
        }

    def register(self, **changes: object) -> union_pb2.Entry:
        return self.submit(self.sign(MEMBER, self.member, self.body(**changes)))

    def get(self, kind: int, record_id: str, member: str = "") -> union_pb2.Entry:
        answer = self.stub.GetEntry(union_pb2.GetEntryRequest(kind=kind, record_id=record_id, member=member))  # type: ignore[arg-type]
        entry: union_pb2.Entry = answer.entry
        return entry

    def list(self, **query: Any) -> union_pb2.ListEntriesResponse:
        answer: union_pb2.ListEntriesResponse = self.stub.ListEntries(union_pb2.ListEntriesRequest(**query))
        return answer


class House:
    """A union and its parties."""

    def __init__(self, folder: Path, **changes: Any) -> None:
        home = folder / "home"
        if not home.exists():
            create_federation(home, "trial", name="Union", governors=[], threshold=1)
        self.settings = UnionSettings(home=home, data=folder / "data", follow_interval_s=3600, **changes)
        self.app = UnionApp(self.settings)
        self.parties: list[Party] = []
        self.app.start()

    def party(self, member: str) -> Party:
        self.parties.append(Party(self.app, self.settings, member))
        return self.parties[-1]

    def decide(self, by: Party, member: str, action: str = "admit") -> union_pb2.Entry:
        key = (self.settings.home / GOVERNANCE_KEY).read_text().strip()
        nonce = by.stub.NextNonce(union_pb2.NextNonceRequest(owner=address_of(key))).nonce
        return by.submit(write_record(sign_admission(by.salt, key, member, action, nonce=nonce)))

    def admitted(self, member: str) -> Party:
        party = self.party(member)
        party.register()
        self.decide(party, member)
        return party

    def stop(self) -> None:
        for party in self.parties:
            party.channel.close()
        self.app.stop()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path)
    yield house
    house.stop()


def test_from_registration_to_consent(house: House) -> None:
    bank = house.party("bank")
    entry = bank.register()
    assert (entry.status, entry.sequence, entry.record.owner) == ("pending", 1, address_of(bank.ledger_key))
    assert entry.transaction.startswith("0x")
    # A pending member reads, and does not write.
    federation = bank.stub.GetFederation(union_pb2.GetFederationRequest())
    assert (federation.federation_id, federation.salt, federation.threshold) == ("trial", bank.salt, 1)
    assert (federation.head, federation.block) == (1, entry.block)
    with pytest.raises(NotAdmitted):
        bank.submit(bank.sign(DATA, "clients", data_body("bank", "clients")))
    decision = house.decide(bank, "bank")
    assert (decision.sequence, decision.status) == (2, "active")
    assert bank.get(MEMBER, "bank").status == "admitted"

    bureau = house.admitted("bureau")
    clients = bank.submit(bank.sign(DATA, "clients", data_body("bank", "clients")))
    assert clients.status == "active"
    project = {
        "project": "p-1",
        "name": "Default risk",
        "promoter": "bank",
        "providers": ["bureau"],
        "terms_hash": "ab" * 32,
    }
    bank.submit(bank.sign(PROJECT, "p-1", project))
    consent = {"consent": "c-1", "project": "p-1", "member": "bureau", "decision": "approved", "terms_hash": "ab" * 32}
    given = bureau.submit(bureau.sign(CONSENT, "c-1", {**consent, "component": "vert_lr"}))
    assert bank.get(CONSENT, "c-1", "bureau") == given
    assert given.sequence == 7
    closed = bank.submit(bank.sign(PROJECT, "p-1", {**project, "status": "closed"}))
    assert closed.status == "closed"


def test_lists_and_pages(house: House) -> None:
    bank = house.admitted("bank")
    bureau = house.admitted("bureau")
    for number in range(5):
        bank.submit(bank.sign(DATA, f"d-{number}", data_body("bank", f"d-{number}")))
    bank.submit(bank.sign(DATA, "d-0", {**data_body("bank", "d-0"), "tags": ["Winter"]}))

    pages = []
    after = 0
    while True:
        page = bureau.list(kind=DATA, after=after, page_size=2)
        assert page.head == 10
        pages.append([entry.sequence for entry in page.entries])
        after = page.next_after
        if not after:
            break
    assert pages == [[5, 6], [7, 8], [9, 10]]
    newest = bureau.list(kind=DATA, newest_only=True, page_size=1000)
    assert [entry.record.record_id for entry in newest.entries] == ["d-1", "d-2", "d-3", "d-4", "d-0"]
    assert [entry.sequence for entry in bureau.list(text="winter").entries] == [10]
    assert [entry.sequence for entry in bureau.list(owner_member="bureau").entries] == [3, 4]
    assert len(bureau.list().entries) == 10
    assert len(bureau.list(page_size=2**32 - 1, after=2**64 - 1).entries) == 0


def test_long_answers_come_in_pages_that_fit(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    bank = house.admitted("bank")
    body = {**data_body("bank", "d-0"), "note": "x" * 15000}
    for _ in range(3):
        bank.submit(bank.sign(DATA, "d-0", body))
    monkeypatch.setattr("union.service.register.MAX_PAGE_BYTES", 40_000)
    first = bank.list(kind=DATA)
    assert ([entry.sequence for entry in first.entries], first.next_after) == ([3, 4], 4)
    assert [entry.sequence for entry in bank.list(kind=DATA, after=4).entries] == [5]


def test_strangers_only_register_themselves(house: House) -> None:
    bank = house.party("bank")
    eve = house.party("eve")
    with pytest.raises(UnknownCallerError):
        bank.stub.GetFederation(union_pb2.GetFederationRequest())
    with pytest.raises(UnknownCallerError):
        bank.submit(bank.sign(DATA, "clients", data_body("bank", "clients")))
    with pytest.raises(UnknownCallerError):
        eve.submit(eve.sign(MEMBER, "bank", bank.body()))
    # The record names another key than the one that signs the call.
    with pytest.raises(BadSignatureError):
        eve.submit(eve.sign(MEMBER, "eve", {**eve.body(), "signing_key": bank.body()["signing_key"]}))
    bank.register()
    # From now on the id has its owner: other keys for it do not count.
    impostor = house.party("bank")
    with pytest.raises(BadSignatureError):
        impostor.register()
    with pytest.raises(RecordInvalid, match="reserved"):
        house.party("anyone").register()
    union = house.party("union")
    with pytest.raises(BadSignatureError):
        union.register()


def test_nobody_speaks_for_another(house: House) -> None:
    bank, eve = house.admitted("bank"), house.admitted("eve")
    stolen = bank.sign(DATA, "clients", data_body("bank", "clients"))
    with pytest.raises(PermissionDenied, match="eve sends a record of bank"):
        eve.submit(stolen)
    with pytest.raises(PermissionDenied):
        eve.submit(eve.sign(MEMBER, "bank", {**bank.body()}))
    bank.submit(stolen)
    # The same id of another member is another data set; a project is one for all.
    theirs = eve.submit(eve.sign(DATA, "clients", data_body("eve", "clients")))
    assert eve.get(DATA, "clients", "eve") == theirs != eve.get(DATA, "clients", "bank")
    project = {"project": "p-1", "name": "Risk", "promoter": "bank", "providers": ["eve"]}
    bank.submit(bank.sign(PROJECT, "p-1", project))
    with pytest.raises(ForeignRecord):
        eve.submit(eve.sign(PROJECT, "p-1", project | {"promoter": "eve"}))


def test_keys_change_with_a_new_record(house: House) -> None:
    bank = house.admitted("bank")
    fresh = Identity.generate("bank")
    bank.register(signing_key=fresh.public.signing.hex(), stream_key=fresh.public.stream.hex())
    with pytest.raises(BadSignatureError):
        bank.get(MEMBER, "bank")
    with bank.dial(fresh) as channel:
        request = union_pb2.GetEntryRequest(kind=MEMBER, record_id="bank")
        assert UnionServiceStub(channel).GetEntry(request).entry.status == "admitted"


def test_the_frozen_are_shut_out(house: House) -> None:
    bank, bureau = house.admitted("bank"), house.admitted("bureau")
    house.decide(bank, "bureau", "freeze")
    assert bank.get(MEMBER, "bureau").status == "frozen"
    with pytest.raises(CallerFrozenError):
        bureau.get(MEMBER, "bank")
    house.decide(bank, "bureau", "unfreeze")
    assert bureau.get(MEMBER, "bureau").status == "admitted"
    house.decide(bank, "bureau", "remove")
    with pytest.raises(CallerFrozenError):
        bureau.get(MEMBER, "bank")


def test_services_of_members_are_unknown_here(house: House) -> None:
    bank = house.admitted("bank")
    with bank.dial(Identity.generate("board@bank")) as channel, pytest.raises(UnknownCallerError):
        UnionServiceStub(channel).GetFederation(union_pb2.GetFederationRequest())


def test_a_repeated_call_gets_the_same_answer(house: House) -> None:
    bank = house.admitted("bank")
    record = bank.sign(DATA, "clients", data_body("bank", "clients"))
    assert bank.submit(record) == bank.submit(record)
    other = bank.sign(DATA, "clients", data_body("bank", "clients") | {"rows": 1}, nonce=record.nonce)
    with pytest.raises(WrongNonce, match="next nonce is 2"):
        bank.submit(other)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"{", "not JSON"),
        (b'{"b":1, "a":2}', "canonical"),
        (b"[]", "body"),
        (b"{}", "data_set: Field required"),
        (dumps({**data_body("bank", "d"), "rows": -1}), "rows"),
        (dumps({**data_body("bank", "d"), "rows": "many"}), "rows"),
        (dumps({**data_body("bank", "other")}), "the record's id 'd'"),
        (dumps({**data_body("bank", "d"), "name": ""}), "name"),
        (dumps({**data_body("bank", "d"), "note": "x" * 20000}), "16384 are allowed"),
    ],
)
def test_bad_bodies_are_named(house: House, body: bytes, words: str) -> None:
    bank = house.admitted("bank")
    record = union_pb2.SignedRecord(kind=DATA, record_id="d", body=body, nonce=1)
    if len(body) <= 16384:
        sign_record(bank.salt, record, bank.ledger_key)
    with pytest.raises(RecordInvalid, match=words):
        bank.submit(record)


def test_other_bad_input(house: House) -> None:
    bank = house.admitted("bank")
    good = bank.sign(DATA, "clients", data_body("bank", "clients"))
    for changes in ({"owner": "0x" + "0" * 40}, {"owner": "nobody"}, {"signature": b""}, {"nonce": 9}):
        spoiled = union_pb2.SignedRecord()
        spoiled.CopyFrom(good)
        for name, value in changes.items():
            setattr(spoiled, name, value)
        with pytest.raises(InvalidRecord):
            bank.submit(spoiled)
    for owner in ("", "0x12", "bank", "0x" + "g" * 40):
        with pytest.raises(RecordInvalid, match="no address"):
            bank.stub.NextNonce(union_pb2.NextNonceRequest(owner=owner))
    with pytest.raises(NoSuchRecord):
        bank.get(DATA, "nothing", "bank")
    with pytest.raises(RecordInvalid, match="name the member as well"):
        bank.get(DATA, "nothing")
    with pytest.raises(NoSuchRecord):
        bank.get(0, "bank")
    with pytest.raises(RecordInvalid):
        bank.submit(union_pb2.SignedRecord())
    assert bank.list().head == 2


def test_a_full_register(tmp_path: Path) -> None:
    house = House(tmp_path, max_pending=1)
    first = house.party("bank")
    first.register()
    with pytest.raises(RegisterFull):
        house.party("bureau").register()
    first.register(name="Still room for its own changes")
    house.decide(first, "bank")
    house.party("retailer").register()
    house.stop()


def test_auto_admit(tmp_path: Path) -> None:
    house = House(tmp_path, auto_admit=True)
    assert house.party("bank").register().status == "admitted"
    house.stop()


def test_restarts_with_everything(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.admitted("bank")
    kept = house.parties[0]
    contract = kept.stub.GetFederation(union_pb2.GetFederationRequest()).contract
    house.stop()
    # Without its small file the contract is found again, and no second one made; without its database the index is
    # read anew.
    (tmp_path / "data" / "registry.json").unlink()
    for file in (tmp_path / "data").glob("union.db*"):
        file.unlink()
    again = House(tmp_path)
    again.parties = [bank := Party(again.app, again.settings, "bank")]
    bank.channel.close()
    bank.channel = bank.dial(kept.identity)
    bank.stub = UnionServiceStub(bank.channel)
    assert bank.stub.GetFederation(union_pb2.GetFederationRequest()).contract == contract
    assert bank.get(MEMBER, "bank").status == "admitted"
    again.stop()


def test_status_page_and_health(house: House) -> None:
    house.admitted("bank")
    house.party("bureau").register(name="<b>Bureau</b>")

    def read(address: str, path: str) -> str:
        with urllib.request.urlopen(f"http://{address}{path}", timeout=5) as answer:
            text: str = answer.read().decode()
            return text

    page = read(house.app.endpoints.status, "/")
    assert "admitted" in page
    assert "&lt;b&gt;Bureau" in page
    assert json.loads(read(house.app.endpoints.status, "/api/v1/federation"))["head"] == 3
    members = json.loads(read(house.app.endpoints.status, "/api/v1/members"))["members"]
    assert [(one["member"], one["status"]) for one in members] == [("bank", "admitted"), ("bureau", "pending")]
    health = json.loads(read(house.app.endpoints.health, "/health"))
    assert health["checks"]["ledger"]["ok"]
    assert health["checks"]["index"]["ok"]
    secret = (house.settings.home / GOVERNANCE_KEY).read_text().strip()
    assert secret not in page


def test_every_method_has_callers() -> None:
    from common.rpc.access import patterns_for
    from union.api.rpc.union import ACCESS

    service = union_pb2.DESCRIPTOR.services_by_name["UnionService"]
    for method in service.methods:
        assert patterns_for(ACCESS, f"/{service.full_name}/{method.name}")
    assert issubclass(MethodNotAllowedError, HanseError)
