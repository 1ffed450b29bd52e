"""One declaration an operation: from it come the route, the checks, the parsing, the rendering and the OpenAPI text.

A handler is a function whose parameters are taken by name: the path's variables, `body` and `query` (their annotations
are pydantic models), `account` (who asks) and `token` (its sign-in). It returns what the `answer` model reads.
"""

import hashlib
import inspect
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, Response, current_app, request
from flask.typing import ResponseReturnValue
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from board.api.http.guard import Guard
from board.api.http.problems import invalid_fields
from board.domain.accounts import Role
from board.domain.errors import BadRequest, WrongMediaType
from common.errors import NotFound

API = "/board-service/api/v1"
JSON = "application/json"
_VARIABLE = re.compile(r"{(\w+)}")
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,259}")
_MOST_JSON_BYTES = 4 * 1024 * 1024


class Fields(BaseModel):
    """Base of what requests carry: nothing unknown is taken."""

    model_config = ConfigDict(extra="forbid")


class View(BaseModel):
    """Base of what answers carry, read from the domain's values."""

    # What has a default is still always there in an answer.
    model_config = ConfigDict(from_attributes=True, json_schema_serialization_defaults_required=True)


class Paging(Fields):
    """Where a page begins and how long it is."""

    after: str = Field(
        default="", max_length=300, description="`next_after` of the page before; empty: the first page."
    )
    limit: int = Field(default=50, ge=1, le=500, description="Items of a page.")


class Empty(Fields):
    """A body without fields."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer with more than its value: a place, a version, a status of its own."""

    value: Any
    location: str = ""
    etag: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Operation:
    """What is known of an operation."""

    method: str
    path: str
    name: str
    summary: str
    tag: str
    role: Role | None  # None: open to everybody
    answer: type[BaseModel] | None
    status: int
    media: str
    body: type[BaseModel] | None
    query: type[BaseModel] | None
    raw_body: bool
    idempotent: bool
    conditional: bool  # If-Match is needed
    early: bool  # possible while the password is a one-time code
    in_person: bool  # needs a sign-in, not a personal token
    variables: tuple[str, ...]


class Resource(Blueprint):
    """The operations of one kind of thing."""

    def __init__(self, name: str) -> None:
        super().__init__(name, __name__, url_prefix=API)
        self.operations: list[Operation] = []

    def operation(
        self,
        method: str,
        path: str,
        summary: str,
        *,
        role: Role | None = Role.NORMAL,
        answer: type[BaseModel] | None = None,
        status: int = 0,
        media: str = JSON,
        raw_body: bool = False,
        idempotent: bool = False,
        conditional: bool = False,
        early: bool = False,
        in_person: bool = False,
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Declare an operation; the decorated function does it."""

        def declare(function: Callable[..., Any]) -> Callable[..., Any]:
            parameters = inspect.signature(function).parameters
            models = {name: parameters[name].annotation for name in ("body", "query") if name in parameters}
            known = Operation(
                method=method,
                path=path,
                name=f"{self.name}_{function.__name__}",
                summary=summary,
                tag=self.name,
                role=role,
                answer=answer,
                status=status or (200 if answer is not None or media != JSON else 204),
                media=media,
                body=models.get("body"),
                query=models.get("query"),
                raw_body=raw_body,
                idempotent=idempotent,
                conditional=conditional,
                early=early,
                in_person=in_person,
                variables=tuple(_VARIABLE.findall(path)),
            )
            self.operations.append(known)
            self.add_url_rule(
                _VARIABLE.sub(r"<\1>", path),
                function.__name__,
                _runner(known, function, set(parameters)),
                methods=[method],
                # Only what is declared: no HEAD or OPTIONS by Flask's own hand, whose answers no table describes.
                provide_automatic_options=False,
            )
            return function

        return declare


def _runner(known: Operation, function: Callable[..., Any], wanted: set[str]) -> Callable[..., ResponseReturnValue]:
    def run(**variables: str) -> ResponseReturnValue:
        guard: Guard = current_app.extensions["guard"]
        caller = guard.admit(known.role, early=known.early, in_person=known.in_person)
        for name, value in variables.items():
            if not _ID.fullmatch(value):
                raise NotFound(f"{value[:80]!r} is no {name}")
        given: dict[str, Any] = dict(variables)
        if known.query is not None:
            given["query"] = _query(known.query)
        content = b""
        if known.body is not None:
            content = _content()
            given["body"] = _body(known.body, content)
        if "account" in wanted:
            given["account"] = caller.account
        if "token" in wanted:
            given["token"] = caller.token

        def do() -> Response:
            return _render(known, function(**given))

        key = request.headers.get("Idempotency-Key", "")
        if known.idempotent and key:
            # An upload's bytes are not there yet; its length and parameters stand for it.
            told = content or str(request.content_length).encode()
            asked = hashlib.sha256(request.full_path.encode() + b"\0" + told).hexdigest()
            name = caller.account.account if caller.account else ""
            return guard.once(f"{name}\0{known.name}\0{key}", asked, do)
        return do()

    run.__name__ = function.__name__
    return run


def _query(model: type[BaseModel]) -> BaseModel:
    values = request.args.to_dict(flat=False)
    twice = [name for name, given in values.items() if len(given) > 1]
    if twice:
        raise BadRequest(f"query: {twice[0]} is given twice")
    try:
        return model.model_validate({name: given[0] for name, given in values.items()})
    except ValidationError as problem:
        raise invalid_fields(problem, "query") from problem


def _content() -> bytes:
    content = request.get_data(cache=False) if (request.content_length or 0) <= _MOST_JSON_BYTES else None
    if content is None or len(content) > _MOST_JSON_BYTES:
        raise BadRequest(f"a JSON body has at most {_MOST_JSON_BYTES} bytes")
    if content and request.mimetype != JSON:
        raise WrongMediaType(f"{request.mimetype or 'no type'}; this operation takes {JSON}")
    return content


def _body(model: type[BaseModel], content: bytes) -> BaseModel:
    try:
        content.decode()
        return model.model_validate_json(content or b"{}")
    except UnicodeDecodeError as problem:
        raise BadRequest("the body is not UTF-8") from problem
    except ValidationError as problem:
        if any(error["type"] == "json_invalid" for error in problem.errors()):
            raise BadRequest("the body is not JSON") from problem
        raise invalid_fields(problem) from problem


def _render(known: Operation, value: Any) -> Response:
    if isinstance(value, Response):
        return value
    reply = value if isinstance(value, Reply) else Reply(value)
    if known.answer is None:
        response = Response(status=known.status)
    else:
        view = known.answer.model_validate(reply.value)
        response = Response(view.model_dump_json(), known.status, content_type=JSON)
    if reply.location:
        response.headers["Location"] = f"{API}{reply.location}"
    if reply.etag:
        response.headers["ETag"] = reply.etag
    for name, text in reply.headers.items():
        response.headers[name] = text
    return response


def download(chunks: Iterable[bytes], media: str, file_name: str) -> Response:
    """Stream bytes; the first chunk is read at once, so that an error is still told as such."""
    source = iter(chunks)
    first = next(source, b"")

    def all_chunks() -> Iterable[bytes]:
        yield first
        yield from source

    response = Response(all_chunks(), content_type=media)
    response.headers["Content-Disposition"] = f'attachment; filename="{file_name}"'
    return response
