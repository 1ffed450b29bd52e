"""Errors as RFC 9457 problems."""

import json
import secrets

from flask import Flask, Response
from werkzeug.exceptions import HTTPException

from common import log
from common.errors import HanseError, Internal, InvalidInput

_LOG = log.get(__name__)
_UNAUTHORIZED = 401
_SERVER_ERROR = 500


def install(application: Flask) -> None:
    """Answer every error as a problem."""
    application.register_error_handler(HanseError, _problem)
    application.register_error_handler(HTTPException, _of_http)
    application.register_error_handler(Exception, _of_fault)


def _problem(error: HanseError, status: int | None = None) -> Response:
    told = error.problem(secrets.token_hex(8))
    told["status"] = int(status or error.http)
    if error.http >= _SERVER_ERROR:
        _LOG.warning("request_failed", code=error.code, party=error.party)
    response = Response(json.dumps(told), int(status or error.http), content_type="application/problem+json")
    if response.status_code == _UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _of_http(error: HTTPException) -> Response:
    response = _problem(InvalidInput(error.description or error.name), error.code or 400)
    for name, value in error.get_headers():
        if name == "Allow":
            response.headers[name] = value
    return response


def _of_fault(error: Exception) -> Response:
    _LOG.error("request_broke", exc_info=error)
    return _problem(Internal("the request could not be answered"))
