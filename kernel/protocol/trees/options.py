"""What a training is told, beyond whose columns serve when."""

from dataclasses import dataclass

from kernel.ml.trees.gain import Penalty


@dataclass(frozen=True)
class Options:
    """Numbers of a training; rates are shares of all rows or columns.

    Parameters
    ----------
    goss_start
        Trees before gradient-based sampling begins; -1 for never.
    early_stop
        Trees without a better validation loss after which training ends; 0 for never.
    """

    penalty: Penalty
    learning_rate: float
    min_leaf_rows: int
    row_sample: float
    feature_sample: float
    goss_start: int
    goss_top: float
    goss_other: float
    early_stop: int
