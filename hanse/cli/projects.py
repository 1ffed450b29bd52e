"""`hanse project`: projects, invitations, requests for data, consents."""

import click

from hanse.cli.fields import only
from hanse.cli.output import Output
from hanse.cli.sign_in import board_option, client


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
        only(output, "project", "name", "providers", "transaction", "block"),
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
        only(output, "project", "name", "promoter", "own_answer"),
    )


@project.command("offer")
@click.argument("project")
@click.argument("data_set")
@click.option("--consent", is_flag=True, help="Also allow the project's components to use it.")
@click.option("--newer-versions", is_flag=True, help="The consent is for versions to come, too.")
@board_option
@click.pass_obj
def project_offer(  # click passes flags by name
    output: Output,
    /,
    board: str | None,
    project: str,
    data_set: str,
    consent: bool,  # noqa: FBT001
    newer_versions: bool,  # noqa: FBT001
) -> None:
    """Show a data set's description to the project."""
    api = client(board)
    told = {"offer": api.offer_data_set(project, data_set)}
    if consent:
        told["consent"] = api.consent(project, data_set, newer_versions=newer_versions)
    if output.form == "json":
        output.show(told)
        return
    output.say(f"{data_set} is offered to the project: its columns' names and types, never rows")
    if consent:
        given = told["consent"]
        output.say(f"the project's jobs may use it; consent {given['consent']}, transaction {given['transaction']}")


@project.command("close")
@click.argument("project")
@board_option
@click.pass_obj
def project_close(output: Output, board: str | None, project: str) -> None:
    """Close a project of ours: no more jobs, at any partner."""
    output.show(client(board).close_project(project), only(output, "project", "name", "status"))


@project.command("leave")
@click.argument("project")
@click.option("--reason", required=True, help="The partners read it.")
@board_option
@click.pass_obj
def project_leave(output: Output, board: str | None, project: str, reason: str) -> None:
    """Leave a project: our consents end, then our acceptance."""
    output.show(client(board).leave_project(project, reason), only(output, "project", "name", "own_answer"))


@project.command("invite")
@click.argument("project")
@click.argument("member", nargs=-1, required=True)
@board_option
@click.pass_obj
def project_invite(output: Output, board: str | None, project: str, member: tuple[str, ...]) -> None:
    """Propose further members; every provider has to agree to the new terms."""
    output.show(client(board).propose_members(project, member), only(output, "project", "providers", "joins"))


@project.command("request")
@click.argument("project")
@click.argument("owner")
@click.argument("data_set")
@click.option("--purpose", required=True, help="The owner reads it before it decides.")
@click.option("--column", "columns", multiple=True, help="Column asked for; may be repeated. Else all but the id.")
@click.option(
    "--component", "components", multiple=True, help="name==version; may be repeated. Else all of the project."
)
@click.option("--runs", type=click.IntRange(1), help="Else any number.")
@click.option("--newer-versions", is_flag=True, help="Ask for versions to come, too, as schedules need them.")
@board_option
@click.pass_obj
def project_request(
    output: Output,
    /,
    board: str | None,
    project: str,
    owner: str,
    data_set: str,
    purpose: str,
    columns: tuple[str, ...],
    components: tuple[str, ...],
    runs: int | None,
    newer_versions: bool,  # noqa: FBT001  click passes it by name
) -> None:
    """Ask a partner for the use of its data set."""
    asked = client(board).request_data(
        project,
        owner,
        data_set,
        purpose,
        columns=columns,
        components=components,
        runs=runs,
        newer_versions=newer_versions,
    )
    output.show(asked, only(output, "request", "owner", "data_set", "status"))


@project.command("sample")
@board_option
@click.pass_obj
def project_sample(output: Output, board: str | None) -> None:
    """Make the sample project, at this member alone, and run it."""
    output.show(client(board).sample_project())
