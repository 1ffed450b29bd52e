"""The manifest of split."""

from pydantic import BaseModel, Field

from kernel.core import Disclosure, Port, Role


class Params(BaseModel, frozen=True, extra="forbid"):
    """What all parties share."""

    test_fraction: float = Field(
        0.2, gt=0, lt=1, description="Share of the rows that is held out.", json_schema_extra={"zh": "留出的行所占比例"}
    )
    seed: int = Field(
        1,
        ge=0,
        le=2**31 - 1,
        description="Same seed, same rows, at every member.",
        json_schema_extra={"zh": "相同种子在各成员得到相同的行"},
    )


INPUTS = (Port("table", "table", about="aligned rows"),)
OUTPUTS = (
    Port("train", "table", about="rows to train on"),
    Port("test", "table", about="rows held out"),
)
DISCLOSES = (
    Disclosure(Role.PROMOTER, "nothing: every member finds the same rows by itself", "无：各成员自行得到相同的行"),
    Disclosure(Role.PROVIDER, "nothing: every member finds the same rows by itself", "无：各成员自行得到相同的行"),
)
