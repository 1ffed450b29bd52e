"""What both halves of leaf_encoder do first."""

from kernel.components.leaf_encoder.spec import Params
from kernel.core import Context
from kernel.core.errors import BadParameters
from kernel.protocol.scoring import TreePart, tables


def tree_part(ctx: Context, params: Params) -> TreePart:
    """Read our part of the model and compare rows with the partners.

    Raises
    ------
    BadParameters, BadPayload, UnknownColumn, TooFewRows, NotAligned, OtherTraining
        The model is none of trees, or does not fit the table; other rows, another order, or another training.
    """
    part = tables.model_part(ctx, apply_pipeline=params.apply_pipeline)
    if not isinstance(part, TreePart):
        told = f"a model of kind {ctx.inputs['model'].kind} has no leaves"
        raise BadParameters(told, hint="Connect `model` to a node that trains trees.", public_detail=told)
    tables.check_alignment(ctx, part)
    return part
