"""The promoter grows one tree: decrypts candidates' sums, chooses, and tells the providers where rows go."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from kernel.core.context import Context
from kernel.core.errors import BadPayload, OutOfRange
from kernel.core.party import Party
from kernel.core.wire import said_by
from kernel.crypto.paillier import Block
from kernel.crypto.paillier.scheme import OwnerScheme
from kernel.ml.trees.quantise import Quantised
from kernel.ml.trees.sums import Numbers, exact_sums
from kernel.ml.trees.tree import LEAF, Tree
from kernel.protocol.trees.best import Best
from kernel.protocol.trees.choice import Choice
from kernel.protocol.trees.columns import Columns
from kernel.protocol.trees.histograms import TreeHistograms
from kernel.protocol.trees.messages import CHOICE, ROUTES, SIDES, SUMS
from kernel.protocol.trees.options import Options
from kernel.protocol.trees.rows import LEFT_OPEN, RIGHT_OPEN, Rows, from_bits, to_bits
from kernel.protocol.trees.setup import Agreed

Integers = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Promoter:
    """What does not change from tree to tree."""

    ctx: Context
    agreed: Agreed
    options: Options
    columns: Columns
    scheme: OwnerScheme

    def provider(self, member: int) -> Party:
        """Return the party of a member's number."""
        return self.ctx.providers[member - 1]


class Growth:
    """One tree.

    Parameters
    ----------
    gradients
        Of the sampled training rows.
    sampled
        Which training rows these are; all when None.
    chosen
        Own columns that the tree looks at.
    n_splits
        Splits that each member made in earlier trees.
    say
        Called before each level with its depth and number of nodes.
    """

    def __init__(
        self,
        promoter: Promoter,
        number: int,
        gradients: Quantised,
        sampled: Mask | None,
        chosen: Integers,
        n_splits: Sequence[int],
        say: Callable[[int, int], None],
    ) -> None:
        self._p, self._number, self._gradients = promoter, number, gradients
        self._sampled, self._chosen, self._say = sampled, chosen, say
        self._n_splits = list(n_splits)
        n_rows, n_training = promoter.columns.n_rows, promoter.columns.n_training
        self._counted: Integers = np.arange(n_training) if sampled is None else np.flatnonzero(sampled)
        self._own: TreeHistograms | None = None
        self._ids: Integers = np.zeros(1, dtype=np.int64)  # the tree's number of each node of the level
        self.place: Integers = np.zeros(n_rows, dtype=np.int64)  # the tree's node of each row
        self.tree, self.splits = Tree(), list[dict[str, Any]]()

    def grow(self) -> Tree:
        """Grow level by level; returns the tree with its leaves' weights."""
        rows, depth, options = Rows(self._p.columns.n_rows), 0, self._p.options
        while rows.n_nodes and self._p.agreed.plan.members(self._number, depth):
            self._say(depth, rows.n_nodes)
            self._level(rows, depth)
            self._ids = self._ids[rows.close_small(self._counted, 2 * options.min_leaf_rows)]
            depth += 1
        if self._own is not None:
            self._own.drop()
        totals = exact_sums(self._gradients.values, self.place[self._counted], len(self.tree))
        self.tree.finish(options.learning_rate * options.penalty.weights(*self._gradients.real(totals)))
        return self.tree

    def _level(self, rows: Rows, depth: int) -> None:
        node = rows.node()[self._counted]
        best = Best(exact_sums(self._gradients.values, node, rows.n_nodes), self._gradients, self._p.options.penalty)
        plan = self._p.agreed.plan
        if plan.takes_part(0, self._number, depth):
            best.offer(0, self._own_candidates(rows))
        providers = plan.providers(self._number, depth)
        for member in providers:
            best.offer(member, self._candidates_of(member, rows.n_nodes, depth, best.totals))
        flags = best.flags() if plan.members(self._number, depth + 1) else np.zeros(rows.n_nodes, dtype=np.uint8)
        told = flags if plan.providers(self._number, depth + 1) else np.zeros_like(flags)
        left = self._routes(rows, best, told, providers, depth)
        self._divide(rows, best, flags, left)

    def _own_candidates(self, rows: Rows) -> Integers:
        """Add up own candidates, (nodes, candidates, 2·outputs); zeros where one leaves too few rows."""
        if self._own is None:
            values = self._gradients.values
            self._own = TreeHistograms(self._p.columns, self._chosen, self._sampled, Numbers(values.shape[1]))
            self._own.put(values)
        counts, sums = self._own.level(rows)
        candidates = self._own.candidates
        found: Integers = candidates.sums(sums, np.add)
        found[candidates.smaller_side(counts) < self._p.options.min_leaf_rows] = 0
        return found

    def _candidates_of(self, member: int, n_nodes: int, depth: int, totals: Integers) -> Integers:
        """Receive and decrypt a provider's candidates, (nodes, candidates, 2·outputs)."""
        party, agreed = self._p.provider(member), self._p.agreed
        count = agreed.candidates[member - 1]
        data = self._p.ctx.recv(SUMS, sender=party, step=f"{self._number} {depth}")
        with said_by(party):
            block = Block.loads(agreed.public, data, agreed.fields.n_packed(n_nodes * count))
        try:
            found = agreed.fields.decode(self._p.scheme.decrypt(block), n_nodes * count)
        except OutOfRange as error:
            raise BadPayload(error.detail, party=party.member) from error
        sums = found.reshape(n_nodes, count, -1)
        curvature = sums[..., 1::2]
        if np.any(curvature < 0) or np.any(curvature > totals[:, None, 1::2]):
            raise BadPayload("a candidate's curvature is not between none and the node's", party=party.member)
        return sums

    def _routes(
        self, rows: Rows, best: Best, told: npt.NDArray[np.uint8], providers: Sequence[int], depth: int
    ) -> Mask:
        """Tell winners of their candidates, gather where rows go, and pass it on; returns it for all rows."""
        ctx, step = self._p.ctx, f"{self._number} {depth}"
        left = self._own_sides(rows, best)
        won = {member: best.owner == member for member in providers}
        others = {member: rows.order((told != 0) & ~won[member]) for member in providers}
        winners = [member for member in providers if np.any(won[member])]
        for member in winners:
            wins = [(node, int(best.number[node])) for node in np.flatnonzero(won[member]).tolist()]
            # Where there are several providers, the others' sides follow when all are known.
            bits = to_bits(left[others[member]]) if len(providers) == 1 else b""
            ctx.send(CHOICE, Choice(told, wins, bits).dumps(), to=self._p.provider(member), step=step)
        for member in winners:
            party, order = self._p.provider(member), rows.order(won[member])
            left[order] = from_bits(ctx.recv(SIDES, sender=party, step=step), len(order), party.member)
        for member in providers:
            bits = to_bits(left[others[member]])
            if member not in winners:
                ctx.send(CHOICE, Choice(told, [], bits).dumps(), to=self._p.provider(member), step=step)
            elif len(providers) > 1 and bits:
                ctx.send(ROUTES, bits, to=self._p.provider(member), step=step)
        return left

    def _own_sides(self, rows: Rows, best: Best) -> Mask:
        won = np.flatnonzero(best.owner == 0).tolist()
        if not won or self._own is None:
            return np.zeros(len(rows.slot), dtype=np.bool_)
        candidates, splits = self._own.candidates, {}
        for node in won:
            number = int(best.number[node])
            self.splits.append(candidates.split(number))
            splits[node] = int(self._chosen[candidates.all[number].column]), candidates.goes_left(number)
        return self._p.columns.sides(rows.node(), splits)

    def _divide(self, rows: Rows, best: Best, flags: npt.NDArray[np.uint8], left: Mask) -> None:
        """Put the level's splits into the tree and go down."""
        children = np.zeros((rows.n_nodes, 2), dtype=np.int64)
        for node in np.flatnonzero(best.owner != LEAF).tolist():
            owner = int(best.owner[node])
            made = self.tree.divide(int(self._ids[node]), owner, self._n_splits[owner], float(best.gain[node]))
            self._n_splits[owner] += 1
            children[node] = made
        at = rows.node()
        moved = np.flatnonzero(np.append(best.owner != LEAF, False)[at])
        self.place[moved] = children.ravel()[2 * at[moved] + ~left[moved]]
        rows.descend(flags, left)
        self._ids = np.array(
            [
                children[node, side]
                for node, flag in enumerate(flags.tolist())
                for side, bit in enumerate((LEFT_OPEN, RIGHT_OPEN))
                if flag & bit
            ],
            dtype=np.int64,
        )
