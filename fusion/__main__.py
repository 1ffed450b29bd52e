"""`python -m fusion --config FILE [--check-config]`; `init` makes a node, `link` prints the way to its page."""

from pathlib import Path
from urllib.parse import quote

import click

from common import log, rotation
from common.commands import Commands
from common.errors import InvalidInput
from common.runner import run
from fusion.app import FusionApp
from fusion.domain.identity import NodeIdentity
from fusion.home import create_node, read_token
from fusion.service.terms import offered
from fusion.settings import FusionSettings, write_settings
from kernel.protocol.psi.trial import TrialFailed, tried

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.group(cls=Commands, invoke_without_command=True)
@click.option("--config", type=_FILE, help="The node's TOML file.")
@click.option("--check-config", is_flag=True, help="Check the settings and exit.")
@click.pass_context
def main(context: click.Context, config: Path | None, *, check_config: bool) -> None:
    """Align samples with partners."""
    if context.invoked_subcommand is not None:
        return
    if config is None:
        raise click.UsageError("give --config FILE or a command")
    settings = FusionSettings.load(config)
    if check_config:
        click.echo(f"{config}: ok")
        return
    log.configure("fusion", settings.log_level)
    run(FusionApp(settings))


@main.command()
@click.option("--home", type=click.Path(file_okay=False, path_type=Path), required=True, help="The node's home folder.")
@click.option("--name", required=True, help="The node's id for partners: a-z, 0-9 and hyphens.")
@click.option("--passphrase-file", type=_FILE, help="File whose content encrypts the private keys.")
@click.option("--http-listen", metavar="HOST:PORT", help="For your own people: the page and the API.")
@click.option("--peer-listen", metavar="HOST:PORT", help="For partners' nodes.")
@click.option("--public-address", metavar="HOST:PORT", help="At which partners reach it.")
@click.option("--try/--no-try", "tries", default=True, help="Try each protocol, which compiles for this processor.")
def init(home: Path, name: str, passphrase_file: Path | None, *, tries: bool, **addresses: str | None) -> None:
    """Make a node: its keys, the token for HTTP, and a file of settings."""
    create_node(home, name, passphrase_file.read_text("utf-8").rstrip("\r\n") if passphrase_file else None)
    click.echo(f"node {name}; the token is in {home / 'token'}")
    for protocol in offered() if tries else ():
        click.echo(f"trying {protocol} ... ", nl=False)
        try:
            click.echo(f"{tried(protocol):.1f} s")
        except TrialFailed as error:  # the others serve
            click.echo(f"{error.detail}\n  do: {error.hint}")
    given = {"passphrase_file": str(passphrase_file.absolute())} if passphrase_file else {}
    given |= {setting: value for setting, value in addresses.items() if value}
    config = home / "fusion.toml"
    if write_settings(config, given):
        click.echo(f"the settings are in {config}: each with what it means, and its default")
        if "peer_listen" not in given:
            click.echo("  for partners on other machines, set peer_listen and public_address there")
    else:
        click.echo(f"the settings in {config} were there before, and stay")
    click.echo(f"next: python -m fusion --config {config}")


@main.command()
@click.option("--config", type=_FILE, required=True, help="The node's TOML file.")
def renew(config: Path) -> None:
    """Renew the keys of a node that is stopped; partners then take the new ones, and what is under way goes on."""
    settings = FusionSettings.load(config)
    made = rotation.prepare(settings.home, settings.passphrase())
    old = rotation.finish(settings.home)
    public = made.identity.public
    own = NodeIdentity(made.identity.id, "", public.signing, public.stream, made.tls_cert_der)
    click.echo(f"new fingerprint: {own.fingerprint_groups}\nthe old keys are in {old}: delete them when all is well")
    click.echo("next: start the node; send its new invitation to each partner, and tell the fingerprint by telephone")


@main.command()
@click.option("--config", type=_FILE, required=True, help="The node's TOML file.")
def link(config: Path) -> None:
    """Print the address of the node's page, with the token that opens it: for your own eyes."""
    settings = FusionSettings.load(config)
    host, _, port = settings.http_listen.rpartition(":")
    if port == "0":
        hint = "Give http_listen a port; or take the address from the line doors_open of the node's log."
        raise InvalidInput("http_listen picks another port at each start", hint=hint)
    here = {"0.0.0.0": "127.0.0.1", "[::]": "[::1]"}.get(host, host)  # noqa: S104 (read, not listened on)
    # Behind the # it stays in the browser: no server and no proxy on the way sees it.
    click.echo(f"http://{here}:{port}/#token={quote(read_token(settings.home), safe='')}")


if __name__ == "__main__":
    main(prog_name="python -m fusion")
