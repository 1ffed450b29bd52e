"""Scores rows with one member's part of a model: pure functions of the model's content, for `predict` and for serving.

Linear models: `score_part(kind, content, columns)` gives fixed-point scores with FRAC_BITS fractional bits. Tree
models: `decide` gives each member's side of its splits, `walk` the promoter's scores. `raw_columns(content)` names the
columns that raw rows must have; `pipeline.transform` is what turns raw columns into the model's own.
`kernel.protocol.scoring.open_part` is the one way to both kinds.
"""

from kernel.ml.scoring.linear import FRAC_BITS, probability, raw_columns, score_part
from kernel.ml.scoring.outcome import Objective, Outcome, Task
from kernel.ml.scoring.pipeline import Columns, columns_of_rows, prune, transform
from kernel.ml.scoring.trees import Forest, Splits, decide, leaves, walk

__all__ = [
    "FRAC_BITS",
    "Columns",
    "Forest",
    "Objective",
    "Outcome",
    "Splits",
    "Task",
    "columns_of_rows",
    "decide",
    "leaves",
    "probability",
    "prune",
    "raw_columns",
    "score_part",
    "transform",
    "walk",
]
