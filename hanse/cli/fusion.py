"""`hanse fusion`: sample alignment between two fusion nodes."""

import json
import sys
from pathlib import Path

import click

from hanse.cli.output import Output
from hanse.fusion import FusionNode

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
@click.option("--url", envvar="HANSE_FUSION", required=True, help="The node's address, or $HANSE_FUSION.")
@click.option(
    "--token-file", envvar="HANSE_FUSION_TOKEN_FILE", type=_FILE, required=True, help="<home>/token of the node."
)
@click.pass_context
def fusion(context: click.Context, url: str, token_file: Path) -> None:
    """Align samples with a partner through a fusion node."""
    context.meta["node"] = FusionNode(url, token_file.read_text("utf-8").strip())


def _node() -> FusionNode:
    node: FusionNode = click.get_current_context().meta["node"]
    return node


@fusion.command("identity")
@click.pass_obj
def identity(output: Output) -> None:
    """Print what a partner needs to trust this node."""
    output.show(_node().identity())


@fusion.command("add-partner")
@click.argument("identity_file", type=_FILE)
@click.pass_obj
def add_partner(output: Output, identity_file: Path) -> None:
    """Trust a partner by the JSON that its `identity -o json` printed."""
    output.show(_node().add_partner(json.loads(identity_file.read_text("utf-8"))))


@fusion.command("upload")
@click.argument("file", type=_FILE)
@click.pass_obj
def upload(output: Output, file: Path) -> None:
    """Give the node a CSV or Parquet file."""
    output.show(_node().upload(file))


@fusion.command("align")
@click.argument("partner")
@click.argument("data_set")
@click.option("--column", "columns", multiple=True, required=True, help="Id column; repeat for a composite id.")
@click.option("--protocol", default="curve25519", show_default=True, help="See `hanse fusion protocols`.")
@click.option(
    "--learns",
    type=click.Choice(["receiver", "both", "size"]),
    default="receiver",
    show_default=True,
    help="Who learns which ids are common; size: we learn how many only.",
)
@click.option("--wait/--no-wait", default=True)
@click.pass_obj
def align(
    output: Output,
    /,
    partner: str,
    data_set: str,
    columns: tuple[str, ...],
    protocol: str,
    learns: str,
    wait: bool,  # noqa: FBT001
) -> None:
    """Propose an alignment in which this node is the receiver."""
    node = _node()
    task = node.align(partner, data_set, columns, protocol=protocol, learns=learns)
    output.show(node.wait(task) if wait else node.task(task))


@fusion.command("protocols")
@click.pass_obj
def protocols(output: Output) -> None:
    """List the protocols, what each can be agreed on for, and what it assumes."""
    output.show(_node().protocols(), ["name", "learns", "assumption"])


@fusion.command("tasks")
@click.pass_obj
def tasks(output: Output) -> None:
    """List the alignments."""
    output.show(_node().tasks(), ["task", "partner", "role", "state", "phase", "intersection"])


@fusion.command("accept")
@click.argument("task")
@click.argument("data_set")
@click.option("--column", "columns", multiple=True, required=True)
@click.pass_obj
def accept(output: Output, task: str, data_set: str, columns: tuple[str, ...]) -> None:
    """Accept a partner's proposal."""
    output.show(_node().accept(task, data_set, columns))


@fusion.command("refuse")
@click.argument("task")
@click.option("--reason", default="")
@click.pass_obj
def refuse(output: Output, task: str, reason: str) -> None:
    """Refuse a partner's proposal."""
    output.show(_node().refuse(task, reason))


@fusion.command("result")
@click.argument("task")
@click.option("--format", "form", type=click.Choice(["csv", "parquet"]), default="csv", show_default=True)
def result(task: str, form: str) -> None:
    """Download one's own rows in the intersection to standard output."""
    for chunk in _node().result(task, form):
        sys.stdout.buffer.write(chunk)
