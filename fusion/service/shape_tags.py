"""Shapes of ids in a proposal."""

from typing import Any

from common.errors import InvalidInput
from fusion.domain.shapes import MOST_TAGS, PARTS, TAG_BYTES, Shapes
from proto.fusion.v1 import fusion_pb2 as pb


def told(shapes: Shapes | None) -> dict[str, Any]:
    """Return the fields of an offer."""
    if shapes is None:
        return {}
    tags = [pb.ShapeTag(tag=bytes.fromhex(tag), tenths=tenths) for tag, tenths in shapes.shares.items()]
    return {"shapes": tags, "shapes_counted": shapes.counted}


def taken(offer: pb.TaskOffer) -> Shapes | None:
    """Read what an offer tells; None where it tells nothing.

    Raises
    ------
    InvalidInput
        What no node sends.
    """
    shares = {tag.tag.hex(): tag.tenths for tag in offer.shapes}
    exact = all(len(tag.tag) == TAG_BYTES and 0 < tag.tenths <= PARTS for tag in offer.shapes)
    if not exact or len(offer.shapes) > MOST_TAGS or len(shares) != len(offer.shapes):
        bad = "shapes of ids that no node sends"
        raise InvalidInput(bad, public_detail=bad)
    return Shapes(counted=offer.shapes_counted, shares=dict(sorted(shares.items()))) if shares else None
