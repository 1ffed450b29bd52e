"""Numbers in the clear in a ciphertext's bytes, added by numpy: what trees cost beside the cipher.

`kernel.crypto.paillier.plain` does the same by Python's integers, one at a time, which costs more than the protocol
that is to be measured. Only what the trees ask of a scheme is here.

The first eight bytes are zero, as a ciphertext lies below n². Then come signed words of 64 bits, each worth 2^32 times
the one before, so that words are added without carrying. The last eight bytes say how many words are used. Numbers
that are packed are only read: they lie there as 256 bytes.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from kernel.crypto.paillier import Block, PublicKey

Words = npt.NDArray[np.int64]
_MOST_WORDS, _BITS = 62, 32
_PACKED_WORDS = 64  # of 32 bits
_MASK, _USED = (1 << _BITS) - 1, np.int64(0xFF)


class Clear:
    """See `kernel.crypto.paillier.scheme.OwnerScheme`."""

    def __init__(self, key: PublicKey) -> None:
        if key.cipher_bytes < 8 * (_MOST_WORDS + 2):
            raise ValueError("a ciphertext of this key has no room for the words")
        self.key = key

    def encrypt(self, values: Sequence[int]) -> Block:
        """Write numbers."""
        n_words = 1 + max((int(value).bit_length() for value in values), default=0) // _BITS
        data = b"".join(int(value).to_bytes(4 * n_words, "little", signed=True) for value in values)
        words = np.frombuffer(data, "<u4").reshape(-1, n_words).astype(np.int64)
        words[:, -1] = np.frombuffer(data, "<i4").reshape(-1, n_words)[:, -1]
        return self._block(words)

    def decrypt(self, block: Block) -> list[int]:
        """Read packed numbers."""
        return [int.from_bytes(row[8 : 8 + 4 * _PACKED_WORDS].tobytes(), "little", signed=True) for row in block.data]

    def rerandomise(self, block: Block) -> Block:
        """There is nothing to blind."""
        return block

    def add(self, left: Block, right: Block) -> Block:
        """X + y."""
        n_words = max(_used(left), _used(right))
        return self._block(_words(left, n_words) + _words(right, n_words))

    def subtract(self, left: Block, right: Block) -> Block:
        """X - y."""
        n_words = max(_used(left), _used(right))
        return self._block(_words(left, n_words) - _words(right, n_words))

    def sums(self, block: Block, bins: npt.NDArray[np.int64], n_bins: int) -> Block:
        """Add by bin; sums of a million words of 32 bits are exact floats."""
        words = _words(block, _used(block)).astype(np.float64)
        total = np.zeros((bins.shape[1], n_bins, words.shape[1]), dtype=np.int64)
        for feature, places in enumerate(bins.T):
            used = np.flatnonzero(places >= 0)
            for word in range(words.shape[1]):
                total[feature, :, word] = np.bincount(places[used], words[used, word], n_bins)
        return self._block(total.reshape(-1, words.shape[1]))

    def pack(self, block: Block, width: int, count: int) -> Block:
        """Several in one, the first lowest."""
        words = _carried(_words(block, _used(block)))
        groups = -(-len(words) // count)
        padded = np.zeros((groups * count, words.shape[1]), dtype=np.int64)
        padded[: len(words)] = words
        out = np.zeros((groups, _PACKED_WORDS + words.shape[1] + 1), dtype=np.int64)
        for slot, numbers in enumerate(np.moveaxis(padded.reshape(groups, count, -1), 1, 0)):
            first, shift = divmod(width * slot, _BITS)
            for place, word in enumerate(numbers.T, first):
                out[:, place] += (word << shift) & _MASK
                out[:, place + 1] += (word << shift) >> _BITS
        whole = np.zeros((groups, self.key.cipher_bytes), np.uint8)
        low = _carried(out)[:, :_PACKED_WORDS].astype("<u4")
        whole[:, 8 : 8 + 4 * _PACKED_WORDS] = low.view(np.uint8).reshape(groups, -1)
        whole[:, -8] = 1
        return Block(self.key, whole)

    def _block(self, words: Words) -> Block:
        whole = np.zeros((len(words), self.key.cipher_bytes // 8), dtype="<i8")
        whole[:, 1 : 1 + words.shape[1]] = words
        whole[:, -1] = words.shape[1]
        return Block(self.key, whole.view(np.uint8))


def _used(block: Block) -> int:
    """How many words hold something; whoever writes a zero without us sets the very last byte alone."""
    last = np.ascontiguousarray(block.data[:, -8:]).view("<i8")
    return int((last & _USED).max(initial=1))


def _words(block: Block, n_words: int) -> Words:
    return np.ascontiguousarray(block.data[:, 8 : 8 + 8 * n_words]).view("<i8").astype(np.int64)


def _carried(words: Words) -> Words:
    """Bring every word but a further one, which has the sign, into [0, 2^32)."""
    out = np.concatenate([words, np.zeros((len(words), 1), np.int64)], axis=1)
    for place in range(out.shape[1] - 1):
        out[:, place + 1] += out[:, place] >> _BITS
        out[:, place] &= _MASK
    return out
