"""Before the first iteration: keys, sizes, the same rows in the same order, and the checkpoint to go on from."""

import hmac
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kernel.core.context import Context
from kernel.core.errors import BadPayload, NotAligned, OutOfRange
from kernel.core.party import Party
from kernel.core.wire import pack, unpack
from kernel.crypto.paillier import PrivateKey, PublicKey
from kernel.crypto.prg import Stream
from kernel.protocol.alignment import fingerprint
from kernel.protocol.linear import scales
from kernel.protocol.linear.messages import MESSAGES, recv, send

_SIZES = struct.Struct(">QI")  # rows, columns
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
    partners: dict[str, Partner]
    resume_from: int


def agree(ctx: Context, key: PrivateKey, ids: Sequence[str], n_columns: int) -> Setup:
    """Exchange what the protocol needs.

    Raises
    ------
    NotAligned
        The parties' rows differ.
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
    order, steps = bytes.fromhex(fingerprint(ctx.job, ids)), ctx.checkpoint.steps()
    sizes = _SIZES.pack(len(ids), n_columns)
    payload = pack([key.public.dumps(), sizes, order, struct.pack(f">{len(steps)}I", *steps)])
    for party in ctx.others:
        send(ctx, MESSAGES.setup, payload, party, "")
    partners = {}
    common = set(steps)
    for party in ctx.others:
        public, their_sizes, their_order, data = unpack(recv(ctx, MESSAGES.setup, party, ""), n_parts=4)
        if len(their_sizes) != _SIZES.size or len(data) % 4:
            raise BadPayload("a malformed setup", party=party.member)
        rows, columns = _SIZES.unpack(their_sizes)
        if rows != len(ids) or not hmac.compare_digest(their_order, order):
            raise NotAligned(f"{party} has {rows} rows and we {len(ids)}, or in another order", party=party.member)
        if not 0 < columns < 1 << scales.COLUMN_BITS:
            raise BadPayload(f"{columns} columns", party=party.member)
        partners[party.member] = Partner(party, PublicKey.loads(public, bits=key.public.bits), columns)
        common &= set(struct.unpack(f">{len(data) // 4}I", data))
    resume_from = max(common, default=0)
    # What we kept beyond it belongs to shares that the others no longer have: after another interruption it would be
    # taken for the other half of what they keep from now on.
    ctx.checkpoint.forget_after(resume_from)
    return Setup(key, n_columns, partners, resume_from)
