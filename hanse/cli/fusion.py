"""`hanse fusion`: sample alignment between two fusion nodes."""

from pathlib import Path

import click

from hanse.cli import fusion_results, fusion_schedules, fusion_tables, fusion_tasks
from hanse.cli.fields import examples, only
from hanse.cli.fusion_data import data, key_check, key_example, pre_check
from hanse.cli.fusion_node import node
from hanse.cli.fusion_partners import partner
from hanse.cli.output import Output
from hanse.fusion import FusionNode

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group(
    epilog=examples(
        "hanse fusion partner add hanse-fusion-1.eyJ…",
        "hanse fusion data add customers.csv",
        "hanse fusion align bureau 3f… --column phone",
        "hanse fusion result 91… > common.csv",
    )
)
@click.option(
    "--url", envvar="HANSE_FUSION", required=True, show_envvar=True,
    help="The node's address (http_listen): http://127.0.0.1:8095.",
)  # fmt: skip
@click.option(
    "--token-file", envvar="HANSE_FUSION_TOKEN_FILE", type=_FILE, required=True, show_envvar=True,
    help="<home>/token of the node.",
)  # fmt: skip
@click.pass_context
def fusion(context: click.Context, url: str, token_file: Path) -> None:
    """Align samples with a partner through a fusion node."""
    context.meta["node"] = FusionNode(url, token_file.read_text("utf-8").strip())
    context.call_on_close(context.meta["node"].close)


@fusion.command("identity")
@click.pass_obj
def identity(output: Output) -> None:
    """Print this node's invitation, which partners add, and its fingerprint, which you read to them by telephone."""
    output.show(node().identity(), only(output, "node", "address", "fingerprint_groups", "invitation"))


@fusion.command("open")
def open_page() -> None:
    """Print the address of the node's page, with the token that opens it: for your own eyes."""
    click.echo(node().page())


@fusion.command("protocols")
@click.pass_obj
def protocols(output: Output) -> None:
    """List the protocols, what each can be agreed on for, and what it assumes."""
    output.show(node().protocols(), ["name", "learns", "assumption"])


@fusion.command("node")
@click.pass_obj
def machine(output: Output) -> None:
    """Describe the node's machine, its free disk and its board."""
    output.show(node().node())


for command in (partner, data, key_check, key_example, pre_check):
    fusion.add_command(command)
for command in (*fusion_tasks.COMMANDS, *fusion_results.COMMANDS, fusion_schedules.schedules, fusion_tables.table):
    fusion.add_command(command)
