"""From a job to a proof on another machine: boards, a real union, a remote ledger, and an auditor."""

from __future__ import annotations

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

from common import canonical
from common.errors import HanseError
from hanse.audit.errors import LedgerIncomplete, NoLedger
from hanse.audit.register import Register, read_register
from hanse.audit.verify import verify
from hanse.cli import main
from ledger.json_rpc import JsonRpcNode
from ledger.registry import Registry, deploy_registry
from ledger.tests.anvil_node import FREE_GAS, Anvil
from ledger.tests.federation import Keys
from ledger.tests.fisco import FiscoFront
from proto.flow.v1 import flow_pb2
from tests.integration.audit_story import MODEL, Story, made

# What no party anchored and no ledger holds: when the file was made, and by whom.
SEALED_ONLY = ("made_ms", "member")


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
