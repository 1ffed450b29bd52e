"""How a tree begins: which rows it sees, and their gradients in messages that are sent as they are made."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from kernel.core.context import Context
from kernel.core.party import Party
from kernel.crypto.paillier.scheme import OwnerScheme
from kernel.protocol.trees.fields import Fields
from kernel.protocol.trees.messages import GRADIENTS, TREE
from kernel.protocol.trees.rows import to_bits

Integers = npt.NDArray[np.int64]
END, ALL_ROWS, SOME_ROWS = b"\0", b"\1", b"\2"  # the first byte of `tree`; the third is followed by a bitmap
_MESSAGE_BYTES = 1 << 21  # of ciphertexts


def chunks(n_rows: int, width: int) -> list[range]:
    """Rows of each message, `width` bytes each."""
    size = max(1, _MESSAGE_BYTES // width)
    return [range(start, min(start + size, n_rows)) for start in range(0, n_rows, size)]


def begin(ctx: Context, to: Sequence[Party], tree: int, sampled: npt.NDArray[np.bool_] | None) -> None:
    """Say which training rows a tree sees; all of them when None."""
    word = ALL_ROWS if sampled is None else SOME_ROWS + to_bits(sampled)
    for party in to:
        ctx.send(TREE, word, to=party, step=str(tree))


def send(ctx: Context, to: Sequence[Party], tree: int, values: Integers, fields: Fields, scheme: OwnerScheme) -> None:
    """Encrypt and send the sampled rows' gradients, each message as soon as it is made."""
    for index, rows in enumerate(chunks(len(values), fields.n_parts * scheme.key.cipher_bytes)):
        payload = scheme.encrypt(fields.encode(values[rows.start : rows.stop])).dumps()
        for party in to:
            ctx.send(GRADIENTS, payload, to=party, step=f"{tree} {index}")
