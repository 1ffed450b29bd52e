"""The manifest of evaluation."""

from pydantic import BaseModel, Field

from kernel.core import Disclosure, Port, Role


class Params(BaseModel, frozen=True, extra="forbid"):
    """What all parties share."""

    threshold: float = Field(
        0.5,
        ge=0,
        le=1,
        description="Probability from which a row counts as positive.",
        json_schema_extra={"zh": "判为正例的概率阈值"},
    )
    points: int = Field(
        200, ge=10, le=1000, description="Most points that a curve shows.", json_schema_extra={"zh": "曲线的最多点数"}
    )


INPUTS = (Port("prediction", "table", roles=(Role.PROMOTER,), about="scores, probabilities and the label"),)
OUTPUTS = ()
DISCLOSES = (
    Disclosure(Role.PROMOTER, "nothing beyond its own predictions", "除自己的预测结果外无"),
    Disclosure(Role.PROVIDER, "nothing", "无"),
)
