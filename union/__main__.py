"""`python -m union`: make a federation, serve it, decide about its members."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from common import log
from common.commands import Commands
from common.identity import load_member, load_trust
from common.keyfiles import read_ledger_key, write_private
from common.records import address_of, checksum_address
from common.rpc import connect
from common.runner import run
from common.settings import BadSettingsError
from ledger.federation import Succession
from proto.union.v1 import union_pb2
from proto.union.v1.union_pb2_grpc import UnionServiceStub
from union.api.rpc.messages import write_record
from union.service.governing import sign_admission, sign_closing
from union.settings import UnionSettings, with_settings
from union.store.files import (
    GOVERNANCE_KEY,
    RELAY_KEY,
    create_federation,
    federation_card,
    join_federation,
    load_endpoints,
    load_federation,
    load_record,
    read_card,
    told_record,
)

if TYPE_CHECKING:
    from collections.abc import Callable

_ADDRESS = re.compile(r"0x[0-9a-fA-F]{40}")
_FILE = click.Path(dir_okay=False, path_type=Path)
_HOME = click.option(
    "--home", type=click.Path(file_okay=False, path_type=Path), required=True, help="The union's home folder."
)
_PASSPHRASE = click.option("--passphrase-file", type=_FILE, help="File whose content encrypts the private keys.")
_CONFIG = click.option("--config", "config", type=_FILE, required=True, help="The union's TOML file.")


@click.group(cls=Commands, invoke_without_command=True)
@click.option("--config", "config", type=_FILE, help="The union's TOML file.")
@click.option("--check-config", is_flag=True, help="Check the settings and exit.")
@click.option(
    "--rebuild-index", is_flag=True, help="Read the ledger into a fresh index and exit; the union must not run."
)
@click.pass_context
def main(context: click.Context, config: Path | None, *, check_config: bool, rebuild_index: bool) -> None:
    """Serve the federation's register."""
    if context.invoked_subcommand is not None:
        return
    if config is None:
        raise click.UsageError("give --config FILE or a command")
    settings = UnionSettings.load(config)
    if check_config:
        click.echo(f"{config}: ok")
        return
    # The ledger's libraries take a second to load, which deciding about a member need not wait for.
    from union.app import UnionApp

    log.configure("union", settings.log_level)
    app = UnionApp(settings)
    if rebuild_index:
        try:
            click.echo(f"{app.rebuild_index()} records indexed")
        finally:
            app.stop()
        return
    run(app)


@main.command()
@_HOME
@click.option("--federation", default="hanse", show_default=True, help="The federation's id.")
@click.option("--name", default="Union", show_default=True, help="The union's name for people.")
@click.option("--governor", "governors", multiple=True, help="Address of a further governor; may be given again.")
@click.option("--threshold", default=1, show_default=True, help="How many governors decide about a member.")
@_PASSPHRASE
def init(
    home: Path, federation: str, name: str, governors: tuple[str, ...], threshold: int, passphrase_file: Path | None
) -> None:
    """Make a federation: the union's identity, a governance key, the salt."""
    for governor in governors:
        if not _ADDRESS.fullmatch(governor):
            raise click.BadParameter(f"{governor} is no address", param_hint="--governor")
    if not 1 <= threshold <= 1 + len(governors):
        raise click.BadParameter(f"between 1 and {1 + len(governors)}", param_hint="--threshold")
    made = create_federation(
        home,
        federation,
        name=name,
        governors=[checksum_address(bytes.fromhex(governor[2:])) for governor in governors],
        threshold=threshold,
        passphrase=_passphrase(passphrase_file),
    )
    click.echo(f"federation {made.federation}: {made.threshold} of {len(made.governors)} governors decide")


@main.command()
@_CONFIG
def card(config: Path) -> None:
    """Print what a further union of this federation has to know; it holds no secret."""
    settings = UnionSettings.load(config)
    click.echo(json.dumps(asdict(federation_card(settings.home, settings.data)), indent=1))


@main.command()
@_HOME
@click.option("--card", "card_file", type=_FILE, required=True, help="File that `python -m union card` printed.")
@click.option("--name", default="Union", show_default=True, help="The union's name for people.")
@_PASSPHRASE
def join(home: Path, card_file: Path, name: str, passphrase_file: Path | None) -> None:
    """Make a further union of a federation, with an identity and a relaying account of its own.

    Where HOME is a union's of this federation already, it follows the federation to the ledger that the card names.
    """
    made = read_card(card_file)
    join_federation(home, made, name=name, passphrase=_passphrase(passphrase_file))
    relay = address_of(read_ledger_key(home / RELAY_KEY, _passphrase(passphrase_file)))
    click.echo(f"federation {made.federation}, chain {made.chain_id}: fund the relaying account {relay}")


@main.command()
@_CONFIG
@click.option("--to", "target", required=True, help='JSON-RPC URL of the new ledger, or "embedded".')
@click.option("--page-blocks", type=int, help="As ledger_page_blocks.")
@click.option("--timestamp-unit-ms", type=int, help="As ledger_timestamp_unit_ms.")
@click.option("--legacy-gas", is_flag=True, help="As ledger_legacy_gas.")
@click.option("--signed", multiple=True, type=_FILE, help="Closing record of a further governor; may be given again.")
def move(
    config: Path,
    target: str,
    page_blocks: int | None,
    timestamp_unit_ms: int | None,
    signed: tuple[Path, ...],
    *,
    legacy_gas: bool,
) -> None:
    """Take the federation to another ledger: copy and compare every record, then switch. The union must not run."""
    from union.app import UnionApp

    url = "" if target == "embedded" else target
    changes: dict[str, str | int | bool | None] = {
        "ledger_url": url,
        "ledger_page_blocks": page_blocks,
        "ledger_timestamp_unit_ms": timestamp_unit_ms,
        "ledger_legacy_gas": legacy_gas or None,
        # These named the old ledger's; the data folder remembers the new one's.
        "ledger_chain_id": None,
        "contract": None,
        "contract_block": None,
    }
    fresh = config.with_name(f".{config.name}.moving")
    write_private(fresh, with_settings(config.read_text("utf-8"), changes).encode())
    shutil.copymode(config, fresh)
    try:
        settings = UnionSettings.load(fresh)
        if settings.ledger_url != url or settings.contract:
            raise BadSettingsError("the environment names the ledger", hint="Unset HANSE_UNION_LEDGER_* and _CONTRACT.")
        app = UnionApp(UnionSettings.load(config))
        try:
            history = app.move(
                settings,
                lambda done, of: click.echo(f"{done} of {of} records"),
                lambda: fresh.replace(config),
                [load_record(file) for file in signed],
            )
        finally:
            app.stop()
    finally:
        fresh.unlink(missing_ok=True)
    click.echo(f"moved; {history} keeps what stood where on the old ledger")


@main.command("sign-closing")
@click.argument("successor")
@_HOME
@click.option("--generation", type=click.IntRange(1), required=True, help="The contract that is closed.")
@click.option("--chain-id", type=click.IntRange(0), required=True, help="The chain that SUCCESSOR stands on.")
@click.option("--nonce", type=click.IntRange(0), required=True, help="This governor's next nonce.")
@_PASSPHRASE
def sign_closing_record(
    successor: str, home: Path, generation: int, chain_id: int, nonce: int, passphrase_file: Path | None
) -> None:
    """Print a governor's consent to move to the contract SUCCESSOR, for `move --signed`; it holds no secret."""
    if not _ADDRESS.fullmatch(successor):
        raise click.BadParameter(f"{successor} is no address", param_hint="SUCCESSOR")
    key = read_ledger_key(home / GOVERNANCE_KEY, _passphrase(passphrase_file))
    salt = load_federation(home).governance.salt
    click.echo(told_record(sign_closing(salt, key, generation, Succession(successor, chain_id), nonce=nonce)))


def _passphrase(file: Path | None) -> str | None:
    return file.read_text("utf-8").rstrip("\r\n") if file else None


def _decide(config: Path, member: str, action: str, more: dict[str, str] | None = None) -> None:
    settings = UnionSettings.load(config)
    passphrase = settings.passphrase()
    key = read_ledger_key(settings.home / GOVERNANCE_KEY, passphrase)
    address = load_endpoints(settings.data).grpc
    identity, trust = load_member(settings.home, passphrase), load_trust(settings.home)
    with connect(address, identity, "union", trust) as channel:
        stub = UnionServiceStub(channel)
        salt = stub.GetFederation(union_pb2.GetFederationRequest()).salt
        nonce = stub.NextNonce(union_pb2.NextNonceRequest(owner=address_of(key))).nonce
        record = sign_admission(salt, key, member, action, nonce=nonce, more=more)
        posted = stub.Submit(union_pb2.SubmitRequest(record=write_record(record))).entry
        standing = stub.GetEntry(
            union_pb2.GetEntryRequest(kind=union_pb2.RECORD_KIND_MEMBER, record_id=member)
        ).entry.status
    click.echo(f"{member}: {standing} (transaction {posted.transaction}, block {posted.block})")


def _decision(action: str, words: str) -> Callable[..., None]:
    @main.command(action, help=words)
    @click.argument("member")
    @_CONFIG
    def command(member: str, config: Path) -> None:
        _decide(config, member, action)

    return command


_decision("admit", "Admit a pending member.")
_decision("freeze", "Shut a member out for a time.")
_decision("unfreeze", "Let a frozen member in again.")
_decision("remove", "Shut a member out for good.")


@main.command()
@click.argument("member")
@click.argument("successor")
@_CONFIG
def rotate(member: str, successor: str, config: Path) -> None:
    """Let the ledger key with the address SUCCESSOR take over MEMBER."""
    if not _ADDRESS.fullmatch(successor):
        raise click.BadParameter(f"{successor} is no address", param_hint="SUCCESSOR")
    _decide(config, member, "rotate", {"successor": successor.lower()})


if __name__ == "__main__":
    main(prog_name="python -m union")
