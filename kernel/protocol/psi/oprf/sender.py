"""The sender's steps, by the numbers of README.md."""

from dataclasses import dataclass
from functools import partial

import numpy as np

from kernel.core.errors import BadPayload
from kernel.crypto.aes import BLOCK_BYTES, Words
from kernel.crypto.kernels import loaded
from kernel.crypto.okvs import Layout
from kernel.crypto.okvs.table import Decoder
from kernel.crypto.ot.base import COUNT, BaseReceiver
from kernel.crypto.ot.extension import ExtendingSender
from kernel.crypto.vole import VoleSender
from kernel.protocol.psi.oprf.plan import SEED_BYTES, Piece, Places, Plan
from kernel.protocol.psi.oprf.tags import Hashes, as_words
from kernel.protocol.psi.port import Bytes, Digests, Found, Learns, Side, exactly, told_by_receiver


@dataclass(frozen=True)
class Sender:
    """One run."""

    side: Side
    plan: Plan
    hashes: Hashes
    digests: Digests
    parts: list[Places]

    @classmethod
    def of(cls, side: Side, digests: Digests) -> "Sender":
        """Cut the set into buckets."""
        plan = Plan(side.terms)
        parts = plan.cut(digests, plan.sender_slots)
        return cls(side, plan, Hashes(side.terms.task, plan.tag_bytes), digests, parts)

    def run(self) -> Found:
        """Do all steps; buckets whose last message has arrived before a crash are done."""
        side, plan = self.side, self.plan
        todo = [
            bucket for bucket in range(plan.n_buckets) if not side.wire.sent(f"tags {plan.tag_pieces(bucket)[-1][0]}")
        ]
        if todo:
            vole = self._base()
            answered = self._answer(vole, todo[0])
        for done, bucket in enumerate(todo, start=1):
            layout, share = answered
            table = vole.expand(plan.table_size, share)  # step 4
            if done < len(todo):
                answered = self._answer(vole, todo[done])  # ahead, so that the receiver need not wait
            self._tags(bucket, layout.decoder(self._received(bucket, vole.delta, table)), vole.delta)
            side.progress(done / len(todo))
        if side.terms.learns is not Learns.BOTH:
            return Found(None, None)
        return self._told()

    def _base(self) -> VoleSender:
        """Step 1."""
        side = self.side
        delta = np.unpackbits(np.frombuffer(side.stream("delta").token(COUNT // 8), np.uint8))
        base = BaseReceiver.choose(side.terms.task.encode(), delta, side.stream("base", "sender"))
        side.send("choices", base.message)
        return VoleSender(ExtendingSender(delta, base.keys(side.wire.recv("point"))))

    def _answer(self, vole: VoleSender, bucket: int) -> tuple[Layout, Words]:
        """Step 3."""
        side, size = self.side, self.plan.table_size
        request = side.wire.recv(f"request {bucket}")
        seed, rest = request[:SEED_BYTES], request[SEED_BYTES:]
        rng, session = side.stream("roots", bucket), self.hashes.session(bucket)
        answer, share = vole.answer(f"bucket {bucket}", session, size, rest, rng)
        side.send(f"answer {bucket}", lambda: answer)
        return self.plan.layout(seed), share

    def _received(self, bucket: int, delta: Words, table: Words) -> Words:
        """Step 6: K = B + Δ·A'."""
        for number, start, end in self.plan.table_pieces(bucket):
            masked = exactly(self.side.wire.recv(f"table {number}"), end - start, BLOCK_BYTES)
            loaded().field.add_multiples(table[start:end], as_words(masked), delta)
        return table

    def _tags(self, bucket: int, decoder: Decoder, delta: Words) -> None:
        """Step 7: tags at secret places among made up ones."""
        slots, count = self._slots(bucket), len(self.parts[bucket])
        item = np.full(self.plan.sender_slots, -1, np.int64)
        item[slots[:count]] = self.parts[bucket]
        width = self.plan.tag_bytes
        made_up = np.frombuffer(self.side.stream("made up", bucket).token(width * len(slots[count:])), np.uint8)
        filled: Bytes = np.empty((len(item), width), np.uint8)
        filled[slots[count:]] = made_up.reshape(-1, width)
        for piece in self.plan.tag_pieces(bucket):
            self.side.send(f"tags {piece[0]}", partial(self._tagged, bucket, piece, item, filled, decoder, delta))

    def _tagged(self, bucket: int, piece: Piece, item: Places, filled: Bytes, decoder: Decoder, delta: Words) -> bytes:
        _, start, end = piece
        ours = np.flatnonzero(item[start:end] >= 0)
        keys = as_words(self.digests[item[start:end][ours]])
        values = decoder.of(keys)
        loaded().field.add_multiples(values, self.hashes.points(keys), delta)
        out = filled[start:end].copy()
        out[ours] = self.hashes.tags(bucket, values)
        return out.tobytes()

    def _slots(self, bucket: int) -> Places:
        return self.side.stream("slots", bucket).permutation(self.plan.sender_slots)

    def _told(self) -> Found:
        """Step 9."""
        slots = self.plan.sender_slots
        told = told_by_receiver(self.side, self.plan.n_buckets * slots)
        common = np.zeros(len(self.digests), np.bool_)
        for bucket, part in enumerate(self.parts):
            common[part] = told[bucket * slots :][self._slots(bucket)[: len(part)]]
        if common.sum() != told.sum():
            raise BadPayload("a made up tag is called common")
        return Found(common, int(common.sum()))
