"""An owner's own X'd, where d is encrypted under another party's key: its owner sees the mask only.

The owner of columns multiplies, masks the whole plaintext and blinds; the key's holder decrypts and sends back; the
owner takes its mask off.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kernel.core.context import Context
from kernel.core.message import Message
from kernel.core.party import Party
from kernel.core.wire import said_by
from kernel.crypto.fixed_point import dump_ring, lift, load_ring
from kernel.crypto.paillier import Block, PrivateKey, PublicKey, add, encrypt
from kernel.crypto.prg import Stream
from kernel.protocol.glm import scales
from kernel.protocol.glm.columns import Columns
from kernel.protocol.glm.scales import Layout

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Route:
    """The messages by which an owner asks the key's holder, and is answered."""

    asks: Message
    answers: Message


class Gradients:
    """An owner's half.

    Parameters
    ----------
    holder
        Who has the private key.
    """

    def __init__(
        self,
        ctx: Context,
        columns: Columns,
        key: PublicKey,
        layout: Layout,
        n_outputs: int,
        holder: Party,
        route: Route,
    ) -> None:
        self._ctx, self._columns, self._key, self._layout = ctx, columns, key, layout
        self._n_outputs, self._holder, self._route = n_outputs, holder, route
        self._stream = Stream(ctx.rng.token(32), "gradient", ctx.job, ctx.task, ctx.attempt)

    def n_ciphertexts(self, n_rows: int) -> int:
        """Count the ciphertexts of the residuals of so many rows."""
        return self._n_outputs * self._layout.slots.n_ciphertexts(n_rows)

    def ask(self, rows: Rows, residuals: Block, step: str) -> Floats:
        """Mean of x·d over the chosen rows.

        Parameters
        ----------
        residuals
            [[d]] of the rows, those of one output together.

        Returns
        -------
        array, shape (columns, outputs)
        """
        ctx, slots = self._ctx, self._layout.slots
        n_groups = slots.n_ciphertexts(len(rows))
        found = Block.join(
            [
                self._columns.encrypted_gradient(
                    rows, residuals[output * n_groups : (output + 1) * n_groups], self._key, slots
                )
                for output in range(self._n_outputs)
            ]
        )
        masks = [slots.wide_mask(self._stream) for _ in range(len(found))]
        masked = add(found, encrypt(self._key, masks, self._stream))
        ctx.send(self._route.asks, masked.dumps(), to=self._holder, step=step)
        data = ctx.recv(self._route.answers, sender=self._holder, step=step)
        with said_by(self._holder):
            opened = load_ring(data, scales.WIRE_RING, len(masks))
        total = lift([a - slots.middle(mask) for a, mask in zip(opened, masks, strict=True)], slots.width)
        mean = np.array(total, dtype=np.float64) * 2.0**-self._layout.frac_gradient / len(rows)
        return mean.reshape(self._n_outputs, -1).T


def answer(ctx: Context, key: PrivateKey, layout: Layout, party: Party, count: int, route: Route, step: str) -> None:
    """Decrypt an owner's masked sums and send them back: the half of the key's holder.

    Parameters
    ----------
    count
        Ciphertexts that the owner sends: its columns times outputs.
    """
    data = ctx.recv(route.asks, sender=party, step=step)
    with said_by(party):
        opened = key.decrypt(Block.loads(key.public, data, count))
    values = [layout.slots.middle(value) for value in opened]
    ctx.send(route.answers, dump_ring(values, scales.WIRE_RING), to=party, step=step)
