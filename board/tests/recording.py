"""Keeps what the tests ask and are told, as the examples of the API's description: `make examples`."""

import json
import re
from pathlib import Path
from typing import Any

from flask import Flask, Response, request

_ITEMS, _WORDS, _MOST = 2, 300, 5000
_HIDDEN = {"token", "text", "password", "code", "key", "words", "new_password", "old_password"}
_RANDOM = re.compile(r"\b([a-z]{1,6})-([0-9a-f]{16})\b")


def record(app: Flask, path: Path) -> None:
    """Note each call that went well; of one operation the longest that is still an example and not a book."""

    @app.before_request
    def keep() -> None:
        if request.mimetype == "application/json" and (request.content_length or 0) < _MOST:
            request.get_data(cache=True)  # or it would be gone once the operation has read it

    @app.after_request
    def note(response: Response) -> Response:
        good = request.endpoint is not None and 200 <= response.status_code < 300 and "." in request.endpoint
        asked = request.get_json(silent=True) if request.mimetype == "application/json" else None
        told = response.get_json(silent=True) if response.mimetype == "application/json" else None
        if good and (asked is not None or told is not None):
            _keep(path, str(request.endpoint).replace(".", "_"), {"request": asked, "response": told})
        return response


def _keep(path: Path, name: str, found: dict[str, Any]) -> None:
    known: dict[str, Any] = json.loads(path.read_text("utf-8")) if path.exists() else {}
    entry = known.setdefault(name, {})
    for side, value in found.items():
        if value is None or value == {}:
            continue
        texts = (_steady(json.dumps(_short(value, items), ensure_ascii=False)) for items in (_ITEMS, 1))
        text = next((text for text in texts if len(text) < _MOST), "")
        if len(json.dumps(entry.get(side, ""))) < len(text):
            entry[side] = json.loads(text)
    path.write_text(json.dumps(known, indent=1, sort_keys=True, ensure_ascii=False) + "\n", "utf-8")


def _short(value: Any, items: int, name: str = "") -> Any:
    if isinstance(value, list):
        return [_short(item, items) for item in value[:items]]
    if isinstance(value, dict):
        return {key: _short(item, items, key) for key, item in value.items()}
    if isinstance(value, str):
        return "…" if name in _HIDDEN and value and not value.startswith("HAN-") else value[:_WORDS]
    return value


def _steady(text: str) -> str:
    """Number the ids by their first appearance, so that a new recording differs only where the API does."""
    seen: dict[str, str] = {}
    return _RANDOM.sub(lambda found: f"{found[1]}-{seen.setdefault(found[2], f'{len(seen) + 1:016x}')}", text)
