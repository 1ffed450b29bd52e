"""Rows to score, and what a model tells of them."""

from typing import Annotated, Literal

from pydantic import Field

from board.api.http.operation import Fields, View
from board.api.http.sessions import Text
from proto.serving.v1 import serving_pb2 as pb

_MOST_ROWS = 1000
Number = Annotated[float, Field(allow_inf_nan=False)]


class PredictionRow(Fields):
    """A row to score: its id at all members, and our own raw columns."""

    id: Annotated[Text, Field(min_length=1, max_length=500)]
    features: dict[str, Number | Annotated[Text, Field(max_length=2000)]] = Field(default={}, max_length=5000)


class Predictions(Fields):
    """Rows to score."""

    rows: Annotated[list[PredictionRow], Field(min_length=1, max_length=_MOST_ROWS)]


class ClassView(View):
    """A class of several."""

    label: str
    probability: float


class PredictionView(View):
    """What the model tells of a row; null is what its task does not tell, and all where there is a problem."""

    id: str
    score: float | None = Field(description="Log odds of two classes, or what a regression's value is made of.")
    probability: float | None = Field(description="Two classes: of the second one.")
    classes: list[ClassView] | None = Field(description="Several classes: each of them, in the model's order.")
    predicted: str | None = Field(description="Several classes: the likeliest one.")
    value: float | None = Field(description="Regression: the prediction, in the label's unit.")
    problem: str


class PredictionsView(View):
    """The predictions, and what they are of."""

    predictions: list[PredictionView]
    model: str
    version: str
    task: Literal["binary", "multiclass", "regression"] = Field(description="Which fields of the predictions count.")
    bound: float = Field(description="Largest fixed-point error of a score; 0 with trees.")


_FIELDS = {
    "binary": {"score", "probability"},
    "multiclass": {"classes", "predicted"},
    "regression": {"score", "value"},
}


def told(answer: pb.PredictResponse) -> dict[str, object]:
    """Say what serving answered."""
    return {
        "predictions": [_line(line, answer.task) for line in answer.predictions],
        "model": answer.model,
        "version": answer.version,
        "task": answer.task,
        "bound": answer.bound,
    }


def _line(line: pb.Prediction, task: str) -> dict[str, object]:
    known = {
        "score": line.score,
        "probability": line.probability,
        "classes": [{"label": one.label, "probability": one.probability} for one in line.classes],
        "predicted": line.predicted,
        "value": line.value,
    }
    counts = set() if line.problem else _FIELDS[task]
    return {
        "id": line.id,
        "problem": line.problem,
        **{name: value if name in counts else None for name, value in known.items()},
    }
