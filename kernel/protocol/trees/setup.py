"""Before the first tree: the key, sizes, the same rows in the same order, who has candidates, where to go on."""

import struct
from collections.abc import Callable
from dataclasses import dataclass

from kernel.core.context import Context
from kernel.core.errors import BadPayload, ConstantColumns
from kernel.core.party import Party
from kernel.core.wire import said_by
from kernel.crypto.paillier.keys import Key
from kernel.protocol.alignment import Greeting, Rows
from kernel.protocol.trees.fields import Fields
from kernel.protocol.trees.messages import KEY, OFFER, START
from kernel.protocol.trees.plan import Plan

KeyReader = Callable[[bytes], Key]
PlanMaker = Callable[[tuple[bool, ...]], Plan]
_START = struct.Struct(">I")  # finished trees
_MOST_OUTPUTS, _MOST_CANDIDATES = 100, 1 << 24


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


def lead(ctx: Context, public: Key, ours: Rows, n_outputs: int, n_candidates: int, make_plan: PlanMaker) -> Agreed:
    """Exchange what the protocol needs: the promoter's side.

    Raises
    ------
    NotAligned
        The parties' rows differ.
    ConstantColumns
        No member has a column that could be split.
    """
    key = Greeting(public.dumps(), (n_outputs,)).dumps(ours)
    for party in ctx.providers:
        ctx.send(KEY, key, to=party)
    offers = [_offer(ctx, ours, party) for party in ctx.providers]
    candidates = tuple(offer.numbers[0] for offer in offers)
    plan = make_plan((n_candidates > 0, *(count > 0 for count in candidates)))
    common = set(ctx.checkpoint.steps())
    for member, offer in enumerate(offers, 1):
        common &= {tree for step in {0, *offer.steps} for tree in plan.reach(member, step)}
    done = max(common, default=0)
    for party in ctx.providers:
        ctx.send(START, _START.pack(done) + bytes(plan.with_candidates), to=party)
    _usable(plan)
    ctx.checkpoint.forget_after(done)
    return Agreed(public, Fields(ours.sizes[0], n_outputs, public.plain_bits), plan, done, candidates)


def follow(ctx: Context, read: KeyReader, ours: Rows, n_candidates: int, make_plan: PlanMaker) -> Agreed:
    """Exchange what the protocol needs: a provider's side; raises as `lead` does."""
    promoter = ctx.promoter
    ctx.send(OFFER, Greeting(numbers=(n_candidates,), steps=ctx.checkpoint.steps()).dumps(ours), to=promoter)
    data = ctx.recv(KEY, sender=promoter)
    with said_by(promoter):
        key, n_outputs = _read_key(ctx, ours, data, read)
    data = ctx.recv(START, sender=promoter)
    with said_by(promoter):
        plan, done = _read_start(ctx, data, n_candidates, make_plan)
    _usable(plan)
    ctx.checkpoint.forget_after(done)
    return Agreed(key, Fields(ours.sizes[0], n_outputs, key.plain_bits), plan, done)


def _read_key(ctx: Context, ours: Rows, data: bytes, read: KeyReader) -> tuple[Key, int]:
    """Public key and number of outputs."""
    greeting = Greeting.loads(data, ours, ctx.promoter, n_numbers=1)
    (n_outputs,) = greeting.numbers
    if not 0 < n_outputs <= _MOST_OUTPUTS:
        raise BadPayload(f"{n_outputs} outputs")
    return read(greeting.first), n_outputs


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


def _offer(ctx: Context, ours: Rows, party: Party) -> Greeting:
    """One provider's number of candidates and kept checkpoints."""
    offer = Greeting.loads(ctx.recv(OFFER, sender=party), ours, party, n_numbers=1)
    if offer.first or offer.numbers[0] >= _MOST_CANDIDATES:
        raise BadPayload(f"{offer.numbers[0]} candidates", party=party.member)
    return offer


def _usable(plan: Plan) -> None:
    if not any(plan.with_candidates):
        raise ConstantColumns(
            "no member has a column with two different values", public_detail="No member has a usable column."
        )
