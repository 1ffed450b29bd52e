"""`hanse notification`: mail servers and webhooks that are told what happens at a board."""

from pathlib import Path

import click

from hanse.cli.fields import FILE, only
from hanse.cli.output import Output
from hanse.cli.sign_in import board_option, client

_EVENTS = ("decision_waits", "job_succeeded", "job_failed", "run_refused", "service_unhealthy")
_SHOWN = ("channel", "kind", "name", "address", "enabled", "waiting", "problem")
_EVENT = click.option(
    "--event", "events", multiple=True, type=click.Choice(_EVENTS), help="May be repeated; all when none is named."
)
_LANGUAGE = click.option("--language", type=click.Choice(["en", "zh"]), default="en", show_default=True)


@click.group()
def notification() -> None:
    """Tell people outside the browser: by mail or webhook."""


@notification.command("list")
@board_option
@click.pass_obj
def notification_list(output: Output, board: str | None) -> None:
    """List the channels."""
    output.show(client(board).channels(), only(output, *_SHOWN))


@notification.command("add-mail")
@click.argument("name")
@click.argument("server", metavar="HOST:PORT")
@click.option("--from", "sender", required=True)
@click.option("--to", "recipients", multiple=True, required=True, help="May be repeated.")
@click.option("--security", type=click.Choice(["starttls", "tls", "none"]), default="starttls", show_default=True)
@click.option("--user", default="", help="Account at the mail server.")
@click.option("--password-file", type=FILE)
@_EVENT
@_LANGUAGE
@board_option
@click.pass_obj
def notification_add_mail(
    output: Output,
    /,
    board: str | None,
    name: str,
    server: str,
    password_file: Path | None,
    events: tuple[str, ...],
    recipients: tuple[str, ...],
    **more: str,
) -> None:
    """Tell recipients by mail; the operator must have opened HOST:PORT (notify_allow)."""
    secret = password_file.read_text("utf-8").strip() if password_file else ""
    made = client(board).create_channel(
        "mail", name, server, events=list(events or _EVENTS), recipients=list(recipients), secret=secret, **more
    )
    output.show(made, only(output, *_SHOWN))


@notification.command("add-webhook")
@click.argument("name")
@click.argument("url")
@click.option("--key-file", type=FILE, required=True, help="File with the key of the signature, 16 characters or more.")
@_EVENT
@_LANGUAGE
@board_option
@click.pass_obj
def notification_add_webhook(
    output: Output, board: str | None, name: str, url: str, key_file: Path, events: tuple[str, ...], language: str
) -> None:
    """Tell a program by signed webhooks; the operator must have opened the URL's host:port (notify_allow)."""
    secret = key_file.read_text("utf-8").strip()
    made = client(board).create_channel(
        "webhook", name, url, events=list(events or _EVENTS), secret=secret, language=language
    )
    output.show(made, only(output, *_SHOWN))


@notification.command("test")
@click.argument("channel")
@board_option
@click.pass_obj
def notification_test(output: Output, board: str | None, channel: str) -> None:
    """Send a test now."""
    client(board).test_channel(channel)
    output.say(f"{channel} has taken the test")


@notification.command("delete")
@click.argument("channel")
@board_option
@click.pass_obj
def notification_delete(output: Output, board: str | None, channel: str) -> None:
    """Delete a channel with what waits for it."""
    client(board).delete_channel(channel)
    output.say(f"{channel} is deleted")
