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
from kernel.protocol.trees.total import Totals

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
        self._own: TreeHistograms | None = None
        self._ids = [0]  # the tree's number of each node of the level
        self._totals = Totals(gradients.values)
        self.place: Integers = np.zeros(promoter.columns.n_rows, dtype=np.int64)  # the tree's node of each row
        self.tree, self.splits = Tree(), list[dict[str, Any]]()

    def grow(self) -> Tree:
        """Grow level by level; returns the tree with its leaves' weights."""
        columns, depth, options = self._p.columns, 0, self._p.options
        rows = Rows(columns.n_rows, columns.n_training, self._sampled)
        while rows.n_nodes and self._p.agreed.plan.members(self._number, depth):
            self._say(depth, rows.n_nodes)
            self._level(rows, depth)
            large = rows.large(2 * options.min_leaf_rows)
            for node in np.flatnonzero(~large).tolist():
                self.place[rows.of(node)] = self._ids[node]
            self._ids = [self._ids[node] for node in np.flatnonzero(large).tolist()]
            rows.close(large)
            depth += 1
        if self._own is not None:
            self._own.drop()
        counted = self.place[: columns.n_training]
        counted = counted if self._sampled is None else counted[self._sampled]
        totals = exact_sums(self._gradients.values, counted, len(self.tree))
        self.tree.finish(options.learning_rate * options.penalty.weights(*self._gradients.real(totals)))
        return self.tree

    def _level(self, rows: Rows, depth: int) -> None:
        best = Best(self._totals.level(rows), self._gradients, self._p.options.penalty)
        plan, offers = self._p.agreed.plan, list[tuple[int, Integers]]()
        if plan.takes_part(0, self._number, depth):
            offers.append((0, self._own_candidates(rows)))
        providers = plan.providers(self._number, depth)
        for member in providers:
            offers.append((member, self._candidates_of(member, rows.n_nodes, depth, best.totals)))
        best.choose(offers)
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
        found: Integers = candidates.sums(sums, self._own.adder)
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
        others = {member: (told != 0) & ~won[member] for member in providers}
        winners = [member for member in providers if np.any(won[member])]
        for member in winners:
            wins = [(node, int(best.number[node])) for node in np.flatnonzero(won[member]).tolist()]
            # Where there are several providers, the others' sides follow when all are known.
            bits = to_bits(rows.take(left, others[member])) if len(providers) == 1 else b""
            ctx.send(CHOICE, Choice(told, wins, bits).dumps(), to=self._p.provider(member), step=step)
        for member in winners:
            party = self._p.provider(member)
            bits = ctx.recv(SIDES, sender=party, step=step)
            rows.put(left, won[member], from_bits(bits, rows.count(won[member]), party.member))
        for member in providers:
            if member in winners and len(providers) == 1:
                continue
            bits = to_bits(rows.take(left, others[member]))
            if member not in winners:
                ctx.send(CHOICE, Choice(told, [], bits).dumps(), to=self._p.provider(member), step=step)
            elif bits:
                ctx.send(ROUTES, bits, to=self._p.provider(member), step=step)
        return left

    def _own_sides(self, rows: Rows, best: Best) -> Mask:
        won = np.flatnonzero(best.owner == 0).tolist()
        if not won or self._own is None:
            return np.zeros(rows.n_places, dtype=np.bool_)
        candidates, splits = self._own.candidates, {}
        for node in won:
            number = int(best.number[node])
            self.splits.append(candidates.split(number))
            splits[node] = int(self._chosen[candidates.all[number].column]), candidates.goes_left(number)
        return self._p.columns.sides(rows, splits)

    def _divide(self, rows: Rows, best: Best, flags: npt.NDArray[np.uint8], left: Mask) -> None:
        """Put the level's splits into the tree and go down; rows that end here are told their leaf."""
        ids = []
        for node, (owner, flag) in enumerate(zip(best.owner.tolist(), flags.tolist(), strict=True)):
            places, at = rows.of(node), self._ids[node]
            if owner == LEAF:
                self.place[places] = at
                continue
            made = self.tree.divide(at, owner, self._n_splits[owner], float(best.gain[node]))
            self._n_splits[owner] += 1
            ids += [child for child, bit in zip(made, (LEFT_OPEN, RIGHT_OPEN), strict=True) if flag & bit]
            if flag != LEFT_OPEN | RIGHT_OPEN:
                self.place[places] = np.where(left[rows.places(node)], *made)
        rows.descend(flags, left)
        self._ids = ids
