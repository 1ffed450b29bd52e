"""The Flask application: predictions for applications that hold an API key."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Flask

from common.http import application
from common.http.models import Health
from common.http.openapi import About
from common.http.operation import Door, Entrance, Operation, Resource
from common.http.reading import bearer
from kernel.ml.scoring import Task
from serving.api.http.schema import ClassOut, ModelOut, ModelsOut, PredictionsIn, PredictionsOut, ScoreOut
from serving.domain.errors import OtherModelsKey, UnknownModel
from serving.domain.models import ApiKey, ModelPart, Prediction, Row, Score
from serving.service.keys import Keys
from serving.service.models import Models
from serving.service.predictions import Predictions

BASE = "/serving-service/api/v1"
_LOOK, _PREDICT = "look", "predict"  # what a key is used for; predictions count against its quota
_ABOUT = About("Hanse serving", "Published models, online.", {"apiKey": {"type": "http", "scheme": "bearer"}})


class KeyDoor(Door):
    """Lets in whoever shows an API key, which handlers may take as `key`."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys

    def admit(self, operation: Operation, variables: Mapping[str, str]) -> Mapping[str, Any]:
        """Let a request in, or raise what is wrong with its key."""
        if operation.access is None:
            return {}
        if operation.access == _PREDICT:
            return {"key": self._keys.admit(bearer(), variables["model"])}
        return {"key": self._keys.check(bearer())}


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
    entrance = Entrance(KeyDoor(keys), most_json_bytes=max_body_bytes)
    resources = [_health(check), _models(models, predictions)]
    made = application.create_application("serving", BASE, resources, entrance, _ABOUT)
    made.config["MAX_CONTENT_LENGTH"] = max_body_bytes
    return made


def _health(check: Callable[[], None]) -> Resource:
    resource = Resource("health", BASE)

    @resource.declare("GET", "/health", "Say whether the service can answer.", access=None, answer=Health)
    def show() -> Health:
        check()
        return Health()

    return resource


def _models(models: Models, predictions: Predictions) -> Resource:
    resource = Resource("models", BASE)

    @resource.declare("GET", "/models", "List the model that the API key opens.", access=_LOOK, answer=ModelsOut)
    def every(key: ApiKey) -> ModelsOut:
        mine = [part for part in models.all() if part.model == key.model]
        shown = [part for part in mine if part.online] or mine[:1]
        return ModelsOut(items=[_model(part) for part in shown], next_after="")

    @resource.declare("GET", "/models/{model}", "Describe a model, and who learns what.", access=_LOOK, answer=ModelOut)
    def show(model: str, key: ApiKey) -> ModelOut:
        if key.model != model:
            raise OtherModelsKey(f"key {key.key_id} opens model {key.model}")
        mine = [part for part in models.all() if part.model == model]
        shown = [part for part in mine if part.online] or mine
        if not shown:
            raise UnknownModel(f"there is no model {model}")
        return _model(shown[0])

    @resource.declare(
        "POST",
        "/models/{model}/predictions",
        "Score rows, jointly with the partners who hold the other parts.",
        access=_PREDICT,
        answer=PredictionsOut,
    )
    def predict(model: str, body: PredictionsIn, key: ApiKey) -> PredictionsOut:
        return _scores(predictions.predict(model, [Row(row.id, dict(row.features)) for row in body.rows], key.client))

    return resource


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
    lines = [ScoreOut(id=line.id, problem=line.problem, **_told(line, made.task)) for line in made.scores]
    return PredictionsOut.model_validate(
        {"model": made.model, "version": made.version, "bound": made.bound, "task": made.task, "predictions": lines}
    )


def _told(line: Score, task: str) -> dict[str, Any]:
    """Return what the task tells of a row; nothing where there is a problem."""
    told: dict[str, Any] = {"score": None, "probability": None}
    if line.problem:
        return told
    if task == Task.MULTICLASS:
        classes = [ClassOut(label=label, probability=chance) for label, chance in line.classes]
        return told | {"classes": classes, "predicted": line.predicted}
    more = {"probability": line.probability} if task == Task.BINARY else {"value": line.value}
    return told | {"score": line.score} | more
