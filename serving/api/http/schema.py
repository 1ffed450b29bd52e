"""What travels over HTTP, as pydantic models; the OpenAPI description is made from them."""

from typing import Annotated, Any

import pydantic

Value = pydantic.StrictBool | pydantic.StrictInt | pydantic.StrictFloat | pydantic.StrictStr | None


class _Body(pydantic.BaseModel, extra="forbid", frozen=True):
    """No unknown members: a misspelt name is told."""


class RowIn(_Body):
    """A row to score."""

    id: Annotated[str, pydantic.Field(min_length=1, max_length=1024, description="The id that all members know.")]
    features: Annotated[
        dict[str, Value], pydantic.Field(description="The promoter's own raw columns: numbers, texts, or null.")
    ]


class PredictionsIn(_Body):
    """Rows to score in one call."""

    rows: Annotated[list[RowIn], pydantic.Field(min_length=1)]


class ScoreOut(_Body):
    """A row's score; without one, `problem` says why."""

    id: str
    score: Annotated[float | None, pydantic.Field(description="Linear predictor.")]
    probability: Annotated[float | None, pydantic.Field(ge=0, le=1, description="Of the positive class.")]
    problem: str


class PredictionsOut(_Body):
    """All scores of a call."""

    model: str
    version: str
    bound: Annotated[float, pydantic.Field(description="Largest fixed-point error of a score.")]
    predictions: list[ScoreOut]


class ModelOut(_Body):
    """A model that the key opens."""

    model: str
    version: str
    name: str
    kind: str
    members: list[str]
    online: bool
    discloses: Annotated[list[str], pydantic.Field(description="Who learns what from a prediction.")]


class ModelsOut(_Body):
    """A page of models."""

    items: list[ModelOut]
    next_after: str


class HealthOut(_Body):
    """Whether this process can answer."""

    status: str


class Problem(pydantic.BaseModel):
    """RFC 9457 problem details."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    hint: str
    party: str = ""
    component: str = ""
    request_id: str = ""


_MODELS = (PredictionsIn, PredictionsOut, ModelOut, ModelsOut, HealthOut, Problem)
_REF = "#/components/schemas/{model}"


def openapi(base: str) -> dict[str, Any]:
    """Describe the API as OpenAPI 3.1."""
    _, definitions = pydantic.json_schema.models_json_schema(
        [(model, "serialization" if model.__name__.endswith("Out") else "validation") for model in _MODELS],
        ref_template=_REF,
    )
    model = [{"name": "model", "in": "path", "required": True, "schema": {"type": "string"}}]
    paths = {
        "/models": {"get": _operation("listModels", "List the model that the API key opens.", ModelsOut, (401,))},
        "/models/{model}": {
            "parameters": model,
            "get": _operation("getModel", "Describe a model, and who learns what.", ModelOut, (401, 403, 404)),
        },
        "/models/{model}/predictions": {
            "parameters": model,
            "post": _operation(
                "predict",
                "Score rows, jointly with the partners who hold the other parts.",
                PredictionsOut,
                (400, 401, 403, 404, 409, 413, 415, 429, 502, 503, 504),
                PredictionsIn,
            ),
        },
        "/health": {
            "get": {**_operation("health", "Say whether the service can answer.", HealthOut, (503,)), "security": []}
        },
    }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Hanse serving",
            "version": "1",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": base}],
        "security": [{"apiKey": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"apiKey": {"type": "http", "scheme": "bearer"}},
            "schemas": definitions["$defs"],
        },
    }


def _content(model: type[pydantic.BaseModel], kind: str = "application/json") -> dict[str, Any]:
    return {"content": {kind: {"schema": {"$ref": _REF.format(model=model.__name__)}}}}


def _operation(
    name: str,
    summary: str,
    answer: type[pydantic.BaseModel],
    problems: tuple[int, ...],
    body: type[pydantic.BaseModel] | None = None,
) -> dict[str, Any]:
    told: dict[str, Any] = {"operationId": name, "summary": summary}
    if body is not None:
        told["requestBody"] = {"required": True, **_content(body)}
    told["responses"] = {"200": {"description": "Done.", **_content(answer)}} | {
        str(status): {"description": "A problem.", **_content(Problem, "application/problem+json")}
        for status in problems
    }
    return told
