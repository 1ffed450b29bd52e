"""What a side makes of the function's inputs and outputs, and which tags agree."""

from dataclasses import dataclass

import numpy as np

from kernel.core.errors import BadPayload
from kernel.crypto.aes import BLOCK_BYTES, Permutation, Words, public_key
from kernel.protocol.psi.port import Bytes, Digests, Flags, as_keys

_HEAD = np.dtype("<u8")


@dataclass(frozen=True)
class Hashes:
    """The random oracles of one alignment: H of README.md into the field, h to tags."""

    task: str
    tag_bytes: int

    def session(self, bucket: int) -> bytes:
        """Name the bucket for hashes below."""
        return public_key("psi", self.task, bucket)

    def points(self, keys: Words) -> Words:
        """H(x) for keys (n, 2)."""
        return Permutation(public_key("psi value", self.task)).hashed(keys)

    def tags(self, bucket: int, values: Words) -> Bytes:
        """h(value) for values (n, 2)."""
        hashed = Permutation(public_key("psi tag", self.task, bucket)).hashed(values)
        return hashed.view(np.uint8).reshape(-1, BLOCK_BYTES)[:, : self.tag_bytes]


def as_words(digests: Digests) -> Words:
    """Digests (n, 16) as blocks (n, 2)."""
    return np.ascontiguousarray(digests).view("<u8")


def matches(ours: Bytes, theirs: Bytes) -> tuple[Flags, Flags]:
    """Tell which of our tags are among theirs, and which of theirs among ours; by first eight bytes if these differ.

    Raises
    ------
    BadPayload
        Two of theirs are the same.
    """
    mine, found = _heads(ours), _heads(theirs)
    order = np.argsort(found)
    ranked = found[order]
    if np.any(ranked[1:] == ranked[:-1]):
        return _slow(as_keys(ours), as_keys(theirs))
    asked = np.argsort(mine)  # in their order the look-ups are next to each other
    place = np.empty(len(mine), np.int64)
    place[asked] = order[np.minimum(np.searchsorted(ranked, mine[asked]), len(ranked) - 1)]
    equal = np.asarray(np.all(ours == theirs[place], axis=1))
    told = np.zeros(len(theirs), np.bool_)
    told[place[equal]] = True
    return equal, told


def _heads(tags: Bytes) -> "np.ndarray[tuple[int], np.dtype[np.uint64]]":
    return np.ascontiguousarray(tags[:, : _HEAD.itemsize]).view(_HEAD).ravel()


def _slow(
    mine: "np.ndarray[tuple[int], np.dtype[np.bytes_]]", found: "np.ndarray[tuple[int], np.dtype[np.bytes_]]"
) -> tuple[Flags, Flags]:
    if len(np.unique(found)) < len(found):
        raise BadPayload("twice the same tag")
    return np.isin(mine, found), np.isin(found, mine)
