"""The manifest of vert_linear."""

from typing import Literal

from pydantic import BaseModel, Field

from kernel.core import Context, Disclosure, Port, Role
from kernel.ml.linear import stages
from kernel.protocol.linear.cost import LINEAR as COST
from kernel.protocol.linear.messages import MESSAGES as ROUTES
from kernel.protocol.linear.params import OwnParams
from kernel.protocol.linear.training import Problem

__all__ = ["COST", "DISCLOSES", "INPUTS", "MESSAGES", "OUTPUTS", "OwnParams", "Params", "problem"]


class Params(BaseModel, frozen=True, extra="forbid"):
    """What all parties share."""

    l2: float = Field(
        1e-3,
        ge=1e-6,
        le=10,
        description="L2 penalty on the weights, not on the intercept.",
        json_schema_extra={"zh": "权重的 L2 惩罚（不含截距）"},
    )
    intercept: bool = Field(default=True, description="Fit an intercept.", json_schema_extra={"zh": "是否拟合截距"})
    iterations: int = Field(
        500,
        ge=1,
        le=5000,
        description="Most steps of the solver; it ends as soon as the objective stands still.",
        json_schema_extra={"zh": "求解器的最大步数；目标函数不再下降时提前结束", "unit": "steps"},
    )
    standard_errors: bool = Field(
        default=False,
        description="Tell each member the standard errors of its own weights: a solution for every column of all.",
        json_schema_extra={"zh": "向各成员给出其自身权重的标准误；需对全部列逐列求解"},
    )
    key_bits: Literal[2048, 3072] = Field(
        2048, description="Paillier key length.", json_schema_extra={"zh": "Paillier 密钥长度", "unit": "bits"}
    )


INPUTS = (
    Port("train", "table", about="aligned, standardised rows; the promoter's with a numeric label"),
    Port("pipeline", "model", optional=True, about="preprocessing to store with the model, for scoring raw rows"),
)
OUTPUTS = (
    Port(
        "model",
        "model",
        about="own columns and weights; the promoter's with the intercept and the mean and scale of the label",
    ),
)
MESSAGES = ROUTES.linear()
DISCLOSES = (
    Disclosure(
        Role.PROMOTER,
        "the objective (regularised loss) after each stage of the training, and the mean squared error at its end; "
        "how many rows and columns each provider uses",
        "训练每一阶段后的目标函数值（含正则的损失）以及结束时的均方误差；各协作方使用的行数与列数",
    ),
    Disclosure(
        Role.PROVIDER,
        "how many rows and columns each other member uses, and after how many iterations the training ends; "
        "not labels, their mean or scale, scores or others' weights; with standard errors also those of its own "
        "weights and which part of the label's variance the model leaves",
        "其他各成员使用的行数与列数，以及训练在多少次迭代后结束；不涉及标签及其均值与尺度、分数或他方权重；"
        "如计算标准误，还包括自身权重的标准误与模型未解释的标签方差比例",
    ),
)


def problem(ctx: Context, params: Params) -> Problem:
    """Tell the solver what to minimise: half the mean squared error of the standardised label."""
    intercept = params.intercept and ctx.role is Role.PROMOTER
    plan = stages(params.iterations, float(len(ctx.parties)))
    return Problem(1.0, params.l2, intercept, plan, open_fit=True, errors=params.standard_errors)


# A provider is not told the label's scale, so no member can show them in its units.
WEIGHTS_TITLE = "Own weights for the standardised label"
