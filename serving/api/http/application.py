"""The Flask application: predictions for applications that hold an API key."""

import json
import secrets
from collections.abc import Callable

import pydantic
from flask import Blueprint, Flask, Response, request
from werkzeug.exceptions import HTTPException

from common import canonical, log
from common.errors import HanseError, Internal, InvalidInput
from serving.api.http.schema import (
    HealthOut,
    ModelOut,
    ModelsOut,
    PredictionsIn,
    PredictionsOut,
    ScoreOut,
    openapi,
)
from serving.domain.errors import OtherModelsKey, UnknownModel
from serving.domain.models import ModelPart, Prediction, Row
from serving.service.keys import Keys
from serving.service.models import Models
from serving.service.predictions import Predictions

BASE = "/serving-service/api/v1"
_LOG = log.get(__name__)


def create_application(
    models: Models, predictions: Predictions, keys: Keys, check: Callable[[], None], max_body_bytes: int
) -> Flask:
    """Make the application.

    Parameters
    ----------
    check : callable
        Raises when the process cannot answer.
    max_body_bytes : int
        Greater requests get 413.
    """
    application = Flask("serving")
    application.config["MAX_CONTENT_LENGTH"] = max_body_bytes
    routes = Blueprint("v1", __name__, url_prefix=BASE)

    @routes.get("/health")
    def health() -> Response:
        check()
        return _json(HealthOut(status="ok"))

    @routes.get("/openapi.json")
    def description() -> Response:
        return Response(json.dumps(openapi(BASE)), content_type="application/json")

    @routes.get("/models")
    def list_models() -> Response:
        key = keys.check(_bearer())
        mine = [part for part in models.all() if part.model == key.model]
        shown = [part for part in mine if part.online] or mine[:1]
        return _json(ModelsOut(items=[_model(part) for part in shown], next_after=""))

    @routes.get("/models/<model>")
    def get_model(model: str) -> Response:
        key = keys.check(_bearer())
        if key.model != model:
            raise OtherModelsKey(f"key {key.key_id} opens model {key.model}")
        mine = [part for part in models.all() if part.model == model]
        shown = [part for part in mine if part.online] or mine
        if not shown:
            raise UnknownModel(f"there is no model {model}")
        return _json(_model(shown[0]))

    @routes.post("/models/<model>/predictions")
    def predict(model: str) -> Response:
        key = keys.admit(_bearer(), model)
        body = _body()
        made = predictions.predict(model, [Row(row.id, dict(row.features)) for row in body.rows], key.client)
        return _json(_scores(made))

    application.register_blueprint(routes)
    application.register_error_handler(HanseError, _refuse)
    application.register_error_handler(HTTPException, _refuse_http)
    application.register_error_handler(Exception, _fail)
    application.after_request(_harden)
    return application


def _bearer() -> str:
    scheme, _, text = request.headers.get("Authorization", "").partition(" ")
    return text.strip() if scheme.lower() == "bearer" else ""


def _body() -> PredictionsIn:
    if request.mimetype != "application/json":
        raise InvalidInput("the body must be JSON", hint="Send Content-Type: application/json.")
    try:
        return PredictionsIn.model_validate(canonical.loads(request.get_data(cache=False)))
    except pydantic.ValidationError as problem:
        first = problem.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"])) or "body"
        raise InvalidInput(f"{place}: {first['msg']}") from problem


def _json(body: pydantic.BaseModel) -> Response:
    return Response(body.model_dump_json(), content_type="application/json")


def _model(part: ModelPart) -> ModelOut:
    return ModelOut(
        model=part.model,
        version=part.version,
        name=part.name,
        kind=part.kind,
        members=list(part.members),
        online=part.online,
        discloses=list(part.discloses),
    )


def _scores(made: Prediction) -> PredictionsOut:
    lines = [
        ScoreOut(
            id=line.id,
            score=None if line.problem else line.score,
            probability=None if line.problem else line.probability,
            problem=line.problem,
        )
        for line in made.scores
    ]
    return PredictionsOut(model=made.model, version=made.version, bound=made.bound, predictions=lines)


def _problem(error: HanseError, status: int | None = None) -> Response:
    told = error.problem(secrets.token_hex(8))
    told["status"] = status or error.http
    response = Response(json.dumps(told), int(error.http if status is None else status))
    response.content_type = "application/problem+json"
    if response.status_code == 401:  # noqa: PLR2004
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _refuse(error: HanseError) -> Response:
    if isinstance(error, Internal):
        _LOG.error("request_failed", code=error.code, detail=error.detail)
    return _problem(error)


def _refuse_http(error: HTTPException) -> Response:
    response = _problem(InvalidInput(error.description or error.name), error.code or 400)
    for name, value in error.get_headers():
        if name == "Allow":
            response.headers[name] = value
    return response


def _fail(error: Exception) -> Response:
    _LOG.error("request_failed", exc_info=error)
    return _problem(Internal("the request could not be answered"))


def _harden(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'"
    return response
