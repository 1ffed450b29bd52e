"""Before the first iteration: keys, sizes, the same rows in the same order, and the checkpoint to go on from."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kernel.core.context import Context
from kernel.core.errors import BadPayload, OutOfRange
from kernel.core.party import Party, Role
from kernel.core.wire import said_by
from kernel.crypto.paillier import PrivateKey, PublicKey
from kernel.crypto.prg import Stream
from kernel.protocol.alignment import Greeting, Rows, go_on
from kernel.protocol.linear import scales
from kernel.protocol.linear.messages import MESSAGES, recv, send
from kernel.protocol.linear.start import MARK_BYTES, Start, compare, mark

KeyMaker = Callable[[int, Stream], PrivateKey]


@dataclass(frozen=True)
class Partner:
    """What we know of another party."""

    party: Party
    key: PublicKey
    n_columns: int


@dataclass(frozen=True)
class Setup:
    """Our key, everybody's public keys, and where to begin."""

    key: PrivateKey
    n_columns: int  # our own with weights
    n_targets: int
    partners: dict[str, Partner]
    resume_from: int


def agree(
    ctx: Context,
    key: PrivateKey,
    ids: Sequence[str],
    n_columns: int,
    n_targets: int,
    allowed: range,
    start: Start | None = None,
) -> Setup:
    """Exchange what the protocol needs.

    Parameters
    ----------
    n_targets
        The promoter's targets; 0 at a provider.
    allowed
        How many targets the promoter may have.

    Raises
    ------
    NotAligned, BadParameters, OtherTraining
        The parties' rows differ; one begins at an earlier model, and another at none or at one of another training.
    OutOfRange
        More rows, columns or providers than the slots of a plaintext are wide for: sums would spill unnoticed.
    """
    rows, providers = len(ids), len(ctx.providers)
    limits = (scales.ROW_BITS, scales.COLUMN_BITS, scales.PARTY_BITS)
    if any(count >> bits for count, bits in zip((rows, n_columns, providers), limits, strict=True)):
        most = " and ".join(str((1 << bits) - 1) for bits in limits)
        raise OutOfRange(
            f"{rows} rows, {n_columns} columns and {providers} providers; there may be {most}",
            hint="Use fewer rows, columns or providers.",
        )
    ours = Rows.of(ctx.job, ids)
    own_mark = mark(start)
    payload = Greeting(own_mark + key.public.dumps(), (n_columns, n_targets), ctx.checkpoint.steps()).dumps(ours)
    for party in ctx.others:
        send(ctx, MESSAGES.setup, payload, party, "")
    partners, greetings = {}, []
    for party in ctx.others:
        greeting = Greeting.loads(recv(ctx, MESSAGES.setup, party, ""), ours, party, n_numbers=2)
        columns, targets = greeting.numbers
        leads = party.role is Role.PROMOTER
        if not 0 < columns < 1 << scales.COLUMN_BITS or (targets not in allowed if leads else targets):
            raise BadPayload(f"{columns} columns and {targets} targets", party=party.member)
        n_targets = max(n_targets, targets)
        compare(own_mark, greeting.first[:MARK_BYTES], party)
        with said_by(party):
            public = PublicKey.loads(greeting.first[MARK_BYTES:], bits=key.public.bits)
        partners[party.member] = Partner(party, public, columns)
        greetings.append(greeting)
    return Setup(key, n_columns, n_targets, partners, go_on(ctx, greetings))
