"""Several classes: accuracy, macro F1, log loss, and the confusion matrix."""

import numpy as np
import numpy.typing as npt

from kernel.core import Context
from kernel.core.errors import BadLabel, MissingValues
from kernel.ml.multiclass import multiclass
from kernel.ml.scoring.arrow import columns_of
from kernel.ml.scoring.pipeline import category

PREFIX = "probability="


def report(ctx: Context) -> None:
    """Report on columns `probability=<class>`.

    Raises
    ------
    NotNumeric, MissingValues, BadLabel
        A probability is no number or missing, or a label is of no class that the model knows.
    """
    table = ctx.inputs["prediction"]
    names = [name for name in table.schema.names if name.startswith(PREFIX)]
    table.schema.numeric_features(tuple(names))
    probability = table.blocks(names).collect()
    if not np.all(np.isfinite(probability)):
        raise MissingValues("a probability is missing")
    labels = [name.removeprefix(PREFIX) for name in names]
    found = multiclass(_places(ctx, labels), probability)
    tracker = ctx.tracker
    tracker.metric("accuracy", found.accuracy)
    tracker.metric("macro_f1", found.macro_f1)
    tracker.metric("log_loss", found.log_loss)
    tracker.metric("rows", len(probability))
    by_class = zip(labels, found.confusion.sum(axis=1), found.precision, found.recall, found.f1, strict=True)
    rows = [[label, int(n), float(precision), float(recall), float(f1)] for label, n, precision, recall, f1 in by_class]
    tracker.block("table", "Classes", {"columns": ["class", "rows", "precision", "recall", "F1"], "rows": rows})
    counts = [[label, *row] for label, row in zip(labels, found.confusion.tolist(), strict=True)]
    columns = ["class", *(f"predicted as {label}" for label in labels)]
    tracker.block("table", "Confusion matrix", {"columns": columns, "rows": counts})


def _places(ctx: Context, labels: list[str]) -> npt.NDArray[np.int64]:
    """Each row's class by its place; a label is compared as text, whole numbers without a point."""
    table, place = ctx.inputs["prediction"], {label: index for index, label in enumerate(labels)}
    name = table.schema.label_column
    values = np.concatenate(table.run(lambda part, _: columns_of(part, [name])[name]))
    different, code = np.unique([category(value) or "" for value in values.tolist()], return_inverse=True)
    unknown = [value for value in different.tolist() if value not in place]
    if unknown:
        raise BadLabel(
            f"{len(unknown)} values of the label are none of the model's {len(labels)} classes",
            hint="Evaluate with the label that the model was trained for.",
        )
    return np.array([place[value] for value in different.tolist()], dtype=np.int64)[code]
