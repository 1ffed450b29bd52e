"""`hanse inbox`, `hanse account` and `hanse token`: decisions, people and programs."""

from datetime import UTC, datetime, timedelta
from typing import Any

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
@click.option("--column", "columns", multiple=True, help="Of a request for data: only this column; may be repeated.")
@click.option("--runs", type=click.IntRange(1), help="Of a request for data: at most so many jobs.")
@click.option(
    "--until", type=click.DateTime(["%Y-%m-%d"]), help="Of a request for data: until the end of this day, UTC."
)
@click.option("--this-version-only", is_flag=True, help="Of a request for data: no versions to come.")
@board_option
@click.pass_obj
def inbox_approve(output: Output, /, board: str | None, kind: str, name: str, **less: Any) -> None:
    """Approve, perhaps less than was asked for; `hanse -o json inbox list` shows exactly what approving allows."""
    terms = _terms(**less)
    if terms and kind != "data_request":
        raise click.UsageError("only a request for data is granted in part")
    if kind == "data_request":
        client(board).grant(name, **terms)
    else:
        client(board).decide(kind, name, approve=True)
    output.say(f"{kind} {name} is approved{' in part' if terms else ''}")


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


@inbox.command("decide")
@click.argument("items", nargs=-1, required=True, metavar="KIND/ID...")
@click.option("--approve/--refuse", default=None, required=True)
@click.option("--reason", default="", help="Required for a refusal; the other sides read it.")
@click.option("--yes", is_flag=True, help="Do not ask first.")
@board_option
@click.pass_context
def inbox_decide(  # click passes flags by name
    context: click.Context,
    /,
    board: str | None,
    items: tuple[str, ...],
    approve: bool,  # noqa: FBT001
    reason: str,
    yes: bool,  # noqa: FBT001
) -> None:
    """Approve or refuse several, each for itself; says first what would be allowed. Exit code 5: not all were."""
    output, api = context.obj, client(board)
    chosen = [_item(words) for words in items]
    waiting = {(item["kind"], item["id"]): item for item in api.approvals()}
    if not yes:
        for kind, name in chosen:
            click.echo(_allowed(kind, name, waiting.get((kind, name))), err=True)
        click.confirm(f"{'Approve' if approve else 'Refuse'} these {len(chosen)}?", abort=True, err=True)
    told = api.decide_all(chosen, approve=approve, reason=reason)
    output.show(told, only(output, "kind", "id", "decided", "code", "detail"))
    if not all(item["decided"] for item in told):
        context.exit(5)


@inbox.command("messages")
@click.option("--unread", is_flag=True)
@board_option
@click.pass_obj
def inbox_messages(output: Output, board: str | None, unread: bool) -> None:  # noqa: FBT001  click passes it by name
    """List messages."""
    output.show(client(board).messages(unread=unread), only(output, "at_ms", "kind", "subject", "values", "read"))


def _terms(
    columns: tuple[str, ...],
    runs: int | None,
    until: datetime | None,
    this_version_only: bool,  # noqa: FBT001  click passes it by name
) -> dict[str, Any]:
    terms: dict[str, Any] = {"columns": list(columns)} if columns else {}
    if runs is not None:
        terms["runs"] = runs
    if until is not None:
        terms["expires_ms"] = int((until.replace(tzinfo=UTC) + timedelta(days=1)).timestamp() * 1000) - 1
    if this_version_only:
        terms["newer_versions"] = False
    return terms


def _item(words: str) -> tuple[str, str]:
    kind, slash, name = words.partition("/")
    if kind not in _KINDS.choices or not slash or not name:
        raise click.UsageError(f"{words} is not KIND/ID, for instance data_request/req-0123456789abcdef")
    return kind, name


def _allowed(kind: str, name: str, item: dict[str, Any] | None) -> str:
    if item is None:
        return f"{kind} {name}: does not wait here"
    lines = [f"{kind} {name}: {item['asker']}, {item['title']}"]
    for permit in item["permits"]:
        runs = permit["runs"] or "any number of"
        newer = ", newer versions, too" if permit["newer_versions"] else ""
        lines.append(f"  {permit['name']}{newer}: {', '.join(permit['columns'])}; {runs} jobs")
    return "\n".join(lines)


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
