"""`python -m union`: make a federation, serve it, decide about its members."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from common import log
from common.commands import Commands
from common.identity import load_member, load_trust
from common.keyfiles import read_ledger_key
from common.records import address_of, checksum_address
from common.rpc import connect
from common.runner import run
from proto.union.v1 import union_pb2
from proto.union.v1.union_pb2_grpc import UnionServiceStub
from union.api.rpc.messages import write_record
from union.service.governing import sign_admission
from union.settings import UnionSettings
from union.store.files import GOVERNANCE_KEY, create_federation, load_endpoints

if TYPE_CHECKING:
    from collections.abc import Callable

_ADDRESS = re.compile(r"0x[0-9a-fA-F]{40}")
_FILE = click.Path(dir_okay=False, path_type=Path)
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
@click.option(
    "--home", type=click.Path(file_okay=False, path_type=Path), required=True, help="The union's home folder."
)
@click.option("--federation", default="hanse", show_default=True, help="The federation's id.")
@click.option("--name", default="Union", show_default=True, help="The union's name for people.")
@click.option("--governor", "governors", multiple=True, help="Address of a further governor; may be given again.")
@click.option("--threshold", default=1, show_default=True, help="How many governors decide about a member.")
@click.option("--passphrase-file", type=_FILE, help="File whose content encrypts the private keys.")
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
        passphrase=passphrase_file.read_text("utf-8").rstrip("\r\n") if passphrase_file else None,
    )
    click.echo(f"federation {made.federation}: {made.threshold} of {len(made.governors)} governors decide")


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
