"""`hanse member`: the federation's members."""

import click

from hanse.cli.output import Output
from hanse.cli.sign_in import board_option, client


@click.group()
def member() -> None:
    """Look at the federation's members."""


@member.command("show")
@board_option
@click.pass_obj
def member_show(output: Output, board: str | None) -> None:
    """Describe this member."""
    output.show(client(board).member())


@member.command("list")
@click.option("--probe", is_flag=True, help="Try to reach each one.")
@board_option
@click.pass_obj
def member_list(output: Output, board: str | None, probe: bool) -> None:  # noqa: FBT001  click passes it by name
    """List the members."""
    shown = ["member", "name", "status", "gateway", "block"] + (
        ["reachable", "round_trip_ms", "problem"] if probe else []
    )
    output.show(client(board).members(probe=probe), shown)


@member.command("register")
@board_option
@click.pass_obj
def member_register(output: Output, board: str | None) -> None:
    """Register this member at the union, on the ledger."""
    output.show(client(board).register())


@member.command("blocked")
@board_option
@click.pass_obj
def member_blocked(output: Output, board: str | None) -> None:
    """List the members that our gateway refuses."""
    output.show(client(board).blocked_members(), ["member", "reason", "by"])


@member.command("block")
@click.argument("member")
@click.option("--reason", required=True)
@board_option
@click.pass_obj
def member_block(output: Output, board: str | None, member: str, reason: str) -> None:
    """Refuse a member from now on."""
    output.show(client(board).block_member(member, reason))


@member.command("unblock")
@click.argument("member")
@board_option
@click.pass_obj
def member_unblock(output: Output, board: str | None, member: str) -> None:
    """Answer a member again."""
    client(board).unblock_member(member)
    output.say(f"{member} is answered again")
