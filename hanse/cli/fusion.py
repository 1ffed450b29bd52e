"""`hanse fusion`: sample alignment between two fusion nodes."""

import json
from pathlib import Path

import click

from hanse.cli import fusion_results, fusion_schedules, fusion_tasks
from hanse.cli.fields import examples
from hanse.cli.fusion_tasks import node
from hanse.cli.output import Output
from hanse.fusion import FusionNode

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group(
    epilog=examples(
        "hanse fusion upload customers.csv",
        "hanse fusion align bureau 3f… --column phone",
        "hanse fusion result 91… > common.csv",
    )
)
@click.option("--url", envvar="HANSE_FUSION", required=True, help="The node's address, or $HANSE_FUSION.")
@click.option(
    "--token-file", envvar="HANSE_FUSION_TOKEN_FILE", type=_FILE, required=True, help="<home>/token of the node."
)
@click.pass_context
def fusion(context: click.Context, url: str, token_file: Path) -> None:
    """Align samples with a partner through a fusion node."""
    context.meta["node"] = FusionNode(url, token_file.read_text("utf-8").strip())
    context.call_on_close(context.meta["node"].close)


@fusion.command("identity")
@click.pass_obj
def identity(output: Output) -> None:
    """Print what a partner needs to trust this node."""
    output.show(node().identity())


@fusion.command("add-partner")
@click.argument("identity_file", type=_FILE)
@click.pass_obj
def add_partner(output: Output, identity_file: Path) -> None:
    """Trust a partner by the JSON that its `identity -o json` printed."""
    output.show(node().add_partner(json.loads(identity_file.read_text("utf-8"))))


@fusion.command("upload")
@click.argument("file", type=_FILE)
@click.pass_obj
def upload(output: Output, file: Path) -> None:
    """Give the node a CSV or Parquet file."""
    output.show(node().upload(file))


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


for command in (*fusion_tasks.COMMANDS, *fusion_results.COMMANDS, fusion_schedules.schedules):
    fusion.add_command(command)
