"""How the command prints: tables for people, JSON with `-o json`, errors as one paragraph with the next step."""

import json
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from common.errors import HanseError

EXIT_CODES = {
    400: 2,
    401: 3,
    403: 3,
    404: 4,
    409: 5,
    422: 2,
    429: 6,
    503: 6,
    504: 6,
    507: 6,
}  # by the error's HTTP status; else 1

_STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_NEVER = {"confirmed_ms", "last_seen_ms", "ended_ms"}  # times that 0 stands for until it has happened
_SINCE_MS = 10**12  # a number of milliseconds above it is a time, below it a duration
_ENDLESS = 100_000  # in a file or a pipe a row is one line: folded, nobody could read or cut it
_TABLES = {  # the columns that people look for, in lists inside an object; JSON has all
    "parties": ("member", "role", "answer", "reason", "block"),
    "data_sets": ("member", "data_set", "name", "rows", "columns", "has_label"),
    "consents": ("consent", "data_set", "runs_left", "status", "block"),
    "publications": ("version", "online", "published_ms", "published_by", "rows"),
}
_PREDICTIONS = {  # by the answer's `task`
    "binary": ("id", "score", "probability", "problem"),
    "multiclass": ("id", "predicted", "classes", "problem"),
    "regression": ("id", "value", "score", "problem"),
}


class Output:
    """Prints in the form that the user chose."""

    def __init__(self, form: str) -> None:
        self.form = form
        self.console = Console(stderr=form == "json", highlight=False)
        if not self.console.is_terminal:
            self.console.width = _ENDLESS

    def show(self, value: object, columns: Sequence[str] = ()) -> None:
        """Print a list of objects as a table, one object as lines, or anything as JSON."""
        if self.form == "json":
            click.echo(json.dumps(value, ensure_ascii=False, indent=2))
        elif isinstance(value, list):
            self._table(value, columns)
        elif isinstance(value, Mapping):
            self._lines(value, columns)
        else:
            self.console.print(_shown(value), soft_wrap=True)

    def say(self, text: str) -> None:
        """Tell people what happens; never part of the JSON."""
        self.console.print(text, soft_wrap=True)

    def _lines(self, value: Mapping[str, Any], columns: Sequence[str]) -> None:
        keys = [key for key in columns or value if not _is_table(value.get(key))]
        width = max(map(len, keys), default=0)
        for key in keys:
            self.console.print(f"[bold]{key:<{width}}[/bold]  {_shown(value.get(key), key)}", soft_wrap=True)
        for key in columns or value:
            if _is_table(value.get(key)):
                self.console.print(f"\n[bold]{key}[/bold]")
                found = _PREDICTIONS.get(value.get("task", "")) if key == "predictions" else _TABLES.get(key)
                self._table(value[key], found or ())

    def _table(self, rows: list[Any], columns: Sequence[str]) -> None:
        if not rows:
            self.say("none")
            return
        table = Table(box=None, header_style="bold", pad_edge=False)
        names = columns or list(rows[0])
        for index, name in enumerate(names):
            # Ids and paths are copied from here: nothing may be cut off, and the first column stays in one piece.
            table.add_column(_shown(name), overflow="fold", no_wrap=index == 0)
        for row in rows:
            table.add_row(*(_shown(row.get(name), name) for name in names))
        self.console.print(table, soft_wrap=not self.console.is_terminal)


def _is_table(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(item, dict) for item in value)


def _shown(value: object, name: str = "") -> str:
    """Write a value as a console of rich shows it: others' texts hold no markup, and nothing that a terminal obeys."""
    return escape(safe(cell(value, name)))


def safe(text: str) -> str:
    """Put a question mark in the place of signs that would steer the terminal, or turn the direction of writing."""
    return _STEERING.sub("\ufffd", text)


def cell(value: object, name: str = "") -> str:
    """Write a value for people: times as such, few digits, lists in one line."""
    if name.endswith("_ms") and isinstance(value, int) and value > _SINCE_MS:
        return datetime.fromtimestamp(value / 1000).astimezone().strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, list):
        return ", ".join(cell(item, name) for item in value)
    if isinstance(value, dict):
        if set(value) == {"label", "probability"}:
            return f"{value['label']}={cell(value['probability'])}"
        return ", ".join(f"{key}={cell(item, key)}" for key, item in value.items())
    return "" if value is None or (value == 0 and name in _NEVER) else str(value)


class Commands(click.Group):
    """A group whose errors end the command with a code and say what to do; `-o` may stand anywhere on the line."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Bring `-o FORM` to the front, where this group reads it: people write it at the end."""
        return super().parse_args(ctx, _form_first(args))

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command."""
        try:
            return super().invoke(ctx)
        except HanseError as error:
            report(error)
            sys.exit(EXIT_CODES.get(error.http, 1))


def _form_first(args: list[str]) -> list[str]:
    form, rest = list[str](), list[str]()
    words = iter(args)
    for word in words:
        if word == "--":
            return [*form, *rest, word, *words]
        if word in ("-o", "--output"):
            form += [word, *([value] if (value := next(words, None)) is not None else [])]
        elif word.startswith("--output=") or (word.startswith("-o") and not word.startswith("--")):
            form.append(word)
        else:
            rest.append(word)
    return form + rest


def report(error: HanseError, write: Callable[[str], None] | None = None) -> None:
    """Print an error: code and cause, then the party, then the next step."""
    write = write or (lambda text: click.echo(text, err=True))
    write(safe(f"error {error}"))
    if error.party:
        write(safe(f"  at: {error.party}"))
    if error.hint:
        write(safe(f"  do: {error.hint}"))
