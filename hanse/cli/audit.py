"""`hanse audit`: take the evidence of a model or job from a board, and prove it against a ledger anywhere."""

import hashlib
from dataclasses import asdict
from pathlib import Path

import click

from common.errors import InvalidInput
from hanse.cli.output import Output
from hanse.cli.sign_in import board_option, client

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def audit() -> None:
    """Evidence: who agreed to what, and what made a model."""


@audit.command("export")
@click.argument("subject", metavar="MODEL_OR_JOB")
@click.option(
    "-f", "--file", "file", required=True, type=click.Path(dir_okay=False, path_type=Path), help="File to write."
)
@board_option
@click.pass_obj
def audit_export(output: Output, board: str | None, subject: str, file: Path) -> None:
    """Write the evidence of a job, or of a model's job, into one file."""
    written = file.write_bytes(client(board).evidence(subject))
    output.say(f"{file}: {written} bytes; prove it with: hanse audit verify {file} --ledger URL --contract 0x…")


@audit.command("verify")
@click.argument("file", type=_FILE)
@click.option("--ledger", required=True, help="JSON-RPC URL of a node, or file:PATH of an embedded ledger.")
@click.option("--contract", required=True, help="Address of the federation's registry contract.")
@click.option("--model", "model", type=_FILE, help="Also compare this model file with the digest that was anchored.")
@click.pass_context
def audit_verify(context: click.Context, file: Path, ledger: str, contract: str, model: Path | None) -> None:
    """Compare an evidence file with the ledger, field by field; exit code 1 when anything differs."""
    # web3 takes a second to load, which the other commands should not wait for.
    try:
        from hanse.audit.findings import DIFFERS, OK, Finding
        from hanse.audit.register import read_register
        from hanse.audit.verify import verify
    except ImportError as problem:
        raise InvalidInput(
            f"{problem.name} is not installed",
            hint="pip install 'hanse[audit]', and 'hanse[union]' for an embedded ledger's file",
        ) from problem

    data = file.read_bytes()
    found = verify(data, read_register(ledger, contract))
    if model is not None:
        sha256 = hashlib.sha256(model.read_bytes()).hexdigest()
        whose = next((one.what for one in found if one.detail == f"part sha256 {sha256}"), "")
        detail = f"is {whose}" if whose else "no party anchored this file"
        found.append(Finding(model.name, "", OK if whose else DIFFERS, detail))
    output: Output = context.obj
    output.show([asdict(one) for one in found], ["what", "who", "result", "detail"])
    wrong = [one for one in found if not one.holds]
    if wrong:
        output.say(f"NOT proved: {wrong[0].what} {wrong[0].result}: {wrong[0].detail}")
        context.exit(1)
    output.say(f"proved: all {len(found)} checks hold against contract {contract}")
