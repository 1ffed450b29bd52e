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
        200,
        ge=10,
        le=1000,
        description="Thresholds at which rows are counted; curves have as many points.",
        json_schema_extra={"zh": "计数所用的阈值个数，即曲线的点数"},
    )
    alone_l2: float = Field(
        1e-3,
        ge=1e-6,
        le=10,
        description="L2 penalty of the comparison model on the promoter's own columns.",
        json_schema_extra={"zh": "仅用发起方自有列的对照模型的 L2 惩罚"},
    )


INPUTS = (
    Port("prediction", "table", roles=(Role.PROMOTER,), about="what predict made, and the label"),
    Port(
        "alone_train",
        "table",
        roles=(Role.PROMOTER,),
        optional=True,
        about="two classes: the promoter's own training rows, to find what joining gained; needs alone_test",
    ),
    Port(
        "alone_test",
        "table",
        roles=(Role.PROMOTER,),
        optional=True,
        about="the promoter's own columns of the predicted rows",
    ),
)
OUTPUTS = ()
DISCLOSES = (
    Disclosure(Role.PROMOTER, "nothing beyond its own predictions", "除自己的预测结果外无"),
    Disclosure(Role.PROVIDER, "nothing", "无"),
)
