"""From a job to a proof on another machine: boards, a real union, a remote ledger, and an auditor."""

from __future__ import annotations

import base64
import copy
import json
import re
import secrets
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from eth_account import Account

from board.api.http.operation import API
from board.api.rpc.union import UnionClient
from board.tests.doubles import Ledger
from board.tests.house import House
from board.tests.test_story import check, graph, project
from board.tests.test_windows import Two, newer
from common import canonical
from common.errors import HanseError
from common.identity import add_trust, create_member, load_ledger_key, load_member, load_tls, load_trust
from common.keyfiles import read_ledger_key
from common.records import address_of
from common.rpc import connect
from hanse.audit.errors import LedgerIncomplete, NoLedger
from hanse.audit.register import Register, read_register
from hanse.audit.verify import verify
from hanse.cli import main
from ledger.evidence import digest
from ledger.json_rpc import JsonRpcNode
from ledger.registry import Registry, deploy_registry
from ledger.tests.anvil_node import FREE_GAS, Anvil
from ledger.tests.federation import Keys
from ledger.tests.fisco import FiscoFront
from proto.flow.v1 import flow_pb2
from proto.union.v1 import union_pb2
from proto.union.v1.union_pb2_grpc import UnionServiceStub
from union.api.rpc.messages import write_record
from union.app import UnionApp
from union.service.governing import sign_admission
from union.settings import UnionSettings
from union.store.files import GOVERNANCE_KEY, RELAY_KEY, create_federation, load_registry

MODEL = json.dumps({"kind": "vert_lr", "content": {"weights": [1, 2]}}).encode()


# What no party anchored and no ledger holds: when the file was made, and by whom.
SEALED_ONLY = ("made_ms", "member")


class Story:
    """A federation of two whose one job has succeeded, on a ledger behind a URL or in the union's own process."""

    def __init__(self, folder: Path, ledger_url: str, **settings: Any) -> None:
        self.folder = folder
        self.settings = UnionSettings(
            home=folder / "union", data=folder / "ledger", ledger_url=ledger_url, follow_interval_s=3600, **settings
        )
        self.union = UnionApp(self.settings)
        self.union.start()
        self.houses: dict[str, House] = {}
        self.channels: list[Any] = []
        self.clients = {member: self.join(member) for member in ("bank", "bureau")}
        self.job, self.consent = self.run()

    def join(self, member: str) -> UnionClient:
        home = self.folder / member
        create_member(home, member, member.title(), ["board"])
        keys = load_trust(self.settings.home).find("union")
        assert keys is not None
        add_trust(home, "union", keys)
        own = load_member(home)
        channel = connect(self.union.endpoints.grpc, own, "union", load_trust(home))
        self.channels.append(channel)
        stub = UnionServiceStub(channel)
        salt = bytes.fromhex(json.loads((self.settings.home / "federation.json").read_text())["salt"])
        client = UnionClient(stub, member, load_ledger_key(home), salt)
        client.submit("member", member, {
            "member": member, "name": member.title(), "gateway": "127.0.0.1:7001", "contact": "",
            "signing_key": own.public.signing.hex(), "stream_key": own.public.stream.hex(),
            "tls_cert": base64.b64encode(load_tls(home).cert_der).decode(),
        })  # fmt: skip
        key = (self.settings.home / GOVERNANCE_KEY).read_text().strip()
        nonce = stub.NextNonce(union_pb2.NextNonceRequest(owner=address_of(key))).nonce
        record = sign_admission(salt, key, member, "admit", nonce=nonce)
        stub.Submit(union_pb2.SubmitRequest(record=write_record(record)))
        House(member, self.folder, self.houses, Ledger(), union=client)
        return client

    def run(self) -> tuple[str, str]:
        bank, bureau = self.houses["bank"], self.houses["bureau"]
        us, them, name, data = project(bank, bureau)
        flow = us.post("/flows", {"project": name, "name": "f", "graph": graph(data)})["flow"]
        spec = bank.flow.get(us.post("/jobs", {"flow": flow}, 202)["job"]).spec
        consent = them.post(f"/projects/{name}/consents", {"data_set": data["bureau"], "runs": 1})["consent"]
        self.ended(spec)
        return spec.job, consent

    def ended(self, spec: flow_pb2.JobSpec) -> None:
        bank, bureau = self.houses["bank"], self.houses["bureau"]
        assert check(bureau, spec, "bank") == ("allowed", "")
        for house in (bank, bureau):
            seen = flow_pb2.JobSpec()
            seen.CopyFrom(spec)
            if house is bureau:  # as flow sends it
                seen.created_by = ""
                for node in seen.nodes:
                    node.own_params.pop("bank", None)
            house.flow.put(seen, "running")
            house.flow.change(spec.job, "succeeded", "succeeded")
            house.kernel.outputs[spec.job, "train", "model", "model"] = MODEL + house.name.encode()
            assert house.board.anchors.anchor(spec.job)

    @property
    def contract(self) -> str:
        registry = load_registry(self.settings.data)
        assert registry is not None
        return registry.contract

    def export(self, member: str, subject: str = "") -> bytes:
        caller = self.houses[member].admin()
        answer = caller.client.get(
            f"{API}/evidence/{subject or self.job}", headers={"Authorization": f"Bearer {caller.token}"}
        )
        assert answer.status_code == 200, answer.text
        return answer.data

    def stop(self) -> None:
        for house in self.houses.values():
            house.close()
        for channel in self.channels:
            channel.close()
        self.union.stop()


class Windowed(Story):
    """The job of a schedule on the newest versions; the consent is for the first one's column x, and those to come."""

    def run(self) -> tuple[str, str]:
        bank, bureau = self.houses["bank"], self.houses["bureau"]
        two = Two(bank, bureau)
        self.first = two.data["bureau"]
        consent = two.consent(newer_versions=True, columns=["x"], runs=1)["consent"]
        newer(bank, two.data["bank"], b"id,x,y\na,1,1\n")
        self.newest = newer(bureau, self.first, b"id,x,y,secret\na,1,1,7\n")
        spec = bank.flow.get(two.run()["job"]).spec
        assert self.newest in spec.data_versions
        assert self.first not in spec.data_versions
        self.ended(spec)
        return spec.job, consent


def made(folder: Path, anvil: Anvil | None, url: str = "", kind: type[Story] = Story, **settings: Any) -> Story:
    create_federation(folder / "union", "trial", name="Union", governors=[], threshold=1)
    if anvil:
        anvil.fund(Account.from_key(read_ledger_key(folder / "union" / RELAY_KEY, None)).address)
    return kind(folder, url or (anvil.url if anvil else ""), **settings)


@pytest.fixture(scope="module")
def anvil() -> Iterator[Anvil]:
    with Anvil() as node:
        yield node


@pytest.fixture(scope="module")
def story(anvil: Anvil, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    told = made(tmp_path_factory.mktemp("story"), anvil, ledger_page_blocks=1000)
    yield told
    told.stop()


@pytest.fixture(scope="module")
def register(story: Story, anvil: Anvil) -> Register:
    for member in story.houses:
        story.export(member)  # whatever an export leaves behind stands there
    return read_register(anvil.url, story.contract)


@pytest.mark.parametrize("member", ["bank", "bureau"])
def test_each_members_export_proves_the_model(story: Story, register: Register, member: str) -> None:
    data = story.export(member, f"{story.job}.train")
    # The promoter's part and the account are nobody else's business.
    assert (b'"admin"' in data) == (b"consent_given" in data or member == "bank")
    found = verify(data, register)
    assert [one for one in found if not one.holds] == []
    told = {(one.what, one.who) for one in found}
    for what in (f"job {story.job}", f"model {story.job}.train"):
        assert {(what, "bank"), (what, "bureau")} <= told
    assert (f"consent {story.consent}", "bureau") in told
    train = next(one for one in found if one.what == "node train")
    assert re.fullmatch(r"vert_lr \d+\.\d+\.\d+, code sha256 [0-9a-f]{16}…", train.detail)
    assert {what for what, _ in told} >= {"own parameters", "audit lines", "the file's seal", "member bank"}


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of every value that holds no other; an empty object or list is one, too."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else []
    held = list(inner)
    if not held:
        yield path
    for key, item in held:
        yield from leaves(item, (*path, key))


def altered(value: Any) -> Any:
    """Return the value with one byte changed, or with something put into nothing."""
    if isinstance(value, str):
        at = len(value) // 2
        return value[:at] + ("1" if value[at] != "1" else "2") + value[at + 1 :] if value else "1"
    if isinstance(value, bool) or value is None:
        return not value
    if isinstance(value, (int, float)):
        return value + 1
    return {"x": "1"} if isinstance(value, dict) else ["x"]


@pytest.mark.parametrize("member", ["bank", "bureau"])
def test_any_changed_byte_is_found(story: Story, register: Register, member: str) -> None:
    whole = json.loads(story.export(member))
    assert all(one.holds for one in verify(canonical.dumps(whole), register))
    tried = set()
    for path in leaves(whole):
        changed = copy.deepcopy(whole)
        place = changed
        for key in path[:-1]:
            place = place[key]
        place[path[-1]] = altered(place[path[-1]])
        wrong = [one for one in verify(canonical.dumps(changed), register) if not one.holds]
        assert wrong, path
        # The seal alone would find each; what is anchored or recorded is also named.
        if path[0] not in SEALED_ONLY and path != ("federation", "id"):
            assert wrong[0].what != "the file's seal" or path == ("seal",), (path, wrong)
            # A record with another number is compared with that other record.
            name = path[2] if path[0] == "records" and path[2] != "sequence" else path[0].removesuffix("s")
            assert str(name) in " ".join(f"{one.what} {one.detail}" for one in wrong), (path, wrong)
        tried.add(re.sub(r"\d+", "N", "/".join(map(str, path))))
    assert len(tried) > 60


def test_any_byte_of_the_file(story: Story, register: Register) -> None:
    data = story.export("bureau")
    for at in range(0, len(data), 127):
        changed = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
        assert [one for one in verify(changed, register) if not one.holds], at
    for cut in (data[:-1], data + b" ", data[:100], b"", b"[]", b"\xff", b" " + data):
        assert not verify(cut, register)[0].holds


def test_what_is_left_out_is_found(story: Story, register: Register) -> None:
    whole = json.loads(story.export("bank"))
    for section in ("records", "audit", "models"):
        for at in range(len(whole[section])):
            changed = copy.deepcopy(whole)
            del changed[section][at]
            wrong = [one for one in verify(canonical.dumps(changed), register) if not one.holds]
            assert wrong, (section, at)
            assert wrong[0].what != "the file's seal"
    swapped = copy.deepcopy(whole)
    swapped["records"][0], swapped["records"][1] = swapped["records"][1], swapped["records"][0]
    assert any("order" in one.detail for one in verify(canonical.dumps(swapped), register))


def test_another_ledger_proves_nothing(story: Story, anvil: Anvil) -> None:
    node = JsonRpcNode(anvil.url, secrets.token_hex(32))
    anvil.fund(node.relay.address)
    address, _ = deploy_registry(node, Keys().governance)
    found = verify(story.export("bank"), read_register(anvil.url, address))
    assert found[0].what == "federation"
    assert [one for one in found if one.holds] == []


def run(*words: str, expect: int) -> str:
    done = CliRunner().invoke(main, ["audit", "verify", *words])
    assert done.exit_code == expect, done.output
    return done.output


def test_as_a_command(story: Story, anvil: Anvil, tmp_path: Path) -> None:
    file, model = tmp_path / "evidence.json", tmp_path / "model.json"
    file.write_bytes(story.export("bank"))
    model.write_bytes(MODEL + b"bank")
    where = ("--ledger", anvil.url, "--contract", story.contract)
    assert "proved: all" in run(str(file), *where, "--model", str(model), expect=0)
    model.write_bytes(MODEL + b"Bank")
    assert "no party anchored this file" in run(str(file), *where, "--model", str(model), expect=1)
    file.write_bytes(file.read_bytes().replace(b'"purpose":"test"', b'"purpose":"Test"'))
    assert "NOT proved: terms of project" in run(str(file), *where, expect=1)
    with pytest.raises(NoLedger):
        read_register("ftp://somewhere", story.contract)
    with pytest.raises(NoLedger):
        read_register(anvil.url, "0x12")
    with pytest.raises(HanseError):
        read_register(anvil.url, "0x" + "12" * 20)


def test_a_job_that_goes_on_has_no_evidence(story: Story) -> None:
    bank = story.houses["bank"]
    spec = flow_pb2.JobSpec(job="job-open", project="p")
    bank.flow.put(spec, "running")
    status, told = bank.admin().call("GET", "/evidence/job-open")
    assert (status, told["code"]) == (409, "HAN-6070")


def test_terms_that_changed_after_the_job_change_no_proof(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = made(tmp_path, None)
    told.join("retailer")
    bank, bureau = told.houses["bank"], told.houses["bureau"]
    name = bank.flow.get(told.job).spec.project
    bank.admin().post(f"/projects/{name}/members", {"providers": ["retailer"]}, 200)
    bank.board.outbox.deliver_due()
    bureau.admin().post(f"/projects/{name}/answer", {"accept": True}, 200)
    files = [told.export(member) for member in ("bank", "bureau")]
    register = read_register(f"file:{tmp_path}/ledger/ledger.db", told.contract)
    for data in files:
        assert [one for one in verify(data, register) if not one.holds] == []
    # On a ledger to which all was copied, every record bears the copy's time; their order tells the terms.
    copied, signed = 2**50, told.clients["bank"].signed
    monkeypatch.setattr(
        told.clients["bank"], "signed", lambda member: [replace(one, time_ms=copied) for one in signed(member)]
    )
    assert json.loads(told.export("bank"))["terms"] == json.loads(files[0])["terms"]
    # It did not run under those that came later.
    late = json.loads(files[0])
    late["terms"] = bank.board.projects.find(name).terms.canonical()
    wrong = [one.what for one in verify(canonical.dumps(late), register) if not one.holds]
    assert {f"terms of project {name}", "acceptance of bureau"} <= set(wrong)
    told.stop()


def test_on_an_embedded_ledgers_file_while_its_union_runs(tmp_path: Path) -> None:
    told = made(tmp_path, None)
    data = told.export("bureau")
    # Withdrawn afterwards: the proof still holds, and says so.
    told.houses["bureau"].board.consents.revoke(told.consent, "admin")
    register = read_register(f"file:{tmp_path}/ledger/ledger.db", told.contract)
    found = verify(data, register)
    assert [one for one in found if not one.holds] == []
    assert any("withdrawn" in one.detail for one in found if one.result == "note")
    told.stop()
    with pytest.raises(NoLedger):
        read_register(f"file:{tmp_path}/nothing.db", told.contract)


def test_behind_fisco(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Anvil(*FREE_GAS) as free, FiscoFront(free, priority_fee=True, needs_balance=True) as front:
        told = made(tmp_path, free, front.url, ledger_timestamp_unit_ms=1)
        found = verify(told.export("bank"), read_register(front.url, told.contract))
        assert [one for one in found if not one.holds] == []
        # A node that hides the last records.
        monkeypatch.setattr(Registry, "read", lambda *_: iter(()))
        with pytest.raises(LedgerIncomplete):
            read_register(front.url, told.contract)
        told.stop()


def test_it_needs_no_service(tmp_path: Path) -> None:
    code = (
        "import sys, hanse.audit.verify, hanse.audit.register, hanse.cli.audit\n"
        "names = {name.partition('.')[0] for name in sys.modules}\n"
        "print(*sorted(names & {'board', 'union', 'flow', 'gateway', 'kernel', 'flask', 'sqlalchemy', 'eth'}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


class Case:
    """A file that an owner who cheats makes: anchored, recorded and sealed as everything else."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.bureau = story.houses["bureau"]
        self.member = story.clients["bureau"]

    def consent(self, **changes: Any) -> None:
        entry = self.member.entry("consent", self.story.consent, "bureau")
        assert entry is not None
        self.member.submit("consent", self.story.consent, {**entry.body, **changes})

    def anchor(self, job: str = "", **changes: Any) -> None:
        entry = self.member.entry("anchor", f"{self.story.job}.bureau", "bureau")
        assert entry is not None
        job = job or self.story.job
        self.member.submit("anchor", f"{job}.bureau", {**entry.body, "job": job, "anchor": f"{job}.bureau", **changes})

    def sealed(self, **changes: Any) -> bytes:
        told = {**json.loads(self.story.export("bureau")), **changes}
        del told["seal"]
        told["seal"] = self.member.seal(told["subject"], digest(told))
        return canonical.dumps(told)

    def wrong(self, data: bytes) -> list[str]:
        register = read_register(f"file:{self.story.folder}/ledger/ledger.db", self.story.contract)
        return [f"{one.what}: {one.detail}" for one in verify(data, register) if not one.holds]


@pytest.fixture
def cheating(tmp_path: Path) -> Iterator[Case]:
    told = made(tmp_path, None)
    case = Case(told)
    assert case.wrong(case.sealed()) == []
    yield case
    told.stop()


def test_columns_and_runs_are_told(tmp_path: Path) -> None:
    told = made(tmp_path, None)
    register = read_register(f"file:{tmp_path}/ledger/ledger.db", told.contract)
    found = {(one.what, one.who): (one.result, one.detail) for one in verify(told.export("bureau"), register)}
    (ours,) = json.loads(told.export("bureau"))["columns"]
    (theirs,) = json.loads(told.export("bank"))["columns"]
    assert found[f"runs of consent {told.consent}", "bureau"] == ("ok", "1 of 1")
    assert found[f"columns of data set {ours}", "bureau"][0] == "ok"
    assert found[f"columns of data set {theirs}", "bank"][0] == "note"
    told.stop()


def test_a_run_too_many_is_found(cheating: Case) -> None:
    # It ran before, and was anchored before; this job then was the second one under a consent for one.
    cheating.anchor("job-earlier", state="failed")
    cheating.anchor()
    (wrong,) = cheating.wrong(cheating.sealed())
    jobs = ", ".join(sorted(["job-earlier", cheating.story.job]))
    assert wrong == f"runs of consent {cheating.story.consent}: runs: 1 allowed, 2 used by {jobs}"


def test_runs_after_this_one_are_another_jobs_matter(cheating: Case) -> None:
    cheating.anchor("job-later")
    assert cheating.wrong(cheating.sealed()) == []
    cheating.consent(runs="many")
    cheating.anchor()
    assert any("runs: no number" in line for line in cheating.wrong(cheating.sealed()))


def test_columns_beyond_the_consent_are_found(cheating: Case) -> None:
    file = json.loads(cheating.sealed())
    (data_set,) = file["columns"]
    columns = file["columns"][data_set]
    fewer = columns[1:]
    # The consent on the ledger names fewer columns than the job read.
    cheating.consent(columns_hash=digest(fewer))
    cheating.anchor()
    consents = [{"consent": cheating.story.consent, "columns": fewer}]
    wrong = cheating.wrong(cheating.sealed(consents=consents))
    assert wrong == [f"columns of data set {data_set}: columns: no consent allows {columns[0]}"]
    # To show more of the consent, or less of the columns, than is anchored does not help.
    shown = cheating.wrong(cheating.sealed(consents=[{"consent": cheating.story.consent, "columns": columns}]))
    assert f"columns of consent {cheating.story.consent}: consents: its columns are not those of the ledger" in shown
    hidden = cheating.wrong(cheating.sealed(consents=consents, columns={data_set: fewer}))
    assert hidden == [f"columns of data set {data_set}: columns: their digest is not the one that was anchored"]
    left_out = cheating.wrong(cheating.sealed(consents=[], columns={}))
    assert any("consents: not shown" in line for line in left_out)
    assert any("columns: " in line or "does not tell" in line for line in left_out)
    more = [*consents, {"consent": "con-x", "columns": columns}]
    assert any("the job used no such consent" in line for line in cheating.wrong(cheating.sealed(consents=more)))


def test_parameters_that_name_other_columns_are_found(cheating: Case) -> None:
    file = json.loads(cheating.sealed())
    (data_set,) = file["columns"]
    read = file["columns"][data_set]
    # Anchored in full agreement with itself, but not with the parameters of the job.
    own = {node: {**params, "columns": ["secret"]} if params else params for node, params in file["own"].items()}
    cheating.anchor(own_hash=digest(own))
    wrong = cheating.wrong(cheating.sealed(own=own))
    assert wrong == [f"columns of data set {data_set}: columns: the own parameters also name secret"]
    assert read != ["secret"]
    # An anchor of before has no columns: parameters that name them still prove them.
    chosen = {node: {**params, "columns": read} if params else params for node, params in file["own"].items()}
    cheating.consent(columns_hash=digest(read))
    cheating.anchor(own_hash=digest(chosen), columns={})
    consents = [{"consent": cheating.story.consent, "columns": read}]
    assert cheating.wrong(cheating.sealed(own=chosen, consents=consents)) == []
    cheating.anchor(own_hash=digest(file["own"]), columns={})
    told = cheating.wrong(cheating.sealed(consents=consents, columns={}))
    assert told == [f"columns of data set {data_set}: the file does not tell them"]


def test_a_consent_of_columns_covers_a_newer_version_and_no_more(tmp_path: Path) -> None:
    told = made(tmp_path, None, kind=Windowed)
    assert isinstance(told, Windowed)
    case, consent = Case(told), f"consent {told.consent}"
    honest = case.sealed()
    assert case.wrong(honest) == []
    register = read_register(f"file:{tmp_path}/ledger/ledger.db", told.contract)
    found = {one.what: (one.result, one.detail) for one in verify(honest, register)}
    assert json.loads(honest)["columns"] == {told.newest: ["x"]}
    assert found[f"columns of data set {told.newest}"] == ("ok", "1 read")
    assert found[f"runs of {consent}"] == ("ok", "1 of 1")
    uncovered = f"data set {told.newest}: no consent on the ledger covers it"
    version = f"{consent}: version: another one than the job's"

    # The anchor does not say of what it is a newer version; it says so of another one; the consent is for none.
    for older in ({}, {told.newest: ["ds-other"]}):
        case.anchor(newer_than=older)
        assert case.wrong(case.sealed()) == [version, uncovered]
    case.consent(newer_versions=False)
    case.anchor(newer_than={told.newest: [told.first]})
    assert case.wrong(case.sealed()) == [version, uncovered]
    # The columns are limits of the newer version, too.
    case.consent(newer_versions=True, columns_hash=digest(["y"]))
    case.anchor()
    wrong = case.wrong(case.sealed(consents=[{"consent": told.consent, "columns": ["y"]}]))
    assert wrong == [f"columns of data set {told.newest}: columns: no consent allows x"]
    told.stop()


def test_after_a_move_what_was_taken_back_counts_as_taken_back_before(cheating: Case) -> None:
    story = cheating.story
    cheating.consent(decision="withdrawn")
    cheating.anchor()
    data = cheating.sealed()
    assert cheating.wrong(data) == [], "its time says that the job had begun"
    story.union.stop()
    app = UnionApp(story.settings)
    app.move(story.settings, lambda _done, _of: None, lambda: None)
    app.stop()
    # The new contract's times are those of the move: they prove nothing of the kind.
    assert any("it was withdrawn in record" in line for line in cheating.wrong(data))
