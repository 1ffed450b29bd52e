"""The Flask application: resources, problems, headers."""

from collections.abc import Sequence
from pathlib import Path

from flask import Flask, Response, request
from prometheus_client import Counter

from board.api.http.guard import Guard
from board.api.http.openapi import descriptions
from board.api.http.operation import API, Operation, Resource
from board.api.http.pages import POLICY, pages
from board.api.http.problems import add_problems, request_id

#: Requests answered; operations and classes of status are closed sets.
_SERVED = Counter("hanse_board_http_total", "HTTP requests answered", ["operation", "status"])


def create_application(resources: Sequence[Resource], guard: Guard, title: str, dist: Path | None) -> Flask:
    """Put the application together.

    Parameters
    ----------
    dist
        Folder of the built web page, if there is one.
    """
    app = Flask("board", static_folder=None)
    app.extensions["guard"] = guard
    add_problems(app)
    known: list[Operation] = []
    for resource in resources:
        app.register_blueprint(resource)
        known += resource.operations
    app.register_blueprint(descriptions(known, title))
    app.register_blueprint(pages(dist))

    @app.after_request
    def harden(response: Response) -> Response:
        _SERVED.labels(request.endpoint or "none", f"{response.status_code // 100}xx").inc()
        headers = response.headers
        headers["X-Request-ID"] = request_id()
        headers["X-Content-Type-Options"] = "nosniff"
        headers["Referrer-Policy"] = "no-referrer"
        headers["Content-Security-Policy"] = POLICY
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
        if request.path.startswith(API) and "Cache-Control" not in headers:
            headers["Cache-Control"] = "no-store"
        return response

    return app
