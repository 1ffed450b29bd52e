"""What may be shown to strangers: states, codes and places in the code, never a value or a name."""

from collections.abc import Mapping
from typing import Any

#: Fields of our logs whose content is fixed in the code or is an id that Hanse made.
_SAFE = frozenset(
    {
        "attempt",
        "code",
        "component",
        "event",
        "fraction",
        "job",
        "level",
        "logger",
        "member",
        "n_rows",
        "party",
        "port",
        "role",
        "seconds",
        "service",
        "state",
        "step",
        "task",
        "time_ms",
        "timestamp",
    }
)


def redacted(line: Mapping[str, Any]) -> dict[str, Any]:
    """Keep the known fields of a log line; of an exception only where it passed through the code."""
    kept = {name: value for name, value in line.items() if name in _SAFE}
    trace = line.get("exception")
    if isinstance(trace, str):
        kept["frames"] = [text.strip() for text in trace.splitlines() if text.lstrip().startswith('File "')]
    left_out = sorted(set(line) - _SAFE - {"exception"})
    return kept | ({"left_out": left_out} if left_out else {})


def public_failure(failure: Mapping[str, str]) -> dict[str, str]:
    """Keep what a failure says without its detail."""
    return {name: value for name, value in failure.items() if name != "detail"}
