"""One declaration an operation: from it come the route, the checks, the parsing, the rendering and the OpenAPI text.

A handler is a function whose parameters are taken by name: the path's variables, `body` and `query` (their annotations
are pydantic models), and whatever the door gives (who asks, for instance). It returns what the `answer` model reads.
"""

import inspect
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, Response, current_app
from flask.typing import ResponseReturnValue
from pydantic import BaseModel

from common.errors import NotFound
from common.http.models import JSON
from common.http.problems import HttpErrors
from common.http.reading import read_body, read_content, read_query

_VARIABLE = re.compile(r"{(\w+)}")
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,259}")


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer with more than its value: a place, a version, headers of its own."""

    value: Any
    location: str = ""
    etag: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Operation:
    """What is known of an operation."""

    method: str
    prefix: str
    path: str
    name: str
    summary: str
    tag: str
    access: Any  # what the service's door asks for; None: open to everybody
    answer: type[BaseModel] | None
    status: int
    media: str
    body: type[BaseModel] | None
    query: type[BaseModel] | None
    raw_body: bool
    idempotent: bool
    conditional: bool  # If-Match is needed
    variables: tuple[str, ...]


class Door:
    """Who may come in: everybody, unless a service's own door says something else."""

    def admit(self, operation: Operation, variables: Mapping[str, str]) -> Mapping[str, Any]:
        """Let a request in, or raise; return what handlers may take by name."""
        del operation, variables
        return {}

    def do(
        self, operation: Operation, given: Mapping[str, Any], content: bytes, act: Callable[[], Response]
    ) -> Response:
        """Let an operation act; `given` is what `admit` returned."""
        del operation, given, content
        return act()


@dataclass(frozen=True, slots=True)
class Entrance:
    """How an application takes requests: in `app.extensions["entrance"]`."""

    door: Door = field(default_factory=Door)
    errors: HttpErrors = field(default_factory=HttpErrors)
    most_json_bytes: int = 4 * 1024 * 1024


class Resource(Blueprint):
    """The operations of one kind of thing."""

    def __init__(self, name: str, prefix: str) -> None:
        super().__init__(name, __name__, url_prefix=prefix)
        self.prefix = prefix
        self.operations: list[Operation] = []

    def declare(
        self,
        method: str,
        path: str,
        summary: str,
        *,
        access: Any,
        answer: type[BaseModel] | None = None,
        status: int = 0,
        media: str = JSON,
        raw_body: bool = False,
        idempotent: bool = False,
        conditional: bool = False,
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Declare an operation; the decorated function does it."""

        def made(function: Callable[..., Any]) -> Callable[..., Any]:
            parameters = inspect.signature(function).parameters
            models = {name: parameters[name].annotation for name in ("body", "query") if name in parameters}
            known = Operation(
                method=method,
                prefix=self.prefix,
                path=path,
                name=f"{self.name}_{function.__name__}",
                summary=summary,
                tag=self.name,
                access=access,
                answer=answer,
                status=status or (200 if answer is not None or media != JSON else 204),
                media=media,
                body=models.get("body"),
                query=models.get("query"),
                raw_body=raw_body,
                idempotent=idempotent,
                conditional=conditional,
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

        return made


def _runner(known: Operation, function: Callable[..., Any], wanted: set[str]) -> Callable[..., ResponseReturnValue]:
    def run(**variables: str) -> ResponseReturnValue:
        entrance: Entrance = current_app.extensions["entrance"]
        caller = entrance.door.admit(known, variables)
        for name, value in variables.items():
            if not _ID.fullmatch(value):
                raise NotFound(f"{value[:80]!r} is no {name}")
        given: dict[str, Any] = {**variables, **{name: what for name, what in caller.items() if name in wanted}}
        if known.query is not None:
            given["query"] = read_query(known.query, entrance.errors)
        content = b""
        if known.body is not None:
            content = read_content(entrance.most_json_bytes, entrance.errors)
            given["body"] = read_body(known.body, content, entrance.errors)
        return entrance.door.do(known, caller, content, lambda: _render(known, function(**given)))

    run.__name__ = function.__name__
    return run


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
        response.headers["Location"] = f"{known.prefix}{reply.location}"
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
