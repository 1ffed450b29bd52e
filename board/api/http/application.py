"""The Flask application: resources, problems, headers."""

from collections.abc import Sequence
from pathlib import Path

from flask import Flask, Response, request
from prometheus_client import Counter

from board.api.http.guard import Guard
from board.api.http.openapi import about, list_of_apis
from board.api.http.operation import API, Resource
from board.domain.errors import BadRequest, InvalidFields, LengthRequired, TooLarge, WrongMediaType, WrongMethod
from common.errors import NotFound
from common.http import application
from common.http.operation import Entrance
from common.http.pages import POLICY, Pages, pages_blueprint
from common.http.problems import HttpErrors

#: Requests answered; operations and classes of status are closed sets.
_SERVED = Counter("hanse_board_http_total", "HTTP requests answered", ["operation", "status"])
_ERRORS = HttpErrors(
    bad_request=BadRequest,
    media_type=WrongMediaType,
    fields=InvalidFields,
    of_status={404: NotFound, 405: WrongMethod, 411: LengthRequired, 413: TooLarge, 415: WrongMediaType},
)


def create_application(resources: Sequence[Resource], guard: Guard, title: str, dist: Path | None) -> Flask:
    """Put the application together.

    Parameters
    ----------
    dist
        Folder of the built web page, if there is one.
    """
    entrance = Entrance(guard, _ERRORS)
    policy = {"Content-Security-Policy": POLICY}
    app = application.create_application("board", API, resources, entrance, about(title), policy)
    app.register_blueprint(
        list_of_apis([operation for resource in resources for operation in resource.operations], title)
    )
    pages = Pages(dist, "index.html", title, "board-service", "/board-service/apis")
    app.register_blueprint(pages_blueprint(pages))

    @app.after_request
    def count(response: Response) -> Response:
        _SERVED.labels(request.endpoint or "none", f"{response.status_code // 100}xx").inc()
        return response

    return app
