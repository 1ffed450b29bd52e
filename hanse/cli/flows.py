"""`hanse flow`: flows, their versions, taking them elsewhere and back."""

import json
from pathlib import Path

import click

from common.errors import InvalidInput
from hanse.cli.fields import FILE, json_file, only, pair
from hanse.cli.output import Output
from hanse.cli.progress import follow
from hanse.cli.sign_in import board_option, client
from hanse.templates import adjust


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
@click.option("--arbiter", default="", metavar="MEMBER", help="With --template: who is the arbiter, without data.")
@click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="NODE.PARAMETER=VALUE",
    help="With --template: a parameter that all members share, for instance train.n_trees=3; may be repeated.",
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
    arbiter: str,
    settings: tuple[str, ...],
) -> None:
    """Save a flow, from a JSON file with its graph or from a template."""
    if bool(graph) == bool(template):
        raise InvalidInput(
            "a flow is made from a GRAPH file or from a --template, one of them",
            hint="For instance: hanse flow create PROJECT NAME --template vert_lr",
        )
    api = client(board)
    if graph:
        drawn = json_file(graph)
    else:
        drawn = api.graph(project, template, dict(pair(words) for words in chosen), arbiter)
        adjust(drawn, settings)
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


@flow.command("versions")
@click.argument("flow")
@board_option
@click.pass_obj
def flow_versions(output: Output, board: str | None, flow: str) -> None:
    """List what was saved under a flow's name, the newest first."""
    output.show(
        client(board).flow_versions(flow), only(output, "revision", "name", "nodes", "changed_ms", "changed_by")
    )


@flow.command("export")
@click.argument("flow")
@click.option("--revision", type=click.IntRange(0), default=0, help="An earlier version; see `hanse flow versions`.")
@board_option
def flow_export(board: str | None, flow: str, revision: int) -> None:
    """Print a flow as a file: JSON with its name and graph, as the page writes it."""
    click.echo(json.dumps(client(board).export_flow(flow, revision), ensure_ascii=False, indent=2))


@flow.command("import")
@click.argument("project")
@click.argument("file", type=FILE)
@click.option("--name", default="", help="Another name than the file's.")
@board_option
@click.pass_obj
def flow_import(output: Output, board: str | None, project: str, file: Path, name: str) -> None:
    """Save a flow from an exported file."""
    made = client(board).import_flow(project, json_file(file), name=name)
    output.show(made, only(output, "flow", "name", "project"))


@flow.command("check")
@click.argument("flow")
@board_option
@click.pass_context
def flow_check(context: click.Context, board: str | None, flow: str) -> None:
    """Tell what stands in the way of a job; starts nothing; exit code 1 when it could not start."""
    told = client(board).check(flow)
    if context.obj.form == "json":
        context.obj.show(told)
    else:
        context.obj.show(told["checks"], ["what", "state", "party", "about", "code", "detail"])
    if not told["can_start"]:
        context.exit(1)
