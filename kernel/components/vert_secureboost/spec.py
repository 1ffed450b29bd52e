"""The manifest of vert_secureboost."""

from typing import Any, Literal

from pydantic import BaseModel, Field

from kernel.core import Cost, Disclosure, Port, Role
from kernel.crypto.paillier import HEADER_BYTES
from kernel.ml.trees.binning import MOST_BINS
from kernel.ml.trees.objective import Name
from kernel.protocol.alignment import greeting_bytes
from kernel.protocol.trees.messages import MESSAGES as TREES
from kernel.protocol.trees.plan import Boosting


def _extra(zh: str, unit: str = "") -> dict[str, Any]:
    return {"zh": zh, "unit": unit} if unit else {"zh": zh}


class Params(BaseModel, frozen=True, extra="forbid"):
    """What all parties share."""

    objective: Name = Field(
        "binary",
        description="What is learnt: two classes (label 0 or 1), several classes, or a number by one of four losses.",
        json_schema_extra=_extra("学习目标：二分类（标签为 0 或 1）、多分类，或以四种损失之一回归数值"),
    )
    n_trees: int = Field(30, ge=1, le=1000, description="Trees.", json_schema_extra=_extra("树的棵数", "trees"))
    max_depth: int = Field(
        4, ge=1, le=8, description="Levels of splits of a tree.", json_schema_extra=_extra("树的最大深度")
    )
    learning_rate: float = Field(
        0.2,
        gt=0,
        le=1,
        description="Factor of every leaf's weight.",
        json_schema_extra=_extra("学习率，即叶权重的系数"),
    )
    l2: float = Field(
        1.0, ge=0, le=1e6, description="L2 penalty on leaf weights.", json_schema_extra=_extra("叶权重的 L2 惩罚")
    )
    l1: float = Field(
        0.0, ge=0, le=1e6, description="L1 penalty on leaf weights.", json_schema_extra=_extra("叶权重的 L1 惩罚")
    )
    min_child_weight: float = Field(
        1.0,
        ge=0,
        le=1e9,
        description="Least sum of second derivatives in a child (their mean over outputs).",
        json_schema_extra=_extra("子节点二阶导数之和的最小值（多输出时取平均）"),
    )
    min_gain: float = Field(
        0.0,
        ge=0,
        le=1e9,
        description="A split must gain more than this.",
        json_schema_extra=_extra("分裂所需的最小增益"),
    )
    min_leaf_rows: int = Field(
        20,
        ge=1,
        le=1_000_000,
        description="Fewest sampled rows of a child; each member enforces it for its own splits. Sums over few rows "
        "can tell the promoter which rows these are: the larger, the less is told.",
        json_schema_extra=_extra(
            "子节点的最少采样行数，由各成员对自己的分裂执行。少数几行之和可能使发起方推知是哪些行：取值越大，泄露越少",
            "rows",
        ),
    )
    row_sample: float = Field(
        1.0, gt=0, le=1, description="Share of rows that a tree sees.", json_schema_extra=_extra("每棵树使用的行比例")
    )
    feature_sample: float = Field(
        1.0,
        gt=0,
        le=1,
        description="Share of each member's columns that a tree looks at.",
        json_schema_extra=_extra("每棵树使用的各成员列比例"),
    )
    goss: bool = Field(
        default=False,
        description="Take the rows with large gradients and few of the others; saves time with many rows. Providers "
        "see which rows are left out, and so much of the label.",
        json_schema_extra=_extra(
            "梯度单边采样：保留大梯度的行与少量其他行；行数多时省时。协作方会看到哪些行未被采样，从而得知部分标签信息"
        ),
    )
    goss_top: float = Field(
        0.2, gt=0, lt=1, description="Share of rows with large gradients.", json_schema_extra=_extra("大梯度行的比例")
    )
    goss_other: float = Field(
        0.1, gt=0, lt=1, description="Share of other rows, of all.", json_schema_extra=_extra("其他行占全部行的比例")
    )
    goss_start: int = Field(
        5,
        ge=1,  # in the first tree of two classes who is left out would tell the label
        le=1000,
        description="Trees that see all rows before this sampling begins.",
        json_schema_extra=_extra("开始单边采样前使用全部行的树数", "trees"),
    )
    boosting: Boosting = Field(
        "normal",
        description="Whose columns serve: all at every level, one member's a tree in turn (skip), or the providers' "
        "at upper levels and the promoter's below (layered).",
        json_schema_extra=_extra(
            "使用谁的列：每层全部；每棵树轮流一个成员（skip）；上层用协作方、下层用发起方（layered）"
        ),
    )
    layered_depth: int = Field(
        2,
        ge=1,
        le=8,
        description="Upper levels, for layered.",
        json_schema_extra=_extra("layered 时的上层层数"),
    )
    complete_secure: int = Field(
        0,
        ge=0,
        le=1000,
        description="First trees that look at the promoter's columns only: providers see no rows parted "
        "by gradients that are nearly the label.",
        json_schema_extra=_extra("前若干棵树只用发起方的列，使协作方看不到按近似标签的梯度划分的行", "trees"),
    )
    privacy: Literal["encryption", "noise"] = Field(
        "encryption",
        description="How providers' columns are hidden: encrypted sums, or bins that each provider sends once in the "
        "open with noise; then the promoter trains alone, much faster and less exactly.",
        json_schema_extra=_extra(
            "如何隐藏协作方的列：密文求和（encryption），或各协作方一次性明文发送加噪分箱（noise），"
            "其后发起方单独训练，快得多而精度较低"
        ),
    )
    epsilon: float = Field(
        3.0,
        gt=0,
        le=40,
        description="Privacy of each value with noise: a bin's chances change by at most e^epsilon with its value. "
        "Values of a row add up.",
        json_schema_extra=_extra(
            "加噪时每个取值的隐私预算：取值改变，某分箱出现的概率至多变为 e^epsilon 倍；同一行各列的预算相加"
        ),
    )
    early_stop: int = Field(
        0,
        ge=0,
        le=1000,
        description="Stop after so many trees without a better loss on the validation rows; 0 for never.",
        json_schema_extra=_extra("验证集损失连续若干棵树不改善则停止；0 表示不停", "trees"),
    )
    cipher: Literal["paillier", "okamoto_uchiyama"] = Field(
        "paillier",
        description="How gradients are encrypted: okamoto_uchiyama is three times as fast, under a younger assumption.",
        json_schema_extra=_extra("梯度的加密方式：okamoto_uchiyama 约快三倍，但所依赖的假设较新"),
    )
    key_bits: Literal[2048, 3072] = Field(
        2048, description="Length of its key.", json_schema_extra=_extra("密钥长度", "bits")
    )


class OwnParams(BaseModel, frozen=True, extra="forbid"):
    """What each member chooses for itself."""

    columns: tuple[str, ...] = Field(
        (),
        description="Features to use, numbers or text; all of them when empty.",
        json_schema_extra=_extra("使用的特征列（数值或文本）；留空则使用全部"),
    )
    max_bin: int = Field(
        32, ge=2, le=MOST_BINS, description="Most bins of a column.", json_schema_extra=_extra("每列最多分箱数")
    )
    min_gap_rows: int = Field(
        20,
        ge=1,
        le=1_000_000,
        description="Fewest of a node's sampled rows between two candidate splits of one of a provider's columns: the "
        "difference of their sums is that of these rows, and few rows could be told by it; as many lie beyond the "
        "outermost. 1 for every cut.",
        json_schema_extra=_extra(
            "协作方同一列的相邻候选分裂之间（以及最外侧候选之外）节点内的最少采样行数：两者之差即这些行之和，"
            "太少可能被推知；1 表示不限制",
            "rows",
        ),
    )
    weight: str = Field(
        "",
        description="The promoter's column of row weights; none when empty.",
        json_schema_extra=_extra("发起方的行权重列；留空则不加权"),
    )


INPUTS = (
    Port("train", "table", about="aligned rows; the promoter's with a label"),
    Port("validation", "table", optional=True, about="further aligned rows, to watch the loss and to stop early"),
    Port("pipeline", "model", optional=True, about="preprocessing to store with the model, for scoring raw rows"),
)
OUTPUTS = (Port("model", "model", about="own splits; the promoter's with the trees and the weights of their leaves"),)
MESSAGES = TREES
DISCLOSES = (
    Disclosure(
        Role.PROMOTER,
        "for every node and provider the sums of gradients on the left of each of its candidate splits, in a fresh "
        "order without column, bin or rows. Sums of few rows tell which rows these are. min_leaf_rows and min_gap_rows "
        "keep them out of one node's sums of one column, but not out of differences between nodes or columns: a node's "
        "sums less those of one child are the other's, even where the provider tells none of that one, and two columns "
        "that are nearly alike differ by few rows. So of some rows the promoter can learn on which side of an unnamed "
        "split they lie, of all rows in small nodes. Who splits a node, and which of its "
        "rows go left; how many rows and candidates each provider has. With privacy by noise instead: the bins of all "
        "rows of each provider's columns, without names or values, each right with a probability that epsilon sets",
        "每个节点上各协作方每个候选分裂左侧的梯度之和（顺序随机，不含列、分箱与行）。"
        "少数几行之和会暴露是哪些行："
        "min_leaf_rows 与 min_gap_rows 使其不出现在同一节点同一列的和中，但不能排除节点之间或列之间的差——"
        "父节点之和减去一个子节点之和即为另一子节点之和（即使协作方未告知后者），而两个几乎相同的列只差少数几行。因此发起方可推知部分行位于某个"
        "未具名分裂的哪一侧，小节点中则可能是全部行。节点由谁分裂、其各行走向左右；"
        "各协作方的行数与候选分裂数。"
        "若以加噪保护（privacy=noise），则为各协作方各列所有行的分箱（无列名与取值），每个以 epsilon 所定的概率为真",
    ),
    Disclosure(
        Role.PROVIDER,
        "which training rows a tree samples (with goss, those left out have small gradients: of two classes nearly all "
        "of them are of the commoner one); which rows are in each node that goes on, and which of its own candidates "
        "split one; how many classes the label has; how many trees were grown, and with early_stop how many of its "
        "splits count; which members have a usable column. "
        "Rows that stay together tend to have like labels: complete_secure keeps the first trees away from it",
        "每棵树采样的训练行（启用 goss 时，未被采样的行梯度较小，二分类中几乎都属于多数类）；"
        "每个继续分裂的节点含哪些行、"
        "自己的哪些候选分裂被采用；标签类别数；树的棵数，启用 early_stop 时还有自己的分裂中有多少个有效；"
        "哪些成员有可用的列。"
        "同一节点的行往往标签相近：complete_secure 可使其不参与最初的树",
    ),
)
_CT = "n_cipher_bytes"
_GREETING = greeting_bytes(n_numbers=1, n_tables=2)
COST = (
    Cost("key", "n_providers", f"n_providers * ({_GREETING} + 8 + 3 * key_bits / 8)"),
    Cost("offer", "n_providers", f"n_providers * {_GREETING}"),
    Cost("start", "n_providers", "n_providers * (4 + n_parties)"),
    Cost("tree", "n_trees_told", "n_trees_told + n_sample_bytes"),
    Cost(
        "gradients_ct",
        "n_gradient_messages",
        f"{HEADER_BYTES} * n_gradient_messages + {_CT} * n_gradients",
    ),
    Cost("candidate_sums_ct", "n_levels", f"{HEADER_BYTES} * n_levels + {_CT} * n_packed"),
    Cost("choice", "n_levels", "24 * n_levels + n_nodes + 8 * n_wins + n_choice_bytes"),
    Cost("sides", "n_sides", "n_side_bytes"),
    Cost("routes", "n_routes", "n_route_bytes"),
    Cost("noised_bins", "n_noised", "16 * n_noised + 4 * n_noised_columns + n_noised_cells"),
    Cost("used_splits", "n_noised", "6 * n_noised_splits"),
    Cost("counting_splits", "n_stopped", "4 * n_stopped"),
)
