"""`hanse data`: this member's data sets, and the federation's catalogue."""

from pathlib import Path

import click

from common.errors import InvalidInput
from hanse.cli.fields import FILE, only
from hanse.cli.output import Output
from hanse.cli.sign_in import board_option, client


@click.group()
def data() -> None:
    """Look after this member's data sets."""


@data.command("list")
@board_option
@click.pass_obj
def data_list(output: Output, board: str | None) -> None:
    """List the data sets."""
    output.show(client(board).data_sets(), ["data_set", "name", "rows", "id_column", "label_column"])


@data.command("upload")
@click.argument("file", type=FILE)
@click.option("--name", default="")
@click.option("--id-column", default="", help="Column that names the rows.")
@click.option("--label-column", default="", help="Column to be predicted.")
@click.option("--encoding", default="", help="Encoding of a CSV file; else it is detected.")
@click.option("--duplicates", type=click.Choice(["refuse", "first"]), default="refuse", show_default=True)
@board_option
@click.pass_obj
def data_upload(output: Output, /, board: str | None, file: Path, **options: str) -> None:
    """Import a CSV, Parquet or Excel file."""
    output.show(
        client(board).upload(file, **options),
        only(output, "data_set", "name", "rows", "id_column", "label_column", "columns"),
    )


@data.command("delete")
@click.argument("data_set")
@board_option
@click.pass_obj
def data_delete(output: Output, board: str | None, data_set: str) -> None:
    """Delete a data set."""
    client(board).delete_data_set(data_set)
    output.say(f"{data_set} is deleted")


@data.command("show")
@click.argument("data_set")
@board_option
@click.pass_obj
def data_show(output: Output, board: str | None, data_set: str) -> None:
    """Describe a data set."""
    output.show(client(board).data_set(data_set))


@data.command("statistics")
@click.argument("data_set")
@board_option
@click.pass_obj
def data_statistics(output: Output, board: str | None, data_set: str) -> None:
    """Show each column's numbers."""
    shown = ["name", "type", "missing", "distinct", "min", "max", "mean", "sd"]
    output.show(client(board).statistics(data_set), only(output, *shown))


@data.command("usage")
@click.argument("data_set")
@board_option
@click.pass_obj
def data_usage(output: Output, board: str | None, data_set: str) -> None:
    """Show where a data set is used: what a deletion would touch."""
    output.show(client(board).usage(data_set))


@data.command("search")
@click.argument("text", default="")
@click.option("--tag", default="")
@click.option("--column", default="")
@click.option("--member", default="")
@click.option("--least-rows", type=int, default=0)
@board_option
@click.pass_obj
def data_search(
    output: Output, /, board: str | None, text: str, tag: str, column: str, member: str, least_rows: int
) -> None:
    """Search what all members show of their data."""
    found = client(board).data_resources(text, tag=tag, column=column, member=member, least_rows=least_rows)
    output.show(found, only(output, "member", "data_set", "name", "rows", "column_count", "tags"))


@data.command("add")
@click.argument("file", type=FILE)
@click.option("--name", default="")
@click.option("--id-column", "id_columns", multiple=True, help="Names the rows; several together may do so.")
@click.option("--label-column", default="")
@click.option("--tag", "tags", multiple=True)
@click.option("--new-version-of", "previous", default="", help="Data set of which this is a new version.")
@click.option("--resume", default="", metavar="UPLOAD", help="An upload that was cut off, to go on with.")
@board_option
@click.pass_obj
def data_add(
    output: Output,
    /,
    board: str | None,
    file: Path,
    name: str,
    id_columns: tuple[str, ...],
    label_column: str,
    tags: tuple[str, ...],
    previous: str,
    resume: str,
) -> None:
    """Send a file in pieces, find out how it is to be read, and import it."""
    api = client(board)
    staged = api.stage(file, upload=resume)
    found = api.detect(staged["upload"])
    if found["problem"]:
        raise InvalidInput(found["problem"]["detail"], hint=found["problem"]["hint"])
    made = api.make_data_set(
        staged["upload"],
        name or file.stem,
        id_columns=id_columns,
        label_column=label_column,
        encoding=found["encoding"],
        delimiter=found["delimiter"],
        tags=list(tags),
        previous=previous,
    )
    output.show(made, only(output, "data_set", "name", "number", "rows", "id_column", "label_column"))
