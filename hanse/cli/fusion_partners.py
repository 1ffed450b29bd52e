"""`hanse fusion partner`: whom the node talks to."""

import sys
from pathlib import Path

import click

from common.errors import InvalidInput
from hanse.cli.fields import FILE, only
from hanse.cli.fusion_node import node
from hanse.cli.output import Output

_SHOWN = ("node", "address", "state", "confirmed_ms", "last_seen_ms", "block_reason")


@click.group()
def partner() -> None:
    """Say whom this node talks to.

    Each side adds the other by its invitation (`hanse fusion identity`), then confirms the fingerprint that the other's
    operator reads out by telephone. Before both have confirmed, nothing is aligned.
    """


@partner.command("add")
@click.argument("invitation", default="")
@click.option("--file", type=FILE, help="File with the invitation; `-` and pipes are read without it.")
@click.pass_obj
def add(output: Output, invitation: str, file: Path | None) -> None:
    """Add a partner by the line of text that its node shows; it is unconfirmed then."""
    text = file.read_text("utf-8") if file else invitation
    if not text or text == "-":
        text = sys.stdin.read()
    if not text.strip():
        raise InvalidInput("no invitation is given", hint="Paste what the partner's `hanse fusion identity` shows.")
    made = node().add_partner(text)
    output.show(made, only(output, "node", "address", "state"))
    if made["state"] == "unconfirmed":
        output.say(
            f"Let the operator of {made['node']} read their fingerprint to you by telephone, then:\n"
            f"  hanse fusion partner confirm {made['node']} FINGERPRINT"
        )


@partner.command("confirm")
@click.argument("name")
@click.argument("fingerprint", nargs=-1)
@click.pass_obj
def confirm(output: Output, name: str, fingerprint: tuple[str, ...]) -> None:
    """Confirm a partner by the fingerprint that its operator told by another channel, all of it."""
    typed = " ".join(fingerprint) or click.prompt(f"Fingerprint of {name}, as its operator tells it")
    made = node().confirm_partner(name, typed)
    output.show(made, only(output, *_SHOWN))
    if made["state"] == "waiting":
        output.say(f"{name} is confirmed here; alignments begin when its operator has confirmed this node.")


@partner.command("renew")
@click.argument("name")
@click.argument("invitation")
@click.argument("fingerprint", nargs=-1)
@click.pass_obj
def renew(output: Output, name: str, invitation: str, fingerprint: tuple[str, ...]) -> None:
    """Take a partner's new keys by its new invitation and their fingerprint; what is under way goes on."""
    typed = " ".join(fingerprint) or click.prompt(f"Fingerprint of {name}'s new keys, as its operator tells it")
    output.show(node().renew_partner(name, invitation, typed), only(output, *_SHOWN))


@partner.command("block")
@click.argument("name")
@click.option("--reason", default="", help="For this node's people.")
@click.pass_obj
def block(output: Output, name: str, reason: str) -> None:
    """Take no calls of a partner; what is under way with it is stopped."""
    output.show(node().block_partner(name, reason), only(output, *_SHOWN))


@partner.command("unblock")
@click.argument("name")
@click.pass_obj
def unblock(output: Output, name: str) -> None:
    """Let a partner in again."""
    output.show(node().unblock_partner(name), only(output, *_SHOWN))


@partner.command("check")
@click.argument("name")
@click.pass_obj
def check(output: Output, name: str) -> None:
    """Call the partner's node: whether it answers, has confirmed this node, and speaks the same version."""
    output.show(node().check_partner(name))


@partner.command("move")
@click.argument("name")
@click.argument("address")
@click.pass_obj
def move(output: Output, name: str, address: str) -> None:
    """Change where a partner's node is called, host:port; its keys stay the same."""
    output.show(node().move_partner(name, address), only(output, *_SHOWN))


@partner.command("list")
@click.pass_obj
def list_(output: Output) -> None:
    """List the partners."""
    output.show(node().partners(), _SHOWN)


@partner.command("delete")
@click.argument("name")
@click.pass_obj
def delete(output: Output, name: str) -> None:
    """Talk to a partner no more, and forget its keys."""
    node().delete_partner(name)
    output.say(f"{name} is deleted")
