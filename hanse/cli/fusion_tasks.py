"""`hanse fusion …`: plan, propose, answer, watch, pause and stop alignments."""

from datetime import UTC, datetime, timedelta
from typing import Any

import click

from common.errors import InvalidInput
from hanse.cli.fields import examples, only
from hanse.cli.fusion_data import rule_of, rule_options
from hanse.cli.fusion_node import node
from hanse.cli.output import Output

_DATE = click.DateTime(["%Y-%m-%d"])
_LEARNS = click.option(
    "--learns",
    type=click.Choice(["receiver", "both", "size", "sum"]),
    default="receiver",
    show_default=True,
    help="Who learns which ids are common; size: the receiver learns how many only; sum: both learn how many, and the "
    "sum of the sender's --value over them.",
)
_VALUE = click.option("--value", "value_column", default="", help="Of a sum: the sender's column that is added up.")
_EMPTY = click.option("--empty-as-zero", is_flag=True, help="Of a sum: an empty value counts as zero.")
_COLUMN = click.option("--column", "columns", multiple=True, required=True, help="Id column; repeat for several.")
_OF_RESULT = click.option(
    "--result-column", "columns_of_result", multiple=True, help="Own column of the result besides the id's; may repeat."
)
_PLAN = ("protocol", "seconds", "bytes", "why", "mbit_per_s", "round_trip_ms", "link", "table")
_SHOWN = ("task", "partner", "role", "state", "phase", "progress", "remaining_s", "paused_by", "intersection", "total")


def _show(output: Output, told: dict[str, Any]) -> None:
    """Show an alignment; of its plan, people see what was chosen, JSON has all that was compared."""
    plan = told.get("plan")
    if output.form == "table" and plan:
        told = {**told, "plan": {name: plan[name] for name in ("protocol", "seconds", "bytes", "why")}}
    output.show(told)


def _end_of(day: datetime) -> int:
    return int((day.replace(tzinfo=UTC) + timedelta(days=1)).timestamp() * 1000)


@click.command(
    "plan",
    epilog=examples(
        "hanse fusion plan 1000000 50000 --partner bureau",
        "hanse fusion plan 20000 80000000 --bandwidth-mbit 100 --latency-ms 30",
    ),
)
@click.argument("ids", type=click.IntRange(1))
@click.argument("partner_ids", type=click.IntRange(1))
@_LEARNS
@click.option("--role", type=click.Choice(["receiver", "sender"]), default="receiver", show_default=True)
@click.option("--partner", default="", help="Measure the way to it.")
@click.option("--data-set", default="", help="With the partner and columns: count on the table that is prepared of it.")
@click.option("--column", "columns", multiple=True, help="Id column, likewise; repeat for several.")
@click.option("--bandwidth-mbit", type=float, default=0.0, help="In the place of what is measured or assumed.")
@click.option("--latency-ms", type=float, default=0.0, help="Round trip, likewise.")
@click.pass_obj
def plan(output: Output, /, ids: int, partner_ids: int, columns: tuple[str, ...], **more: Any) -> None:
    """Say what an alignment would take, by which protocol, and why."""
    told = node().plan(ids, partner_ids, columns=list(columns), **more)
    output.show(told, only(output, *_PLAN))
    if output.form == "table":
        output.show(told["alternatives"], ("protocol", "seconds", "bytes", "why_not"))


@click.command(
    "align",
    epilog=examples(
        "hanse fusion align bureau 3f… --column phone",
        "hanse fusion align bureau 3f… --column name --column born --result-column town --learns both",
        'hanse fusion align bureau 3f… --column phone --repeat "0 6 * * 1" --until 2027-06-30 --no-wait',
        "hanse fusion align bureau 3f… --column phone --learns sum --role sender --value amount --decimals 2",
    ),
)
@click.argument("partner")
@click.argument("data_set")
@_COLUMN
@click.option("--name", default="", help="What the alignment is called; the partner sees it, too.")
@click.option("--protocol", default="auto", show_default=True, help="See `hanse fusion protocols`.")
@_LEARNS
@click.option("--role", type=click.Choice(["receiver", "sender"]), default="receiver", show_default=True)
@_OF_RESULT
@_VALUE
@click.option("--decimals", "value_decimals", type=click.IntRange(0, 6), default=0, help="Of a sum's values.")
@_EMPTY
@click.option("--repeat", "cron", help='Propose it again by this rule: five cron fields in UTC, "0 6 * * 1".')
@click.option("--until", type=_DATE, help="Last day of --repeat.")
@click.option("--wait/--no-wait", default=True)
@click.option("--pre-check/--no-pre-check", default=True, show_default=True,
              help="Tell the partner keyed shapes of some ids, so that it sees a rule amiss.")  # fmt: skip
@rule_options
@click.pass_obj
def align(
    output: Output,
    /,
    partner: str,
    data_set: str,
    columns: tuple[str, ...],
    columns_of_result: tuple[str, ...],
    cron: str | None,
    until: datetime | None,
    wait: bool,  # noqa: FBT001
    **more: Any,
) -> None:
    """Propose an alignment.

    A repeated one takes, each time, the newest data set of this one's name; the partner accepts each run, or the later
    ones in advance. A sum is told over ten common ids or more; two sums over sets that differ in a few ids tell the
    sum over these.
    """
    if (cron is None) != (until is None):
        raise InvalidInput("--repeat and --until go together")
    repeat = {"cron": cron, "until_ms": _end_of(until)} if until else None
    chosen = list(columns_of_result)
    more["key_rule"] = rule_of(more, len(columns))
    task = node().align(partner, data_set, columns, repeat=repeat, columns_of_result=chosen, **more)
    if wait:  # its id is known before, as people may end the waiting
        output.say(f"{task} is proposed; waiting ten minutes at most for {partner}'s answer and the end")
    _show(output, node().wait(task) if wait else node().task(task))


@click.command("tasks")
@click.option("--state", default="", help="Only those in this state: running, succeeded, failed, …")
@click.option("--partner", default="", help="Only those with this partner.")
@click.pass_obj
def tasks(output: Output, state: str, partner: str) -> None:
    """List the alignments, newest first."""
    output.show(node().tasks(state=state, partner=partner), _SHOWN)


@click.command("task")
@click.argument("task")
@click.pass_obj
def task(output: Output, task: str) -> None:
    """Describe an alignment: how far it is, what was planned and what it took."""
    _show(output, node().task(task))


@click.command(
    "accept",
    epilog=examples(
        "hanse fusion accept 91… 7a… --column mobile",
        "hanse fusion accept 91… 7a… --column mobile --also-until 2027-06-30 --also-runs 26",
    ),
)
@click.argument("task")
@click.argument("data_set")
@_COLUMN
@_OF_RESULT
@_VALUE
@_EMPTY
@click.option("--hashed-here", is_flag=True, help="Our columns hold hashes already, made by the proposal's rule.")
@click.option("--anyway", "accept_anyway", is_flag=True, help="Also where our ids look like none of the partner's.")
@click.option("--also-until", type=_DATE, help="Accept later runs too, on the same terms, until this day.")
@click.option("--also-runs", type=click.IntRange(1, 10_000), default=100, show_default=True, help="At most so many.")
@click.option("--also-a-day", type=click.IntRange(1, 1440), help="At most so many of them within 24 hours.")
@click.pass_obj
def accept(
    output: Output,
    /,
    task: str,
    data_set: str,
    columns: tuple[str, ...],
    columns_of_result: tuple[str, ...],
    also_until: datetime | None,
    also_runs: int,
    also_a_day: int | None,
    **more: Any,
) -> None:
    """Accept a partner's proposal."""
    also = {"until_ms": _end_of(also_until), "runs_at_most": also_runs} if also_until else None
    if also and also_a_day:
        also["runs_a_day_at_most"] = also_a_day
    chosen = list(columns_of_result)
    _show(output, node().accept(task, data_set, columns, also_next=also, columns_of_result=chosen, **more))


@click.command("refuse")
@click.argument("task")
@click.option("--reason", default="")
@click.pass_obj
def refuse(output: Output, task: str, reason: str) -> None:
    """Refuse a partner's proposal."""
    output.show(node().refuse(task, reason))


@click.command("pause")
@click.argument("task")
@click.pass_obj
def pause(output: Output, task: str) -> None:
    """Pause an alignment after the piece that is at hand; the partner sees who paused it."""
    output.show(node().pause(task), only(output, *_SHOWN))


@click.command("resume")
@click.argument("task")
@click.pass_obj
def resume(output: Output, task: str) -> None:
    """End one's own pause; the partner's stays."""
    output.show(node().resume(task), only(output, *_SHOWN))


@click.command("stop")
@click.argument("task")
@click.pass_obj
def stop(output: Output, task: str) -> None:
    """Stop an alignment for good; the partner is told."""
    output.show(node().stop(task), only(output, *_SHOWN))


COMMANDS = (plan, align, tasks, task, accept, refuse, pause, resume, stop)
