"""The promoter compares predictions with labels."""

from typing import Any

from kernel.components.evaluation import binary, classes, number
from kernel.components.evaluation.spec import Params
from kernel.core import Context, Outputs
from kernel.core.errors import BadLabel, TooFewRows


def run(ctx: Context, params: Params, own: Any) -> Outputs:
    """Report on what the predictions are: of two classes, of several, or numbers."""
    del own
    table = ctx.inputs["prediction"]
    if not table.schema.label_column:
        raise BadLabel("the predictions carry no label", hint="Predict rows whose table has a label column.")
    if not table.n_rows:
        raise TooFewRows("there are no predictions")
    names = table.schema.names
    if any(name.startswith(classes.PREFIX) for name in names):
        classes.report(ctx)
    elif "prediction" in names and "score" not in names:
        number.report(ctx)
    else:
        binary.report(ctx, params)
    return {}
