"""The nouns of a board: member, project, data, flow, job, model; the same words as in the API and the SDK."""

import json
import sys
from pathlib import Path
from typing import Any

import click

from common.errors import InvalidInput
from hanse.cli import sign_in
from hanse.cli.audit import audit
from hanse.cli.fusion import fusion
from hanse.cli.output import Output, report
from hanse.cli.progress import follow
from hanse.cli.sign_in import board_option, client
from hanse.client import connect

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


def add_to(main: click.Group) -> None:
    """Add all nouns to the root command."""
    for command in (sign_in_command, member, project, data, flow, job, model, audit, fusion):
        main.add_command(command)


@click.command("sign-in")
@click.argument("url")
@click.option("--account", prompt=True)
@click.option("--password-file", type=_FILE, help="File with the password; else it is asked for.")
@click.pass_obj
def sign_in_command(output: Output, url: str, account: str, password_file: Path | None) -> None:
    """Sign in at a board; later commands use it."""
    password = password_file.read_text("utf-8").strip() if password_file else click.prompt("Password", hide_input=True)
    with connect(url, account, password) as board:
        sign_in.keep(url, board.token)
    output.say(f"signed in at {url} as {account}")


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


@click.group()
def project() -> None:
    """Projects, invitations and consents."""


@project.command("list")
@board_option
@click.pass_obj
def project_list(output: Output, board: str | None) -> None:
    """List the projects."""
    output.show(client(board).projects(), ["project", "name", "promoter", "status"])


@project.command("show")
@click.argument("project")
@board_option
@click.pass_obj
def project_show(output: Output, board: str | None, project: str) -> None:
    """Describe a project."""
    output.show(client(board).project(project))


@project.command("create")
@click.argument("name")
@click.option("--provider", "providers", multiple=True, required=True, help="Member to invite; may be repeated.")
@click.option("--purpose", default="")
@board_option
@click.pass_obj
def project_create(output: Output, board: str | None, name: str, providers: tuple[str, ...], purpose: str) -> None:
    """Create a project and invite its providers."""
    output.show(
        client(board).create_project(name, providers, purpose=purpose),
        _only(output, "project", "name", "providers", "transaction", "block"),
    )


@project.command("answer")
@click.argument("project")
@click.option("--accept/--refuse", required=True)
@click.option("--reason", default="")
@board_option
@click.pass_obj
def project_answer(output: Output, board: str | None, project: str, accept: bool, reason: str) -> None:  # noqa: FBT001
    """Accept or refuse an invitation."""
    output.show(
        client(board).answer_invitation(project, accept=accept, reason=reason),
        _only(output, "project", "name", "promoter", "own_answer"),
    )


@project.command("offer")
@click.argument("project")
@click.argument("data_set")
@click.option("--consent", is_flag=True, help="Also allow the project's components to use it.")
@board_option
@click.pass_obj
def project_offer(output: Output, board: str | None, project: str, data_set: str, consent: bool) -> None:  # noqa: FBT001
    """Show a data set's description to the project."""
    api = client(board)
    told = {"offer": api.offer_data_set(project, data_set)}
    if consent:
        told["consent"] = api.consent(project, data_set)
    if output.form == "json":
        output.show(told)
        return
    output.say(f"{data_set} is offered to the project: its columns' names and types, never rows")
    if consent:
        given = told["consent"]
        output.say(f"the project's jobs may use it; consent {given['consent']}, transaction {given['transaction']}")


@click.group()
def data() -> None:
    """Look after this member's data sets."""


@data.command("list")
@board_option
@click.pass_obj
def data_list(output: Output, board: str | None) -> None:
    """List the data sets."""
    output.show(client(board).data_sets(), ["data_set", "name", "rows", "id_column", "label_column"])


@data.command("upload")
@click.argument("file", type=_FILE)
@click.option("--name", default="")
@click.option("--id-column", default="", help="Column that names the rows.")
@click.option("--label-column", default="", help="Column to be predicted.")
@click.option("--encoding", default="", help="Encoding of a CSV file; else it is detected.")
@click.option("--duplicates", type=click.Choice(["refuse", "first"]), default="refuse", show_default=True)
@board_option
@click.pass_obj
def data_upload(output: Output, /, board: str | None, file: Path, **options: str) -> None:
    """Import a CSV, Parquet or Excel file."""
    output.show(
        client(board).upload(file, **options),
        _only(output, "data_set", "name", "rows", "id_column", "label_column", "columns"),
    )


@data.command("delete")
@click.argument("data_set")
@board_option
@click.pass_obj
def data_delete(output: Output, board: str | None, data_set: str) -> None:
    """Delete a data set."""
    client(board).delete_data_set(data_set)
    output.say(f"{data_set} is deleted")


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
@click.argument("graph", type=_FILE, required=False)
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
    drawn = _json(graph) if graph else api.graph(project, template, dict(_pair(words) for words in chosen))
    output.show(api.create_flow(project, name, drawn), _only(output, "flow", "name", "project"))


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
    output.show(client(board).publish(model), _only(output, "model", "name", "role", "members", "publications"))


@model.command("predict")
@click.argument("model")
@click.argument("rows", type=_FILE)
@board_option
@click.pass_obj
def model_predict(output: Output, board: str | None, model: str, rows: Path) -> None:
    """Score rows from a JSON file: a list of {"id", "features": {column: number}}."""
    output.show(client(board).predict(model, _json(rows)))


def _only(output: Output, *columns: str) -> tuple[str, ...]:
    return columns if output.form == "table" else ()


def _pair(words: str) -> tuple[str, str]:
    member, equals, data_set = words.partition("=")
    if not (member and equals and data_set):
        raise InvalidInput(f"--data {words} is not MEMBER=DATA_SET")
    return member, data_set


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_text("utf-8"))
    except ValueError as error:
        raise InvalidInput(f"{path} is not JSON: {error}") from error
