"""The nouns of a board: member, project, data, flow, job, model; the same words as in the API and the SDK."""

import sys
from pathlib import Path

import click

from common.errors import InvalidInput
from hanse.cli import sign_in
from hanse.cli.audit import audit
from hanse.cli.data import data
from hanse.cli.fields import FILE, json_file, only, pair
from hanse.cli.fusion import fusion
from hanse.cli.inbox import account, inbox, token
from hanse.cli.members import member
from hanse.cli.output import Output, report
from hanse.cli.progress import follow
from hanse.cli.projects import project
from hanse.cli.sign_in import board_option, client
from hanse.client import connect


def add_to(main: click.Group) -> None:
    """Add all nouns to the root command."""
    nouns = (member, project, data, flow, job, model, inbox, account, token, audit, fusion)
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


@click.group()
def flow() -> None:
    """Flows: graphs of components."""


@flow.command("list")
@board_option
@click.pass_obj
def flow_list(output: Output, board: str | None) -> None:
    """List the flows."""
    output.show(client(board).flows(), ["flow", "name", "project"])


@flow.command("templates")
@board_option
@click.pass_obj
def flow_templates(output: Output, board: str | None) -> None:
    """List the graphs to start from."""
    found = client(board).templates()
    if output.form == "table":
        found = [
            {"template": line["template"], **{key: line[key]["en"] for key in ("name", "about")}} for line in found
        ]
    output.show(found)


@flow.command("create")
@click.argument("project")
@click.argument("name")
@click.argument("graph", type=FILE, required=False)
@click.option("--template", default="", help="Template to fill in instead of a GRAPH file; see `hanse flow templates`.")
@click.option(
    "--data",
    "chosen",
    multiple=True,
    metavar="MEMBER=DATA_SET",
    help="With --template: the data set that a member brings, where it offers several; may be repeated.",
)
@board_option
@click.pass_obj
def flow_create(
    output: Output,
    /,
    board: str | None,
    project: str,
    name: str,
    graph: Path | None,
    template: str,
    chosen: tuple[str, ...],
) -> None:
    """Save a flow, from a JSON file with its graph or from a template."""
    if bool(graph) == bool(template):
        raise InvalidInput(
            "a flow is made from a GRAPH file or from a --template, one of them",
            hint="For instance: hanse flow create PROJECT NAME --template vert_lr",
        )
    api = client(board)
    drawn = json_file(graph) if graph else api.graph(project, template, dict(pair(words) for words in chosen))
    output.show(api.create_flow(project, name, drawn), only(output, "flow", "name", "project"))


@flow.command("run")
@click.argument("flow")
@click.option("--wait/--no-wait", default=True, help="Follow the job to its end.")
@board_option
@click.pass_obj
def flow_run(output: Output, board: str | None, flow: str, wait: bool) -> None:  # noqa: FBT001
    """Start a job."""
    started = client(board).run(flow)
    if wait:
        follow(started, output.console)
    output.show(started.about if output.form == "json" else {"job": started.id, "state": started.state})


@click.group()
def job() -> None:
    """Jobs: runs of flows."""


@job.command("list")
@click.option("--state", default="")
@board_option
@click.pass_obj
def job_list(output: Output, board: str | None, state: str) -> None:
    """List jobs, newest first."""
    output.show(list(client(board).jobs(**({"state": state} if state else {}))), ["job", "name", "state", "created_ms"])


@job.command("show")
@click.argument("job")
@board_option
@click.pass_obj
def job_show(output: Output, board: str | None, job: str) -> None:
    """Show a job and its tasks."""
    found = client(board).job(job)
    if output.form == "json":
        output.show(found.about)
    else:
        output.show({"job": found.id, "state": found.state})
        if found.waiting:
            output.say(found.waiting)
        output.show(found.tasks, ["task", "component", "state", "attempt", "progress", "step"])
        if found.about.get("failure"):
            report(found.failure(), output.say)


@job.command("wait")
@click.argument("job")
@board_option
@click.pass_obj
def job_wait(output: Output, board: str | None, job: str) -> None:
    """Follow a job to its end."""
    follow(client(board).job(job), output.console)


@job.command("stop")
@click.argument("job")
@click.option("--reason", default="")
@board_option
@click.pass_obj
def job_stop(output: Output, board: str | None, job: str, reason: str) -> None:
    """Stop a job at all members."""
    client(board).job(job).stop(reason)
    output.say(f"{job} is being stopped")


@job.command("resume")
@click.argument("job")
@board_option
@click.pass_obj
def job_resume(output: Output, board: str | None, job: str) -> None:
    """Go on with a job that failed or was stopped."""
    client(board).job(job).resume()
    output.say(f"{job} goes on")


@job.command("approve")
@click.argument("job")
@click.option("--refuse", is_flag=True)
@click.option("--reason", default="")
@board_option
@click.pass_obj
def job_approve(output: Output, board: str | None, job: str, refuse: bool, reason: str) -> None:  # noqa: FBT001
    """Approve, or refuse, a partner's job that waits for this member."""
    client(board).job(job).decide(approve=not refuse, reason=reason)
    output.say(f"{job} is {'refused' if refuse else 'approved'}")


@job.command("report")
@click.argument("job")
@click.argument("task")
@board_option
@click.pass_obj
def job_report(output: Output, board: str | None, job: str, task: str) -> None:
    """Print the report of a task."""
    found = client(board).job(job)
    output.show(found.report(task) if output.form == "json" else found.metrics(task))


@job.command("output")
@click.argument("job")
@click.argument("task")
@click.argument("port")
@click.option("--format", "form", type=click.Choice(["csv", "arrow", "model"]), default="csv", show_default=True)
@board_option
def job_output(board: str | None, job: str, task: str, port: str, form: str) -> None:
    """Download an output of this member to standard output."""
    for chunk in client(board).job(job).output(task, port, form):
        sys.stdout.buffer.write(chunk)


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
