"""What several nouns share: columns of a table, pairs and files on the command line."""

import json
from pathlib import Path
from typing import Any

import click

from common.errors import InvalidInput
from hanse.cli.output import Output

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


def only(output: Output, *columns: str) -> tuple[str, ...]:
    """Return the columns to show in a table; nothing for JSON, which shows all."""
    return columns if output.form == "table" else ()


def pair(words: str) -> tuple[str, str]:
    """Read MEMBER=DATA_SET."""
    member, equals, data_set = words.partition("=")
    if not (member and equals and data_set):
        raise InvalidInput(f"--data {words} is not MEMBER=DATA_SET")
    return member, data_set


def json_file(path: Path) -> Any:
    """Read a JSON file."""
    try:
        return json.loads(path.read_text("utf-8"))
    except ValueError as error:
        raise InvalidInput(f"{path} is not JSON: {error}") from error


def examples(*lines: str) -> str:
    """Make the end of a command's help of lines that the user can copy; click wraps none of them."""
    return "\b\n" + "\n".join(["Examples:", *(f"  {line}" for line in lines)])
