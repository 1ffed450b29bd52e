"""The reference page of a benchmark: what was measured stands between two marks, and prose around it stays."""

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.measure import Row
from benchmarks.plot import plots

FOLDER = Path(__file__).parents[1] / "docs" / "reference" / "benchmarks"
_BEGIN, _END = "<!-- measured: this part is written by the command -->", "<!-- end of what is measured -->"
_HEAD = "| figure | ours | peer | ratio | spread | unit | peer is |\n|---|---|---|---|---|---|---|"


def write(
    name: str, rows: Sequence[Row], about: Mapping[str, Any], load: Sequence[float], folder: Path = FOLDER
) -> Path:
    """Write or renew a page and its figures.

    Parameters
    ----------
    about, load
        The machine as `measure.machine` describes it before, and its load after.

    Raises
    ------
    ValueError
        The page exists and has no place for what is measured.
    """
    folder.mkdir(parents=True, exist_ok=True)
    page = folder / f"{name}.md"
    before, after = f"# Benchmark: {name}\n\n`python -m benchmarks {name} --markdown` made this page.\n\n", ""
    if page.exists():
        text = page.read_text("utf-8")
        if text.count(_BEGIN) != 1 or text.count(_END) != 1:
            raise ValueError(f"{page} has no place for what is measured: add the lines {_BEGIN!r} and {_END!r}")
        before, _, rest = text.partition(_BEGIN)
        _, _, after = rest.partition(_END)
    figures = []
    for what, svg in plots(name, rows).items():
        (folder / f"{name}-{what}.svg").write_text(svg, "utf-8")
        figures.append(f"![{name}: {what} against size]({name}-{what}.svg)")
    measured = "\n\n".join([_machine(about, load), *figures, table(rows)])
    page.write_text(f"{before}{_BEGIN}\n\n{measured}\n\n{_END}{after or chr(10)}", "utf-8")
    return page


def table(rows: Sequence[Row]) -> str:
    """Rows as Markdown."""
    lines = [_HEAD]
    for row in rows:
        figures = f"{row.ours:,.2f} | {row.peer:,.2f} | {row.ratio:.3f} | {row.spread:.0%}"
        lines.append(f"| {row.name} | {figures} | {row.unit} | {row.peer_name} |")
    return "\n".join(lines)


def _machine(about: Mapping[str, Any], load: Sequence[float]) -> str:
    loads = " and ".join(" ".join(f"{value:g}" for value in some) for some in (about["load"], load))
    today = dt.datetime.now(tz=dt.UTC).date()
    return (
        f"Measured on {today}: {about['processor']}, {about['cores']} cores, arithmetic {about['arithmetic']}, "
        f"Python {about['python']}; load (1, 5 and 15 minutes) before and after: {loads}."
    )
