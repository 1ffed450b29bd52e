"""The manifest of vert_glm_open_score."""

from typing import Literal

from pydantic import BaseModel, Field

from kernel.components.vert_glm_open_score import scales
from kernel.core import Carries, Cost, Disclosure, Message, Port, Role
from kernel.crypto.paillier import HEADER_BYTES
from kernel.protocol.scoring.messages import MASK_KEY

_PROMOTER, _PROVIDER = Role.PROMOTER, Role.PROVIDER


class Params(BaseModel, frozen=True, extra="forbid"):
    """What all parties share."""

    family: Literal["binary", "squared", "poisson"] = Field(
        "binary",
        description="Logistic regression, linear regression, or counts with a logarithmic link.",
        json_schema_extra={"zh": "逻辑回归（binary）、线性回归（squared）或对数链接的计数回归（poisson）"},
    )
    epochs: int = Field(
        40,
        ge=1,
        le=1000,
        description="At most so many passes over the rows.",
        json_schema_extra={"zh": "最多遍历数据的轮数", "unit": "epochs"},
    )
    batch_rows: int = Field(
        0,
        ge=0,
        description="Rows of a step; 0 takes all. Too small ones are refused: they would give labels away.",
        json_schema_extra={"zh": "每步使用的行数；0 表示全部。过小的批量会泄露标签，将被拒绝", "unit": "rows"},
    )
    optimizer: Literal["newton", "sgd", "momentum", "adam"] = Field(
        "newton",
        description="newton: each party's own bounded curvature and Chebyshev momentum; needs all rows in a step.",
        json_schema_extra={"zh": "newton：各方用自身曲率上界预条件并配切比雪夫动量，需全批量"},
    )
    learning_rate: float = Field(
        0.1, gt=0, le=10, description="Of all but newton.", json_schema_extra={"zh": "学习率（newton 不使用）"}
    )
    coupling: float = Field(
        0.03,
        ge=0.001,
        le=0.9,
        description="For newton: smallest eigenvalue of the preconditioned problem that is still reached.",
        json_schema_extra={"zh": "newton：预条件问题中仍会收敛到的最小特征值"},
    )
    l1: float = Field(
        0.0,
        ge=0,
        le=10,
        description="L1 penalty on the weights, not on the intercept; with sgd only.",
        json_schema_extra={"zh": "权重的 L1 惩罚（不含截距；仅 sgd 可用）"},
    )
    l2: float = Field(
        1e-3,
        ge=1e-9,
        le=10,
        description="L2 penalty on the weights, not on the intercept.",
        json_schema_extra={"zh": "权重的 L2 惩罚（不含截距）"},
    )
    tolerance: float = Field(
        1e-7,
        ge=0,
        le=1,
        description="Stop when the mean loss has fallen by less for three epochs; 0: never.",
        json_schema_extra={"zh": "连续三轮平均损失下降小于此值即停止；0 表示从不提前停止"},
    )
    key_bits: Literal[2048, 3072] = Field(
        2048, description="Paillier key length.", json_schema_extra={"zh": "Paillier 密钥长度", "unit": "bits"}
    )


class OwnParams(BaseModel, frozen=True, extra="forbid"):
    """What each member chooses for itself."""

    columns: tuple[str, ...] = Field(
        (),
        description="Features to use, which must be numbers; every feature of the table when empty.",
        json_schema_extra={"zh": "使用的特征列，须为数值；留空则使用全部特征"},
    )
    weight: str = Field(
        "",
        description="The promoter's column of row weights; empty: all rows count alike.",
        json_schema_extra={"zh": "发起方的样本权重列；留空则各行等权"},
    )
    balance: bool = Field(
        default=False,
        description="The promoter's choice to give both classes the same total weight.",
        json_schema_extra={"zh": "发起方可选择使两类总权重相等"},
    )


HELLO_PROVIDER = Message(
    "hello_to_provider",
    _PROMOTER,
    _PROVIDER,
    Carries.SIZES,
    "public key, number of rows, hash of the order of their ids, kept checkpoints",
)
HELLO_PROMOTER = Message(
    "hello_to_promoter",
    _PROVIDER,
    _PROMOTER,
    Carries.SIZES,
    "numbers of rows and columns, hash of the order of ids, kept checkpoints",
)
START = Message("start", _PROMOTER, _PROVIDER, Carries.SIZES, "the epoch that all parties go on from")
SCORES = Message(
    "scores",
    _PROVIDER,
    _PROMOTER,
    Carries.OPEN,
    "own part of each row's score; with two or more providers under masks that cancel only in the sum",
)
RESIDUALS = Message(
    "residuals_ct", _PROMOTER, _PROVIDER, Carries.CIPHERTEXT, "residual of each row under the promoter's key"
)
GRADIENT_CT = Message(
    "gradient_masked_ct",
    _PROVIDER,
    _PROMOTER,
    Carries.MASKED,
    "own gradient plus a mask, under the promoter's key",
)
GRADIENT = Message(
    "gradient_masked", _PROMOTER, _PROVIDER, Carries.MASKED, "the same, decrypted; the provider knows the mask"
)
VERDICT = Message("verdict", _PROMOTER, _PROVIDER, Carries.SIZES, "whether training goes on")
MESSAGES = (
    HELLO_PROVIDER,
    HELLO_PROMOTER,
    START,
    MASK_KEY,
    SCORES,
    RESIDUALS,
    GRADIENT_CT,
    GRADIENT,
    VERDICT,
)
INPUTS = (
    Port("train", "table", about="aligned, standardised rows; the promoter's with a label"),
    Port("pipeline", "model", optional=True, about="preprocessing to store with the model, for scoring raw rows"),
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
        "label of each row in which alone two of its columns differ. Also after how many epochs the loss stands still",
        "每一步自身权重的梯度，可据以推断标签：若一步的行数不超过协作方列数则可全部推断（会被拒绝）；行数更多时仍有统计倾向，"
        "且若其两列仅在某一行不同，即可得知该行的标签。另外还有损失在多少轮后不再下降",
    ),
)

_CT = "key_bits / 4"
_GROUPS = f"ceil(n_rows / n_batches / max(1, ((key_bits - 44) // {scales.PRODUCT_BITS + 1} + 1) // 2))"
_STEPS = "n_epochs * n_batches"
COST = (
    Cost("hello_to_provider", "n_providers", "n_providers * (68 + 3 * key_bits / 8)"),
    Cost("hello_to_promoter", "n_providers", "60 * n_providers"),
    Cost("start", "n_providers", "4 * n_providers"),
    Cost("mask_key", "n_providers * (n_providers - 1)", "32 * n_providers * (n_providers - 1)"),
    Cost("scores", f"{_STEPS} * n_providers", "n_epochs * 8 * n_rows * n_providers"),
    Cost(
        "residuals_ct",
        f"{_STEPS} * n_providers",
        f"{_STEPS} * n_providers * ({HEADER_BYTES} + {_CT} * {_GROUPS})",
    ),
    Cost(
        "gradient_masked_ct",
        f"{_STEPS} * n_providers",
        f"{_STEPS} * ({HEADER_BYTES} * n_providers + {_CT} * n_features_providers)",
    ),
    Cost("gradient_masked", f"{_STEPS} * n_providers", f"{_STEPS} * 16 * n_features_providers"),
    Cost("verdict", "n_epochs * n_providers", "n_epochs * n_providers"),
)
