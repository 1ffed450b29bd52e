"""A page that shows the federation to people; it changes nothing and holds no secret."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Flask, Response, jsonify, render_template_string

from common.errors import HanseError
from common.http.problems import problem_response
from ledger.record import Kind
from union.store.base import Query

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from union.service.register import Register

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{{ federation.federation_id }} · Hanse union</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
:root { color-scheme: light dark }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; padding: .3rem .6rem; border-bottom: 1px solid #8884 }
code { overflow-wrap: anywhere }
</style></head><body>
<h1>{{ federation.federation_id }}</h1>
<table>
<tr><th scope="row">Contract</th><td><code>{{ federation.contract }}</code></td></tr>
{% if federation.moved_to %}<tr><th scope="row">Moved to</th><td><code>{{ federation.moved_to.contract }}</code>, chain
{{ federation.moved_to.chain_id }}; this register takes no more records.</td></tr>{% endif %}
<tr><th scope="row">Records</th><td>{{ federation.head }}</td></tr>
<tr><th scope="row">Block</th><td>{{ federation.block }}</td></tr>
<tr><th scope="row">Governance</th><td>{{ federation.threshold }} of {{ federation.governance|length }}</td></tr>
</table>
<h2>Members</h2>
<table><thead><tr><th>Id</th><th>Name</th><th>Status</th><th>Record</th></tr></thead><tbody>
{% for member in members %}<tr><td>{{ member.member }}</td><td>{{ member.name }}</td><td>{{ member.status }}</td>
<td>{{ member.sequence }}</td></tr>
{% else %}<tr><td colspan="4">No member has registered yet.</td></tr>{% endfor %}
</tbody></table></body></html>
"""


def create_page(register: Register) -> Flask:
    """Return the Flask application."""
    application = Flask("union")
    routes = Blueprint("status", __name__)

    @routes.get("/")
    def home() -> str:
        return render_template_string(_PAGE, federation=_federation(register), members=_members(register))

    @routes.get("/api/v1/federation")
    def federation() -> ResponseReturnValue:
        return jsonify(_federation(register))

    @routes.get("/api/v1/members")
    def members() -> ResponseReturnValue:
        return jsonify({"members": _members(register)})

    @application.errorhandler(HanseError)
    def refuse(error: HanseError) -> Response:
        return problem_response(error.public())

    @application.after_request
    def harden(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'"
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response

    application.register_blueprint(routes)
    return application


def _federation(register: Register) -> dict[str, Any]:
    federation = register.federation()
    return {
        "federation_id": federation.federation_id,
        "salt": federation.governance.salt.hex(),
        "contract": federation.contract,
        "governance": list(federation.governance.governors),
        "threshold": federation.governance.threshold,
        "head": federation.head,
        "block": federation.block,
        "moved_to": asdict(federation.succession) if federation.succession else None,
    }


def _members(register: Register) -> list[dict[str, Any]]:
    page = register.entries(Query(kind=int(Kind.MEMBER), newest_only=True), 1000)
    return [
        {
            "member": entry.member,
            "name": json.loads(entry.record.body)["name"],
            "status": entry.status,
            "sequence": entry.sequence,
            "block": entry.block,
            "transaction": entry.transaction,
            "time_ms": entry.time_ms,
        }
        for entry in page.entries
    ]
