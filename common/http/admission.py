"""Whether the body of a request is taken, said by its headers alone: before anything of a large body is read."""

from collections.abc import Mapping
from typing import Any

from flask import Flask, current_app, request

from common.errors import HanseError, InvalidInput, NotFound
from common.http.operation import Entrance, Operation

#: So much of a body is read from anybody, so that who has yet to sign in can send a name and a password.
FREE_BYTES = 1 << 16


def check_body(app: Flask, environ: Mapping[str, Any], most_bytes: int) -> int:
    """See that an application wants the body of a request with these headers; no handler runs, nothing is changed.

    Parameters
    ----------
    environ : mapping
        The request as WSGI has it; its length may be unknown.
    most_bytes : int
        Limit of the server for any body.

    Returns
    -------
    int
        How many bytes of it are taken at most.

    Raises
    ------
    HanseError
        None: there is no such operation, it takes no body, the caller is not let in, the body is too long.
    """
    with app.request_context(dict(environ)):
        known: Mapping[str, Operation] = current_app.extensions.get("operations", {})
        operation = known.get((request.endpoint or "").replace(".", "_"))
        if operation is None:
            raise NotFound("this takes no body")
        entrance: Entrance = current_app.extensions["entrance"]
        entrance.door.admit(operation, request.view_args or {})
        return _within(operation, entrance, most_bytes)


def _within(operation: Operation, entrance: Entrance, most_bytes: int) -> int:
    most = most_bytes
    if not operation.raw_body:
        most = 0 if operation.body is None else entrance.most_json_bytes
    if operation.access is None:
        most = min(most, FREE_BYTES)
    if not most:
        raise entrance.errors.bad_request("this takes no body")
    if (request.content_length or 0) > most:
        raise entrance.errors.bad_request(f"a body has at most {most} bytes here")
    return most


class Withheld:
    """Stands for a body that is not taken; who reads it in spite of that, is told why."""

    def __init__(self, why: HanseError | None = None) -> None:
        self._why = why or InvalidInput("the body was not taken", hint="Send the request again.")

    def read(self, _size: int = -1) -> bytes:
        """Refuse."""
        raise self._why

    def readinto(self, _buffer: bytearray) -> int:
        """Refuse."""
        raise self._why
