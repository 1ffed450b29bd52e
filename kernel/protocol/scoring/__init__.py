"""The joint scoring round: what providers send of their parts of a model, and how the promoter makes scores of it.

`open_part` reads a member's part of any kind. There are two rounds. Summands (linear models): each provider sends its
summand of each row under masks that cancel in the sum. Decisions (tree models): each provider sends on which side of
each of its splits each row lies; the promoter walks the trees.
"""

from kernel.protocol.scoring.decisions import TreePart
from kernel.protocol.scoring.kinds import KINDS, masked, open_part
from kernel.protocol.scoring.masks import MaskKey, combine, error_bound, share
from kernel.protocol.scoring.part import Part

__all__ = ["KINDS", "MaskKey", "Part", "TreePart", "combine", "error_bound", "masked", "open_part", "share"]
