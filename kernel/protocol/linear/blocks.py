"""What one party computes over its own rows, partition by partition, on its own executors.

A partition receives public keys, ciphertexts and a key from which it derives the masks of its rows. Private keys stay
away.
"""

import functools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kernel.crypto.fixed_point import dump_ring, encode, load_ring
from kernel.crypto.paillier import Block, PublicKey, add, encrypt, products, sums
from kernel.crypto.paillier.products import Shifted, Slots
from kernel.crypto.prg import Stream, derive
from kernel.data.engine import Blocks
from kernel.protocol.linear import scales

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


@functools.lru_cache(maxsize=16)
def _key(data: bytes, bits: int) -> PublicKey:
    return PublicKey.loads(data, bits=bits)


@dataclass(frozen=True)
class Matrix:
    """A party's encoded columns.

    Parameters
    ----------
    blocks
        Integers with FRAC_FEATURE fractional bits; the first `n_weights` columns have weights, further ones only
        gradients.
    """

    blocks: Blocks
    n_weights: int

    @classmethod
    def encode(cls, blocks: Blocks, n_weights: int) -> "Matrix":
        """Encode real blocks.

        Raises
        ------
        OutOfRange
            A value is ±128 or beyond.
        """
        extremes = blocks.run(_extremes)
        encode(np.array(extremes), scales.FRAC_FEATURE, scales.FRAC_FEATURE + scales.FEATURE_BITS)
        return cls(blocks.map(_encode), n_weights)

    @property
    def starts(self) -> list[int]:
        """First row of each partition."""
        return [0, *np.cumsum(self.blocks.sizes)[:-1].tolist()]

    def gram(self) -> Floats:
        """X'X of the columns with weights, in reals."""
        parts = self.blocks.run(_gram, [self.n_weights] * len(self.blocks.sizes))
        return np.asarray(np.sum(parts, axis=0), dtype=np.float64)

    def scores(self, weights_ct: Block, weights: Sequence[int], secret: bytes) -> tuple[Block, list[int]]:
        """X·(u + v) with our share u and the encrypted [[v]]: masked ciphertexts for the peer, and our share."""
        key = weights_ct.key
        slots = scales.score_slots(key.bits)
        bases = products.shifted(weights_ct, slots).tobytes()
        public = key.dumps()
        arguments = [
            (public, key.bits, bases, list(weights), derive(secret, index), start)
            for index, start in enumerate(self.starts)
        ]
        parts, groups = [], []
        share: list[int] = []
        for start, (ciphertexts, own) in zip(self.starts, self.blocks.run(_scores, arguments), strict=True):
            parts.append(Block.raw(key, ciphertexts))
            groups.append(start // slots.count + np.arange(len(parts[-1])))
            share += load_ring(own, scales.WIDE_RING)
        # Where two partitions meet, both have rows in one ciphertext.
        n_groups = slots.n_ciphertexts(self.blocks.n_rows)
        return sums(Block.join(parts), np.concatenate(groups)[:, None], n_groups), share

    def gradients(self, peers: Sequence[Block], share: Sequence[int]) -> tuple[list[Block], list[int]]:
        """X'd: for each peer the unmasked ciphertexts of X'[[its share]], and X' times our own share."""
        starts, sizes = self.starts, self.blocks.sizes
        arguments = []
        for start, size in zip(starts, sizes, strict=True):
            parts = []
            for block in peers:
                slots = scales.gradient_slots(block.key.bits)
                groups = slice(start // slots.count, slots.n_ciphertexts(start + size))
                parts.append((block.key.dumps(), block.key.bits, block[groups].tobytes()))
            arguments.append((parts, dump_ring(share[start : start + size], scales.WIDE_RING), start))
        results = self.blocks.run(_gradients, arguments)
        totals = []
        for index, block in enumerate(peers):
            found: list[Shifted] = [
                (shift, Block.raw(block.key, data)) for parts, _own in results for shift, data in parts[index]
            ]
            totals.append(products.assemble(block.key, found, self.blocks.n_columns))
        own = [sum(column) for column in zip(*(own for _, own in results), strict=True)]
        return totals, own


def _extremes(block: Floats, _: None) -> tuple[float, float]:
    return (float(np.min(block)), float(np.max(block))) if block.size else (0.0, 0.0)


def _encode(block: Floats) -> Integers:
    return encode(block, scales.FRAC_FEATURE, scales.FRAC_FEATURE + scales.FEATURE_BITS)


def _gram(block: Integers, n_weights: int) -> Floats:
    real = block[:, :n_weights].astype(np.float64) * 2.0**-scales.FRAC_FEATURE
    return np.asarray(real.T @ real)


def _scores(block: Integers, argument: tuple[bytes, int, bytes, list[int], bytes, int]) -> tuple[bytes, bytes]:
    public, bits, bases, weights, secret, start = argument
    key = _key(public, bits)
    slots: Slots = scales.score_slots(bits)
    stream = Stream(secret, "scores")
    used = block[:, : len(weights)]
    packed = products.scores(used, Block.raw(key, bases), slots, start)
    masks = [slots.row_mask(stream, scales.SCORE_VALUE_BITS) for _ in range(len(used))]
    lead = start % slots.count
    out = add(packed, encrypt(key, slots.pack([0] * lead + masks), stream)) if masks else packed
    local = used.astype(object) @ np.array(weights, dtype=object) if len(used) else []
    share = [int(value) - mask for value, mask in zip(local, masks, strict=True)]
    return out.tobytes(), dump_ring(share, scales.WIDE_RING)


def _gradients(
    block: Integers, argument: tuple[list[tuple[bytes, int, bytes]], bytes, int]
) -> tuple[list[list[tuple[int, bytes]]], list[int]]:
    parts, own, start = argument
    out = []
    for public, bits, data in parts:
        found = products.columns(block, Block.raw(_key(public, bits), data), scales.gradient_slots(bits), start)
        out.append([(shift, ciphertexts.tobytes()) for shift, ciphertexts in found])
    share = np.array(load_ring(own, scales.WIDE_RING), dtype=object)
    local = block.T.astype(object) @ share if len(block) else [0] * block.shape[1]
    return out, [int(value) for value in local]
