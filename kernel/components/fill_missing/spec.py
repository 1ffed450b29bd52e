"""The manifest of fill_missing."""

from typing import Literal

from pydantic import BaseModel, Field

from kernel.core import Disclosure, Port, Role

Strategy = Literal["mean", "median", "constant"]


class OwnParams(BaseModel, frozen=True, extra="forbid"):
    """What each member chooses for itself."""

    columns: tuple[str, ...] = Field(
        (),
        description="Columns to fill; all features when empty.",
        json_schema_extra={"zh": "要填充的列；留空则为全部特征"},
    )
    strategy: Strategy = Field(
        "median",
        description="What stands in for a missing number: mean or median of the training rows, or `value`.",
        json_schema_extra={"zh": "缺失数值的替代：训练行的均值、中位数，或固定值"},
    )
    strategies: dict[str, Strategy] = Field(
        default_factory=dict, description="Exceptions by column.", json_schema_extra={"zh": "按列指定的例外"}
    )
    value: float = Field(
        0.0, description="For the strategy constant.", json_schema_extra={"zh": "策略为 constant 时使用的值"}
    )
    text: str = Field("missing", description="Stands in for missing text.", json_schema_extra={"zh": "缺失文本的替代"})


INPUTS = (
    Port("train", "table", about="rows whose means and medians are used"),
    Port("test", "table", optional=True, about="rows to fill the same way"),
    Port("pipeline", "model", optional=True, about="preprocessing done before"),
)
OUTPUTS = (
    Port("train", "table", about="rows without missing values in the columns"),
    Port("test", "table", optional=True, about="the same filling applied"),
    Port("pipeline", "model", about="the steps so far and this one"),
)
DISCLOSES = (
    Disclosure(Role.PROMOTER, "nothing: every member fills its own columns", "无：各成员只处理自己的列"),
    Disclosure(Role.PROVIDER, "nothing: every member fills its own columns", "无：各成员只处理自己的列"),
)
