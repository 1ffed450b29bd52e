"""Standard errors of a linear regression: the diagonal of the inverse of X'X/n + λ, each entry for its owner only.

The weight of an owner's column j is r'w with w in the owner's basis and r a row of its change of basis, so the entry is
r'·(I + C)⁻¹·r. For every column of every party:

1. The owner alone knows r; scaled to length one it is the owner's share of a right-hand side, of which the others have
   zero. The solver divides by I + C.
2. The owner sends [[r]]; each other party answers [[r'v]] with its share v of the owner's part of the solution, and the
   owner adds up: it learns this one number, of the solution nothing else. No mask is needed, because these shares are
   masks themselves, used for nothing but this solution's last step.
"""

import numpy as np

from kernel.core.context import Context
from kernel.core.party import Party
from kernel.crypto.paillier import Block, add, encrypt
from kernel.crypto.prg import Stream, derive
from kernel.protocol.linear import scales
from kernel.protocol.linear.blocks import Floats
from kernel.protocol.linear.cross import Cross, Wide, inner_encrypted
from kernel.protocol.linear.messages import MESSAGES, recv, send
from kernel.protocol.linear.setup import Setup
from kernel.protocol.linear.solver import Solver, Stage
from kernel.protocol.linear.state import State


class Errors:
    """One party's part.

    Parameters
    ----------
    transform
        Our change of basis.
    inner
        Iterations of the solver for a column.
    """

    def __init__(
        self, ctx: Context, setup: Setup, transform: Floats, solver: Solver, secret: bytes, inner: Stage
    ) -> None:
        self._ctx, self._setup, self._solver = ctx, setup, solver
        self._secret, self._inner = secret, inner
        self._lengths = np.linalg.norm(transform, axis=1)
        units = np.rint(transform / self._lengths[:, None] * 2.0**scales.FRAC_CROSS)
        self._units: Wide = np.array([[int(value) for value in row] for row in units.tolist()], dtype=object)

    def run(self, state: State) -> Floats:
        """Diagonal entries of our own columns."""
        layout = state.cross.layout
        found = []
        for first in range(0, layout.total, _TOGETHER):
            last = min(first + _TOGETHER, layout.total)
            shares = self._solve(state, first, last)
            for place, party in enumerate(self._ctx.parties):
                part = layout.of(place)
                low, high = max(part.start, first), min(part.stop, last)
                if low >= high:
                    continue
                units = slice(low - part.start, high - part.start)
                theirs = shares[part, low - first : high - first].T
                if party == self._ctx.me:
                    found.append(self._collect(units, theirs))
                else:
                    self._answer(party, theirs, str(units.start))
        return np.concatenate(found)

    def _solve(self, state: State, first: int, last: int) -> Wide:
        """Our shares of the solutions of some columns, side by side."""
        layout = state.cross.layout
        label: Wide = np.zeros((layout.total, last - first), dtype=object)
        own = layout.own
        for column in range(max(first, own.start), min(last, own.stop)):
            label[own, column - first] = self._units[column - own.start]
        inner = State.zero(Cross(layout, state.cross.rows, label))
        inner.done = state.done
        for index, (momentum, rate) in enumerate(self._inner):
            done = (first + (last - first) * index / len(self._inner)) / layout.total
            title = f"standard errors, iteration {index + 1} of {len(self._inner)}"
            with self._ctx.step(title, 0.6 + 0.35 * done):
                self._solver.iterate(inner, momentum, rate)
        state.done = inner.done
        return inner.weights

    def _collect(self, rows: slice, shares: Wide) -> Floats:
        """Entries of some of our columns."""
        ctx, own, step = self._ctx, self._setup.key, str(rows.start)
        units = self._units[rows]
        block = own.encrypt(units.ravel().tolist(), self._stream("units", ctx.me, step))
        for party in ctx.others:
            send(ctx, MESSAGES.unit_ct, block.dumps(), party, step)
        total = [int(unit @ share) for unit, share in zip(units, shares, strict=True)]
        half, n = int(own.public.n) // 2, int(own.public.n)
        for party in ctx.others:
            opened = own.decrypt(Block.loads(own.public, recv(ctx, MESSAGES.entry_ct, party, step), len(total)))
            total = [a + (b - n if b > half else b) for a, b in zip(total, opened, strict=True)]
        found = np.array([value * 2.0 ** -(scales.FRAC_CROSS + scales.FRAC_WEIGHT) for value in total])
        return np.asarray(found * self._lengths[rows] ** 2)

    def _answer(self, party: Party, shares: Wide, step: str) -> None:
        """Multiply a party's rows by our shares of its part of the solutions."""
        key, (count, width) = self._setup.partners[party.member].key, shares.shape
        units = Block.loads(key, recv(self._ctx, MESSAGES.unit_ct, party, step), count * width)
        found = [
            inner_encrypted(share.tolist(), units[row * width : (row + 1) * width]) for row, share in enumerate(shares)
        ]
        fresh = encrypt(key, [0] * count, self._stream("entries", party, step))
        send(self._ctx, MESSAGES.entry_ct, add(Block.join(found), fresh).dumps(), party, step)

    def _stream(self, message: str, party: Party, step: str) -> Stream:
        ctx = self._ctx
        return Stream(derive(self._secret, ctx.job, ctx.task, ctx.attempt, "errors", message, party.member, step))


_TOGETHER = 64  # columns that are solved for side by side
