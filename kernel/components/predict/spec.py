"""The manifest of predict."""

from pydantic import BaseModel, Field

from kernel.core import Carries, Cost, Disclosure, Message, Port, Role

_PROMOTER, _PROVIDER = Role.PROMOTER, Role.PROVIDER


class Params(BaseModel, frozen=True, extra="forbid"):
    """What all parties share."""

    apply_pipeline: bool = Field(
        default=False,
        description="Apply the preprocessing stored in the model first: for raw rows, not for prepared ones.",
        json_schema_extra={"zh": "先应用模型中保存的预处理：用于原始行，而非已处理过的行"},
    )


HELLO_PROVIDER = Message(
    "hello_to_provider", _PROMOTER, _PROVIDER, Carries.SIZES, "number of rows and hash of the order of their ids"
)
HELLO_PROMOTER = Message(
    "hello_to_promoter", _PROVIDER, _PROMOTER, Carries.SIZES, "number of rows and hash of the order of their ids"
)
MASK_KEY = Message(
    "mask_key", _PROVIDER, _PROVIDER, Carries.SIZES, "X25519 public key for masks that cancel between providers"
)
SCORE_SHARE = Message(
    "score_share",
    _PROVIDER,
    _PROMOTER,
    Carries.OPEN,
    "own part of each row's score; with two or more providers under masks that cancel only in the sum",
)
INPUTS = (
    Port("table", "table", about="aligned rows to score"),
    Port("model", "model", about="own part of the model"),
)
OUTPUTS = (
    Port("prediction", "table", roles=(_PROMOTER,), about="id, score, probability and, if there is one, the label"),
)
MESSAGES = (HELLO_PROVIDER, HELLO_PROMOTER, MASK_KEY, SCORE_SHARE)
DISCLOSES = (
    Disclosure(
        _PROMOTER,
        "each row's score: the sum of the providers' parts; with a single provider, that provider's part of each row",
        "每行的分数，即各协作方部分之和；只有一个协作方时，即该协作方每行的部分分数",
    ),
    Disclosure(_PROVIDER, "how many rows are scored, and that they are these rows", "被打分的行数以及是哪些行"),
)
COST = (
    Cost("hello_to_provider", "n_providers", "40 * n_providers"),
    Cost("hello_to_promoter", "n_providers", "40 * n_providers"),
    Cost("mask_key", "n_providers * (n_providers - 1)", "32 * n_providers * (n_providers - 1)"),
    Cost("score_share", "n_providers", "8 * n_rows * n_providers"),
)
