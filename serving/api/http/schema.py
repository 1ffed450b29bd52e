"""What travels over HTTP, as pydantic models; the OpenAPI description is made from them."""

from typing import Annotated, Literal

import pydantic

from common.http.models import Fields, View

Value = pydantic.StrictBool | pydantic.StrictInt | pydantic.StrictFloat | pydantic.StrictStr | None


class RowIn(Fields):
    """A row to score."""

    id: Annotated[str, pydantic.Field(min_length=1, max_length=1024, description="The id that all members know.")]
    features: Annotated[
        dict[str, Value], pydantic.Field(description="The promoter's own raw columns: numbers, texts, or null.")
    ]


class PredictionsIn(Fields):
    """Rows to score in one call."""

    rows: Annotated[list[RowIn], pydantic.Field(min_length=1)]


class ClassOut(View):
    """A class of several."""

    label: str
    probability: Annotated[float, pydantic.Field(ge=0, le=1)]


class ScoreOut(View):
    """What the model tells of a row, by the answer's `task`; without it, `problem` says why."""

    id: str
    score: Annotated[
        float | None, pydantic.Field(description="Log odds of two classes, or what a regression's value is made of.")
    ]
    probability: Annotated[float | None, pydantic.Field(ge=0, le=1, description="Two classes: of the second one.")]
    problem: str
    classes: Annotated[
        list[ClassOut] | None, pydantic.Field(description="Several classes: each of them, in the model's order.")
    ] = None
    predicted: Annotated[str | None, pydantic.Field(description="Several classes: the likeliest one.")] = None
    value: Annotated[float | None, pydantic.Field(description="Regression: the prediction, in the label's unit.")] = (
        None
    )


class PredictionsOut(View):
    """All scores of a call."""

    model: str
    version: str
    bound: Annotated[float, pydantic.Field(description="Largest fixed-point error of a score; 0 with trees.")]
    task: Annotated[
        Literal["binary", "multiclass", "regression"], pydantic.Field(description="Which fields of the lines count.")
    ]
    predictions: list[ScoreOut]


class ModelOut(View):
    """A model that the key opens."""

    model: str
    version: str
    name: str
    kind: str
    members: list[str]
    online: bool
    discloses: Annotated[list[str], pydantic.Field(description="Who learns what from a prediction.")]


class ModelsOut(View):
    """A page of models."""

    items: list[ModelOut]
    next_after: str
