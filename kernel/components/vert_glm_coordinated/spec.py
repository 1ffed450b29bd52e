"""The manifest of vert_glm_coordinated."""

from typing import Literal

from pydantic import Field

from kernel.core import Carries, Cost, Disclosure, Message, Port, Role
from kernel.crypto.paillier import HEADER_BYTES
from kernel.ml.glm import LINEAR_FAMILIES, Family
from kernel.protocol.glm import scales
from kernel.protocol.glm.gradient import Route
from kernel.protocol.glm.messages import HELLO_BYTES, HELLO_PROMOTER, HELLO_PROVIDER, START, VERDICT
from kernel.protocol.glm.params import GlmParams, OwnParams
from kernel.protocol.scoring.messages import MASK_KEY

__all__ = ["COST", "DISCLOSES", "INPUTS", "MESSAGES", "OUTPUTS", "OwnParams", "Params"]
_PROMOTER, _PROVIDER, _ARBITER = Role.PROMOTER, Role.PROVIDER, Role.ARBITER
_OWNERS = (_PROMOTER, _PROVIDER)


class Params(GlmParams, frozen=True, extra="forbid"):
    """What all parties share."""

    family: Literal["binary", "squared"] = Field(
        "binary",
        description="Logistic regression by its quadratic expansion, or linear regression.",
        json_schema_extra={"zh": "逻辑回归的二次展开（binary）或线性回归（squared）"},
    )
    multi_class: Literal["none", "one_vs_rest"] = Field(
        "none",
        description="For a label of several classes, with binary: one model for each class against the rest; none: "
        "the label is 0 and 1.",
        json_schema_extra={"zh": "标签有多个类别时（配合 binary）：每类对其余各类各训一个模型；none：标签为 0 和 1"},
    )

    def loss(self) -> Family:
        """Choose the loss.

        Raises
        ------
        BadParameters
            Several classes of a number.
        """
        self.check_classes()
        return LINEAR_FAMILIES[self.family]


KEYS = {
    role: Message(f"key_to_{role}", _ARBITER, role, Carries.SIZES, "the arbiter's fresh public key") for role in _OWNERS
}
PLAN = Message(
    "plan",
    _PROMOTER,
    _ARBITER,
    Carries.SIZES,
    "the epoch to go on from, steps of an epoch, outputs, rows a ciphertext, columns of each member",
)
SCORES = Message(
    "scores_ct", _PROVIDER, _PROMOTER, Carries.CIPHERTEXT, "own part of each row's scores under the arbiter's key"
)
RESIDUALS = Message(
    "residuals_ct", _PROMOTER, _PROVIDER, Carries.CIPHERTEXT, "residuals of each row under the arbiter's key"
)
GRADIENTS = {
    role: Route(
        Message(
            f"gradient_masked_ct_of_{role}",
            role,
            _ARBITER,
            Carries.MASKED,
            "own gradient plus a mask over the whole plaintext, under the arbiter's key",
        ),
        Message(
            f"gradient_masked_of_{role}",
            _ARBITER,
            role,
            Carries.MASKED,
            "the same, decrypted; the owner knows its mask",
        ),
    )
    for role in _OWNERS
}
LOSS = Message(
    "loss_part",
    _PROVIDER,
    _PROMOTER,
    Carries.OPEN,
    "own summand of an epoch's mean loss; with two or more providers under masks that cancel only in the sum",
)
VERDICT_ARBITER = Message("verdict_to_arbiter", _PROMOTER, _ARBITER, Carries.SIZES, "whether training goes on")
MESSAGES = (
    *KEYS.values(),
    HELLO_PROVIDER,
    HELLO_PROMOTER,
    START,
    PLAN,
    MASK_KEY,
    SCORES,
    RESIDUALS,
    *(message for route in GRADIENTS.values() for message in (route.asks, route.answers)),
    LOSS,
    VERDICT,
    VERDICT_ARBITER,
)
INPUTS = (
    Port("train", "table", _OWNERS, about="aligned, standardised rows; the promoter's with a label"),
    Port("pipeline", "model", _OWNERS, optional=True, about="preprocessing to store with the model, for raw rows"),
    Port("start", "model", _OWNERS, optional=True, about="earlier model of the same columns to begin from; at each"),
)
OUTPUTS = (Port("model", "model", _OWNERS, about="own columns and weights; the promoter's with the intercept"),)
DISCLOSES = (
    Disclosure(
        _PROMOTER,
        "the gradient of its own weights at every step and the mean loss after every epoch (with a single provider, "
        "that provider's summand of it): sums over a step's rows, from which the providers' parts of scores could be "
        "computed if a step had no more rows than the promoter has columns, which is refused; with more rows a "
        "statistical leaning, and at every step the providers' part of each row's score in which alone two of its "
        "columns differ. Also how many columns each provider uses",
        "每一步自身权重的梯度，以及每轮之后的平均损失（只有一个协作方时即可得知该协作方的那一部分）：均为一步内各行之和；"
        "若一步的行数不超过发起方的列数，则可由此算出协作方的部分分数（会被拒绝）；行数更多时仍有统计倾向，"
        "且若其两列仅在某一行不同，即可在每一步得知协作方在该行的部分分数。另外还有各协作方使用的列数",
    ),
    Disclosure(
        _PROVIDER,
        "the gradient of its own weights at every step and at zero weights, from which labels can be inferred: all of "
        "them if a step has no more rows than the provider has columns, which is refused; with more rows a statistical "
        "leaning, and the label of each row in which alone two of its columns differ. Also how many columns the "
        "promoter uses, after how many epochs the loss stands still, how many classes there are, and whether rows "
        "are weighted",
        "每一步以及零权重处自身权重的梯度，可据以推断标签：若一步的行数不超过协作方列数则可全部推断（会被拒绝）；"
        "行数更多时仍有统计倾向，且若其两列仅在某一行不同，即可得知该行的标签。"
        "另外还有发起方使用的列数、损失在多少轮后不再下降、类别的个数，以及各行是否加权",
    ),
    Disclosure(
        _ARBITER,
        "how many columns each member uses, how many steps an epoch has, how many classes there are, whether rows are "
        "weighted, and after how many epochs training ends; of gradients, weights, scores and the loss nothing: what "
        "it decrypts lies under masks that their owners alone know",
        "各方使用的列数、每轮的步数、类别的个数、各行是否加权，以及训练在多少轮后结束；"
        "对梯度、权重、分数与损失一无所知：其解密的内容均带有仅其所有者知道的掩码",
    ),
)

#: `n_outputs` is the number of classes with `multi_class`, else 1; `n_epochs` what the run takes; `weighted` 1 where
#: rows count differently, else 0.
_CT = "key_bits / 4"
_SLOTS = f"max(1, ((key_bits - 44) // {scales.PRODUCT_BITS + 1} + 1) // 2)"
_GROUPS = f"n_outputs * (weighted * n_rows / n_batches + (1 - weighted) * ceil(n_rows / n_batches / {_SLOTS}))"
_STEPS, _MORE_STEPS = "n_epochs * n_batches", "(n_epochs + 1) * n_batches"  # the latter with those at zero weights
_OWN, _THEIRS = "n_outputs * (n_features_promoter + 1)", "n_outputs * n_features_providers"
_KEY = "(8 + 3 * key_bits / 8)"
_ROWS = f"({HEADER_BYTES} + {_CT} * {_GROUPS})"
COST = (
    Cost("key_to_promoter", "1", _KEY),
    Cost("key_to_provider", "n_providers", f"n_providers * {_KEY}"),
    Cost("hello_to_provider", "n_providers", f"{HELLO_BYTES + 32} * n_providers"),
    Cost("hello_to_promoter", "n_providers", f"{HELLO_BYTES + 32} * n_providers"),
    Cost("start", "n_providers", "4 * n_providers"),
    Cost("plan", "1", "11 + 4 * (n_providers + 1)"),
    Cost("mask_key", "n_providers * (n_providers - 1)", "32 * n_providers * (n_providers - 1)"),
    Cost("scores_ct", f"{_STEPS} * n_providers", f"{_STEPS} * n_providers * {_ROWS}"),
    Cost("residuals_ct", f"{_MORE_STEPS} * n_providers", f"{_MORE_STEPS} * n_providers * {_ROWS}"),
    Cost("gradient_masked_ct_of_promoter", _STEPS, f"{_STEPS} * ({HEADER_BYTES} + {_CT} * {_OWN})"),
    Cost("gradient_masked_of_promoter", _STEPS, f"{_STEPS} * 16 * {_OWN}"),
    Cost(
        "gradient_masked_ct_of_provider",
        f"{_MORE_STEPS} * n_providers",
        f"{_MORE_STEPS} * ({HEADER_BYTES} * n_providers + {_CT} * {_THEIRS})",
    ),
    Cost("gradient_masked_of_provider", f"{_MORE_STEPS} * n_providers", f"{_MORE_STEPS} * 16 * {_THEIRS}"),
    Cost("loss_part", "n_epochs * n_providers", "8 * n_epochs * n_providers"),
    Cost("verdict", "n_epochs * n_providers", "n_epochs * n_providers"),
    Cost("verdict_to_arbiter", "n_epochs", "n_epochs"),
)
