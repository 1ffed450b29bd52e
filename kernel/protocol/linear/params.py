"""What each member of a training on shares chooses for itself."""

from pydantic import BaseModel, Field


class OwnParams(BaseModel, frozen=True, extra="forbid"):
    """What each member chooses for itself."""

    columns: tuple[str, ...] = Field(
        (),
        description="Features to use, which must be numbers; every feature of the table when empty.",
        json_schema_extra={"zh": "使用的特征列，须为数值；留空则使用全部特征"},
    )
