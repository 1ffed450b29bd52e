"""Shapes of ids: what kind of signs they are made of, so that two sides see in time that their ids cannot match.

A shape says 9 for a digit, a and A for a small and a capital letter, x for a letter of another kind, and itself for
any other sign; runs are counted, "9{11}", or where few shapes are alike, only named, "a+@a+". A shape travels as a tag,
keyed by the alignment's salt, with a coarse share of the ids that have it.
"""

import hashlib
import itertools
from collections import Counter
from collections.abc import Iterable

import pydantic

SAMPLE = 1000
MOST_TAGS = 16
TAG_BYTES = 8
PARTS = 10  # shares are told in tenths
_LONGEST = 120
_ENOUGH = 0.9
_RARE = 0.01  # shapes of fewer ids are not told: they say much of single ids, and little of the set


class Shapes(pydantic.BaseModel, frozen=True, extra="forbid"):
    """What the proposer tells of its ids: tags as hexadecimal digits, each with its share in tenths, rounded up."""

    counted: bool = pydantic.Field(description="Whether a shape says how long its runs are.")
    shares: dict[str, int]


def shape_of(text: str, *, counted: bool) -> str:
    """Return the shape of an id."""
    runs = [(kind, sum(1 for _ in run)) for kind, run in itertools.groupby(map(_kind, text[:_LONGEST]))]
    return "".join(kind + (f"{{{length}}}" if counted else "+") for kind, length in runs)


def _kind(sign: str) -> str:
    if sign.isdecimal():
        return "9" if sign.isascii() else "x"
    if sign.isalpha():
        return ("a" if sign.islower() else "A") if sign.isascii() else "x"
    return sign


def tag_of(shape: str, salt: bytes) -> str:
    """Return what stands for a shape in a proposal."""
    made = hashlib.blake2b(shape.encode(), key=salt[:64], digest_size=TAG_BYTES, person=b"hanse-psi-shape")
    return made.hexdigest()


def shapes_of(sample: Iterable[str], salt: bytes) -> Shapes:
    """Return what is told of a sample of ids: the sixteen most frequent shapes, with lengths where these are enough."""
    ids = list(sample)
    for counted in (True, False):
        ranked = Counter(shape_of(text, counted=counted) for text in ids).most_common(MOST_TAGS)
        found = [(shape, count) for shape, count in ranked if count >= _RARE * len(ids)]
        if not counted or sum(count for _, count in found) >= _ENOUGH * len(ids):
            break
    shares = {tag_of(shape, salt): -(-PARTS * count // len(ids)) for shape, count in found}
    return Shapes(counted=counted, shares=dict(sorted(shares.items())))


def in_common(sample: Iterable[str], theirs: Shapes, salt: bytes) -> float:
    """Return which share of a sample of ids has a shape that the other side has, too."""
    known = [tag_of(shape_of(text, counted=theirs.counted), salt) in theirs.shares for text in sample]
    return sum(known) / len(known) if known else 0.0
