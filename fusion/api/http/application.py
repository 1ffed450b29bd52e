"""The Flask application of a node: everything that people and programs of the own house do with it."""

import hmac
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from flask import Flask

from common.http import application
from common.http.openapi import About
from common.http.operation import Door, Entrance, Operation, Resource
from common.http.pages import POLICY, Pages, pages_blueprint
from common.http.reading import bearer
from fusion.api.http.paths import BASE
from fusion.domain.errors import BadToken

_MAX_JSON_BYTES = 1 << 20
ABOUT = About(
    "Hanse fusion", "Private set intersection between two nodes.", {"token": {"type": "http", "scheme": "bearer"}}
)


class TokenDoor(Door):
    """Lets in whoever shows the node's token."""

    def __init__(self, token: Callable[[], str]) -> None:
        self._token = token

    def admit(self, operation: Operation, variables: Mapping[str, str]) -> Mapping[str, Any]:
        """Let a request in, or raise BadToken."""
        del variables
        if operation.access is not None and not hmac.compare_digest(bearer().encode(), self._token().encode()):
            raise BadToken("no token, or a wrong one")
        return {}


def create_application(resources: Sequence[Resource], token: Callable[[], str], dist: Path | None) -> Flask:
    """Make the application.

    Parameters
    ----------
    token : callable
        Reads the secret that every request must show.
    dist : Path or None
        Folder of the built web pages, if there is one.
    """
    entrance = Entrance(TokenDoor(token), most_json_bytes=_MAX_JSON_BYTES)
    policy = {"Content-Security-Policy": POLICY}
    app = application.create_application("fusion", BASE, list(resources), entrance, ABOUT, policy)
    pages = Pages(dist, "fusion.html", ABOUT.title, "fusion-service", f"{BASE}/openapi.json")
    app.register_blueprint(pages_blueprint(pages))
    return app
