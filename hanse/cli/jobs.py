"""`hanse job`: runs of flows; what they left behind is in `results`."""

import click

from hanse.cli import results
from hanse.cli.fields import only
from hanse.cli.flows import flow_check
from hanse.cli.output import Output, report
from hanse.cli.progress import follow
from hanse.cli.sign_in import board_option, client


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


@job.command("rerun")
@click.argument("job")
@click.argument("node")
@click.option("--name", default="", help="Empty: the earlier job's.")
@board_option
@click.pass_obj
def job_rerun(output: Output, board: str | None, job: str, node: str, name: str) -> None:
    """Run a job again from a node on; what stands before it is taken over."""
    made = client(board).job(job).rerun(node, name)
    output.show(made.about if output.form == "json" else {"job": made.id, "state": made.state})


@job.command("history")
@click.argument("job")
@click.option("--task", default="", help="Only of this task.")
@click.option("--member", default="", help="Only of this member's part.")
@board_option
@click.pass_obj
def job_history(output: Output, board: str | None, job: str, task: str, member: str) -> None:
    """List what happened to a job, as far as this member may know it."""
    found = list(client(board).job(job).history(task, member))
    output.show(found, only(output, "time_ms", "task", "attempt", "member", "kind", "state", "code", "text"))


job.add_command(flow_check, "checks")  # the same look: people search for it under both nouns
results.add_to(job)
