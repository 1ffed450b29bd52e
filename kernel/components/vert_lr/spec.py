"""The manifest of vert_lr."""

from collections.abc import Sequence
from typing import Any, Literal

from pydantic import BaseModel, Field

from kernel.core import Context, Disclosure, Port, Role
from kernel.core.errors import BadParameters
from kernel.ml.classes import MOST_CLASSES
from kernel.ml.linear import stages
from kernel.protocol.linear.curve_cost import LOGISTIC as COST
from kernel.protocol.linear.messages import MESSAGES as LINEAR
from kernel.protocol.linear.params import OwnParams
from kernel.protocol.linear.scales import MOST_TURNS
from kernel.protocol.linear.start import Start
from kernel.protocol.linear.training import Problem

__all__ = ["COST", "DISCLOSES", "INPUTS", "MESSAGES", "OUTPUTS", "OwnParams", "Params", "problem"]


class Params(BaseModel, frozen=True, extra="forbid"):
    """What all parties share."""

    iterations: int = Field(
        500,
        ge=1,
        le=5000,
        description="Most steps of the solver; it ends as soon as the objective stands still.",
        json_schema_extra={"zh": "求解器的最大步数；目标函数不再下降时提前结束", "unit": "steps"},
    )
    multi_class: Literal["none", "one_vs_rest"] = Field(
        "none",
        description=(
            "none: a label of zeros and ones. one_vs_rest: a label of several classes, numbers or text, each of "
            "which is told from all others; with sine the steps are taken for one class after another."
        ),
        json_schema_extra={
            "zh": "none：标签为 0 和 1；one_vs_rest：标签有多个类别（数值或文本），逐类与其余类区分；"
            "sigmoid 为 sine 时各类依次执行"
        },
    )
    l2: float = Field(
        1e-3,
        ge=1e-6,
        le=10,
        description="L2 penalty on the weights, not on the intercept.",
        json_schema_extra={"zh": "权重的 L2 惩罚（不含截距）"},
    )
    sigmoid: Literal["linear", "sine"] = Field(
        "linear",
        description=(
            "linear minimises the second-order expansion of the log loss; sine goes on to the log loss itself, with a "
            "bounded sigmoid, for up to four members: closer ranks and probabilities, some thirty times the time."
        ),
        json_schema_extra={
            "zh": "linear 最小化对数损失的二阶展开；sine 继续以有界 sigmoid 逼近对数损失本身（至多四个成员）："
            "排序与概率更准确，耗时约三十倍"
        },
    )
    refinements: int = Field(
        4,
        ge=1,
        le=20,
        description="Steps with the sigmoid; none when it is linear.",
        json_schema_extra={"zh": "使用 sigmoid 的步数；sigmoid 为 linear 时不执行", "unit": "steps"},
    )
    key_bits: Literal[2048, 3072] = Field(
        2048, description="Paillier key length.", json_schema_extra={"zh": "Paillier 密钥长度", "unit": "bits"}
    )


INPUTS = (
    Port(
        "train",
        "table",
        about="aligned, standardised rows; the promoter's with a label of zeros and ones, or of several classes",
    ),
    Port(
        "start", "model", optional=True, about="with sine: an earlier vert_lr model of the same columns to go on from"
    ),
    Port("pipeline", "model", optional=True, about="preprocessing to store with the model, for scoring raw rows"),
)
OUTPUTS = (Port("model", "model", about="own columns and weights; the promoter's with the intercept"),)
MESSAGES = LINEAR.logistic()
DISCLOSES = (
    Disclosure(
        Role.PROMOTER,
        "the objective (regularised loss) after each stage, of several classes its sum; how many rows and columns each "
        "provider uses; whether each has a start, and the id of the training that it is of",
        "训练每一阶段后的目标函数值（含正则的损失），多类别时为各类之和；各协作方使用的行数与列数；"
        "各方是否接入起始模型，及其所属训练的标识",
    ),
    Disclosure(
        Role.PROVIDER,
        "how many rows and columns each other member uses, how many classes the label has, and after how many "
        "iterations the training ends; whether each has a start, and the id of the training that it is of; not labels, "
        "scores or others' weights",
        "其他各成员使用的行数与列数、标签的类别数，以及训练在多少次迭代后结束；各方是否接入起始模型，及其所属训练的标识；"
        "不涉及标签、分数或他方权重",
    ),
)


def problem(ctx: Context, params: Params, columns: Sequence[str], classes: Sequence[Any] | None = None) -> Problem:
    """Tell the solver what to minimise: mean(2·d²) with d = ¼z + ½ - y, whose targets are 2y - 1.

    Parameters
    ----------
    classes
        The promoter's, where there are several; empty for two.

    Raises
    ------
    BadParameters
        Too many members for the sigmoid; a start that does not fit, or without steps that it could serve.
    """
    steps = params.refinements if params.sigmoid == "sine" else 0
    if steps and len(ctx.parties) > MOST_TURNS:
        raise BadParameters(
            f"sigmoid: sine is for {MOST_TURNS} members at most", hint="Choose the linear one, or fewer providers."
        )
    plan = stages(params.iterations, float(len(ctx.parties)))
    targets = range(1, 2) if params.multi_class == "none" else range(2, MOST_CLASSES + 1)
    start = None
    if "start" in ctx.inputs:
        if not steps:
            raise BadParameters(
                "start: the linear sigmoid's optimum is exact from anywhere",
                hint="Choose sigmoid: sine, or leave `start` unconnected.",
            )
        start = Start.of(ctx.inputs["start"], "vert_lr", columns, classes)
    return Problem(4.0, params.l2, ctx.role is Role.PROMOTER, plan, targets=targets, refinements=steps, start=start)
