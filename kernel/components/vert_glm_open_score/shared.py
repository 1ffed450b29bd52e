"""What both halves know of the objective."""

from kernel.components.vert_glm_open_score.spec import Params
from kernel.core.errors import BadParameters
from kernel.ml.glm import FAMILIES, Family


def family_of(params: Params) -> Family:
    """Choose the loss by the parameters.

    Raises
    ------
    BadParameters
        Several classes of a number.
    """
    if params.multi_class != "none" and params.family != "binary":
        raise BadParameters(f"multi_class: {params.family} has no classes", hint="Take binary, or none.")
    return FAMILIES["softmax" if params.multi_class == "softmax" else params.family]


def objective_of(params: Params) -> str:
    """Name the objective for scoring."""
    return params.family if params.multi_class == "none" else params.multi_class
