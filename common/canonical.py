"""Canonical JSON: the subset of RFC 8785 that two implementations cannot disagree about.

Keys are sorted by UTF-16 code units, there is no white space, text is UTF-8. Floating-point numbers are finite.
Integers stay within ±(2^53 - 1), the range that every JSON reader keeps exactly; `loads` gives a greater one as the
float that it is elsewhere.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any

from common.errors import HanseError

_MAX_INTEGER = 2**53 - 1
_MAX_DEPTH = 64
_NESTING = re.compile(
    rb'"(?:[^"\\]|\\.)*+"|[\[\]{}]', re.DOTALL
)  # a string is one token, so brackets in it do not count


class NotCanonical(HanseError):
    """A value has no canonical form, or bytes are not JSON."""

    code = "HAN-1020"
    title = "The value cannot be written as canonical JSON"
    status = "INVALID_ARGUMENT"
    http = 400
    hint = "Use text, finite numbers, booleans, null, lists and objects with text keys."


def _number(value: float) -> str:
    """Format as ECMAScript does: shortest digits, exponent from 1e21 on and below 1e-6."""
    if not math.isfinite(value):
        raise NotCanonical("NaN and infinities have no JSON form")
    if value == 0:
        return "0"
    mantissa, _, exponent = float.__repr__(value).partition("e")  # numpy's floats have a repr of their own
    sign = "-" if mantissa.startswith("-") else ""
    whole, _, fraction = mantissa.lstrip("-").partition(".")
    digits = (whole + fraction).lstrip("0")
    point = len(whole) + int(exponent or "0")
    if whole.strip("0") == "":
        point = -(len(fraction) - len(fraction.lstrip("0"))) + int(exponent or "0")
    digits = digits.rstrip("0")
    count = len(digits)
    if count <= point <= 21:  # noqa: PLR2004 (the limits are ECMAScript's)
        return f"{sign}{digits}{'0' * (point - count)}"
    if 0 < point <= 21:  # noqa: PLR2004
        return f"{sign}{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:  # noqa: PLR2004
        return f"{sign}0.{'0' * -point}{digits}"
    tail = f".{digits[1:]}" if count > 1 else ""
    return f"{sign}{digits[0]}{tail}e{'+' if point > 0 else '-'}{abs(point - 1)}"


def _write(value: Any, depth: int) -> str:  # noqa: C901, PLR0911 (one case a type of JSON)
    if depth > _MAX_DEPTH:
        raise NotCanonical(f"nested more than {_MAX_DEPTH} deep")
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        if abs(value) > _MAX_INTEGER:
            raise NotCanonical(f"the integer {value} is beyond 2^53 - 1; write it as text")
        return int.__repr__(value)
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(_write(item, depth + 1) for item in value) + "]"
    if isinstance(value, dict):
        for key in value:
            if not isinstance(key, str):
                raise NotCanonical(f"the key {key!r} is not text")
        items = sorted(value.items(), key=lambda item: item[0].encode("utf-16-be", "surrogatepass"))
        return "{" + ",".join(f"{json.dumps(k, ensure_ascii=False)}:{_write(v, depth + 1)}" for k, v in items) + "}"
    raise NotCanonical(f"a {type(value).__name__} has no JSON form")


def dumps(value: Any) -> bytes:
    """Write `value` as canonical JSON; raises `NotCanonical` for what has no such form."""
    try:
        return _write(value, 0).encode()
    except UnicodeEncodeError as problem:
        raise NotCanonical("text with a lone surrogate") from problem


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise NotCanonical("a key occurs twice")
    return found


def _integer(text: str) -> float:
    # A greater one can only be a float that was written without a point, as ECMAScript does.
    return int(text) if len(text) < 16 or abs(int(text)) <= _MAX_INTEGER else float(text)  # noqa: PLR2004


def _refuse_constant(name: str) -> float:
    raise NotCanonical(f"{name} is not JSON")


def _check_depth(data: bytes) -> None:
    """Refuse deep nesting before the parser meets it.

    The parser calls itself for each level; a library that raises the interpreter's recursion limit, as py-evm does,
    turns a hostile nesting into an overflow of the C stack.
    """
    if data.count(b"[") + data.count(b"{") <= _MAX_DEPTH:
        return  # too few to nest too deep: most documents need no closer look
    depth = 0
    for token in _NESTING.finditer(data):
        sign = token.group()
        if sign in (b"[", b"{"):
            depth += 1
            if depth > _MAX_DEPTH:
                raise NotCanonical(f"nested more than {_MAX_DEPTH} deep")
        elif sign in (b"]", b"}"):
            depth -= 1


def loads(data: bytes) -> Any:
    """Read JSON; refuses duplicate keys, NaN and infinities. The bytes need not be canonical themselves."""
    _check_depth(data)
    try:
        return json.loads(data, object_pairs_hook=_no_duplicates, parse_constant=_refuse_constant, parse_int=_integer)
    except (ValueError, RecursionError) as problem:
        raise NotCanonical(f"not JSON: {problem}") from problem
