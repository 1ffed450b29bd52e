"""`hanse fusion`: sample alignment between two fusion nodes."""

import sys
from pathlib import Path
from typing import Any

import click

from hanse.cli.fields import only
from hanse.cli.fusion_data import data, key_check, key_example, pre_check, rule_of, rule_options
from hanse.cli.fusion_node import node
from hanse.cli.fusion_partners import partner
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


for group in (partner, data, key_check, key_example, pre_check):
    fusion.add_command(group)


@fusion.command("identity")
@click.pass_obj
def identity(output: Output) -> None:
    """Print this node's invitation, which partners add, and its fingerprint, which you read to them by telephone."""
    output.show(node().identity(), only(output, "node", "address", "fingerprint_groups", "invitation"))


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
@click.option("--pre-check/--no-pre-check", "pre_check_", default=True, show_default=True,
              help="Tell the partner keyed shapes of some ids, so that it sees a rule amiss.")  # fmt: skip
@rule_options
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
    pre_check_: bool,  # noqa: FBT001
    hashed_here: bool,  # noqa: FBT001
    **options: Any,
) -> None:
    """Propose an alignment in which this node is the receiver."""
    task = node().align(
        partner,
        data_set,
        columns,
        protocol=protocol,
        learns=learns,
        key_rule=rule_of(options),
        hashed_here=hashed_here,
        pre_check=pre_check_,
    )
    output.show(node().wait(task) if wait else node().task(task))


@fusion.command("protocols")
@click.pass_obj
def protocols(output: Output) -> None:
    """List the protocols, what each can be agreed on for, and what it assumes."""
    output.show(node().protocols(), ["name", "learns", "assumption"])


@fusion.command("tasks")
@click.pass_obj
def tasks(output: Output) -> None:
    """List the alignments."""
    output.show(node().tasks(), ["task", "partner", "role", "state", "phase", "intersection"])


@fusion.command("accept")
@click.argument("task")
@click.argument("data_set")
@click.option("--column", "columns", multiple=True, required=True, help="Id column; repeat for a composite id.")
@click.option("--hashed-here", is_flag=True, help="Our columns hold hashes already, made by the proposal's rule.")
@click.option("--anyway", is_flag=True, help="Also where our ids look like none of the partner's.")
@click.pass_obj
def accept(
    output: Output,
    /,
    task: str,
    data_set: str,
    columns: tuple[str, ...],
    hashed_here: bool,  # noqa: FBT001
    anyway: bool,  # noqa: FBT001
) -> None:
    """Accept a partner's proposal."""
    output.show(node().accept(task, data_set, columns, hashed_here=hashed_here, accept_anyway=anyway))


@fusion.command("refuse")
@click.argument("task")
@click.option("--reason", default="")
@click.pass_obj
def refuse(output: Output, task: str, reason: str) -> None:
    """Refuse a partner's proposal."""
    output.show(node().refuse(task, reason))


@fusion.command("result")
@click.argument("task")
@click.option("--format", "form", type=click.Choice(["csv", "parquet"]), default="csv", show_default=True)
def result(task: str, form: str) -> None:
    """Download one's own rows in the intersection to standard output."""
    for chunk in node().result(task, form):
        sys.stdout.buffer.write(chunk)
