"""The receiver's steps, by the numbers of README.md."""

from dataclasses import dataclass
from functools import partial

import numpy as np

from kernel.crypto.aes import Words
from kernel.crypto.okvs import Layout, TableFailure, encode
from kernel.crypto.ot.base import BaseSender
from kernel.crypto.ot.extension import ExtendingReceiver
from kernel.crypto.vole import Holder, VoleReceiver
from kernel.protocol.psi.oprf.plan import SEED_BYTES, Places, Plan
from kernel.protocol.psi.oprf.tags import Hashes, as_words, matches
from kernel.protocol.psi.port import Bytes, Digests, Flags, Found, Learns, Side, exactly, tell_sender

_SEEDS = 8  # each but the first is needed with probability 2^-40


@dataclass(frozen=True)
class Asked:
    """A bucket under way: its table in the clear, and what the answer is needed for."""

    layout: Layout
    table: Words
    holder: Holder


@dataclass(frozen=True)
class Receiver:
    """One run."""

    side: Side
    plan: Plan
    hashes: Hashes
    digests: Digests
    parts: list[Places]

    @classmethod
    def of(cls, side: Side, digests: Digests) -> "Receiver":
        """Cut the set into buckets."""
        plan = Plan(side.terms)
        parts = plan.cut(digests, plan.receiver_slots)
        return cls(side, plan, Hashes(side.terms.task, plan.tag_bytes), digests, parts)

    def run(self) -> Found:
        """Do all steps; a bucket whose outcome is kept is done. Requests go a bucket ahead, comparisons one behind."""
        side, plan = self.side, self.plan
        todo = [bucket for bucket in range(plan.n_buckets) if side.vault.get(f"found {bucket}") is None]
        waiting: tuple[int, Bytes] | None = None
        if todo:
            vole = self._base()
            ahead = self._ask(vole, todo[0])
        for done, bucket in enumerate(todo, start=1):
            asked = ahead
            if done < len(todo):
                ahead = self._ask(vole, todo[done])
            tags = self._tags(bucket, asked)
            if waiting:
                self._compare(*waiting)
            waiting = bucket, tags
            side.progress((done - 0.5) / len(todo))
        if waiting:
            self._compare(*waiting)
        common, told = self._found()
        if side.terms.learns is Learns.BOTH:
            tell_sender(side, np.flatnonzero(told), len(told))  # step 9
        side.progress(1.0)
        return Found(common, int(common.sum()))

    def _base(self) -> VoleReceiver:
        """Step 1."""
        side = self.side
        base = BaseSender(side.terms.task.encode(), side.stream("base", "receiver"))
        side.send("point", base.message)
        return VoleReceiver(ExtendingReceiver(base.keys(side.wire.recv("choices"))))

    def _ask(self, vole: VoleReceiver, bucket: int) -> Asked:
        """Step 2."""
        side, keys = self.side, as_words(self.digests[self.parts[bucket]])
        layout, table = self._encoded(bucket, keys)
        rng, session = side.stream("noise", bucket), self.hashes.session(bucket)
        request, holder = vole.start(f"bucket {bucket}", session, self.plan.table_size, rng)
        side.send(f"request {bucket}", lambda: layout.seed + request)
        return Asked(layout, table, holder)

    def _encoded(self, bucket: int, keys: Words) -> tuple[Layout, Words]:
        points = self.hashes.points(keys)
        for number in range(_SEEDS - 1):
            layout = self._layout(bucket, number)
            try:
                return layout, encode(layout, keys, points)
            except TableFailure:
                continue
        layout = self._layout(bucket, _SEEDS - 1)
        return layout, encode(layout, keys, points)

    def _layout(self, bucket: int, number: int) -> Layout:
        return self.plan.layout(self.side.stream("seed", bucket, number).token(SEED_BYTES))

    def _tags(self, bucket: int, asked: Asked) -> Bytes:
        """Do steps 4 and 5, and find our own tags."""
        side = self.side
        a, c = asked.holder.finish(side.wire.recv(f"answer {bucket}"))
        a ^= asked.table
        for number, start, end in self.plan.table_pieces(bucket):
            side.send(f"table {number}", partial(a[start:end].tobytes))
        keys = as_words(self.digests[self.parts[bucket]])
        return self.hashes.tags(bucket, asked.layout.decoder(c).of(keys))

    def _compare(self, bucket: int, ours: Bytes) -> None:
        """Step 8."""
        theirs = [
            exactly(self.side.wire.recv(f"tags {number}"), end - start, self.plan.tag_bytes)
            for number, start, end in self.plan.tag_pieces(bucket)
        ]
        equal, told = matches(ours, np.concatenate(theirs))
        self.side.vault.put(f"found {bucket}", np.packbits(equal).tobytes() + np.packbits(told).tobytes())

    def _found(self) -> tuple[Flags, Flags]:
        common, told = np.zeros(len(self.digests), np.bool_), []
        for bucket, part in enumerate(self.parts):
            kept = np.frombuffer(self.side.vault.get(f"found {bucket}") or b"", np.uint8)
            cut = -(-len(part) // 8)
            common[part] = np.unpackbits(kept[:cut], count=len(part)).astype(np.bool_)
            told.append(np.unpackbits(kept[cut:], count=self.plan.sender_slots).astype(np.bool_))
        return common, np.concatenate(told)
