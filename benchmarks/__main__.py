"""`python -m benchmarks [NAME] [--json] [--markdown] [--full]`: one of NAMES, or all."""

import importlib
import json
import os

import click

from benchmarks import page
from benchmarks.measure import Row, as_dict, machine
from common import log

NAMES = ("rpc", "gateway", "task", "board", "he", "vert_lr", "secureboost", "fixed", "spark", "psi")
_LARGE = {"secureboost", "vert_lr", "psi"}  # those that have larger inputs, too


@click.command()
@click.argument("name", type=click.Choice(NAMES), required=False)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--markdown", is_flag=True, help="Write the reference page with its plots, too.")
@click.option("--full", is_flag=True, help="Measure the largest inputs, too.")
def main(name: str | None, *, as_json: bool, markdown: bool, full: bool) -> None:
    """Measure Hanse against peers in the same run."""
    about = machine()
    log.configure("benchmarks", "error")
    rows: list[Row] = []
    for chosen in (name,) if name else NAMES:
        measure = importlib.import_module(f"benchmarks.{chosen}").measure
        mine = measure(full=full) if chosen in _LARGE else measure()
        if markdown:
            click.echo(f"wrote {page.write(chosen, mine, about, os.getloadavg())}", err=True)
        rows += mine
    if as_json:
        click.echo(json.dumps({"machine": about, "rows": [as_dict(row) for row in rows]}, indent=2))
        return
    if markdown:
        click.echo(page.table(rows))
        return
    click.echo(f"{about['processor']}, {about['cores']} cores, load {about['load']}")
    click.echo(f"{'name':<44}{'ours':>12}{'peer':>12}{'ratio':>9}{'spread':>9}  unit, peer")
    for row in rows:
        figures = f"{row.ours:>12,.3f}{row.peer:>12,.3f}{row.ratio:>9.3f}{row.spread:>8.0%}"
        click.echo(f"{row.name:<44}{figures}  {row.unit} ({row.better} is better), {row.peer_name}")


if __name__ == "__main__":
    main()
