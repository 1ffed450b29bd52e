"""Rows of a database as CSV, and the types that their columns turn out to have."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal

_INT64 = range(-(2**63), 2**63)


def to_csv(rows: Iterable[Sequence[object]]) -> bytes:
    """Write rows as CSV in UTF-8; a missing value is an empty field."""
    text = io.StringIO()
    # Only a field that holds a sign of the line's end is quoted for it: so both signs end a line.
    csv.writer(text, lineterminator="\r\n").writerows([_text(value) for value in row] for row in rows)
    return text.getvalue().encode()


class Kinds:
    """What has been seen in each column."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names, self._seen = names, [set[str]() for _ in names]

    def see(self, rows: Iterable[Sequence[object]]) -> None:
        """Look at some rows."""
        for row in rows:
            for seen, value in zip(self._seen, row, strict=True):
                if value is not None:
                    seen.add(_kind(value))

    def types(self) -> dict[str, str]:
        """Return column → int, float, string, bool or date; none of them loses a digit of a whole number."""
        return {name: _common(seen) for name, seen in zip(self._names, self._seen, strict=True)}


def _text(value: object) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime) and value.tzinfo:
        value = value.astimezone(UTC).replace(tzinfo=None)
    if isinstance(value, date):  # and a datetime is one
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    if isinstance(value, Decimal) and value.is_finite():
        return format(value, "f")
    return str(value)


def _kind(value: object) -> str:
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, Decimal):
        exponent = value.as_tuple().exponent
        return _whole(int(value)) if isinstance(exponent, int) and exponent >= 0 else "float"
    if isinstance(value, int):
        return _whole(value)
    if isinstance(value, float):
        return "float"
    if isinstance(value, datetime | date):
        return "date"
    return "string"


def _whole(value: int) -> str:
    return "int" if value in _INT64 else "huge"


def _common(kinds: set[str]) -> str:
    if kinds == {"int"}:
        return "int"
    if "float" in kinds and kinds <= {"float", "int", "huge"}:
        return "float"
    # As a float, a whole number beyond 64 bits would be another one, which as an id would be another person's.
    return next(iter(kinds)) if len(kinds) == 1 and kinds <= {"bool", "date"} else "string"
