"""The manifest of vert_glm_open_score."""

from typing import Literal

from pydantic import Field

from kernel.core import Carries, Cost, Disclosure, Message, Port, Role
from kernel.crypto.paillier import HEADER_BYTES
from kernel.ml.glm import FAMILIES, Family
from kernel.protocol.glm import scales
from kernel.protocol.glm.gradient import Route
from kernel.protocol.glm.messages import HELLO_BYTES, HELLO_PROMOTER, HELLO_PROVIDER, START, VERDICT
from kernel.protocol.glm.params import GlmParams, OwnParams
from kernel.protocol.scoring.messages import MASK_KEY

__all__ = ["COST", "DISCLOSES", "INPUTS", "MESSAGES", "OUTPUTS", "OwnParams", "Params"]
_PROMOTER, _PROVIDER = Role.PROMOTER, Role.PROVIDER


class Params(GlmParams, frozen=True, extra="forbid"):
    """What all parties share."""

    family: Literal["binary", "squared", "poisson"] = Field(
        "binary",
        description="Logistic regression, linear regression, or counts with a logarithmic link.",
        json_schema_extra={"zh": "逻辑回归（binary）、线性回归（squared）或对数链接的计数回归（poisson）"},
    )
    multi_class: Literal["none", "one_vs_rest", "softmax"] = Field(
        "none",
        description="For a label of several classes, with binary: one model for each class against the rest, or one "
        "model of all classes; none: the label is 0 and 1.",
        json_schema_extra={
            "zh": "标签有多个类别时（配合 binary）：每类对其余各类各训一个模型（one_vs_rest），"
            "或所有类别一个模型（softmax）；none：标签为 0 和 1"
        },
    )

    def loss(self) -> Family:
        """Choose the loss.

        Raises
        ------
        BadParameters
            Several classes of a number.
        """
        self.check_classes()
        return FAMILIES["softmax" if self.multi_class == "softmax" else self.family]


SCORES = Message(
    "scores",
    _PROVIDER,
    _PROMOTER,
    Carries.OPEN,
    "own part of each row's scores; with two or more providers under masks that cancel only in the sum",
)
RESIDUALS = Message(
    "residuals_ct", _PROMOTER, _PROVIDER, Carries.CIPHERTEXT, "residuals of each row under the promoter's key"
)
GRADIENT = Route(
    Message(
        "gradient_masked_ct",
        _PROVIDER,
        _PROMOTER,
        Carries.MASKED,
        "own gradient plus a mask, under the promoter's key",
    ),
    Message(
        "gradient_masked", _PROMOTER, _PROVIDER, Carries.MASKED, "the same, decrypted; the provider knows the mask"
    ),
)
MESSAGES = (
    HELLO_PROVIDER,
    HELLO_PROMOTER,
    START,
    MASK_KEY,
    SCORES,
    RESIDUALS,
    GRADIENT.asks,
    GRADIENT.answers,
    VERDICT,
)
INPUTS = (
    Port("train", "table", about="aligned, standardised rows; the promoter's with a label"),
    Port("pipeline", "model", optional=True, about="preprocessing to store with the model, for scoring raw rows"),
    Port("start", "model", optional=True, about="earlier model of the same columns to begin from; at every member"),
)
OUTPUTS = (Port("model", "model", about="own columns and weights; the promoter's with the intercept"),)
DISCLOSES = (
    Disclosure(
        _PROMOTER,
        "EACH ROW'S SCORE AT EVERY STEP: the sum of the providers' parts (with a single provider, its part). After a "
        "few dozen steps, and knowing as many rows of the providers as they have columns, the promoter can compute "
        "the providers' features of all rows. Also how many columns each provider uses",
        "每一步每一行的分数：各协作方部分之和（只有一个协作方时即其部分）。经过数十步后，若发起方已知的协作方行数不少于其列数，"
        "即可算出协作方所有行的特征。另外还有各协作方使用的列数",
    ),
    Disclosure(
        _PROVIDER,
        "the gradient of its own weights at every step, from which labels can be inferred: all of them if a step has "
        "no more rows than the provider has columns, which is refused; with more rows a statistical leaning, and the "
        "label of each row in which alone two of its columns differ. Also after how many epochs the loss stands "
        "still, and how many classes there are",
        "每一步自身权重的梯度，可据以推断标签：若一步的行数不超过协作方列数则可全部推断（会被拒绝）；行数更多时仍有统计倾向，"
        "且若其两列仅在某一行不同，即可得知该行的标签。另外还有损失在多少轮后不再下降，以及类别的个数",
    ),
)

#: `n_outputs` is the number of classes with `multi_class`, else 1; `n_epochs` what the run takes.
_CT = "key_bits / 4"
_GROUPS = f"ceil(n_rows / n_batches / max(1, ((key_bits - 44) // {scales.PRODUCT_BITS + 1} + 1) // 2))"
_STEPS = "n_epochs * n_batches"
COST = (
    Cost("hello_to_provider", "n_providers", f"n_providers * ({HELLO_BYTES + 8} + 3 * key_bits / 8)"),
    Cost("hello_to_promoter", "n_providers", f"{HELLO_BYTES} * n_providers"),
    Cost("start", "n_providers", "4 * n_providers"),
    Cost("mask_key", "n_providers * (n_providers - 1)", "32 * n_providers * (n_providers - 1)"),
    Cost("scores", f"{_STEPS} * n_providers", "n_epochs * 8 * n_rows * n_outputs * n_providers"),
    Cost(
        "residuals_ct",
        f"{_STEPS} * n_providers",
        f"{_STEPS} * n_providers * ({HEADER_BYTES} + {_CT} * n_outputs * {_GROUPS})",
    ),
    Cost(
        "gradient_masked_ct",
        f"{_STEPS} * n_providers",
        f"{_STEPS} * ({HEADER_BYTES} * n_providers + {_CT} * n_outputs * n_features_providers)",
    ),
    Cost("gradient_masked", f"{_STEPS} * n_providers", f"{_STEPS} * 16 * n_outputs * n_features_providers"),
    Cost("verdict", "n_epochs * n_providers", "n_epochs * n_providers"),
)
