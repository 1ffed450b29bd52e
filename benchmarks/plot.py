"""Figures against rows as SVG, both axes logarithmic; legible on light and on dark paper."""

import itertools
import math
import re
from collections.abc import Mapping, Sequence
from html import escape

from benchmarks.measure import Row

Points = Sequence[tuple[float, float]]
_WIDTH, _HEIGHT = 800, 420
_LEFT, _TOP, _RIGHT, _BOTTOM = 74, 40, 285, 50  # the names of the lines stand on the right
_COLOURS = ("#0a84d0", "#d9480f", "#2f9e44", "#ae3ec9", "#c99400", "#868e96", "#0b9aa8", "#e03131")
_DASHES = ("", "7 4", "2 4", "9 3 2 3")
_STYLE = """
.paper { fill: #ffffff } .ink { fill: #1c1c1e } .rule { stroke: #00000022 }
@media (prefers-color-scheme: dark) { .paper { fill: #16181c } .ink { fill: #e8e8ea } .rule { stroke: #ffffff2e } }
text { font: 12px system-ui, sans-serif }
"""
_SIZE = re.compile(r"([\d,]+) (?:rows × (\d+) \+ (\d+) columns|ids)$")
_UNITS = {"s": ("time", 1.0), "ms": ("time", 1e-3), "B": ("bytes", 1.0)}
_LABELS = {"time": "seconds", "bytes": "bytes"}


def plots(title: str, rows: Sequence[Row]) -> dict[str, str]:
    """Draw what was measured at three sizes or more, of rows with the same columns or of ids: seconds, and bytes.

    Returns
    -------
    SVG by what it shows, "time" or "bytes".
    """
    found: dict[str, dict[str, dict[float, float]]] = {}
    for row in rows:
        size = _SIZE.search(row.name)
        if size is None or row.unit not in _UNITS:
            continue
        what, factor = _UNITS[row.unit]
        columns = f", {size[2]} + {size[3]} columns" if size[2] else ""
        name = _SIZE.sub("", row.name).rstrip(", ") + columns
        at = float(size[1].replace(",", ""))
        lines = found.setdefault(what, {})
        lines.setdefault(f"ours: {name}", {})[at] = row.ours * factor
        peer = f"{row.peer_name}{columns}" if columns else f"{row.peer_name}: {name}"
        lines.setdefault(peer, {})[at] = row.peer * factor
    drawn = {}
    for what, every in found.items():
        lines = {name: points for name, points in every.items() if len(points) > 2}  # noqa: PLR2004
        common = _shared_words(lines)
        if lines:
            named = {name.replace(common, ""): sorted(points.items()) for name, points in lines.items()}
            across = "rows" if any("columns" in name for name in lines) else "ids"
            drawn[what] = loglog(f"{title}{common}", across, _LABELS[what], named)
    return drawn


def _shared_words(names: Mapping[str, object]) -> str:
    """Find what all names hold, as ", 10 + 10 columns": the title says it once."""
    found = {match[0] for name in names for match in re.finditer(r", \d+ \+ \d+ columns", name)}
    return found.pop() if len(found) == 1 else ""


def loglog(title: str, across: str, up: str, lines: Mapping[str, Points]) -> str:
    """Draw lines of positive points."""
    xs, ys = ([math.log10(p[axis]) for points in lines.values() for p in points] for axis in (0, 1))
    x, y = _Scale(xs, _LEFT, _WIDTH - _RIGHT), _Scale(ys, _HEIGHT - _BOTTOM, _TOP)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img"><title>{escape(title)}',
        f'</title><style>{_STYLE}</style><rect class="paper" width="{_WIDTH}" height="{_HEIGHT}"/>',
        _text(_LEFT, 22, title, weight="600"),
        _text((_LEFT + _WIDTH - _RIGHT) / 2, _HEIGHT - 10, across, anchor="middle"),
        _text(_LEFT - 58, _TOP - 6, up),
    ]
    for at in x.decades():
        parts += [_rule(x.of(at), _TOP, x.of(at), _HEIGHT - _BOTTOM)]
        parts += [_text(x.of(at), _HEIGHT - _BOTTOM + 18, _number(at), anchor="middle")]
    for at in y.decades():
        parts += [_rule(_LEFT, y.of(at), _WIDTH - _RIGHT, y.of(at))]
        parts += [_text(_LEFT - 8, y.of(at) + 4, _number(at), anchor="end")]
    ends = _apart([y.of(math.log10(points[-1][1])) for points in lines.values()])
    looks = itertools.product(_DASHES, _COLOURS)
    for (name, points), end, (dash, colour) in zip(lines.items(), ends, looks, strict=False):
        path = " ".join(f"{x.of(math.log10(a)):.1f},{y.of(math.log10(b)):.1f}" for a, b in points)
        parts.append(
            f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2" stroke-dasharray="{dash}"/>'
        )
        parts += [
            f'<circle cx="{at.split(",")[0]}" cy="{at.split(",")[1]}" r="3" fill="{colour}"/>' for at in path.split()
        ]
        parts.append(_text(_WIDTH - _RIGHT + 10, end + 4, name, fill=colour))
    return "\n".join([*parts, "</svg>", ""])


class _Scale:
    """Logarithms to pixels."""

    def __init__(self, values: Sequence[float], start: float, stop: float) -> None:
        self._low, self._high = math.floor(min(values) + 1e-9), math.ceil(max(values) - 1e-9)
        self._high = max(self._high, self._low + 1)
        self._start, self._stop = start, stop

    def of(self, value: float) -> float:
        return self._start + (value - self._low) / (self._high - self._low) * (self._stop - self._start)

    def decades(self) -> range:
        return range(self._low, self._high + 1)


def _apart(ends: Sequence[float], gap: float = 15.0) -> list[float]:
    """Move labels so far apart that each can be read."""
    order = sorted(range(len(ends)), key=ends.__getitem__)
    placed = list(ends)
    for before, after in itertools.pairwise(order):
        placed[after] = max(placed[after], placed[before] + gap)
    over = max([0.0, *(at - (_HEIGHT - _BOTTOM) for at in placed)])
    return [at - over for at in placed]


def _text(x: float, y: float, said: str, *, anchor: str = "start", weight: str = "400", fill: str = "") -> str:
    colour = f'style="fill:{fill}"' if fill else 'class="ink"'
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-weight="{weight}" {colour}>{escape(said)}</text>'


def _rule(x: float, y: float, to_x: float, to_y: float) -> str:
    return f'<line class="rule" x1="{x:.1f}" y1="{y:.1f}" x2="{to_x:.1f}" y2="{to_y:.1f}"/>'


def _number(power: int) -> str:
    """Write a power of ten."""
    names = {3: "1,000", 4: "10,000", 5: "100,000", 6: "1 million", 9: "1 billion"}
    if power in names:
        return names[power]
    return f"{10**power:g}" if -4 < power < 4 else f"1e{power}"  # noqa: PLR2004
