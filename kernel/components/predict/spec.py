"""The manifest of predict."""

from pydantic import BaseModel, Field

from kernel.core import Carries, Cost, Disclosure, Message, Port, Role
from kernel.protocol.scoring.messages import DECISIONS, HELLO_BYTES, HELLO_PROMOTER, HELLO_PROVIDER, MASK_KEY

_PROMOTER, _PROVIDER = Role.PROMOTER, Role.PROVIDER


class Params(BaseModel, frozen=True, extra="forbid"):
    """What all parties share."""

    apply_pipeline: bool = Field(
        default=False,
        description="Apply the preprocessing stored in the model first: for raw rows, not for prepared ones.",
        json_schema_extra={"zh": "先应用模型中保存的预处理：用于原始行，而非已处理过的行"},
    )


SCORE_SHARE = Message(
    "score_share",
    _PROVIDER,
    _PROMOTER,
    Carries.OPEN,
    "linear models: own part of each row's score, or with several classes of its scores; with two or more providers "
    "under masks that cancel only in the sum",
)
INPUTS = (
    Port("table", "table", about="aligned rows to score"),
    Port("model", "model", about="own part of the model"),
)
OUTPUTS = (
    Port(
        "prediction",
        "table",
        roles=(_PROMOTER,),
        about="id; score and probability, with several classes a probability of each and the predicted class, in a "
        "regression the prediction; and, if there is one, the label",
    ),
)
MESSAGES = (HELLO_PROVIDER, HELLO_PROMOTER, MASK_KEY, SCORE_SHARE, DECISIONS)
DISCLOSES = (
    Disclosure(
        _PROMOTER,
        "linear models: each row's score, or with several classes its scores, which is the sum of the providers' "
        "parts; with a single provider, that provider's part of each row",
        "线性模型：每行的分数（多类别时为各类的分数），即各协作方部分之和；只有一个协作方时，即该协作方每行的部分分数",
    ),
    Disclosure(
        _PROMOTER,
        "tree models: for each row, on which side of each of a provider's splits it lies, and how many splits each "
        "provider has; not what a split's column or threshold is",
        "树模型：每行位于各协作方每个分裂的哪一侧，以及各协作方的分裂个数；不含分裂所用的列与阈值",
    ),
    Disclosure(
        _PROMOTER,
        "the id of the training that each provider's part is of: whether it is its own part's",
        "各协作方的模型部分所属训练的标识：是否与自己的部分属于同一次训练",
    ),
    Disclosure(
        _PROVIDER,
        "how many rows are scored, and that they are these rows; the id of the training that the promoter's part is of",
        "被打分的行数以及是哪些行；发起方模型部分所属训练的标识",
    ),
)
#: `linear` is 1 for linear models, which have `n_outputs` (one for each of several classes), and 0 for trees;
#: `n_decision_bytes` the sum over providers of ceil(splits / 8).
COST = (
    Cost("hello_to_provider", "n_providers", f"{HELLO_BYTES} * n_providers"),
    Cost("hello_to_promoter", "n_providers", f"{HELLO_BYTES} * n_providers"),
    Cost("mask_key", "linear * n_providers * (n_providers - 1)", "linear * 32 * n_providers * (n_providers - 1)"),
    Cost("score_share", "linear * n_providers", "linear * 8 * n_rows * n_outputs * n_providers"),
    Cost("decisions", "(1 - linear) * n_providers", "(1 - linear) * (4 * n_providers + n_rows * n_decision_bytes)"),
)
