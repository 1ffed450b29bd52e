"""`hanse fusion schedules`: what repeats at a node."""

import click

from hanse.cli.fields import examples, only
from hanse.cli.fusion_node import node
from hanse.cli.output import Output

_SHOWN = ("schedule", "name", "partner", "proposed_here", "cron", "until_ms", "state", "next_ms")
_RUN = ("due_ms", "task", "state", "problem")


@click.group(epilog=examples("hanse fusion schedules list", "hanse fusion schedules run 5c…"))
def schedules() -> None:
    """See what repeats: own schedules, and partners' ones whose later runs are accepted."""


@schedules.command("list")
@click.pass_obj
def every(output: Output) -> None:
    """List them."""
    output.show(node().schedules(), only(output, *_SHOWN))


@schedules.command("show")
@click.argument("schedule")
@click.pass_obj
def show(output: Output, schedule: str) -> None:
    """Describe one, with its last runs: those that were missed or refused say why."""
    told = node().schedule(schedule)
    output.show(told, only(output, *_SHOWN, "also_next"))
    if output.form == "table":
        output.show(told["runs"], _RUN)


@schedules.command("pause")
@click.argument("schedule")
@click.pass_obj
def pause(output: Output, schedule: str) -> None:
    """Let it rest; of a partner's schedule it is one's own consent that rests."""
    output.show(node().pause_schedule(schedule), only(output, *_SHOWN))


@schedules.command("resume")
@click.argument("schedule")
@click.pass_obj
def resume(output: Output, schedule: str) -> None:
    """Let it go on from the next time."""
    output.show(node().resume_schedule(schedule), only(output, *_SHOWN))


@schedules.command("run")
@click.argument("schedule")
@click.pass_context
def run(context: click.Context, schedule: str) -> None:
    """Run it now; exit code 5 when there is no alignment."""
    told = node().run_schedule(schedule)
    context.obj.show(told, only(context.obj, *_RUN))
    if not told["task"]:
        context.exit(5)


@schedules.command("delete")
@click.argument("schedule")
@click.pass_obj
def delete(output: Output, schedule: str) -> None:
    """Repeat no more, or withdraw the consent; alignments that were proposed go on."""
    node().delete_schedule(schedule)
    output.say(f"{schedule} repeats no more")
