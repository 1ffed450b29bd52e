"""Scores rows with one member's part of a model: pure functions of the model's content, for `predict` and for serving.

`score_part(kind, content, columns)` gives fixed-point scores with FRAC_BITS fractional bits. `raw_columns(content)`
names the columns that raw rows must have; `pipeline.transform` is what turns raw columns into the model's own.
"""

from kernel.ml.scoring.linear import FRAC_BITS, probability, raw_columns, score_part
from kernel.ml.scoring.pipeline import Columns, columns_of_rows, prune, transform

__all__ = [
    "FRAC_BITS",
    "Columns",
    "columns_of_rows",
    "probability",
    "prune",
    "raw_columns",
    "score_part",
    "transform",
]
