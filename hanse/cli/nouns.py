"""The nouns of a board: member, project, data, flow, job, schedule, model; the same words as in the API and the SDK."""

from pathlib import Path

import click

from hanse.cli import sign_in
from hanse.cli.audit import audit
from hanse.cli.data import data
from hanse.cli.fields import FILE
from hanse.cli.flows import flow
from hanse.cli.fusion import fusion
from hanse.cli.inbox import account, inbox, token
from hanse.cli.jobs import job
from hanse.cli.members import member
from hanse.cli.models import model
from hanse.cli.notifications import notification
from hanse.cli.output import Output
from hanse.cli.projects import project
from hanse.cli.schedules import schedule
from hanse.client import connect


def add_to(main: click.Group) -> None:
    """Add all nouns to the root command."""
    nouns = (member, project, data, flow, job, schedule, model, inbox, notification, account, token, audit, fusion)
    for command in (sign_in_command, *nouns):
        main.add_command(command)


@click.command("sign-in")
@click.argument("url")
@click.option("--account", prompt=True)
@click.option("--password-file", type=FILE, help="File with the password; else it is asked for.")
@click.pass_obj
def sign_in_command(output: Output, url: str, account: str, password_file: Path | None) -> None:
    """Sign in at a board; later commands use it."""
    password = password_file.read_text("utf-8").strip() if password_file else click.prompt("Password", hide_input=True)
    with connect(url, account, password) as board:
        sign_in.keep(url, board.token)
    output.say(f"signed in at {url} as {account}")
