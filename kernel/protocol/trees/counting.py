"""After an early stop: which splits count. Those of the trees that are left out stand last, as splits are numbered.

The promoter tells each provider how many of its first splits the trees ask for. A provider that counted trees knows of
most of this: training ends a fixed number of trees after the best one, unless all of them were grown before.
"""

import struct
from collections.abc import Sequence
from typing import Any

from kernel.core.context import Context
from kernel.core.errors import BadPayload
from kernel.ml.trees.tree import Tree
from kernel.protocol.trees.messages import COUNTING

_COUNT = struct.Struct(">I")


def asked(trees: Sequence[Tree], member: int) -> int:
    """How many of a member's first splits the trees ask for; 0 is the promoter."""
    pairs = (pair for tree in trees for pair in zip(tree.owner, tree.split, strict=True))
    return max((split + 1 for owner, split in pairs if owner == member), default=0)


def tell(ctx: Context, trees: Sequence[Tree], with_candidates: Sequence[bool]) -> None:
    """Tell every provider that has candidates; the promoter's side."""
    for member, party in enumerate(ctx.providers, 1):
        if with_candidates[member]:
            ctx.send(COUNTING, _COUNT.pack(asked(trees, member)), to=party)


def hear(ctx: Context, splits: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Keep those of our splits that count.

    Raises
    ------
    BadPayload
        More are said to count than we have made.
    """
    data = ctx.recv(COUNTING, sender=ctx.promoter)
    if len(data) != _COUNT.size or _COUNT.unpack(data)[0] > len(splits):
        raise BadPayload(f"no number of splits of {len(splits)}", party=ctx.promoter.member)
    return splits[: _COUNT.unpack(data)[0]]
