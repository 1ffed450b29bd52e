"""The OpenAPI 3.1 description, made from the declared operations and their models."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib import metadata
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from common.http.models import BYTES, JSON, PROBLEM, ProblemModel
from common.http.operation import Operation

_REF = "#/components/schemas/{model}"
_NOTHING: dict[str, Any] = {"example": {}}  # a body whose fields may all be left out
_PROBLEMS = ("400", "401", "403", "404", "409", "422", "429", "503", "504", "default")


def _no_example(_operation: str, _side: str) -> dict[str, Any]:
    return {}


def _no_more(_operation: Operation) -> dict[str, Any]:
    return {}


@dataclass(frozen=True, slots=True)
class About:
    """What a description says of its service.

    Parameters
    ----------
    schemes : mapping
        OpenAPI security schemes; any of them opens an operation that is not open to everybody.
    example : callable
        From an operation's name and "request" or "response": `{"example": …}`, or nothing.
    more : callable
        What else stands at an operation; `parameters` are added to its own.
    """

    title: str
    description: str
    schemes: Mapping[str, Any]
    example: Callable[[str, Any], dict[str, Any]] = _no_example
    more: Callable[[Operation], dict[str, Any]] = _no_more


def describe(operations: Iterable[Operation], about: About) -> dict[str, Any]:
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
        told = _operation(op, about, refs, definitions["$defs"])
        paths.setdefault(f"{op.prefix}{op.path}", {})[op.method.lower()] = told
    return {
        "openapi": "3.1.0",
        "info": {
            "title": about.title,
            "version": metadata.version("hanse"),
            "description": about.description,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": definitions["$defs"],
            "responses": {"Problem": {"description": "A problem.", "content": {PROBLEM: {"schema": problem}}}},
            "securitySchemes": dict(about.schemes),
        },
        "tags": [{"name": name} for name in dict.fromkeys(op.tag for op in known)],
    }


def _operation(op: Operation, about: About, refs: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    more = about.more(op)
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
        parameters.append(header("Idempotency-Key", required=False, about="The same key again gives the same answer."))
    if op.conditional:
        parameters.append(header("If-Match", required=True, about="The ETag that was read, or *."))
    parameters += more.pop("parameters", [])
    made: dict[str, Any] = {
        "operationId": op.name,
        "summary": op.summary,
        "tags": [op.tag],
        "responses": _answers(op, about, refs),
        "security": [] if op.access is None else [{name: []} for name in about.schemes],
        **more,
    }
    if parameters:
        made["parameters"] = parameters
    if op.body is not None:
        content = {"schema": refs[op.body, "validation"], **(about.example(op.name, "request") or _NOTHING)}
        made["requestBody"] = {"required": True, "content": {JSON: content}}
    elif op.raw_body:
        made["requestBody"] = {"required": True, "content": {BYTES: {"schema": {"type": "string", "format": "binary"}}}}
    return made


def _answers(op: Operation, about: About, refs: Any) -> dict[str, Any]:
    answers: dict[str, Any] = {str(op.status): {"description": "Done."}}
    if op.answer is not None:
        content = {"schema": refs[op.answer, "serialization"], **about.example(op.name, "response")}
        answers[str(op.status)]["content"] = {JSON: content}
    elif op.media != JSON:
        # Downloads say their own type: CSV, Arrow or JSON.
        media = "*/*" if op.media == BYTES else op.media
        answers[str(op.status)]["content"] = {media: {"schema": {"type": "string"}}}
    for status in _PROBLEMS:
        answers[status] = {"$ref": "#/components/responses/Problem"}
    return answers


def header(name: str, *, required: bool, about: str) -> dict[str, Any]:
    """Describe a header of a request."""
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
