"""`hanse`: the root command and everything that concerns a federation on this machine."""

import json
from pathlib import Path
from typing import TextIO

import click

from common.errors import InvalidInput
from deploy.local.configure import ADMIN, from_here, password_file, token_file
from deploy.local.federation import Federation
from hanse.cli import nouns
from hanse.cli.output import Commands, Output

_HOME = click.option(
    "--home",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("var/demo"),
    show_default=True,
    help="Folder of the federation.",
)
_NAMES = {"bank": "Harbour Bank", "bureau": "Credit Bureau", "retailer": "Market Retail"}


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120})
@click.option(
    "-o",
    "--output",
    "form",
    type=click.Choice(["table", "json"]),
    default="table",
    help="How to print; may stand anywhere.",
)
@click.version_option(package_name="hanse")
@click.pass_context
def main(context: click.Context, form: str) -> None:
    """Federated learning between organisations that may not pool their data."""
    context.obj = Output(form)


@main.command()
@_HOME
@click.option("--member", "members", multiple=True, default=("bank", "bureau", "retailer"), show_default=True)
@click.pass_obj
def up(output: Output, home: Path, members: tuple[str, ...]) -> None:
    """Start a union and members on this machine; a second time, go on with what is there."""
    federation = Federation(home)
    federation.set_up(members, _NAMES, ())  # a folder that holds a federation, or one member of it, stays as it is
    federation.start(lambda name: output.say(f"  {name} is ready"))
    told = [_account(federation, member) for member in federation.topology.members]
    if output.form == "json":
        output.show(told)
        return
    for line in told:  # not a table: paths are copied, and may not be broken
        output.say("  ".join(f"{key.replace('_', ' ')} {value}" for key, value in line.items()))


@main.command("union-card")
@_HOME
@click.option(
    "--address", default="", help="How other machines reach this union, host:port; else its loopback address."
)
def union_card(home: Path, address: str) -> None:
    """Print what a member on another machine must know of this union; give it over a channel that both trust."""
    card = Federation(home).union_card()
    click.echo(json.dumps({**card, "address": address or card["address"]}, indent=2))


@main.command("init-member")
@click.argument("member")
@click.option("--name", required=True, help="The member's name for people.")
@click.option("--host", required=True, help="How the other members reach this machine.")
@click.option("--union-card", "card", required=True, type=click.File("r"), help="File that `hanse union-card` printed.")
@click.option("--admin", is_flag=True, help="Make the first administrator now, not in the browser.")
@_HOME
@click.pass_obj
def init_member(output: Output, member: str, name: str, host: str, card: TextIO, home: Path, *, admin: bool) -> None:
    """Make a member on this machine for a federation elsewhere; then: hanse up, and go on in the browser."""
    try:
        union = json.load(card)
    except ValueError as error:
        raise InvalidInput(f"the union's card is not JSON: {error}") from error
    Federation(home).set_up_member(member, name, host, union, admin=admin)
    output.say(f"{member} is set up in {home}; `hanse up --home {home}` starts it")


@main.command()
@_HOME
@click.pass_obj
def stop(output: Output, home: Path) -> None:
    """End all processes of a federation; everything is kept."""
    federation = Federation(home)
    _ = federation.topology
    federation.stop()
    output.say("stopped; `hanse up` or `make demo` goes on with everything kept")


@main.command()
@_HOME
@click.confirmation_option(prompt="Delete the federation with all its data, keys and its ledger?")
@click.pass_obj
def clean(output: Output, home: Path) -> None:
    """End a federation and delete everything."""
    Federation(home).clean()
    output.say(f"{home} is deleted")


@main.command()
@_HOME
@click.pass_context
def status(context: click.Context, home: Path) -> None:
    """Show each process, its health and its ports; exit code 1 when one is not well."""
    told = Federation(home).status()
    context.obj.show(told, ["name", "state", "health", "ports"])
    if any(line["health"] != "ok" for line in told):
        context.exit(1)


@main.command()
@_HOME
@click.pass_context
def doctor(context: click.Context, home: Path) -> None:
    """Check this machine and, where there is one, the federation; each line says what to do."""
    from hanse.cli.doctor import findings

    found = findings(Federation(home))
    context.obj.show(found, ["check", "result", "do"])
    if any(line["result"] != "ok" for line in found):
        context.exit(1)


@main.command()
@_HOME
@click.option("--members", "n_members", type=click.IntRange(2, 3), default=3, show_default=True, help="2 or 3 members.")
@click.option("--again", is_flag=True, help="Run the job anew although an earlier one has succeeded.")
@click.pass_obj
def demo(output: Output, home: Path, n_members: int, again: bool) -> None:  # noqa: FBT001  click passes it by name
    """Start a federation, train a model on real data of all members, serve it, and print the result."""
    from deploy.demo.run import Demo

    Demo(Federation(home), output.console, n_members=n_members, again=again).run()


def _account(federation: Federation, member: str) -> dict[str, str]:
    url = federation.board_address(member)
    secret, token = password_file(federation.home, member), token_file(federation.home, member)
    if secret.exists():
        return {"member": member, "board": url, "account": ADMIN, "password_file": from_here(secret)}
    if token.exists():
        return {"member": member, "first_run": f"{url}/setup", "token_file": from_here(token)}
    return {"member": member, "board": url}


nouns.add_to(main)
