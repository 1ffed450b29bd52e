"""What an audit finds, and where two values begin to differ."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

OK, DIFFERS, MISSING, NOTE = "ok", "differs", "missing", "note"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the table: what was looked at, whose word it is, and what came of it."""

    what: str
    who: str
    result: str
    detail: str = ""

    @property
    def holds(self) -> bool:
        """Whether it speaks for the evidence, or at least not against it."""
        return self.result in (OK, NOTE)


def first_byte(found: str | bytes, expected: str | bytes) -> str:
    """Say at which byte two values begin to differ."""
    one = found.encode() if isinstance(found, str) else found
    other = expected.encode() if isinstance(expected, str) else expected
    same = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return f"byte {same}"


def first_field(found: Mapping[str, Any], expected: Mapping[str, Any]) -> str:
    """Name the first field that differs, in the order of `expected`; empty when none does."""
    for name, value in expected.items():
        other = found[name]
        if other != value:
            longest = isinstance(value, str) and isinstance(other, str) and max(len(value), len(other)) > 1
            return (
                f"{name}, {first_byte(other, value)}" if longest else f"{name}: {other!r} in the file, {value!r} there"
            )
    return ""


def plain(value: object) -> str:
    """Write a value of the file in a line that a terminal shows as it is."""
    return re.sub(r"[^\x20-\x7e]", "?", str(value))[:200]
