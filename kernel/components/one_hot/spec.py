"""The manifest of one_hot."""

from pydantic import BaseModel, Field

from kernel.core import Disclosure, Port, Role


class OwnParams(BaseModel, frozen=True, extra="forbid"):
    """What each member chooses for itself."""

    columns: tuple[str, ...] = Field(
        (),
        description="Columns to encode; all text features when empty.",
        json_schema_extra={"zh": "要编码的列；留空则为全部文本特征"},
    )
    max_categories: int = Field(
        50,
        ge=2,
        le=1000,
        description="More different values than this are refused.",
        json_schema_extra={"zh": "取值种类超过此数则报错"},
    )
    drop_first: bool = Field(
        default=True,
        description="Leave the first category out, so that the columns are not linearly dependent.",
        json_schema_extra={"zh": "省略第一个类别，避免列之间线性相关"},
    )


INPUTS = (
    Port("train", "table", about="rows whose categories are used"),
    Port("test", "table", optional=True, about="rows to encode the same way; unknown categories become zeros"),
    Port("pipeline", "model", optional=True, about="preprocessing done before"),
)
OUTPUTS = (
    Port("train", "table", about="a column of zeros and ones for each category"),
    Port("test", "table", optional=True, about="the same encoding applied"),
    Port("pipeline", "model", about="the steps so far and this one"),
)
DISCLOSES = (
    Disclosure(Role.PROMOTER, "nothing: every member encodes its own columns", "无：各成员只处理自己的列"),
    Disclosure(Role.PROVIDER, "nothing: every member encodes its own columns", "无：各成员只处理自己的列"),
)
