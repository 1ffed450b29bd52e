"""What one party computes over its rows for a refinement: scores and gradients, partition by partition."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kernel.crypto.paillier import Block, add, encrypt, products, sums
from kernel.crypto.paillier.keys import read_once
from kernel.crypto.prg import Stream, derive
from kernel.crypto.ring import Ring
from kernel.data.engine import Blocks
from kernel.protocol.linear import scales
from kernel.protocol.linear.blocks import Floats, Integers, Matrix, encode_blocks
from kernel.protocol.linear.cross import Wide

Words = npt.NDArray[np.uint64]


@dataclass(frozen=True)
class Features:
    """Columns in their owner's basis, of standard deviation about 2, with FRAC_FEATURE fractional bits."""

    matrix: Matrix

    @classmethod
    def encode(cls, blocks: Blocks, transform: Floats) -> "Features":
        """Encode blocks·transform."""
        return cls(Matrix(encode_blocks(blocks, transform, scales.FRAC_FEATURE, scales.FEATURE_VALUE_BITS)))

    def scores(self, weights: Wide) -> Words:
        """Product with weights that we know, modulo 2^64."""
        words = np.array([int(value) % (1 << 64) for value in weights], dtype=np.uint64)
        blocks = self.matrix.blocks
        return np.concatenate(blocks.run(_own_scores, [words] * len(blocks.sizes)))

    def masked_scores(self, weights: Block, secret: bytes) -> tuple[Block, Words]:
        """Product with encrypted weights, rows packed, plus masks; and the masks modulo 2^64."""
        key, blocks, starts = weights.key, self.matrix.blocks, self.matrix.starts
        slots = scales.score_slots(key.bits)
        bases = products.shifted(weights, slots).tobytes()
        arguments = [(key.dumps(), key.bits, bases, derive(secret, index), start) for index, start in enumerate(starts)]
        parts, groups, masks = [], [], []
        for start, (ciphertexts, mask) in zip(starts, blocks.run(_masked_scores, arguments), strict=True):
            parts.append(Block.raw(key, ciphertexts))
            groups.append(start // slots.count + np.arange(len(parts[-1])))
            masks.append(mask)
        # Where two partitions meet, both have rows in one ciphertext.
        found = sums(Block.join(parts), np.concatenate(groups)[:, None], slots.n_ciphertexts(blocks.n_rows))
        return found, np.concatenate(masks)

    def gradient(self, residual: list[int], ring: Ring) -> list[int]:
        """Product of the transpose with our share of the residuals."""
        blocks = self.matrix.blocks
        arguments = [
            (ring, ring.dump(residual[start : start + size]))
            for start, size in zip(self.matrix.starts, blocks.sizes, strict=True)
        ]
        return [sum(column) for column in zip(*blocks.run(_own_gradient, arguments), strict=True)]


def _own_scores(block: Integers, weights: Words) -> Words:
    return np.asarray(block.astype(np.uint64) @ weights)  # modulo 2^64, negative numbers included


def _masked_scores(block: Integers, argument: tuple[bytes, int, bytes, bytes, int]) -> tuple[bytes, Words]:
    public, bits, bases, secret, start = argument
    key, stream = read_once(public, bits), Stream(secret, "scores")
    slots = scales.score_slots(bits)
    packed = products.scores(block, Block.raw(key, bases), slots, start)
    masks = [slots.row_mask(stream, scales.SCORE_VALUE_BITS) for _ in range(len(block))]
    words = np.array([mask % (1 << 64) for mask in masks], dtype=np.uint64)
    if masks:
        packed = add(packed, encrypt(key, slots.pack([0] * (start % slots.count) + masks), stream))
    return packed.tobytes(), words


def _own_gradient(block: Integers, argument: tuple[Ring, bytes]) -> list[int]:
    ring, residual = argument
    share = np.array(ring.load(residual), dtype=object)
    if not len(block):
        return [0] * block.shape[1]
    return [int(value) for value in block.T.astype(object) @ share]
