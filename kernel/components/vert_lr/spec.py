"""The manifest of vert_lr."""

from typing import Literal

from pydantic import BaseModel, Field

from kernel.core import Cost, Disclosure, Port, Role
from kernel.crypto.paillier import HEADER_BYTES
from kernel.protocol.linear import scales
from kernel.protocol.linear.messages import MESSAGES as LINEAR


class Params(BaseModel, frozen=True, extra="forbid"):
    """What all parties share."""

    iterations: int = Field(
        12, ge=1, le=200, description="Full-batch steps.", json_schema_extra={"zh": "全批量迭代次数", "unit": "steps"}
    )
    l2: float = Field(
        1e-3,
        ge=1e-6,
        le=10,
        description="L2 penalty on the weights, not on the intercept.",
        json_schema_extra={"zh": "权重的 L2 惩罚（不含截距）"},
    )
    coupling: float = Field(
        0.3,
        ge=0.01,
        le=0.9,
        description="Smallest eigenvalue of the preconditioned problem; lower it for strongly correlated columns.",
        json_schema_extra={"zh": "预条件问题的最小特征值假设；成员间列高度相关时调低"},
    )
    key_bits: Literal[2048, 3072] = Field(
        2048, description="Paillier key length.", json_schema_extra={"zh": "Paillier 密钥长度", "unit": "bits"}
    )


class OwnParams(BaseModel, frozen=True, extra="forbid"):
    """What each member chooses for itself."""

    columns: tuple[str, ...] = Field(
        (),
        description="Features to use; all numeric features when empty.",
        json_schema_extra={"zh": "使用的特征列；留空则使用全部数值特征"},
    )


INPUTS = (
    Port("train", "table", about="aligned, standardised rows; the promoter's with a label of zeros and ones"),
    Port("pipeline", "model", optional=True, about="preprocessing to store with the model, for scoring raw rows"),
)
OUTPUTS = (Port("model", "model", about="own columns and weights; the promoter's with the intercept"),)
MESSAGES = LINEAR.all()
DISCLOSES = (
    Disclosure(
        Role.PROMOTER,
        "the objective (regularised loss) after each iteration; how many rows and columns each provider uses",
        "每次迭代后的目标函数值（含正则的损失）；各协作方使用的行数与列数",
    ),
    Disclosure(
        Role.PROVIDER,
        "how many rows and columns each other member uses; nothing about labels, scores or others' weights",
        "其他各成员使用的行数与列数；不涉及标签、分数或他方权重",
    ),
)


def _slots(value_bits: int) -> str:
    """Entries per ciphertext of a convolution, as an expression."""
    return f"max(1, ((key_bits - 44) // {value_bits + 1} + 1) // 2)"


_CT = "key_bits / 4"
_ROW_SLOTS = f"max(1, (key_bits - 2) // {scales.SCORE_VALUE_BITS + 42 + scales.PARTY_BITS})"
_P0 = "(n_features_promoter + 1)"
_SCORES = f"({HEADER_BYTES} + {_CT} * ceil(n_rows / {_ROW_SLOTS}))"
_RESIDUAL = f"({HEADER_BYTES} + {_CT} * ceil(n_rows / {_slots(scales.GRADIENT_VALUE_BITS)}))"
_DIRECTION = _slots(scales.DIRECTION_VALUE_BITS)
_SETUP = "(68 + 3 * key_bits / 8)"
COST = (
    Cost("setup_to_provider", "n_providers", f"n_providers * {_SETUP}"),
    Cost("setup_to_promoter", "n_providers", f"n_providers * {_SETUP}"),
    Cost(
        "setup_between_providers",
        "n_providers * (n_providers - 1)",
        f"n_providers * (n_providers - 1) * {_SETUP}",
    ),
    Cost(
        "weights_share_ct_to_provider",
        "iterations * n_providers",
        f"iterations * ({HEADER_BYTES} * n_providers + {_CT} * n_features_providers)",
    ),
    Cost("weights_share_ct_to_promoter", "iterations", f"iterations * ({HEADER_BYTES} + {_CT} * {_P0})"),
    Cost("scores_masked_ct_to_promoter", "iterations * n_providers", f"iterations * n_providers * {_SCORES}"),
    Cost("scores_masked_ct_to_provider", "iterations", f"iterations * {_SCORES}"),
    Cost("residual_share_ct_to_provider", "iterations * n_providers", f"iterations * n_providers * {_RESIDUAL}"),
    Cost("residual_share_ct_to_promoter", "iterations * n_providers", f"iterations * n_providers * {_RESIDUAL}"),
    Cost(
        "residual_share_ct_between_providers",
        "iterations * n_providers * (n_providers - 1)",
        f"iterations * n_providers * (n_providers - 1) * {_RESIDUAL}",
    ),
    Cost(
        "gradient_masked_ct_to_provider",
        "iterations * n_providers",
        f"iterations * n_providers * ({HEADER_BYTES} + {_CT} * ({_P0} + 1))",
    ),
    Cost(
        "gradient_masked_ct_to_promoter",
        "iterations * n_providers",
        f"iterations * ({HEADER_BYTES} * n_providers + {_CT} * n_features_providers)",
    ),
    Cost(
        "gradient_masked_ct_between_providers",
        "iterations * n_providers * (n_providers - 1)",
        f"iterations * (n_providers - 1) * ({HEADER_BYTES} * n_providers + {_CT} * n_features_providers)",
    ),
    Cost(
        "gradient_share_to_promoter",
        "iterations * n_providers * (n_providers - 1)",
        "iterations * (n_providers - 1) * 16 * n_features_providers",
    ),
    Cost(
        "gradient_share_between_providers",
        "iterations * (n_providers - 1)",
        f"iterations * (n_providers - 1) * 16 * ({_P0} + 1)",
    ),
    Cost(
        "direction_share_ct_to_provider",
        "iterations * n_providers",
        f"iterations * ({HEADER_BYTES} * n_providers + {_CT} * n_direction_ciphertexts)",
    ),
    Cost(
        "direction_share_ct_to_promoter",
        "iterations",
        f"iterations * ({HEADER_BYTES} + {_CT} * ceil({_P0} / {_DIRECTION}))",
    ),
    Cost(
        "step_masked_ct_to_promoter",
        "iterations * n_providers",
        f"iterations * ({HEADER_BYTES} * n_providers + {_CT} * (n_features_providers + n_providers))",
    ),
    Cost("step_masked_ct_to_provider", "iterations", f"iterations * ({HEADER_BYTES} + {_CT} * ({_P0} + 1))"),
    Cost("objective_share_to_promoter", "iterations", "iterations * 16"),
    Cost("objective_share_between_providers", "iterations * (n_providers - 1)", "iterations * (n_providers - 1) * 16"),
    Cost("weights_share_to_provider", "n_providers", "8 * n_features_providers"),
    Cost("weights_share_to_promoter", "1", f"8 * {_P0}"),
)
