"""Before the first epoch: the key, sizes, the same rows in the same order, and the epoch to go on from."""

import hmac
import struct
from collections.abc import Sequence
from dataclasses import dataclass

from kernel.components.vert_glm_open_score import batches
from kernel.components.vert_glm_open_score.spec import (
    HELLO_PROMOTER,
    HELLO_PROVIDER,
    START,
)
from kernel.core import Context, Party
from kernel.core.errors import BadPayload, NotAligned, OutOfRange
from kernel.core.wire import pack, unpack
from kernel.crypto.paillier import PublicKey
from kernel.protocol.alignment import fingerprint

_SIZES = struct.Struct(">QI")  # rows, columns
_EPOCH = struct.Struct(">I")
_MOST_COLUMNS = 1 << 16


@dataclass(frozen=True)
class Met:
    """The epoch that all go on from, and how many columns each provider has."""

    epoch: int
    n_columns: dict[str, int]


def _hello(ctx: Context, first: bytes, ids: Sequence[str], n_columns: int) -> bytes:
    steps = ctx.checkpoint.steps()
    order = bytes.fromhex(fingerprint(ctx.job, ids))
    return pack([first, _SIZES.pack(len(ids), n_columns), order, struct.pack(f">{len(steps)}I", *steps)])


def _heard(ctx: Context, data: bytes, party: Party, ids: Sequence[str]) -> tuple[bytes, int, set[int]]:
    """Return what stands first, the number of columns, and the kept epochs of a partner."""
    first, sizes, order, steps = unpack(data, n_parts=4)
    if len(sizes) != _SIZES.size or len(steps) % 4:
        raise BadPayload("a malformed greeting", party=party.member)
    rows, columns = _SIZES.unpack(sizes)
    ours = bytes.fromhex(fingerprint(ctx.job, ids))
    if rows != len(ids) or not hmac.compare_digest(order, ours):
        raise NotAligned(f"{party} has {rows} rows and we {len(ids)}, or in another order", party=party.member)
    if columns > _MOST_COLUMNS:
        raise BadPayload(f"{columns} columns", party=party.member)
    return first, columns, set(struct.unpack(f">{len(steps) // 4}I", steps))


def meet_providers(ctx: Context, key: PublicKey, ids: Sequence[str], batch_rows: int) -> Met:
    """Do the promoter's half.

    Raises
    ------
    NotAligned, BadPayload, BadParameters
        Other rows at a partner; a step that is too small for its columns.
    """
    _check_rows(len(ids))
    for party in ctx.providers:
        ctx.send(HELLO_PROVIDER, _hello(ctx, key.dumps(), ids, 0), to=party)
    common, columns = set(ctx.checkpoint.steps()), {}
    for party in ctx.providers:
        _, columns[party.member], kept = _heard(ctx, ctx.recv(HELLO_PROMOTER, sender=party), party, ids)
        batches.check(len(ids), batch_rows, columns[party.member])
        common &= kept
    epoch = max(common, default=0)
    for party in ctx.providers:
        ctx.send(START, _EPOCH.pack(epoch), to=party)
    ctx.checkpoint.forget_after(epoch)
    return Met(epoch, columns)


def meet_promoter(ctx: Context, ids: Sequence[str], n_columns: int, key_bits: int) -> tuple[int, PublicKey]:
    """Do a provider's half; returns where to begin, and the key."""
    _check_rows(len(ids))
    ctx.send(HELLO_PROMOTER, _hello(ctx, b"", ids, n_columns), to=ctx.promoter)
    data = ctx.recv(HELLO_PROVIDER, sender=ctx.promoter)
    public, _, kept = _heard(ctx, data, ctx.promoter, ids)
    start = ctx.recv(START, sender=ctx.promoter)
    if len(start) != _EPOCH.size:
        raise BadPayload("a malformed start", party=ctx.promoter.member)
    (epoch,) = _EPOCH.unpack(start)
    if epoch and epoch not in kept & set(ctx.checkpoint.steps()):
        raise BadPayload("a start at an epoch that nobody kept", party=ctx.promoter.member)
    ctx.checkpoint.forget_after(epoch)
    return epoch, PublicKey.loads(public, bits=key_bits)


def _check_rows(n_rows: int) -> None:
    if n_rows >> 24:
        raise OutOfRange(f"{n_rows} rows; there may be {(1 << 24) - 1}", hint="Train on a sample of the rows.")
