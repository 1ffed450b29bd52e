"""What the board's description says beyond its operations, and the list of all APIs for people and programs."""

from typing import Any

from flask import Blueprint, Response, json, render_template_string, request

from board.api.http.examples import example
from board.api.http.guard import COOKIE, CSRF_HEADER
from board.api.http.operation import API
from common.http.models import JSON
from common.http.openapi import About, header
from common.http.operation import Operation

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>APIs · {{ title }}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
:root { color-scheme: light dark }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; padding: .3rem .6rem; border-bottom: 1px solid #8884; vertical-align: top }
code { overflow-wrap: anywhere }
</style></head><body>
<h1>{{ title }}</h1>
<p>OpenAPI 3.1: <a href="{{ api }}/openapi.json">{{ api }}/openapi.json</a></p>
{% for tag, items in tags.items() %}<h2>{{ tag }}</h2>
<table><thead><tr><th scope="col">Method</th><th scope="col">Path</th><th scope="col">What it does</th>
<th scope="col">Who may</th></tr></thead><tbody>
{% for item in items %}<tr><td>{{ item.method }}</td><td><code>{{ item.path }}</code></td><td>{{ item.summary }}</td>
<td>{{ item.role or "everybody" }}</td></tr>
{% endfor %}</tbody></table>{% endfor %}
</body></html>
"""


def about(title: str) -> About:
    """Describe the board."""
    schemes = {
        "bearer": {"type": "http", "scheme": "bearer"},
        "cookie": {"type": "apiKey", "in": "cookie", "name": COOKIE},
    }
    return About(title, "The board of one member of a Hanse federation.", schemes, example, _more)


def _more(op: Operation) -> dict[str, Any]:
    more: dict[str, Any] = {"x-role": role_of(op)}
    if op.access is not None and op.method != "GET":
        more["parameters"] = [header(CSRF_HEADER, required=False, about="Needed when signed in by cookie.")]
    return more


def role_of(op: Operation) -> str | None:
    """Return the role that an operation needs; None: it is open to everybody."""
    return None if op.access is None else op.access.role


def list_of_apis(operations: list[Operation], title: str) -> Blueprint:
    """Serve the list of all APIs."""
    blueprint = Blueprint("descriptions", __name__)

    @blueprint.get("/board-service/apis")
    def apis() -> Response:
        items = [
            {"method": op.method, "path": f"{API}{op.path}", "summary": op.summary, "role": role_of(op), "tag": op.tag}
            for op in operations
        ]
        if request.accept_mimetypes.best_match([JSON, "text/html"], default=JSON) == JSON:
            return Response(json.dumps({"items": items, "next_after": ""}), content_type=JSON)
        tags: dict[str, list[dict[str, Any]]] = {}
        for item in items:
            tags.setdefault(str(item["tag"]), []).append(item)
        return Response(
            render_template_string(_PAGE, title=title, api=API, tags=tags), content_type="text/html; charset=utf-8"
        )

    return blueprint
