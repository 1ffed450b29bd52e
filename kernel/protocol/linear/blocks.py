"""What one party computes over its own rows, partition by partition, on its own executors.

A partition receives public keys, ciphertexts and a key from which it derives the masks of its rows. Private keys stay
away.
"""

import functools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from gmpy2 import mpz

from kernel.crypto.fixed_point import dump_ring, encode, load_ring
from kernel.crypto.paillier import PublicKey, products
from kernel.crypto.paillier.ciphertexts import join, split
from kernel.crypto.paillier.products import Position, Slots
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

    def scores(
        self, key: PublicKey, weights_ct: Sequence[mpz], weights: Sequence[int], secret: bytes
    ) -> tuple[list[mpz], list[int]]:
        """X·(u + v) with our share u and the encrypted [[v]]: masked ciphertexts for the peer, and our share."""
        slots = scales.score_slots(key.bits)
        bases = products.shifted(key, weights_ct, slots)
        public = key.dumps()
        arguments = [
            (public, key.bits, bases, list(weights), derive(secret, index), start)
            for index, start in enumerate(self.starts)
        ]
        merged: dict[int, mpz] = {}
        share: list[int] = []
        for start, (ciphertexts, own) in zip(self.starts, self.blocks.run(_scores, arguments), strict=True):
            for group, value in enumerate(split(key, ciphertexts), start=start // slots.count):
                merged[group] = merged[group] * value % key.n2 if group in merged else value
            share += load_ring(own, scales.WIDE_RING)
        return [merged[group] for group in sorted(merged)], share

    def gradients(
        self, peers: Sequence[tuple[PublicKey, Sequence[mpz]]], share: Sequence[int]
    ) -> tuple[list[list[mpz]], list[int]]:
        """X'd: for each peer the unmasked ciphertexts of X'[[its share]], and X' times our own share."""
        starts, sizes = self.starts, self.blocks.sizes
        arguments = []
        for start, size in zip(starts, sizes, strict=True):
            parts = []
            for key, ciphertexts in peers:
                slots = scales.gradient_slots(key.bits)
                groups = slice(start // slots.count, slots.n_ciphertexts(start + size))
                parts.append((key.dumps(), key.bits, join(key, ciphertexts[groups])))
            arguments.append((parts, dump_ring(share[start : start + size], scales.WIDE_RING), start))
        results = self.blocks.run(_gradients, arguments)
        totals = []
        for index, (key, _) in enumerate(peers):
            joined: list[list[Position]] = [[] for _ in range(self.blocks.n_columns)]
            for positions, _own in results:
                for column, (shifts, data) in enumerate(positions[index]):
                    joined[column] += zip(shifts, split(key, data), strict=True)
            totals.append([products.assemble(key, column) for column in joined])
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
    packed = products.scores(key, used, bases, slots, start)
    masks = [slots.row_mask(stream, scales.SCORE_VALUE_BITS) for _ in range(len(used))]
    lead = start % slots.count
    plain = slots.pack([0] * lead + masks)
    out = [c * key.encrypt(mask, stream) % key.n2 for c, mask in zip(packed, plain, strict=True)]
    local = used.astype(object) @ np.array(weights, dtype=object) if len(used) else []
    share = [int(value) - mask for value, mask in zip(local, masks, strict=True)]
    return join(key, out), dump_ring(share, scales.WIDE_RING)


def _gradients(
    block: Integers, argument: tuple[list[tuple[bytes, int, bytes]], bytes, int]
) -> tuple[list[list[tuple[list[int], bytes]]], list[int]]:
    parts, own, start = argument
    out = []
    for public, bits, data in parts:
        key = _key(public, bits)
        found = products.columns(key, block, split(key, data), scales.gradient_slots(bits), start)
        out.append([([shift for shift, _ in column], join(key, [c for _, c in column])) for column in found])
    share = np.array(load_ring(own, scales.WIDE_RING), dtype=object)
    local = block.T.astype(object) @ share if len(block) else [0] * block.shape[1]
    return out, [int(value) for value in local]
