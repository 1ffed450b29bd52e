"""How the sets are cut into buckets, and all sizes that follow: both sides know them before the first message."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kernel.core.errors import ComponentFailure
from kernel.crypto.aes import BLOCK_BYTES
from kernel.crypto.okvs import Layout
from kernel.crypto.ot.base import CHOICES_BYTES
from kernel.crypto.p256 import POINT_BYTES
from kernel.crypto.vole import Shape
from kernel.protocol.psi.port import Digests, Learns, Terms, batches

SEED_BYTES = 16
_BUCKET = 1 << 18  # the receiver's ids in a bucket: tables and noise fit a processor's cache
_ENTRIES = 1 << 16  # of a table, a message: 1 MiB
_TAGS = 1 << 16  # a message
_FAILURE_BITS, _SPARE_BITS = 40, 40
_LEAST_TAG_BYTES = 8

Places = npt.NDArray[np.int64]  # of a side's own ids
Piece = tuple[int, int, int]  # number of the message, first and last + 1 within the bucket


class UnevenIds(ComponentFailure):
    """Too many digests of ids begin alike."""

    code = "HAN-4032"
    title = "The ids do not spread over the buckets"
    hint = "Run the task again; if it happens again, its ids are not hashed as they should be."


@dataclass(frozen=True)
class Plan:
    """The sizes of one alignment; every bucket has the same, so that they say nothing of the ids."""

    terms: Terms

    @property
    def n_buckets(self) -> int:
        """Buckets."""
        return max(1, -(-self.terms.n_receiver // _BUCKET))

    @property
    def sender_slots(self) -> int:
        """Tags of a bucket, made up ones among them."""
        return _most(self.terms.n_sender, self.n_buckets)

    @property
    def receiver_slots(self) -> int:
        """Ids of the receiver for which a bucket has room."""
        return _most(self.terms.n_receiver, self.n_buckets)

    @property
    def tag_bytes(self) -> int:
        """Bytes of a tag: two different ids have the same one anywhere with probability 2^-40."""
        bits = _SPARE_BITS + math.ceil(math.log2(self.terms.n_sender * self.terms.n_receiver))
        return max(_LEAST_TAG_BYTES, -(-bits // 8))

    def layout(self, seed: bytes) -> Layout:
        """Return the form of a bucket's table."""
        return Layout(self.receiver_slots, seed)

    @property
    def table_size(self) -> int:
        """Entries of a bucket's table."""
        return self.layout(bytes(SEED_BYTES)).size

    def table_pieces(self, bucket: int) -> list[Piece]:
        """Cut a bucket's table into messages."""
        return _pieces(bucket, self.table_size, _ENTRIES)

    def tag_pieces(self, bucket: int) -> list[Piece]:
        """Cut a bucket's tags into messages."""
        return _pieces(bucket, self.sender_slots, _TAGS)

    def cut(self, digests: Digests, slots: int) -> list[Places]:
        """Find which ids fall into which bucket.

        Raises
        ------
        UnevenIds
            More than it has room for: with honest digests an event of probability 2^-40.
        """
        heads = np.ascontiguousarray(digests[:, :4]).view("<u4").ravel().astype(np.uint64)
        bucket = (heads * np.uint64(self.n_buckets) >> np.uint64(32)).astype(np.uint16)
        order = np.argsort(bucket, kind="stable")
        ends = np.searchsorted(bucket[order], np.arange(self.n_buckets + 1))
        parts = [order[ends[place] : ends[place + 1]] for place in range(self.n_buckets)]
        if max(map(len, parts)) > slots:
            raise UnevenIds(f"{max(map(len, parts))} ids in a bucket for {slots}")
        return parts

    def n_bytes(self) -> int:
        """Return the payload bytes of both sides."""
        shape = Shape(self.table_size)
        request = SEED_BYTES + shape.request_bytes
        bucket = request + shape.answer_bytes + BLOCK_BYTES * self.table_size + self.tag_bytes * self.sender_slots
        told = -(-self.n_buckets * self.sender_slots // 8) if self.terms.learns is Learns.BOTH else 0
        return POINT_BYTES + CHOICES_BYTES + self.n_buckets * bucket + told


def _most(count: int, n_buckets: int) -> int:
    """Bound how many of `count` fall into any bucket, except with probability 2^-40 (Bernstein's inequality)."""
    if n_buckets == 1:
        return count
    mean, bits = count / n_buckets, math.log(n_buckets) + _FAILURE_BITS * math.log(2)
    return min(count, math.ceil(mean + bits / 3 + math.sqrt(bits * bits / 9 + 2 * mean * bits)))


def _pieces(bucket: int, count: int, size: int) -> list[Piece]:
    cuts = batches(count, size)
    return [(bucket * len(cuts) + place, start, end) for place, (start, end) in enumerate(cuts)]
