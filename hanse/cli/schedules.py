"""`hanse schedule`: flows that run again by the clock."""

from functools import partial
from typing import Any

import click

from hanse.cli.fields import only, pair
from hanse.cli.output import Output
from hanse.cli.sign_in import board_option, client

_SHOWN = ("schedule", "name", "cron", "timezone", "enabled", "window", "next_run_ms", "last_job", "last_problem")
_RUN = ("time_ms", "state", "job", "tries", "code", "party", "problem")
_WINDOW = partial(
    click.option,
    "--window",
    type=click.Choice(["fixed", "newest"]),
    help="Each run reads the versions of now, or the newest of each data set.",
)
_AGE = partial(
    click.option,
    "--max-age-days",
    type=click.IntRange(0),
    help="Refuse a run whose newest version is older; 0: any age.",
)
_RETRIES = partial(click.option, "--retries", type=click.IntRange(0, 3), help="How often a failed run is tried again.")
_DATA = click.option(
    "--data", "chosen", multiple=True, metavar="MEMBER=DATA_SET", help="In place of the drawn one; may repeat."
)


@click.group()
def schedule() -> None:
    """Schedules: flows that run again by the clock."""


@schedule.command("list")
@board_option
@click.pass_obj
def schedule_list(output: Output, board: str | None) -> None:
    """List the schedules with their next and last runs."""
    output.show(client(board).schedules(), _SHOWN)


@schedule.command("create")
@click.argument("flow")
@click.argument("cron")
@click.option("--timezone", default="UTC", show_default=True, help="IANA name.")
@_WINDOW(default="fixed", show_default=True)
@_AGE(default=0)
@_RETRIES(default=0, show_default=True)
@_DATA
@board_option
@click.pass_obj
def schedule_create(
    output: Output, /, board: str | None, flow: str, cron: str, chosen: tuple[str, ...], **more: Any
) -> None:
    """Freeze a flow as it is now and run it by the clock; CRON has five fields: "0 6 * * 1-5"."""
    made = client(board).create_schedule(flow, cron, data=dict(pair(words) for words in chosen), **more)
    output.show(made, only(output, *_SHOWN))


@schedule.command("check")
@click.argument("flow")
@_WINDOW(default="newest", show_default=True)
@_AGE(default=0)
@_DATA
@board_option
@click.pass_obj
def schedule_check(output: Output, /, board: str | None, flow: str, chosen: tuple[str, ...], **more: Any) -> None:
    """Say what stands in the way of a schedule of FLOW, and how many runs the consents allow; nothing is kept."""
    told = client(board).check_schedule(flow, data=dict(pair(words) for words in chosen), **more)
    output.show(told if output.form == "json" else told["checks"], ("what", "state", "party", "about", "detail"))


@schedule.command("change")
@click.argument("schedule")
@click.option("--cron")
@click.option("--timezone")
@click.option("--on/--off", "enabled", default=None)
@_WINDOW()
@_AGE()
@_RETRIES()
@board_option
@click.pass_obj
def schedule_change(output: Output, /, board: str | None, schedule: str, **changes: Any) -> None:
    """Set when a schedule runs, whether, and on which data."""
    told = {name: value for name, value in changes.items() if value is not None}
    output.show(client(board).change_schedule(schedule, **told), only(output, *_SHOWN))


@schedule.command("run")
@click.argument("schedule")
@board_option
@click.pass_context
def schedule_run(context: click.Context, board: str | None, schedule: str) -> None:
    """Run a schedule now; exit code 5 when the run is refused."""
    run = client(board).run_schedule(schedule)
    context.obj.show(run, only(context.obj, "job", "state", "code", "party", "problem"))
    if run["code"]:
        context.exit(5)


@schedule.command("history")
@click.argument("schedule")
@board_option
@click.pass_obj
def schedule_history(output: Output, board: str | None, schedule: str) -> None:
    """List the last runs of a schedule, the newest first."""
    output.show(client(board).schedule(schedule)["runs"], only(output, *_RUN))


@schedule.command("delete")
@click.argument("schedule")
@board_option
@click.pass_obj
def schedule_delete(output: Output, board: str | None, schedule: str) -> None:
    """Delete a schedule; its jobs stay."""
    client(board).delete_schedule(schedule)
    output.say(f"{schedule} is deleted")
