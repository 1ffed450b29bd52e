"""Errors as RFC 9457 problems, whatever their origin."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

from flask import Flask, Response, g, json, request
from pydantic import ValidationError
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from common import log
from common.errors import HanseError, Internal, InvalidInput
from common.http.models import PROBLEM

_LOG = log.get(__name__)


@dataclass(frozen=True, slots=True)
class HttpErrors:
    """A service's own classes for what HTTP itself refuses; what `of_status` lacks is a `bad_request` of its status."""

    bad_request: type[HanseError] = InvalidInput
    media_type: type[HanseError] = InvalidInput
    fields: type[HanseError] = InvalidInput
    of_status: Mapping[int, type[HanseError]] = field(default_factory=dict)


def request_id() -> str:
    """Return the id under which this request stands in the log."""
    if "request_id" not in g:
        g.request_id = secrets.token_hex(8)
    return str(g.request_id)


def fields_refused(problem: ValidationError, where: str = "") -> str:
    """Name the fields that a model refuses."""
    lines = [
        f"{'.'.join(str(step) for step in (*((where,) if where else ()), *error['loc'])) or 'body'}: {error['msg']}"
        for error in problem.errors(include_url=False, include_input=False, include_context=False)
    ]
    return "; ".join(lines[:10])


def problem_response(error: HanseError, status: int = 0) -> Response:
    """Render an error, under its own status or another one."""
    status = status or error.http
    if not 400 <= status < 600:  # noqa: PLR2004  what HTTP calls errors
        status = 500
    response = Response(json.dumps(error.problem(request_id()) | {"status": status}), status, content_type=PROBLEM)
    if status == 401:  # noqa: PLR2004
        response.headers["WWW-Authenticate"] = 'Bearer realm="hanse"'
    if error.retry_after_s:
        response.headers["Retry-After"] = str(error.retry_after_s)
    return response


def add_problems(app: Flask, errors: HttpErrors) -> None:
    """Answer every error of the application as a problem."""

    @app.errorhandler(HanseError)
    def hanse_error(error: HanseError) -> Response:
        if error.http >= 500:  # noqa: PLR2004
            about = {"request": request_id(), "path": request.path, "party": error.party}
            _LOG.warning("request_failed", code=error.code, detail=error.detail, **about)
        return problem_response(error)

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> Response:
        status = error.code or 500
        if error.response is not None or status < 400:  # noqa: PLR2004
            return Response.force_type(error.get_response(), request.environ)  # type: ignore[return-value]  # Flask's own
        kind = errors.of_status.get(status, errors.bad_request if status < 500 else Internal)  # noqa: PLR2004
        response = problem_response(kind(error.description or error.name), status)
        if isinstance(error, MethodNotAllowed) and error.valid_methods:
            response.headers["Allow"] = ", ".join(error.valid_methods)
        return response

    @app.errorhandler(Exception)
    def fault(error: Exception) -> Response:
        _LOG.error("request_broke", request=request_id(), path=request.path, exc_info=error)
        return problem_response(Internal(f"look for request {request_id()} in the log"))
