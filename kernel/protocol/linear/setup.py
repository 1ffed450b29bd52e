"""Before the first iteration: keys, sizes, the same rows in the same order, and the checkpoint to go on from."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from common import canonical
from kernel.core.context import Context
from kernel.core.errors import BadPayload, NotAligned
from kernel.core.party import Party
from kernel.core.wire import pack, unpack
from kernel.crypto.paillier import PrivateKey, PublicKey
from kernel.crypto.prg import Stream
from kernel.protocol.alignment import fingerprint
from kernel.protocol.linear import scales
from kernel.protocol.linear.messages import MESSAGES, recv, send

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
    partners: dict[str, Partner]
    resume_from: int


def agree(ctx: Context, key: PrivateKey, ids: Sequence[str], n_columns: int) -> Setup:
    """Exchange what the protocol needs.

    Raises
    ------
    NotAligned
        The parties' rows differ.
    """
    order, steps = fingerprint(ctx.job, ids), list(ctx.checkpoint.steps())
    mine = {"rows": len(ids), "columns": n_columns, "order": order, "steps": steps}
    for party in ctx.others:
        send(ctx, MESSAGES.setup, pack([key.public.dumps(), canonical.dumps(mine)]), party, "")
    partners = {}
    common = set(steps)
    for party in ctx.others:
        public, data = unpack(recv(ctx, MESSAGES.setup, party, ""), n_parts=2)
        try:
            theirs = canonical.loads(data)
            rows, columns = int(theirs["rows"]), int(theirs["columns"])
            their_order, their_steps = str(theirs["order"]), {int(step) for step in theirs["steps"]}
        except (KeyError, TypeError, ValueError, canonical.NotCanonical) as error:
            raise BadPayload("a malformed setup", party=party.member) from error
        if rows != len(ids) or their_order != order:
            raise NotAligned(f"{party} has {rows} rows and we {len(ids)}, or in another order", party=party.member)
        if not 0 < columns < 1 << scales.COLUMN_BITS:
            raise BadPayload(f"{columns} columns", party=party.member)
        partners[party.member] = Partner(party, PublicKey.loads(public, bits=key.public.bits), columns)
        common &= their_steps
    return Setup(key, partners, max(common, default=0))
