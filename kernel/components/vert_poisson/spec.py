"""The manifest of vert_poisson."""

from collections.abc import Sequence
from typing import Literal

from pydantic import BaseModel, Field

from kernel.core import Context, Disclosure, Port, Role
from kernel.core.errors import BadParameters
from kernel.ml.linear import stages
from kernel.protocol.linear.curve_cost import POISSON as COST
from kernel.protocol.linear.descent import LogLink
from kernel.protocol.linear.messages import MESSAGES as ROUTES
from kernel.protocol.linear.params import OwnParams
from kernel.protocol.linear.scales import MOST_FACTORS
from kernel.protocol.linear.start import Start
from kernel.protocol.linear.training import Problem

__all__ = ["COST", "DISCLOSES", "INPUTS", "MESSAGES", "OUTPUTS", "OwnParams", "Params", "earlier", "problem"]


class Params(BaseModel, frozen=True, extra="forbid"):
    """What all parties share."""

    l2: float = Field(
        1e-3,
        ge=1e-6,
        le=10,
        description="L2 penalty on the weights, not on the intercept; relative to the label's root mean square.",
        json_schema_extra={"zh": "权重的 L2 惩罚（不含截距），相对于标签的均方根"},
    )
    steps: int = Field(
        50,
        ge=1,
        le=500,
        description="Most weights that are tried; it ends as soon as a step promises nothing more.",
        json_schema_extra={"zh": "最多尝试的权重次数；预期不再改善时提前结束", "unit": "steps"},
    )
    key_bits: Literal[2048, 3072] = Field(
        2048, description="Paillier key length.", json_schema_extra={"zh": "Paillier 密钥长度", "unit": "bits"}
    )


INPUTS = (
    Port("train", "table", about="aligned, standardised rows; the promoter's with a label of counts"),
    Port("start", "model", optional=True, about="an earlier vert_poisson model of the same columns to go on from"),
    Port("pipeline", "model", optional=True, about="preprocessing to store with the model, for scoring raw rows"),
)
OUTPUTS = (Port("model", "model", about="own columns and weights; the promoter's with the intercept"),)
MESSAGES = ROUTES.poisson()
DISCLOSES = (
    Disclosure(
        Role.PROMOTER,
        "the objective (regularised loss) after each step that is tried, and of each step that is taken up to seven "
        "products of the gradient with the last steps and the last changes of the gradient; the objective of least "
        "squares after each stage of its solver; how many rows and columns each provider uses; whether each has "
        "a start, and the id of the training that it is of",
        "每次尝试后的目标函数值（含正则的损失），每个被采纳的步还有梯度与最近几步及梯度变化的至多七个内积；"
        "最小二乘求解每一阶段后的目标函数值；各协作方使用的行数与列数；各方是否接入起始模型，及其所属训练的标识",
    ),
    Disclosure(
        Role.PROVIDER,
        "how many rows and columns each other member uses; which steps are taken, and the up to seven numbers by which "
        "each is put together of the last ones, the first of which is the ratio of the label's root mean square to its "
        "mean, rounded down to a power of two; where a step that is tried takes a row's rate out of range, to which "
        "side and about how far; whether each has a start, and the id of the training that it is of; "
        "not labels, their mean or scale, rates, scores or others' weights",
        "其他各成员使用的行数与列数；哪些步被采纳，以及由最近几步组成下一步的至多七个系数（第一个为标签均方根与均值之比向下取到二的幂）；"
        "若某次尝试使某行的发生率超出范围，超出的方向与大致幅度；各方是否接入起始模型，及其所属训练的标识；不涉及标签及其均值与尺度、发生率、分数或他方权重",
    ),
)


def earlier(ctx: Context, columns: Sequence[str]) -> Start | None:
    """Our part of the model to go on from, if there is one.

    Raises
    ------
    BadParameters
        It is of another kind or other columns.
    """
    if "start" not in ctx.inputs:
        return None
    # The promoter's part has an intercept, and no classes.
    return Start.of(ctx.inputs["start"], "vert_poisson", columns, () if ctx.role is Role.PROMOTER else None)


def problem(ctx: Context, params: Params, link: LogLink, start: Start | None) -> Problem:
    """Tell the solver what to minimise: least squares first, which tells how many iterations a division takes.

    Raises
    ------
    BadParameters
        Too many members.
    """
    if len(ctx.parties) > MOST_FACTORS:
        raise BadParameters(
            f"vert_poisson is for {MOST_FACTORS} members at most",
            hint="Train with fewer providers, or take vert_secureboost with the objective poisson.",
        )
    plan = stages(_LEAST_SQUARES, float(len(ctx.parties)))
    return Problem(1.0, params.l2, ctx.role is Role.PROMOTER, plan, start=start, log_link=link)


_LEAST_SQUARES = 500  # iterations at most
