"""What joining gained: the promoter's own columns alone against the federated scores, on the same held-out rows."""

import math

import numpy as np
import numpy.typing as npt

from kernel.components.evaluation.spec import Params
from kernel.core import Context
from kernel.core.errors import BadLabel, BadParameters, MissingValues, NotAligned
from kernel.data import Table
from kernel.data.schema import NUMERIC
from kernel.ml import metrics
from kernel.ml.logistic import fit

Floats = npt.NDArray[np.float64]


def report(ctx: Context, params: Params, label: Floats, federated: Floats) -> None:
    """Fit logistic regression on the promoter's own training rows and compare AUC and KS.

    Parameters
    ----------
    label, federated
        Labels and federated scores of the predicted rows, in the order of the predictions.

    Raises
    ------
    NotAligned
        The held-out table has other rows than the predictions.
    """
    train, test = ctx.inputs["alone_train"], ctx.inputs.get("alone_test")
    if test is None:
        raise BadParameters("alone_train is connected and alone_test is not", hint="Connect both, or neither.")
    if not np.array_equal(test.ids(), ctx.inputs["prediction"].ids()):
        raise NotAligned(
            "alone_test has other rows than the predictions",
            hint="Connect alone_test to the table that was predicted.",
        )
    schema = train.schema
    columns = tuple(name for name in schema.features if schema.kind(name) in NUMERIC)
    x, y = _read(train, columns)
    held_out, _ = _read(test, columns)
    mean, std = x.mean(axis=0), x.std(axis=0)
    varies = std > 0
    weights, intercept = fit((x[:, varies] - mean[varies]) / std[varies], y, params.alone_l2)
    score = (held_out[:, varies] - mean[varies]) / std[varies] @ weights + intercept
    (with_partners, by_itself), covariance = metrics.auc_covariance(label, federated, score)
    deviation = float(np.sqrt(covariance[0, 0] + covariance[1, 1] - 2 * covariance[0, 1]))
    gain = float(with_partners - by_itself)
    ctx.tracker.metric("auc_alone", float(by_itself))
    ctx.tracker.block(
        "gain",
        "What joining gained",
        {
            "alone": {"auc": float(by_itself), "ks": metrics.roc(label, score).ks, "columns": int(varies.sum())},
            "federated": {"auc": float(with_partners), "ks": metrics.roc(label, federated).ks},
            "auc_gain": gain,
            "auc_gain_deviation": deviation if math.isfinite(deviation) else None,
        },
    )


def _read(table: Table, columns: tuple[str, ...]) -> tuple[Floats, Floats]:
    name = table.schema.label_column
    if not name:
        raise BadLabel("the table to compare with carries no label", hint="Connect the promoter's own labelled rows.")
    block = table.blocks((*columns, name)).collect()
    if not np.all(np.isfinite(block)):
        raise MissingValues(
            "own columns have missing values", hint="Put fill_missing before, or leave out alone_train."
        )
    return block[:, :-1], block[:, -1]
