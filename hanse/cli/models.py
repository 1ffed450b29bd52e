"""`hanse model`: models, what is known and said of them, online versions, keys, predictions."""

from pathlib import Path

import click

from hanse.cli.fields import FILE, json_file, only
from hanse.cli.output import Output
from hanse.cli.sign_in import board_option, client


@click.group()
def model() -> None:
    """Models and predictions."""


@model.command("list")
@board_option
@click.pass_obj
def model_list(output: Output, board: str | None) -> None:
    """List the models."""
    output.show(client(board).models(), ["model", "name", "kind", "role", "members", "made_ms"])


@model.command("publish")
@click.argument("model")
@board_option
@click.pass_obj
def model_publish(output: Output, board: str | None, model: str) -> None:
    """Put this member's part of a model online."""
    output.show(client(board).publish(model), only(output, "model", "name", "role", "members", "publications"))


@model.command("predict")
@click.argument("model")
@click.argument("rows", type=FILE)
@board_option
@click.pass_obj
def model_predict(output: Output, board: str | None, model: str, rows: Path) -> None:
    """Score rows from a JSON file: a list of {"id", "features": {column: number}}."""
    output.show(client(board).predict(model, json_file(rows)))


@model.command("show")
@click.argument("model")
@board_option
@click.pass_obj
def model_show(output: Output, board: str | None, model: str) -> None:
    """Describe a model with its published versions."""
    output.show(client(board).model(model))


@model.command("online")
@click.argument("model")
@click.argument("version")
@board_option
@click.pass_obj
def model_online(output: Output, board: str | None, model: str, version: str) -> None:
    """Put a version online that was published before: the way back from a bad one."""
    output.show(client(board).put_online(model, version), only(output, "model", "name", "publications"))


@model.command("card")
@click.argument("model")
@click.option("--purpose", help="Write it: what the model is for.")
@click.option("--limits", help="Write it: for what, or whom, it is not.")
@click.option("--notes", help="Write it.")
@click.option("--stage", help="Set it: draft, candidate, approved, retired.")
@board_option
@click.pass_obj
def model_card(output: Output, /, board: str | None, model: str, **words: str | None) -> None:
    """Show what our people say of a model, or change it."""
    changes = {name: told for name, told in words.items() if told is not None}
    api = client(board)
    output.show(api.write_card(model, **changes) if changes else api.card(model))


@model.command("lineage")
@click.argument("model")
@board_option
@click.pass_obj
def model_lineage(output: Output, board: str | None, model: str) -> None:
    """Tell which flow, data versions, code and consents made a model."""
    output.show(client(board).lineage(model))


@model.command("usage")
@click.argument("model")
@click.option("--hours", type=click.IntRange(1, 720), default=24, show_default=True)
@board_option
@click.pass_obj
def model_usage(output: Output, board: str | None, model: str, hours: int) -> None:
    """Tell how calls for predictions went."""
    shown = only(output, "calls", "errors", "rows", "p50_ms", "p95_ms", "clients", "codes")
    output.show(client(board).model_usage(model, hours), shown)


@model.group("keys")
def keys() -> None:
    """Make, list and end a model's API keys, for programs that ask for predictions."""


@keys.command("list")
@click.argument("model")
@board_option
@click.pass_obj
def keys_list(output: Output, board: str | None, model: str) -> None:
    """List the keys, without what opens anything."""
    output.show(client(board).keys(model))


@keys.command("create")
@click.argument("model")
@click.argument("for_whom", metavar="CLIENT")
@click.option("--calls-per-minute", type=click.IntRange(1, 1_000_000), default=600, show_default=True)
@board_option
@click.pass_obj
def keys_create(output: Output, board: str | None, model: str, for_whom: str, calls_per_minute: int) -> None:
    """Make a key; it is shown this once."""
    output.show(client(board).create_key(model, for_whom, calls_per_minute))


@keys.command("revoke")
@click.argument("model")
@click.argument("key")
@board_option
@click.pass_obj
def keys_revoke(output: Output, board: str | None, model: str, key: str) -> None:
    """End a key."""
    client(board).revoke_key(model, key)
    output.say(f"{key} opens nothing any more")
