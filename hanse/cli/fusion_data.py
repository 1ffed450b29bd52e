"""`hanse fusion data` and `key-check`: the node's rows, and the ids that are made of them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from common.errors import InvalidInput
from hanse.cli.fields import FILE, only
from hanse.cli.fusion_node import node
from hanse.cli.output import Output

_SHOWN = ("data_set", "name", "source", "detail", "rows", "added_ms")
_RULE = ("trim", "case", "form", "hash")
_USUAL_REST = 7
_KEEP = ("all", "no_separators", "letters_and_digits", "digits")


def rule_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of a key rule, `rule_of` reads them, and whether columns are hashed already."""
    for option in (
        click.option("--hashed-here", is_flag=True, help="Our columns hold hashes already, made by the rule's --hash."),
        click.option(
            "--hash",
            type=click.Choice(["none", "md5", "sha1", "sha256", "sm3"]),
            default="none",
            show_default=True,
            help="Hash each value after the other steps.",
        ),
        click.option(
            "--form",
            type=click.Choice(["none", "NFC", "NFKC"]),
            default="NFC",
            show_default=True,
            help="Unicode's normal form; NFKC also makes full-width digits plain ones.",
        ),
        click.option("--case", type=click.Choice(["keep", "lower", "upper"]), default="keep", show_default=True),
        click.option(
            "--rest-at-least",
            type=click.IntRange(1, 32),
            default=_USUAL_REST,
            show_default=True,
            help="A prefix is dropped only where so many signs remain.",
        ),
        click.option(
            "--drop-prefix",
            "prefixes",
            multiple=True,
            metavar="TEXTS",
            help='Drop a country prefix, "+86,0086,86"; of several columns once for each, "" for none.',
        ),
        click.option(
            "--keep",
            multiple=True,
            type=click.Choice(_KEEP),
            help="Which signs of a value stay; no_separators: all but spaces, hyphens, dots and brackets. Of several"
            " columns once for each, in their order.",
        ),
        click.option(
            "--trim/--no-trim", default=True, help="Whether spaces around a value count not.", show_default=True
        ),
    ):
        command = option(command)
    return command


def rule_of(options: dict[str, Any], columns: int) -> dict[str, Any]:
    """Take the key rule for so many columns out of a command's options."""
    keep = _each("--keep", options.pop("keep"), columns, "all")
    prefixes = _each("--drop-prefix", options.pop("prefixes"), columns, "")
    rest = options.pop("rest_at_least")
    clean = [
        {"keep": kept, "prefixes": [text.strip() for text in texts.split(",") if text.strip()], "rest_at_least": rest}
        for kept, texts in zip(keep, prefixes, strict=True)
    ]
    return {**{name: options.pop(name) for name in _RULE}, "clean": clean}


def _each(option: str, given: tuple[str, ...], columns: int, usual: str) -> tuple[str, ...]:
    if given and len(given) != columns:
        told = f"{option} is given {len(given)} times for {columns} columns"
        raise InvalidInput(told, hint="Give it once for each column, in the columns' order, or not at all.")
    return given or (usual,) * columns


@click.group()
def data() -> None:
    """Look after the rows that this node aligns."""


@data.command("add")
@click.argument("file", type=FILE)
@click.option("--name", default="", help="Empty: the file's name.")
@click.option("--sheet", default="", help="Of a workbook; empty: the one that has rows. `data sheets` lists them.")
@click.option(
    "--encoding",
    type=click.Choice(["utf-8", "gb18030", "utf-16"]),
    help="Of a CSV file; gb18030 is GBK and GB2312, too. Without it: found out, and told as detail if it is not UTF-8.",
)
@click.pass_obj
def add(output: Output, file: Path, name: str, sheet: str, encoding: str | None) -> None:
    """Give the node a CSV, Parquet or Excel file."""
    made = node().upload(file, name, sheet=sheet, encoding=encoding or "")
    output.show(made, only(output, *_SHOWN, "columns"))


@data.command("sheets")
@click.argument("file", type=FILE)
@click.pass_obj
def sheets(output: Output, file: Path) -> None:
    """List the sheets of an Excel file; the node keeps nothing of it."""
    output.show(node().sheets(file), ["name", "has_rows"])


@data.command("add-table")
@click.argument("kind", type=click.Choice(["postgresql", "mysql"]))
@click.argument("host")
@click.argument("port", type=click.IntRange(1, 65535))
@click.argument("database")
@click.argument("user")
@click.option("--table", default="", help="Table, or schema.table.")
@click.option("--query", default="", help="One SELECT, in the place of a table.")
@click.option("--name", default="", help="Empty: the table's name.")
@click.option("--password-file", type=FILE, help="File with the password; else it is asked for.")
@click.option(
    "--tls", type=click.Choice(["require", "verify_ca", "off"]), default="require", show_default=True,
    help="verify_ca: only a server whose certificate --ca has signed for this host.",
)  # fmt: skip
@click.option("--ca", "ca_file", type=FILE, help="PEM certificates; without it those that the node's system trusts.")
@click.pass_obj
def add_table(output: Output, /, password_file: Path | None, ca_file: Path | None, **options: Any) -> None:
    """Let the node read a table or a query of a database once; it keeps no password."""
    password = (
        password_file.read_text("utf-8").rstrip("\r\n")
        if password_file
        else click.prompt("Password", hide_input=True, default="", show_default=False)
    )
    ca = ca_file.read_text("utf-8") if ca_file else ""
    output.show(node().add_table(**options, password=password, ca=ca), only(output, *_SHOWN, "columns"))


@data.command("preview")
@click.argument("data_set")
@click.option("--limit", type=click.IntRange(1, 500), default=20, show_default=True)
@click.pass_obj
def preview(output: Output, data_set: str, limit: int) -> None:
    """Show the first rows."""
    found = node().preview_data_set(data_set, limit)
    if output.form == "json":
        output.show(found)
    else:
        output.show([dict(zip(found["columns"], row, strict=True)) for row in found["rows"]], found["columns"])


@data.command("list")
@click.pass_obj
def list_(output: Output) -> None:
    """List the data sets."""
    output.show(node().data_sets(), _SHOWN)


@data.command("delete")
@click.argument("data_set")
@click.pass_obj
def delete(output: Output, data_set: str) -> None:
    """Delete a data set; results made of it stay."""
    node().delete_data_set(data_set)
    output.say(f"{data_set} is deleted")


@click.command("key-check")
@click.argument("data_set")
@click.option("--column", "columns", multiple=True, required=True, help="Id column; repeat for a composite id.")
@rule_options
@click.pass_obj
def key_check(output: Output, /, data_set: str, columns: tuple[str, ...], hashed_here: bool, **options: Any) -> None:  # noqa: FBT001
    """Count the ids that a key rule makes of a data set, and tell what looks amiss, with the options that mend it."""
    told = node().key_check(data_set, columns, rule_of(options, len(columns)), hashed_here=hashed_here)
    if output.form == "table":
        told["advice"] = [
            {"warning": one["warning"], "column": one["column"], "options that mend it": _typed(one["key_rule"])}
            for one in told["advice"]
        ]
    output.show(told)


def _typed(rule: dict[str, Any]) -> str:
    """Write a key rule as the options that make it."""
    usual = {"trim": True, "case": "keep", "form": "NFC", "hash": "none"}
    words = [f"--{name} {rule[name]}" for name in ("case", "form", "hash") if rule[name] != usual[name]]
    clean = rule.get("clean", [])
    words += [f"--keep {column['keep']}" for column in clean]
    if any(column["prefixes"] for column in clean):
        words += [f"--drop-prefix {','.join(column['prefixes']) or repr('')}" for column in clean]
        rest = max(column["rest_at_least"] for column in clean)
        words += [f"--rest-at-least {rest}"] if rest != _USUAL_REST else []
    return " ".join(words if rule["trim"] else ["--no-trim", *words])


@click.command("key-example")
@click.argument("values", nargs=-1, required=True)
@rule_options
@click.pass_obj
def key_example(output: Output, /, values: tuple[str, ...], hashed_here: bool, **options: Any) -> None:  # noqa: FBT001
    """Show step by step what id a key rule makes of values, one for each column."""
    output.show(node().key_example(values, rule_of(options, len(values)), hashed_here=hashed_here))


@click.command("pre-check")
@click.argument("task")
@click.argument("data_set")
@click.option("--column", "columns", multiple=True, required=True, help="Id column; repeat for a composite id.")
@click.option("--hashed-here", is_flag=True, help="Our columns hold hashes already, made by the proposal's rule.")
@click.pass_obj
def pre_check(output: Output, /, task: str, data_set: str, columns: tuple[str, ...], hashed_here: bool) -> None:  # noqa: FBT001
    """Look whether ids of ours can match those of a partner's proposal at all."""
    output.show(node().pre_check(task, data_set, columns, hashed_here=hashed_here))
