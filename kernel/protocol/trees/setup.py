"""Before the first tree: the key, sizes, the same rows in the same order, who has candidates, where to go on."""

import hmac
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kernel.core.context import Context
from kernel.core.errors import BadPayload, ConstantColumns, NotAligned
from kernel.core.party import Party
from kernel.core.wire import pack, said_by, unpack
from kernel.crypto.paillier.keys import Key
from kernel.protocol.alignment import fingerprint
from kernel.protocol.trees.fields import Fields
from kernel.protocol.trees.messages import KEY, OFFER, START
from kernel.protocol.trees.plan import Plan

KeyReader = Callable[[bytes], Key]
PlanMaker = Callable[[tuple[bool, ...]], Plan]
_KEY = struct.Struct(">III")  # training rows, validation rows, outputs
_OFFER = struct.Struct(">III")  # training rows, validation rows, candidates
_START = struct.Struct(">I")  # finished trees
_MOST_OUTPUTS, _MOST_CANDIDATES = 100, 1 << 24


@dataclass(frozen=True)
class Ours:
    """What a party knows of its own rows."""

    ids: Sequence[str]
    n_training: int

    @property
    def sizes(self) -> tuple[int, int]:
        """Training rows and validation rows."""
        return self.n_training, len(self.ids) - self.n_training

    def order(self, job: str) -> bytes:
        """Hash of the ids in their order."""
        return bytes.fromhex(fingerprint(job, self.ids))

    def compare(self, sizes: tuple[int, int], theirs: bytes, job: str, party: Party) -> None:
        """Check another party's.

        Raises
        ------
        NotAligned
            The parties' rows differ.
        """
        if sizes[1] != self.sizes[1] and not sizes[1] * self.sizes[1]:
            raise NotAligned(
                f"{party} has {sizes[1]} validation rows and we {self.sizes[1]}",
                hint="Connect `validation` at every member, or at none.",
                party=party.member,
            )
        if sizes != self.sizes or not hmac.compare_digest(theirs, self.order(job)):
            raise NotAligned(
                f"{party} has {sum(sizes)} rows and we {len(self.ids)}, or in another order", party=party.member
            )


@dataclass(frozen=True)
class Agreed:
    """What the setup found.

    Parameters
    ----------
    candidates
        The promoter's knowledge: candidates of each provider in the job's order; empty at providers.
    """

    public: Key
    fields: Fields
    plan: Plan
    done: int
    candidates: tuple[int, ...] = ()


def lead(ctx: Context, public: Key, ours: Ours, n_outputs: int, n_candidates: int, make_plan: PlanMaker) -> Agreed:
    """Exchange what the protocol needs: the promoter's side.

    Raises
    ------
    NotAligned
        The parties' rows differ.
    ConstantColumns
        No member has a column that could be split.
    """
    key = pack([public.dumps(), _KEY.pack(*ours.sizes, n_outputs), ours.order(ctx.job)])
    for party in ctx.providers:
        ctx.send(KEY, key, to=party)
    offers = [_offer(ctx, ours, party) for party in ctx.providers]
    candidates = tuple(count for count, _ in offers)
    plan = make_plan((n_candidates > 0, *(count > 0 for count in candidates)))
    common = set(ctx.checkpoint.steps())
    for member, (_, steps) in enumerate(offers, 1):
        common &= {tree for step in {0, *steps} for tree in plan.reach(member, step)}
    done = max(common, default=0)
    for party in ctx.providers:
        ctx.send(START, _START.pack(done) + bytes(plan.with_candidates), to=party)
    _usable(plan)
    ctx.checkpoint.forget_after(done)
    return Agreed(public, Fields(ours.n_training, n_outputs, public.plain_bits), plan, done, candidates)


def follow(ctx: Context, read: KeyReader, ours: Ours, n_candidates: int, make_plan: PlanMaker) -> Agreed:
    """Exchange what the protocol needs: a provider's side; raises as `lead` does."""
    promoter, steps = ctx.promoter, ctx.checkpoint.steps()
    offer = [_OFFER.pack(*ours.sizes, n_candidates), ours.order(ctx.job), struct.pack(f">{len(steps)}I", *steps)]
    ctx.send(OFFER, pack(offer), to=promoter)
    data = ctx.recv(KEY, sender=promoter)
    with said_by(promoter):
        key, n_outputs = _read_key(ctx, ours, data, read)
    data = ctx.recv(START, sender=promoter)
    with said_by(promoter):
        plan, done = _read_start(ctx, data, n_candidates, make_plan)
    _usable(plan)
    ctx.checkpoint.forget_after(done)
    return Agreed(key, Fields(ours.n_training, n_outputs, key.plain_bits), plan, done)


def _read_key(ctx: Context, ours: Ours, data: bytes, read: KeyReader) -> tuple[Key, int]:
    """Public key and number of outputs."""
    public, sizes, order = unpack(data, n_parts=3)
    if len(sizes) != _KEY.size:
        raise BadPayload("a malformed key message")
    *rows, n_outputs = _KEY.unpack(sizes)
    ours.compare((rows[0], rows[1]), order, ctx.job, ctx.promoter)
    if not 0 < n_outputs <= _MOST_OUTPUTS:
        raise BadPayload(f"{n_outputs} outputs")
    return read(public), n_outputs


def _read_start(ctx: Context, data: bytes, n_candidates: int, make_plan: PlanMaker) -> tuple[Plan, int]:
    """Whose columns serve, and after how many trees to go on."""
    roster = data[_START.size :]
    if len(roster) != len(ctx.parties) or set(roster) - {0, 1} or roster[ctx.me.index + 1] != (n_candidates > 0):
        raise BadPayload("a malformed start")
    plan = make_plan(tuple(has == 1 for has in roster))
    (done,) = _START.unpack(data[: _START.size])
    kept = max((step for step in (0, *ctx.checkpoint.steps()) if step <= done), default=0)
    if done not in plan.reach(ctx.me.index + 1, kept):
        raise BadPayload(f"a start after {done} trees, of which we keep {kept}")
    return plan, done


def _offer(ctx: Context, ours: Ours, party: Party) -> tuple[int, tuple[int, ...]]:
    """One provider's number of candidates and kept checkpoints."""
    data = ctx.recv(OFFER, sender=party)
    with said_by(party):
        sizes, order, steps = unpack(data, n_parts=3)
        if len(sizes) != _OFFER.size or len(steps) % 4:
            raise BadPayload("a malformed offer")
        *rows, count = _OFFER.unpack(sizes)
        ours.compare((rows[0], rows[1]), order, ctx.job, party)
        if count >= _MOST_CANDIDATES:
            raise BadPayload(f"{count} candidates")
    return count, struct.unpack(f">{len(steps) // 4}I", steps)


def _usable(plan: Plan) -> None:
    if not any(plan.with_candidates):
        raise ConstantColumns(
            "no member has a column with two different values", public_detail="No member has a usable column."
        )
