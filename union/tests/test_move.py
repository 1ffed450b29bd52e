"""A federation moves from one ledger to another, as its operator does it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from eth_account import Account

from common.keyfiles import read_ledger_key
from union.__main__ import main
from union.app import UnionApp
from union.errors import LedgerInUse, MoveDiffers, MoveUnfinished, RelayUnfunded
from union.ledger.contract import Registry
from union.ledger.tests.fisco import FiscoFront
from union.settings import UnionSettings, with_settings
from union.store import files
from union.store.files import RELAY_KEY, load_move, load_registry
from union.tests.federation import data_body
from union.tests.test_union import DATA, MEMBER, House, Party

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from union.ledger.tests.anvil_node import Anvil


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


def fund(anvil: Anvil, house: House) -> None:
    anvil.fund(Account.from_key(read_ledger_key(house.settings.home / RELAY_KEY, None)).address)


def change(settings: UnionSettings, **changes: Any) -> UnionSettings:
    return UnionSettings(**{**settings.model_dump(), **changes})


def move(house: House, target: UnionSettings, told: Callable[[int, int], None] = lambda _done, _of: None) -> Path:
    app = UnionApp(house.settings)
    try:
        return app.move(target, told, lambda: None)
    finally:
        app.stop()


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
            assert lines[0] == {"contract": left.contract, "block": left.block, "chain_id": left.chain_id}
            assert [line["sequence"] for line in lines[1:]] == list(range(1, 10 + number))
            house = House(tmp_path, **target)
            assert told_by(house, bank) == before
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
    # What was copied before was not copied again.
    assert copied == [5, 6, 7, 8, 9]
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
    assert told_by(house, bank) == before
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
    assert "1 records indexed" in run("--config", str(config), "--rebuild-index")


def test_settings_are_changed_in_place() -> None:
    text = 'a = 1\nledger_url = "x"  # old\n[table]\nb = 2\n'
    assert (
        with_settings(text, {"ledger_url": 'h"t\\', "contract": None})
        == 'a = 1\nledger_url = "h\\"t\\\\"\n[table]\nb = 2\n'
    )
    assert with_settings(text, {"ledger_legacy_gas": True}) == "ledger_legacy_gas = true\n" + text
    assert with_settings(text, {"ledger_url": None}) == "a = 1\n[table]\nb = 2\n"
