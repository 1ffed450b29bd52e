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
        found = np.zeros(0)
        layout, done = state.cross.layout, 0
        for place, party in enumerate(self._ctx.parties):
            part = layout.of(place)
            shares = []
            for column in range(part.stop - part.start):
                with self._ctx.step(f"standard error {done + 1} of {layout.total}", 0.6 + 0.35 * done / layout.total):
                    shares.append(self._solve(state, party, column)[part])
                done += 1
            if party == self._ctx.me:
                found = self._collect(shares)
            else:
                self._answer(party, shares)
        return found

    def _solve(self, state: State, party: Party, column: int) -> Wide:
        label: Wide = np.zeros(state.cross.layout.total, dtype=object)
        if party == self._ctx.me:
            label[state.cross.layout.own] = self._units[column]
        inner = State.zero(Cross(state.cross.layout, state.cross.rows, label))
        inner.done = state.done
        for momentum, rate in self._inner:
            self._solver.iterate(inner, momentum, rate)
        state.done = inner.done
        return inner.weights

    def _collect(self, shares: list[Wide]) -> Floats:
        ctx, own = self._ctx, self._setup.key
        block = own.encrypt(self._units.ravel().tolist(), self._stream("units", ctx.me))
        for party in ctx.others:
            send(ctx, MESSAGES.unit_ct, block.dumps(), party, "")
        total = [int(unit @ share) for unit, share in zip(self._units, shares, strict=True)]
        half, n = int(own.public.n) // 2, int(own.public.n)
        for party in ctx.others:
            opened = own.decrypt(Block.loads(own.public, recv(ctx, MESSAGES.entry_ct, party, ""), len(total)))
            total = [a + (b - n if b > half else b) for a, b in zip(total, opened, strict=True)]
        found = np.array([value * 2.0 ** -(scales.FRAC_CROSS + scales.FRAC_WEIGHT) for value in total])
        return np.asarray(found * self._lengths**2)

    def _answer(self, party: Party, shares: list[Wide]) -> None:
        key, count = self._setup.partners[party.member].key, len(shares)
        units = Block.loads(key, recv(self._ctx, MESSAGES.unit_ct, party, ""), count * count)
        found = Block.join(
            [
                inner_encrypted(share.tolist(), units[row * count : (row + 1) * count])
                for row, share in enumerate(shares)
            ]
        )
        fresh = encrypt(key, [0] * count, self._stream("entries", party))
        send(self._ctx, MESSAGES.entry_ct, add(found, fresh).dumps(), party, "")

    def _stream(self, message: str, party: Party) -> Stream:
        ctx = self._ctx
        return Stream(derive(self._secret, ctx.job, ctx.task, ctx.attempt, "errors", message, party.member))
