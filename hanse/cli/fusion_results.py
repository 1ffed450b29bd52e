"""`hanse fusion …`: results, and what left the node."""

import sys

import click

from hanse.cli.fields import examples
from hanse.cli.fusion_node import node
from hanse.cli.output import Output


@click.command("preview")
@click.argument("task")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True)
@click.pass_obj
def preview(output: Output, task: str, limit: int) -> None:
    """Show one's own first rows in the intersection."""
    told = node().preview(task, limit)
    rows = [dict(zip(told["columns"], row, strict=True)) for row in told["rows"]]
    output.show(told if output.form == "json" else rows, told["columns"])


@click.command(
    "result",
    epilog=examples(
        "hanse fusion result 91… > common.csv",
        "hanse fusion result 91… --bom --defuse > for-excel.csv",
        "hanse fusion result 91… --format parquet --column phone --column town > common.parquet",
    ),
)
@click.argument("task")
@click.option("--format", "form", type=click.Choice(["csv", "parquet"]), default="csv", show_default=True)
@click.option("--column", "columns", multiple=True, help="Only these columns, in this order; may repeat.")
@click.option("--bom", is_flag=True, help="Begin CSV with a byte-order mark, by which Excel sees that it is UTF-8.")
@click.option(
    "--defuse",
    is_flag=True,
    help="In CSV, put an apostrophe before texts that a spreadsheet would take for formulas (=1+1); without it all"
    " values are exact.",
)
def result(task: str, form: str, columns: tuple[str, ...], *, bom: bool, defuse: bool) -> None:
    """Download one's own rows in the intersection to standard output."""
    for chunk in node().result(task, form, columns, bom=bom, defuse=defuse):
        sys.stdout.buffer.write(chunk)


@click.command("save", epilog=examples("hanse fusion save 91… common-customers"))
@click.argument("task")
@click.argument("name")
@click.pass_obj
def save(output: Output, task: str, name: str) -> None:
    """Make a data resource NAME of a result at the board that the node's settings name."""
    output.show(node().save(task, name))


@click.command("egress", epilog=examples("hanse fusion egress 91…", "hanse fusion -o json egress > egress.json"))
@click.argument("task", default="")
@click.pass_obj
def egress(output: Output, task: str) -> None:
    """List what left the node: for TASK, or for all alignments, newest first."""
    columns = ("task", "partner", "step", "what", "messages", "bytes", "unanswered", "first_ms", "last_ms")
    output.show(node().egress(task), columns)


COMMANDS = (preview, result, save, egress)
