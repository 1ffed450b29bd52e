"""`hanse schedule`: flows that run again by the clock."""

import click

from hanse.cli.fields import only, pair
from hanse.cli.output import Output
from hanse.cli.sign_in import board_option, client

_SHOWN = ("schedule", "name", "cron", "timezone", "enabled", "next_run_ms", "last_job", "last_problem")


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
@click.option(
    "--data", "chosen", multiple=True, metavar="MEMBER=DATA_SET", help="In place of the drawn one; may repeat."
)
@board_option
@click.pass_obj
def schedule_create(
    output: Output, board: str | None, flow: str, cron: str, timezone: str, chosen: tuple[str, ...]
) -> None:
    """Freeze a flow as it is now and run it by the clock; CRON has five fields: "0 6 * * 1-5"."""
    made = client(board).create_schedule(flow, cron, timezone=timezone, data=dict(pair(words) for words in chosen))
    output.show(made, only(output, *_SHOWN))


@schedule.command("change")
@click.argument("schedule")
@click.option("--cron")
@click.option("--timezone")
@click.option("--on/--off", "enabled", default=None)
@board_option
@click.pass_obj
def schedule_change(output: Output, /, board: str | None, schedule: str, **changes: str | bool | None) -> None:
    """Set when a schedule runs, or whether."""
    told = {name: value for name, value in changes.items() if value is not None}
    output.show(client(board).change_schedule(schedule, **told), only(output, *_SHOWN))


@schedule.command("delete")
@click.argument("schedule")
@board_option
@click.pass_obj
def schedule_delete(output: Output, board: str | None, schedule: str) -> None:
    """Delete a schedule; its jobs stay."""
    client(board).delete_schedule(schedule)
    output.say(f"{schedule} is deleted")
