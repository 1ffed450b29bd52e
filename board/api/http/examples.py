"""The examples of the description, recorded from calls that the board's own tests make: `make examples`."""

import json
from functools import cache
from pathlib import Path
from typing import Any, Literal

RECORDED = Path(__file__).with_name("examples.json")


def example(operation: str, side: Literal["request", "response"]) -> dict[str, Any]:
    """Return `{"example": …}` for a request's or answer's content; nothing where nobody has recorded one."""
    told = _all().get(operation, {})
    return {"example": told[side]} if side in told else {}


@cache
def _all() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = json.loads(RECORDED.read_text("utf-8"))
    return found
