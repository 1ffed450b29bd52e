"""The OpenAPI 3.1 description, made from the declared operations and their models."""

from collections.abc import Iterable
from importlib import metadata
from typing import Any

from flask import Blueprint, Response, json, render_template_string, request
from pydantic import BaseModel, ConfigDict, Field
from pydantic.json_schema import models_json_schema

from board.api.http.examples import example
from board.api.http.guard import COOKIE, CSRF_HEADER
from board.api.http.operation import API, JSON, Operation, View
from board.api.http.problems import PROBLEM

_REF = "#/components/schemas/{model}"
_NOTHING: dict[str, Any] = {"example": {}}  # a body whose fields may all be left out
_PROBLEMS = ("400", "401", "403", "404", "409", "422", "429", "503", "504", "default")
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


class ProblemModel(View):
    """An error, RFC 9457; what is empty is left out."""

    model_config = ConfigDict(json_schema_serialization_defaults_required=False)

    type: str
    title: str
    status: int
    code: str = Field(description="HAN-nnnn; each has a page in docs/reference/errors.")
    detail: str = ""
    hint: str = ""
    party: str = ""
    component: str = ""
    request_id: str = ""


def describe(operations: Iterable[Operation], title: str) -> dict[str, Any]:
    """Make the OpenAPI document."""
    known = list(operations)
    inputs = {model for op in known for model in (op.body, op.query) if model is not None}
    outputs = {op.answer for op in known if op.answer is not None} | {ProblemModel}
    pairs = [*((model, "validation") for model in inputs), *((model, "serialization") for model in outputs)]
    pairs.sort(key=lambda pair: (pair[0].__name__, pair[1]))
    refs, definitions = models_json_schema(pairs, ref_template=_REF)  # type: ignore[arg-type]  # the modes are literals
    problem = refs[ProblemModel, "serialization"]
    paths: dict[str, dict[str, Any]] = {}
    for op in known:
        paths.setdefault(f"{API}{op.path}", {})[op.method.lower()] = _operation(op, refs, definitions["$defs"])
    return {
        "openapi": "3.1.0",
        "info": {
            "title": title,
            "version": metadata.version("hanse"),
            "description": "The board of one member of a Hanse federation.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": definitions["$defs"],
            "responses": {"Problem": {"description": "A problem.", "content": {PROBLEM: {"schema": problem}}}},
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "cookie": {"type": "apiKey", "in": "cookie", "name": COOKIE},
            },
        },
        "tags": [{"name": name} for name in dict.fromkeys(op.tag for op in known)],
    }


def _operation(op: Operation, refs: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    parameters = [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]*$"},
        }
        for name in op.variables
    ]
    if op.query is not None:
        parameters += _query(op.query, definitions)
    if op.idempotent:
        parameters.append(_header("Idempotency-Key", required=False, about="The same key again gives the same answer."))
    if op.conditional:
        parameters.append(_header("If-Match", required=True, about="The ETag that was read, or *."))
    if op.role is not None and op.method != "GET":
        parameters.append(_header(CSRF_HEADER, required=False, about="Needed when signed in by cookie."))
    made: dict[str, Any] = {
        "operationId": op.name,
        "summary": op.summary,
        "tags": [op.tag],
        "responses": _answers(op, refs),
        "security": [] if op.role is None else [{"bearer": []}, {"cookie": []}],
        "x-role": op.role,
    }
    if parameters:
        made["parameters"] = parameters
    if op.body is not None:
        content = {"schema": refs[op.body, "validation"], **(example(op.name, "request") or _NOTHING)}
        made["requestBody"] = {"required": True, "content": {JSON: content}}
    elif op.raw_body:
        schema = {"type": "string", "format": "binary"}
        made["requestBody"] = {"required": True, "content": {"application/octet-stream": {"schema": schema}}}
    return made


def _answers(op: Operation, refs: Any) -> dict[str, Any]:
    answers: dict[str, Any] = {str(op.status): {"description": "Done."}}
    if op.answer is not None:
        answers[str(op.status)]["content"] = {
            JSON: {"schema": refs[op.answer, "serialization"], **example(op.name, "response")}
        }
    elif op.media != JSON:
        # Downloads say their own type: CSV, Arrow or JSON.
        media = "*/*" if op.media == "application/octet-stream" else op.media
        answers[str(op.status)]["content"] = {media: {"schema": {"type": "string"}}}
    for status in _PROBLEMS:
        answers[status] = {"$ref": "#/components/responses/Problem"}
    return answers


def _header(name: str, *, required: bool, about: str) -> dict[str, Any]:
    schema = {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"}
    return {"name": name, "in": "header", "required": required, "description": about, "schema": schema}


def _query(model: type[BaseModel], definitions: dict[str, Any]) -> list[dict[str, Any]]:
    schema = definitions.pop(model.__name__, None) or model.model_json_schema(ref_template=_REF)
    definitions[model.__name__] = schema
    required = schema.get("required", [])
    return [
        {
            "name": name,
            "in": "query",
            "required": name in required,
            "schema": about,
            "description": about.get("description", ""),
        }
        for name, about in schema["properties"].items()
    ]


def descriptions(operations: list[Operation], title: str) -> Blueprint:
    """Serve the description, and the list of all APIs for people and programs."""
    blueprint = Blueprint("descriptions", __name__)
    document = json.dumps(describe(operations, title))

    @blueprint.get(f"{API}/openapi.json")
    def openapi() -> Response:
        return Response(document, content_type=JSON)

    @blueprint.get("/board-service/apis")
    def apis() -> Response:
        items = [
            {"method": op.method, "path": f"{API}{op.path}", "summary": op.summary, "role": op.role, "tag": op.tag}
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
