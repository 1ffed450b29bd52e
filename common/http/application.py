"""The Flask application of a service: its resources, their description, problems, headers."""

from collections.abc import Mapping, Sequence

from flask import Flask, Response, json, request

from common.http.models import JSON
from common.http.openapi import About, describe
from common.http.operation import Entrance, Resource
from common.http.problems import add_problems, request_id

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def create_application(
    name: str,
    prefix: str,
    resources: Sequence[Resource],
    entrance: Entrance,
    about: About,
    headers: Mapping[str, str] | None = None,
) -> Flask:
    """Put an application together.

    Parameters
    ----------
    prefix : str
        The API's path; its description stands at `openapi.json` below it, and nothing below it is cached.
    headers : mapping, optional
        What a service's answers carry instead of the strictest.
    """
    app = Flask(name, static_folder=None)
    app.extensions["entrance"] = entrance
    add_problems(app, entrance.errors)
    for resource in resources:
        app.register_blueprint(resource)
    operations = [operation for resource in resources for operation in resource.operations]
    app.extensions["operations"] = {operation.name: operation for operation in operations}
    document = json.dumps(describe(operations, about))

    @app.get(f"{prefix}/openapi.json")
    def openapi() -> Response:
        return Response(document, content_type=JSON)

    @app.after_request
    def harden(response: Response) -> Response:
        response.headers["X-Request-ID"] = request_id()
        for header, value in {**_HEADERS, **(headers or {})}.items():
            response.headers[header] = value
        if request.path.startswith(prefix) and "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "no-store"
        return response

    return app
