"""The registry of kinds of models: a kind's parts are read here and nowhere else."""

from collections.abc import Mapping
from typing import Any

from kernel.core.errors import BadPayload
from kernel.ml.scoring import linear, trees
from kernel.protocol.scoring.decisions import TreePart
from kernel.protocol.scoring.part import Part
from kernel.protocol.scoring.summands import LinearPart

_PARTS: dict[str, type[LinearPart] | type[TreePart]] = {
    **dict.fromkeys(linear.KINDS, LinearPart),
    **dict.fromkeys(trees.KINDS, TreePart),
}
KINDS = tuple(_PARTS)


def open_part(kind: str, content: Mapping[str, Any]) -> Part:
    """Read and check a member's part of a model.

    Raises
    ------
    BadPayload
        An unknown kind, or a content that is none of its kind.
    """
    make = _PARTS.get(kind)
    if make is None:
        raise BadPayload(f"no scorer for models of kind {kind!r}", hint="Update Hanse at this member.")
    try:
        return make(kind, content)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as problem:
        raise BadPayload(f"the content is not that of a {kind} model: {problem!r}") from problem


def masked(kind: str) -> bool:
    """Whether the providers' answers are masked summands, so that the promoter learns their sum only."""
    return _PARTS[kind].masked
