"""The manifest of standardise."""

from pydantic import BaseModel, Field

from kernel.core import Disclosure, Port, Role


class OwnParams(BaseModel, frozen=True, extra="forbid"):
    """What each member chooses for itself."""

    columns: tuple[str, ...] = Field(
        (),
        description="Columns to scale, which must be numbers; every feature of the table when empty.",
        json_schema_extra={"zh": "要标准化的列，须为数值；留空则为全部特征"},
    )
    drop_constant: bool = Field(
        default=False,
        description="Drop columns with a single value instead of stopping.",
        json_schema_extra={"zh": "删除只有单一取值的列，而不是报错"},
    )


INPUTS = (
    Port("train", "table", about="rows whose mean and standard deviation are used"),
    Port("test", "table", optional=True, about="rows to transform the same way"),
    Port("pipeline", "model", optional=True, about="preprocessing done before"),
)
OUTPUTS = (
    Port("train", "table", about="columns with mean 0 and standard deviation 1"),
    Port("test", "table", optional=True, about="the same transformation applied"),
    Port("pipeline", "model", about="the steps so far and this one"),
)
DISCLOSES = (
    Disclosure(Role.PROMOTER, "nothing: every member scales its own columns", "无：各成员只处理自己的列"),
    Disclosure(Role.PROVIDER, "nothing: every member scales its own columns", "无：各成员只处理自己的列"),
)
