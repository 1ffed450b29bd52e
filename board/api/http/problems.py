"""Errors as RFC 9457 problems, whatever their origin."""

import secrets

import structlog
from flask import Flask, Response, g, json, request
from pydantic import ValidationError
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from board.domain.errors import (
    BadRequest,
    InvalidFields,
    LengthRequired,
    LockedOut,
    TooLarge,
    WrongMediaType,
    WrongMethod,
)
from common.errors import HanseError, Internal, NotFound

log = structlog.get_logger()
PROBLEM = "application/problem+json"
_OF_STATUS: dict[int, type[HanseError]] = {
    404: NotFound,
    405: WrongMethod,
    411: LengthRequired,
    413: TooLarge,
    415: WrongMediaType,
}


def request_id() -> str:
    """Return the id under which this request stands in the log."""
    if "request_id" not in g:
        g.request_id = secrets.token_hex(8)
    return str(g.request_id)


def invalid_fields(problem: ValidationError, where: str = "") -> InvalidFields:
    """Name the fields that a model refuses."""
    lines = [
        f"{'.'.join(str(step) for step in (*((where,) if where else ()), *error['loc'])) or 'body'}: {error['msg']}"
        for error in problem.errors(include_url=False, include_input=False, include_context=False)
    ]
    return InvalidFields("; ".join(lines[:10]))


def problem_response(error: HanseError) -> Response:
    """Render an error."""
    status = error.http if 400 <= error.http < 600 else 500  # noqa: PLR2004  what HTTP calls errors
    body = error.problem(request_id()) | {"status": status}
    response = Response(json.dumps(body), status, content_type=PROBLEM)
    if status == 401:  # noqa: PLR2004
        response.headers["WWW-Authenticate"] = 'Bearer realm="hanse"'
    if isinstance(error, LockedOut):
        response.headers["Retry-After"] = str(error.seconds)
    return response


def add_problems(app: Flask) -> None:
    """Answer every error of the application as a problem."""

    @app.errorhandler(HanseError)
    def hanse_error(error: HanseError) -> Response:
        if error.http >= 500:  # noqa: PLR2004
            log.warning("request_failed", request=request_id(), path=request.path, code=error.code, detail=error.detail)
        return problem_response(error)

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> Response:
        if error.response is not None or (error.code or 500) < 400:  # noqa: PLR2004
            return Response.force_type(error.get_response(), request.environ)  # type: ignore[return-value]  # Flask's own
        kind = _OF_STATUS.get(error.code or 500, BadRequest if (error.code or 500) < 500 else Internal)  # noqa: PLR2004
        response = problem_response(kind(error.description or ""))
        if isinstance(error, MethodNotAllowed) and error.valid_methods:
            response.headers["Allow"] = ", ".join(error.valid_methods)
        return response

    @app.errorhandler(Exception)
    def fault(error: Exception) -> Response:
        log.error("request_broke", request=request_id(), path=request.path, exc_info=error)
        return problem_response(Internal(f"look for request {request_id()} in the board's log"))
