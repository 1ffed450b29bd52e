"""A provider's part: adds up ciphertexts, splits where its candidates won, and never sees a gradient."""

from typing import Any

import numpy as np
import numpy.typing as npt

from kernel.core.context import Context
from kernel.core.errors import BadPayload
from kernel.core.wire import said_by
from kernel.crypto.paillier import Block
from kernel.crypto.prg import Stream
from kernel.ml.trees.sums import Array
from kernel.protocol.trees.choice import Choice
from kernel.protocol.trees.ciphers import Ciphers
from kernel.protocol.trees.columns import Columns
from kernel.protocol.trees.gradients import ALL_ROWS, END, SOME_ROWS, chunks
from kernel.protocol.trees.histograms import TreeHistograms
from kernel.protocol.trees.messages import CHOICE, GRADIENTS, ROUTES, SIDES, SUMS, TREE
from kernel.protocol.trees.options import Options
from kernel.protocol.trees.progress import Progress
from kernel.protocol.trees.rows import Rows, from_bits, marked, to_bits
from kernel.protocol.trees.schemes import Schemes
from kernel.protocol.trees.setup import Agreed
from kernel.protocol.trees.state import ProviderState

Integers = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


class Provider:
    """One provider of one attempt.

    Parameters
    ----------
    gap
        Fewest rows between two of our candidates in a node.
    """

    def __init__(
        self, ctx: Context, agreed: Agreed, options: Options, columns: Columns, gap: int, schemes: Schemes
    ) -> None:
        self._ctx, self._agreed, self._options, self._columns, self._gap = ctx, agreed, options, columns, gap
        self._member = ctx.me.index + 1
        secret = ctx.rng.token(32)
        self._ciphers = Ciphers(agreed.public.dumps(), agreed.public.bits, agreed.fields.n_parts, schemes, secret)
        self._n_candidates = columns.n_candidates(options.feature_sample)
        self._progress = Progress(ctx, agreed.plan.n_trees, agreed.plan.max_depth)
        self.state = ProviderState(ctx.rng.token(32))
        kept = [step for step in ctx.checkpoint.steps() if step <= agreed.done]
        # From the beginning the promoter may draw other samples, whose sums must not stand in the same order again; but
        # noise that was told once stays as it is.
        if kept and (agreed.done or agreed.plan.alone):
            self.state = ProviderState.loads(ctx.checkpoint.load(max(kept)))
        else:  # the seed is kept too before the first tree that needs it
            ctx.checkpoint.save(agreed.done, self.state.dumps())

    def run(self) -> list[dict[str, Any]]:
        """Take part in every tree that looks at our columns; returns our splits."""
        plan = self._agreed.plan
        for tree in range(self._agreed.done, plan.n_trees):
            if not plan.takes_part(self._member, tree):
                continue
            with self._progress.tree(tree):
                sampled = self._begin(tree)
                if sampled is None:
                    break
                self._tree(tree, sampled)
                self._ctx.checkpoint.save(tree + 1, self.state.dumps())
        return self.state.splits

    def _begin(self, tree: int) -> Mask | None:
        """Which training rows have a gradient; None if the promoter is done."""
        promoter, n_rows = self._ctx.promoter, self._columns.n_training
        word = self._ctx.recv(TREE, sender=promoter, step=str(tree))
        if word == END:
            return None
        if word == ALL_ROWS:
            return np.ones(n_rows, dtype=np.bool_)
        if word[:1] != SOME_ROWS:
            raise BadPayload("neither a tree nor the end", party=promoter.member)
        sampled = from_bits(word[1:], n_rows, promoter.member)
        if not sampled.any():
            raise BadPayload("a tree of no rows", party=promoter.member)
        return sampled

    def _tree(self, tree: int, sampled: Mask) -> None:
        options = self._options
        chosen = self._columns.choose(options.feature_sample, Stream(self.state.seed, "columns", tree).permutation)
        some = None if sampled.all() else sampled
        level = TreeHistograms(self._columns, chosen, some, self._ciphers)
        self._gradients(tree, int(np.count_nonzero(sampled)), level)
        rows, depth = Rows(self._columns.n_rows, self._columns.n_training, some), 0
        while rows.n_nodes and self._agreed.plan.takes_part(self._member, tree, depth):
            self._progress.level(depth, rows.n_nodes)
            self._level(level, chosen, rows, tree, depth)
            rows.close(rows.large(2 * options.min_leaf_rows))
            depth += 1
        level.drop()

    def _gradients(self, tree: int, n_rows: int, histograms: TreeHistograms) -> None:
        """Receive the rows' ciphertexts and add them up as the promoter makes them."""
        promoter = self._ctx.promoter
        for index, rows in enumerate(chunks(n_rows, self._ciphers.width)):
            data = self._ctx.recv(GRADIENTS, sender=promoter, step=f"{tree} {index}")
            with said_by(promoter):
                block = Block.loads(self._agreed.public, data, len(rows) * self._ciphers.n_parts)
            histograms.arrive(block.data.reshape(len(rows), self._ciphers.width))
        histograms.ready()

    def _level(self, histograms: TreeHistograms, chosen: Integers, rows: Rows, tree: int, depth: int) -> None:
        ctx, step, me = self._ctx, f"{tree} {depth}", self._member
        counts, sums = histograms.level(rows)
        allowed = self._allowed(histograms, counts)
        orders = self._orders(tree, depth, rows.n_nodes)
        answer = self._answer(histograms, sums, allowed, orders)
        block = self._ciphers.answer(ctx.engine, answer, self._agreed.fields, ctx.attempt, tree, depth)
        ctx.send(SUMS, block.dumps(), to=ctx.promoter, step=step)
        word = ctx.recv(CHOICE, sender=ctx.promoter, step=step)
        with said_by(ctx.promoter):
            choice = Choice.loads(word, rows.n_nodes, self._n_candidates)
        left = np.zeros(rows.n_places, dtype=np.bool_)
        won = marked([node for node, _ in choice.wins], rows.n_nodes)
        if choice.wins:
            left = self._split(histograms, chosen, rows, choice, allowed, orders)
            ctx.send(SIDES, to_bits(rows.take(left, won)), to=ctx.promoter, step=step)
        theirs = (choice.flags != 0) & ~won
        bits, count = choice.bits, rows.count(theirs)
        if choice.wins and self._agreed.plan.providers(tree, depth) != (me,) and count:
            bits = ctx.recv(ROUTES, sender=ctx.promoter, step=step)
        rows.put(left, theirs, from_bits(bits, count, ctx.promoter.member))
        rows.descend(choice.flags, left)

    def _allowed(self, histograms: TreeHistograms, counts: Integers) -> Mask:
        """Tell which candidates have enough rows on both sides and up to the next one, (nodes, candidates)."""
        enough = histograms.candidates.smaller_side(counts) >= self._options.min_leaf_rows
        return np.asarray(enough & histograms.candidates.apart(counts, self._gap))

    def _answer(self, histograms: TreeHistograms, sums: Array, allowed: Mask, orders: Integers) -> Array:
        """Candidates of all nodes, each node's in its order; zeros where one is not allowed or there is none."""
        found = histograms.candidates.sums(sums, self._ciphers)
        n_nodes, n_found, width = found.shape
        told = np.zeros((n_nodes, self._n_candidates), dtype=np.bool_)
        told[:, :n_found] = allowed
        first = np.arange(n_nodes)[:, None]
        answer: Array = found.reshape(-1, width).take((orders + n_found * first).ravel(), axis=0, mode="clip")
        untold = np.flatnonzero(~told.take(orders + self._n_candidates * first))
        answer[untold] = self._ciphers.zeros(len(untold))
        return answer

    def _split(
        self,
        histograms: TreeHistograms,
        chosen: Integers,
        rows: Rows,
        choice: Choice,
        allowed: Mask,
        orders: Integers,
    ) -> Mask:
        """Record what won; tells for the rows of these nodes whether they go left."""
        candidates, splits = histograms.candidates, {}
        for node, position in choice.wins:
            number = int(orders[node, position])
            if number >= len(candidates) or not allowed[node, number]:
                raise BadPayload("a candidate won that was none", party=self._ctx.promoter.member)
            self.state.splits.append(candidates.split(number))
            splits[node] = int(chosen[candidates.all[number].column]), candidates.goes_left(number)
        return self._columns.sides(rows, splits)

    def _orders(self, tree: int, depth: int, n_nodes: int) -> Integers:
        """Return the candidate that stands at each position, (nodes, positions): fresh for every node."""
        return Stream(self.state.seed, "order", tree, depth).permutations(self._n_candidates, n_nodes)
