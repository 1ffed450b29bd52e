"""The manifest of data_import."""

from pydantic import BaseModel, Field

from kernel.core import Disclosure, Port, Role


class OwnParams(BaseModel, frozen=True, extra="forbid"):
    """What each member chooses for itself."""

    data_set: str = Field("", description="Own data set to read.", json_schema_extra={"zh": "要读取的本方数据集"})
    columns: tuple[str, ...] = Field(
        (),
        description="Features to keep; all of them when empty.",
        json_schema_extra={"zh": "保留的特征列；留空则全部保留"},
    )
    label: str = Field(
        "",
        description="Label column; the data set's own when empty.",
        json_schema_extra={"zh": "标签列；留空则使用数据集自带的标签列"},
    )


INPUTS = (Port("data_set", "table", about="the data set at rest"),)
OUTPUTS = (Port("table", "table", about="its rows, with unique ids"),)
DISCLOSES = (
    Disclosure(Role.PROMOTER, "nothing: no message leaves any member", "无：没有任何消息离开成员"),
    Disclosure(Role.PROVIDER, "nothing: no message leaves any member", "无：没有任何消息离开成员"),
)
