"""`hanse inbox`, `hanse account` and `hanse token`: decisions, people and programs."""

import click

from hanse.cli.fields import only
from hanse.cli.output import Output
from hanse.cli.sign_in import board_option, client

_KINDS = click.Choice(["invitation", "data_request", "job", "account"])


@click.group()
def inbox() -> None:
    """Decide what waits, look at what was decided, read messages."""


@inbox.command("list")
@click.option("--tab", type=click.Choice(["todo", "asked", "done"]), default="todo", show_default=True)
@board_option
@click.pass_obj
def inbox_list(output: Output, board: str | None, tab: str) -> None:
    """List what waits for us, what we wait for, or what was decided."""
    output.show(client(board).approvals(tab), only(output, "kind", "id", "asker", "title", "purpose", "status"))


@inbox.command("approve")
@click.argument("kind", type=_KINDS)
@click.argument("name")
@board_option
@click.pass_obj
def inbox_approve(output: Output, board: str | None, kind: str, name: str) -> None:
    """Approve; `hanse -o json inbox list` shows exactly what that allows."""
    client(board).decide(kind, name, approve=True)
    output.say(f"{kind} {name} is approved")


@inbox.command("refuse")
@click.argument("kind", type=_KINDS)
@click.argument("name")
@click.option("--reason", required=True, help="The other side reads it.")
@board_option
@click.pass_obj
def inbox_refuse(output: Output, board: str | None, kind: str, name: str, reason: str) -> None:
    """Refuse, and say why."""
    client(board).decide(kind, name, approve=False, reason=reason)
    output.say(f"{kind} {name} is refused")


@inbox.command("messages")
@click.option("--unread", is_flag=True)
@board_option
@click.pass_obj
def inbox_messages(output: Output, board: str | None, unread: bool) -> None:  # noqa: FBT001  click passes it by name
    """List messages."""
    output.show(client(board).messages(unread=unread), only(output, "at_ms", "kind", "subject", "values", "read"))


@click.group()
def account() -> None:
    """Accounts of this board."""


@account.command("list")
@board_option
@click.pass_obj
def account_list(output: Output, board: str | None) -> None:
    """List the accounts."""
    output.show(client(board).accounts(), only(output, "account", "role", "status"))


@account.command("reset-password")
@click.argument("account")
@board_option
@click.pass_obj
def account_reset(output: Output, board: str | None, account: str) -> None:
    """Give an account a one-time code in place of its password."""
    output.show(client(board).reset_password(account))


@click.group()
def token() -> None:
    """Personal access tokens for programs."""


@token.command("list")
@board_option
@click.pass_obj
def token_list(output: Output, board: str | None) -> None:
    """List one's own tokens."""
    output.show(client(board).tokens(), only(output, "token", "name", "scope", "expires_ms", "used_ms"))


@token.command("create")
@click.argument("name")
@click.option("--scope", type=click.Choice(["read", "write"]), default="read", show_default=True)
@click.option("--days", type=click.IntRange(1, 366), default=90, show_default=True)
@board_option
@click.pass_obj
def token_create(output: Output, board: str | None, name: str, scope: str, days: int) -> None:
    """Make a token; its text is shown this once."""
    output.show(client(board).create_token(name, scope=scope, days=days), only(output, "token", "text", "scope"))


@token.command("delete")
@click.argument("token")
@board_option
@click.pass_obj
def token_delete(output: Output, board: str | None, token: str) -> None:
    """Delete a token; programs that use it can sign in no more."""
    client(board).delete_token(token)
    output.say(f"{token} is deleted")
