"""The manifest of leaf_encoder."""

from pydantic import BaseModel, Field

from kernel.core import Cost, Disclosure, Port, Role
from kernel.protocol.scoring.messages import DECISIONS, HELLO_BYTES, HELLO_PROMOTER, HELLO_PROVIDER


class Params(BaseModel, frozen=True, extra="forbid"):
    """What all parties share."""

    apply_pipeline: bool = Field(
        default=False,
        description="Apply the preprocessing stored in the model first: for raw rows, not for prepared ones.",
        json_schema_extra={"zh": "先应用模型中保存的预处理：用于原始行，而非已处理过的行"},
    )
    keep_columns: bool = Field(
        default=True,
        description="Keep the promoter's own columns beside those of the leaves.",
        json_schema_extra={"zh": "在叶节点列旁保留发起方自有列"},
    )


INPUTS = (
    Port("table", "table", about="aligned rows"),
    Port("model", "model", about="own part of a tree model"),
)
OUTPUTS = (
    Port(
        "table",
        "table",
        about="the promoter's rows with columns tree1, tree2, … of text; a provider's rows as they are",
    ),
)
MESSAGES = (HELLO_PROVIDER, HELLO_PROMOTER, DECISIONS)
DISCLOSES = (
    Disclosure(
        Role.PROMOTER,
        "for each row, on which side of each of a provider's splits it lies, and how many splits each provider has; "
        "not what a split's column or threshold is",
        "每行位于各协作方每个分裂的哪一侧，以及各协作方的分裂个数；不含分裂所用的列与阈值",
    ),
    Disclosure(
        Role.PROMOTER,
        "the id of the training that each provider's part is of: whether it is its own part's",
        "各协作方的模型部分所属训练的标识：是否与自己的部分属于同一次训练",
    ),
    Disclosure(
        Role.PROVIDER,
        "how many rows are encoded, and that they are these rows; the id of the training that the promoter's part is "
        "of",
        "被编码的行数以及是哪些行；发起方模型部分所属训练的标识",
    ),
)
#: `n_decision_bytes` is the sum over providers of ceil(splits / 8).
COST = (
    Cost("hello_to_provider", "n_providers", f"{HELLO_BYTES} * n_providers"),
    Cost("hello_to_promoter", "n_providers", f"{HELLO_BYTES} * n_providers"),
    Cost("decisions", "n_providers", "4 * n_providers + n_rows * n_decision_bytes"),
)
