"""`hanse fusion table`: tables that are prepared once of a large data set, for many alignments with one partner."""

from typing import Any

import click

from hanse.cli.fields import examples, only
from hanse.cli.fusion_data import rule_of, rule_options
from hanse.cli.fusion_node import node
from hanse.cli.output import Output

_SHOWN = ("table", "partner", "made_here", "state", "progress", "data_set", "ids", "bytes", "expires_ms", "uses")


@click.group(epilog=examples("hanse fusion table prepare bureau 3f… --column phone", "hanse fusion table list"))
def table() -> None:
    """Prepare a large data set once, so that a partner's small ones are aligned with it in seconds."""


@table.command(
    "prepare",
    epilog=examples(
        "hanse fusion table prepare bureau 3f… --column phone",
        "hanse fusion table prepare bureau 3f… --column phone --hash sha256 --no-wait",
    ),
)
@click.argument("partner")
@click.argument("data_set")
@click.option("--column", "columns", multiple=True, required=True, help="Id column; repeat for several.")
@click.option("--wait/--no-wait", default=True)
@rule_options
@click.pass_obj
def prepare(
    output: Output,
    /,
    partner: str,
    data_set: str,
    columns: tuple[str, ...],
    hashed_here: bool,  # noqa: FBT001
    wait: bool,  # noqa: FBT001
    **options: Any,
) -> None:
    """Prepare a table of a data set for one partner.

    Alignments with this partner in which this node is the sender use it, where data set, columns and key rule are
    exactly these and the receiver or both learn: with --protocol unbalanced always, with auto where it is worth it. The
    first sends the table, 16 bytes an id; later ones cost what the partner's small set costs. It serves for a limited
    time (expires_ms), and is then prepared anew, with a new key.
    """
    made = node().prepare_table(partner, data_set, columns, rule_of(options, len(columns)), hashed_here=hashed_here)
    output.show(node().wait_for_table(made["table"]) if wait else made, only(output, *_SHOWN))


@table.command("list")
@click.pass_obj
def every(output: Output) -> None:
    """List the tables that were prepared here, and partners' ones that are kept."""
    output.show(node().tables(), only(output, *_SHOWN))


@table.command("delete")
@click.argument("table_id", metavar="TABLE")
@click.pass_obj
def delete(output: Output, table_id: str) -> None:
    """Delete a table with its key; a partner's that is kept here is sent again with the next alignment."""
    node().delete_table(table_id)
    output.say(f"{table_id} is deleted")
