"""`hanse job`: reports, outputs, logs and differences of jobs that ran."""

import json
import sys
from pathlib import Path

import click

from common.errors import InvalidInput
from hanse.cli.output import Output, cell
from hanse.cli.sign_in import board_option, client

_FEWEST = 2


def add_to(job: click.Group) -> None:
    """Add the commands to `hanse job`."""
    for command in (job_report, job_output, job_logs, job_compare, job_diagnosis):
        job.add_command(command)


@click.command("report")
@click.argument("job")
@click.argument("task")
@board_option
@click.pass_obj
def job_report(output: Output, board: str | None, job: str, task: str) -> None:
    """Print the report of a task."""
    found = client(board).job(job)
    output.show(found.report(task) if output.form == "json" else found.metrics(task))


@click.command("output")
@click.argument("job")
@click.argument("task")
@click.argument("port")
@click.option("--format", "form", type=click.Choice(["csv", "arrow", "model"]), default="csv", show_default=True)
@board_option
def job_output(board: str | None, job: str, task: str, port: str, form: str) -> None:
    """Download an output of this member to standard output."""
    for chunk in client(board).job(job).output(task, port, form):
        sys.stdout.buffer.write(chunk)


@click.command("logs")
@click.argument("job")
@click.argument("task")
@click.option("--text", default="", help="Only lines that hold it.")
@click.option("--level", type=click.Choice(["info", "warning", "error"]), help="Only this level and above.")
@click.option("--attempt", type=click.IntRange(0), default=0, help="0: the newest.")
@board_option
@click.pass_obj
def job_logs(
    output: Output, /, board: str | None, job: str, task: str, text: str, level: str | None, attempt: int
) -> None:
    """Print this member's own log of a task; with -o json, one line a JSON object."""
    for line in client(board).job(job).logs(task, text=text, level=level or "", attempt=attempt):
        if output.form == "json":
            click.echo(json.dumps(line, ensure_ascii=False))
        else:
            fields = " ".join(f"{name}={value}" for name, value in line["fields"].items())
            at = cell(line["time_ms"], "time_ms")
            click.echo(f"{line['number']:>6}  {at}  {line['level']:<7}  {line['event']}  {fields}")


@click.command("compare")
@click.argument("jobs", nargs=-1, required=True)
@board_option
@click.pass_obj
def job_compare(output: Output, board: str | None, jobs: tuple[str, ...]) -> None:
    """List the parameters, data versions and figures in which jobs differ."""
    if len(set(jobs)) < _FEWEST:
        raise InvalidInput("a comparison needs two jobs or more")
    output.show(client(board).compare(jobs))


@click.command("diagnosis")
@click.argument("job")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@board_option
@click.pass_obj
def job_diagnosis(output: Output, board: str | None, job: str, file: Path) -> None:
    """Write a bundle for whoever helps: states, failures, settings; no rows and no keys."""
    file.write_bytes(client(board).job(job).diagnosis())
    output.show({"job": job, "file": str(file), "bytes": file.stat().st_size})
