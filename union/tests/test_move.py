"""A federation moves from one ledger to another, as its operator does it."""

from __future__ import annotations

import json
from contextlib import ExitStack
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from eth_account import Account

from common.keyfiles import read_ledger_key
from common.records import verify_record
from ledger.embedded import EmbeddedNode
from ledger.errors import LedgerInUse, RecordInvalid, RelayUnfunded
from ledger.opening import chain_of
from ledger.record import Kind
from ledger.registry import Registry
from ledger.tests.federation import Keys, data_body, deploy_version_1
from ledger.tests.fisco import FiscoFront
from proto.union.v1 import union_pb2
from union.__main__ import main
from union.app import UnionApp
from union.errors import ContractOutdated, MoveDiffers, MoveNotAgreed, MoveUnfinished
from union.settings import UnionSettings, with_settings
from union.store import files
from union.store.files import GOVERNANCE_KEY, RELAY_KEY, load_move, load_registry
from union.store.sql import SqlIndex
from union.tests.test_union import DATA, MEMBER, House, Party

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ledger.record import Posted
    from ledger.tests.anvil_node import Anvil


def filled(folder: Path, **changes: Any) -> tuple[House, Party]:
    house = House(folder, **changes)
    bank = house.admitted("bank")
    for number in range(5):
        bank.submit(bank.sign(DATA, f"d-{number}", data_body("bank", f"d-{number}")))
    house.party("bureau").register()
    house.decide(bank, "bureau", "remove")
    return house, bank


def told_by(house: House, bank: Party) -> list[tuple[Any, ...]]:
    again = Party(house.app, house.settings, "bank")
    again.channel.close()
    again.channel = again.dial(bank.identity)
    again.stub = type(bank.stub)(again.channel)
    entries = again.list().entries
    again.channel.close()
    return [(entry.record, entry.status, entry.sequence) for entry in entries]


CLOSING = union_pb2.RECORD_KIND_CLOSING


def fund(anvil: Anvil, house: House) -> None:
    anvil.fund(Account.from_key(read_ledger_key(house.settings.home / RELAY_KEY, None)).address)


def change(settings: UnionSettings, **changes: Any) -> UnionSettings:
    return UnionSettings(**{**settings.model_dump(), **changes})


def move(
    house: House, target: UnionSettings, told: Callable[[int, int], None] = lambda _done, _of: None, **more: Any
) -> Path:
    return move_from(house.settings, target, told, **more)


def move_from(
    settings: UnionSettings,
    target: UnionSettings,
    told: Callable[[int, int], None] = lambda _done, _of: None,
    **more: Any,
) -> Path:
    app = UnionApp(settings)
    try:
        return app.move(target, told, lambda: None, **more)
    finally:
        app.stop()


def version_1(folder: Path, other_key: str = "", **federation: Any) -> tuple[UnionSettings, Keys, list[Posted]]:
    """Make a federation as it was before the second version of the contract, with an id that somebody occupies."""
    made = files.create_federation(
        folder / "home", "trial", name="Union", **{"governors": [], "threshold": 1} | federation
    )
    settings = UnionSettings(home=folder / "home", data=folder / "data", follow_interval_s=3600)
    keys = Keys(made.threshold)
    keys.salt = made.governance.salt
    keys._keys["governor-0"] = read_ledger_key(settings.home / GOVERNANCE_KEY, None)
    keys._keys["governor-1"] = other_key
    settings.data.mkdir()
    node = EmbeddedNode(settings.data / "ledger.db", read_ledger_key(settings.home / RELAY_KEY, None))
    old = deploy_version_1(node, made.governance)
    files.save_registry(settings.data, files.RegistryFile(old.address, old.first_block, chain_of(node)))
    for member in ("bank", "bureau"):
        old.submit(keys.member(member))
        for governor in keys.governors[: made.threshold]:
            old.submit(keys.admission(member, governor=governor))
    old.submit(keys.data("bank"))
    old.submit(keys.sign("bureau", Kind.CONSENT, "prj-1.bank", consent("bureau")))
    posted = [one for _, page in old.read(0, old.head().block) for one in page]
    node.close()
    return settings, keys, posted


def consent(member: str) -> dict[str, object]:
    return {"consent": "prj-1.bank", "project": "prj-1", "member": member, "decision": "accept"}


def reopened(settings: UnionSettings, contract: str = "") -> Registry:
    node = UnionApp._node(settings, read_ledger_key(settings.home / RELAY_KEY, None))
    kept = load_registry(settings.data)
    assert kept is not None
    return Registry(node, contract or kept.contract)


@pytest.mark.parametrize("where", ["the same ledger", "anvil", "fisco"])
def test_from_version_1_of_the_contract(tmp_path: Path, anvil: Anvil, free_anvil: Anvil, where: str) -> None:
    settings, keys, before = version_1(tmp_path)
    left = load_registry(settings.data)
    assert left is not None
    app = UnionApp(settings)
    with pytest.raises(ContractOutdated, match="version 1") as outdated:
        app.start()
    app.stop()
    assert "union move" in outdated.value.hint
    with ExitStack() as closing:
        target = settings
        account = Account.from_key(read_ledger_key(settings.home / RELAY_KEY, None)).address
        if where == "anvil":
            anvil.fund(account)
            target = change(settings, ledger_url=anvil.url, ledger_page_blocks=100)
        elif where == "fisco":
            free_anvil.fund(account)
            front = closing.enter_context(FiscoFront(free_anvil, priority_fee=True, needs_balance=True))
            target = change(settings, ledger_url=front.url, ledger_page_blocks=10, ledger_timestamp_unit_ms=1)
        history = move_from(settings, target)
        lines = [json.loads(line) for line in history.read_text().splitlines()]
        assert lines[0] == asdict(left)
        assert [line["transaction"] for line in lines[1:]] == [posted.transaction for posted in before]
        # All records stand on the new contract, as their owners signed them.
        new = reopened(target)
        assert (new.version, new.generation, new.is_open()) == (2, 2, True)
        after = [one for _, page in new.read(0, new.head().block) for one in page]
        assert [(p.record, p.sequence, p.member_hash, p.status) for p in after[:-1]] == [
            (p.record, p.sequence, p.member_hash, p.status) for p in before
        ]
        assert after[-1].record.kind == Kind.CLOSING
        for posted in after:
            verify_record(keys.salt, posted.record)
        # What the bureau occupied is the bank's own now, too.
        new.submit(keys.sign("bank", Kind.CONSENT, "prj-1.bank", consent("bank")))
        new.close()
        # The old contract is still there to be read.
        old = reopened(settings, left.contract)
        assert [one for _, page in old.read(0, old.head().block) for one in page] == before
        old.close()
        house = House(tmp_path, **{k: v for k, v in target.model_dump().items() if k.startswith("ledger_")})
        index = SqlIndex(house.settings.database_url)
        for member in ("bank", "bureau"):
            entry = index.find(Kind.CONSENT, "prj-1.bank", member)
            assert entry is not None
            assert entry.member == member
        index.close()
        house.stop()


@pytest.mark.parametrize("version", [1, 2])
def test_several_governors_agree_to_a_move(tmp_path: Path, version: int) -> None:
    others = [tmp_path / f"governor-{number}" for number in (1, 2)]
    for home in others:
        files.create_federation(home, "trial", name="G", governors=[], threshold=1)
    addresses = [files.load_federation(home).governors[0] for home in others]
    if version == 1:
        settings, _, before = version_1(
            tmp_path, read_ledger_key(others[0] / GOVERNANCE_KEY, None), governors=addresses, threshold=2
        )
    else:
        files.create_federation(tmp_path / "home", "trial", name="Union", governors=addresses, threshold=2)
        house = House(tmp_path)
        house.party("bank").register()
        house.stop()
        settings = house.settings
        registry = reopened(settings)
        before = [one for _, page in registry.read(0, registry.head().block) for one in page]
        registry.close()
    with pytest.raises(MoveNotAgreed, match="1 of 2 governors") as asked:
        move_from(settings, settings)
    # Again: it goes on, and this union's own vote is not asked twice.
    with pytest.raises(MoveNotAgreed, match="1 of 2 governors"):
        move_from(settings, settings)
    assert f"{addresses[1]} (nonce 0)" in asked.value.detail
    # The governor's home knows the federation by its card.
    told = tmp_path / "home" / "federation.json"
    (others[1] / "federation.json").write_text(told.read_text())
    words = asked.value.hint.split("`")[1].replace("HOME", str(others[1])).replace("--nonce N", "--nonce 0").split()
    done = CliRunner().invoke(main, words[3:])
    assert done.exit_code == 0, done.output
    (tmp_path / "vote.json").write_text(done.output)
    move_from(settings, settings, signed=[files.load_record(tmp_path / "vote.json")])
    new = reopened(settings)
    found = [one for _, page in new.read(0, new.head().block) for one in page]
    assert [one.record for one in found[: len(before)]] == [one.record for one in before]
    assert [one.record.owner for one in found[len(before) :]][1] == addresses[1]
    assert len(found) == len(before) + 2
    new.close()
    House(tmp_path).stop()
    with pytest.raises(RecordInvalid, match="no signed record"):
        files.load_record(told)


def test_a_governors_odd_vote_stops_no_move(tmp_path: Path) -> None:
    rival = tmp_path / "governor-1"
    files.create_federation(rival, "trial", name="G", governors=[], threshold=1)
    files.create_federation(
        tmp_path / "home", "trial", name="Union", governors=files.load_federation(rival).governors, threshold=2
    )
    house = House(tmp_path)
    house.stop()
    made = files.load_federation(tmp_path / "home")
    keys = Keys()
    keys.salt = made.governance.salt
    keys._keys["rival"] = read_ledger_key(rival / GOVERNANCE_KEY, None)
    # The contract counts it, though no JSON reader keeps this chain id exactly.
    body = b'{"action":"close","chain_id":9999999999999999,"generation":1,"successor":"0x%s"}' % (b"ab" * 20)
    registry = reopened(house.settings)
    registry.submit(keys.sign("rival", Kind.CLOSING, "1", body))
    registry.close()
    with pytest.raises(MoveNotAgreed, match="1 of 2 governors"):
        move_from(house.settings, house.settings)


def test_to_fisco_to_anvil_and_home_again(tmp_path: Path, anvil: Anvil, free_anvil: Anvil) -> None:
    house, bank = filled(tmp_path)
    before = told_by(house, bank)
    house.stop()
    fund(free_anvil, house)
    fund(anvil, house)
    with FiscoFront(free_anvil, priority_fee=True, needs_balance=True) as front:
        targets = [
            {"ledger_url": front.url, "ledger_timestamp_unit_ms": 1, "ledger_page_blocks": 10},
            {"ledger_url": anvil.url, "ledger_timestamp_unit_ms": 1000, "ledger_page_blocks": 100},
            {"ledger_url": ""},
        ]
        for number, target in enumerate(targets):
            left = load_registry(house.settings.data)
            assert left is not None
            history = move(house, change(house.settings, **target))
            lines = [json.loads(line) for line in history.read_text().splitlines()]
            assert lines[0] == asdict(left)
            # Nine records, and for each move its closing record and one that was written after it.
            assert [line["sequence"] for line in lines[1:]] == list(range(1, 11 + 2 * number))
            house = House(tmp_path, **target)
            *kept, last = told_by(house, bank)
            assert kept == before
            assert (last[0].kind, last[0].record_id) == (CLOSING, str(number + 1))
            # And it goes on: the owners' nonces came along.
            again = house.party("bank")
            again.channel.close()
            again.identity, again.ledger_key = bank.identity, bank.ledger_key
            again.channel = again.dial(again.identity)
            again.stub = type(bank.stub)(again.channel)
            again.submit(again.sign(DATA, "d-0", data_body("bank", "d-0")))
            before = told_by(house, bank)
            house.stop()
    assert len(list((house.settings.data / "ledger-history").iterdir())) == 3


def test_cut_off_anywhere(tmp_path: Path, anvil: Anvil, monkeypatch: pytest.MonkeyPatch) -> None:
    house, bank = filled(tmp_path)
    before = told_by(house, bank)
    house.stop()
    fund(anvil, house)
    target = change(house.settings, ledger_url=anvil.url)

    class CutOff(Exception):
        pass

    def after_four(done: int, _of: int) -> None:
        if done == 4:
            raise CutOff

    with pytest.raises(CutOff):
        move(house, target, after_four)
    # Nothing is switched: the union still runs on the old ledger.
    house = House(tmp_path)
    assert told_by(house, bank) == before
    house.stop()
    copied: list[int] = []
    with monkeypatch.context() as patch:
        patch.setattr("union.app.save_registry", lambda *_: (_ for _ in ()).throw(CutOff()))
        with pytest.raises(CutOff):
            move(house, target, lambda done, _of: copied.append(done))
    # What was copied before was not copied again; the tenth is the closing record.
    assert copied == [5, 6, 7, 8, 9, 10]
    app = UnionApp(house.settings)
    with pytest.raises(MoveUnfinished):
        app.start()
    app.stop()
    with pytest.raises(MoveUnfinished, match="has begun"):
        move(house, change(house.settings, ledger_url="http://127.0.0.1:9"))
    history = move(house, target)
    assert history.exists()
    assert load_move(house.settings.data) is None
    house = House(tmp_path, ledger_url=anvil.url)
    assert told_by(house, bank)[:-1] == before
    house.stop()


def test_what_it_refuses(tmp_path: Path, anvil: Anvil) -> None:
    house, _ = filled(tmp_path)
    target = change(house.settings, ledger_url=anvil.url)
    with pytest.raises(LedgerInUse):
        move(house, target)
    house.stop()
    with pytest.raises(RelayUnfunded):
        move(house, target)
    fund(anvil, house)

    def write_between(done: int, of: int) -> None:
        if done == of:
            begun = load_move(house.settings.data)
            assert begun is not None
            node = UnionApp._node(target, read_ledger_key(house.settings.home / RELAY_KEY, None))
            stranger = Party(house.app, house.settings, "stranger")
            record = stranger.sign(MEMBER, "stranger", stranger.body(), nonce=0)
            stranger.channel.close()
            Registry(node, begun.contract, begun.block).submit(record)  # type: ignore[arg-type]

    with pytest.raises(MoveDiffers, match="holds 9 records, the new one 10"):
        move(house, target, write_between)
    # The contract is spoilt: without the note of it, a fresh one is made.
    with pytest.raises(MoveDiffers):
        move(house, target)
    (house.settings.data / "move.json").unlink()
    move(house, target)


def test_as_a_command(tmp_path: Path, anvil: Anvil) -> None:
    files.create_federation(tmp_path / "home", "trial", name="Union", governors=[], threshold=1)
    config = tmp_path / "union.toml"
    config.write_text('# ours\nhome = "home"\ndata = "data"\nmax_pending = 7\n')

    def run(*words: str, expect: int = 0) -> str:
        done = CliRunner().invoke(main, [*words])
        assert done.exit_code == expect, done.output
        return done.output

    def moved(expect: int = 0) -> str:
        return run("move", "--config", str(config), "--to", anvil.url, "--page-blocks", "500", expect=expect)

    assert "HAN-2024" in moved(expect=78)
    house = House(tmp_path)
    house.party("bank").register()
    assert "HAN-2020" in moved(expect=78)
    house.stop()
    fund(anvil, house)
    assert "1 of 1 records" in moved()
    text = config.read_text()
    assert "# ours" in text
    assert f'ledger_url = "{anvil.url}"' in text
    assert (UnionSettings.load(config).ledger_page_blocks, UnionSettings.load(config).max_pending) == (500, 7)
    assert not list(tmp_path.glob(".union*"))
    card = run("card", "--config", str(config))
    registry = load_registry(tmp_path / "data")
    assert registry is not None
    assert (json.loads(card)["contract"], json.loads(card)["chain_id"]) == (registry.contract, registry.chain_id)
    (tmp_path / "card.json").write_text(card)
    joined = run("join", "--home", str(tmp_path / "second"), "--card", str(tmp_path / "card.json"))
    assert "fund the relaying account 0x" in joined
    assert "2 records indexed" in run("--config", str(config), "--rebuild-index")


def test_settings_are_changed_in_place() -> None:
    text = 'a = 1\nledger_url = "x"  # old\n[table]\nb = 2\n'
    assert (
        with_settings(text, {"ledger_url": 'h"t\\', "contract": None})
        == 'a = 1\nledger_url = "h\\"t\\\\"\n[table]\nb = 2\n'
    )
    assert with_settings(text, {"ledger_legacy_gas": True}) == "ledger_legacy_gas = true\n" + text
    assert with_settings(text, {"ledger_url": None}) == "a = 1\n[table]\nb = 2\n"
