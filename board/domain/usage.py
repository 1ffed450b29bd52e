"""How calls for predictions went, summed up for people."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Counted:
    """Calls of one minute that are alike; `latency` is a class, the place of its upper end in the bounds."""

    minute_ms: int
    client: str
    code: str
    latency: int
    calls: int
    rows: int
    total_ms: float


@dataclass(frozen=True, slots=True)
class Point:
    """One stretch of time."""

    at_ms: int
    calls: int
    errors: int
    mean_ms: float


@dataclass(frozen=True, slots=True)
class Usage:
    """Everything since `from_ms`; a percentile is the upper end of its class, None without calls or beyond all."""

    from_ms: int
    calls: int
    errors: int
    rows: int
    p50_ms: int | None
    p95_ms: int | None
    points: list[Point] = field(default_factory=list)
    clients: dict[str, int] = field(default_factory=dict)
    codes: dict[str, int] = field(default_factory=dict)


def summed(lines: Sequence[Counted], bounds: Sequence[int], from_ms: int, step_ms: int) -> Usage:
    """Sum lines up; times count calls that worked, points cover `step_ms` each."""
    good = [line for line in lines if not line.code]
    points: dict[int, list[Counted]] = {}
    clients: dict[str, int] = {}
    codes: dict[str, int] = {}
    for line in lines:
        points.setdefault(line.minute_ms - line.minute_ms % step_ms, []).append(line)
        clients[line.client] = clients.get(line.client, 0) + line.calls
        if line.code:
            codes[line.code] = codes.get(line.code, 0) + line.calls
    return Usage(
        from_ms=from_ms,
        calls=sum(line.calls for line in lines),
        errors=sum(codes.values()),
        rows=sum(line.rows for line in lines),
        p50_ms=_percentile(good, bounds, 0.5),
        p95_ms=_percentile(good, bounds, 0.95),
        points=[_point(at, points[at]) for at in sorted(points)],
        clients=clients,
        codes=codes,
    )


def _point(at_ms: int, lines: Iterable[Counted]) -> Point:
    calls = errors = 0
    total = 0.0
    for line in lines:
        calls += line.calls
        errors += line.calls if line.code else 0
        total += line.total_ms
    return Point(at_ms, calls, errors, round(total / calls, 1))


def _percentile(lines: Iterable[Counted], bounds: Sequence[int], share: float) -> int | None:
    counts = [0] * (len(bounds) + 1)
    for line in lines:
        counts[min(line.latency, len(bounds))] += line.calls
    wanted, seen = share * sum(counts), 0
    for place, count in enumerate(counts[:-1]):
        seen += count
        if count and seen >= wanted:
            return bounds[place]
    return None
