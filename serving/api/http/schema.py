"""What travels over HTTP, as pydantic models; the OpenAPI description is made from them."""

from typing import Annotated

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


class ScoreOut(View):
    """A row's score; without one, `problem` says why."""

    id: str
    score: Annotated[float | None, pydantic.Field(description="Linear predictor.")]
    probability: Annotated[float | None, pydantic.Field(ge=0, le=1, description="Of the positive class.")]
    problem: str


class PredictionsOut(View):
    """All scores of a call."""

    model: str
    version: str
    bound: Annotated[float, pydantic.Field(description="Largest fixed-point error of a score.")]
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
