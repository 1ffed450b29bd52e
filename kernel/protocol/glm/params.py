"""Parameters that the components share: what is trained, and how to go down."""

from typing import Literal

from pydantic import BaseModel, Field

from kernel.core.errors import BadParameters


class GlmParams(BaseModel, frozen=True, extra="forbid"):
    """What all parties share; a component says which families it has."""

    family: str
    multi_class: str
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

    @property
    def objective(self) -> str:
        """What a model's content calls it, for scoring."""
        return self.family if self.multi_class == "none" else self.multi_class

    def check_classes(self) -> None:
        """Refuse several classes of what has none.

        Raises
        ------
        BadParameters
            The family is not binary.
        """
        if self.multi_class != "none" and self.family != "binary":
            raise BadParameters(f"multi_class: {self.family} has no classes", hint="Take binary, or none.")


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
        description="The promoter's choice to give all classes the same total weight.",
        json_schema_extra={"zh": "发起方可选择使各类总权重相等"},
    )

    def check_provider(self) -> None:
        """Refuse what only the promoter may say.

        Raises
        ------
        BadParameters
            It is said.
        """
        if self.weight or self.balance:
            raise BadParameters("weight, balance: only the promoter weighs rows", hint="Leave them empty.")

    def check_arbiter(self) -> None:
        """Refuse everything: an arbiter has no rows.

        Raises
        ------
        BadParameters
            Something is said.
        """
        if self.columns or self.weight or self.balance:
            raise BadParameters("columns, weight, balance: the arbiter has no data", hint="Leave them empty.")
