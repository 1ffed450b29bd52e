"""Before the first epoch: sizes, the same rows in the same order, one key, and the epoch to go on from."""

import hmac
import struct
from collections.abc import Sequence
from dataclasses import dataclass

from kernel.core.context import Context
from kernel.core.errors import BadParameters, BadPayload, NotAligned, OutOfRange
from kernel.core.party import Party
from kernel.core.wire import pack, said_by, unpack
from kernel.protocol.alignment import fingerprint
from kernel.protocol.glm import batches, scales
from kernel.protocol.glm.messages import HELLO_PROMOTER, HELLO_PROVIDER, START

_SIZES = struct.Struct(">QIHB")  # rows, columns, outputs, flags
_WARM, _SINGLE = 1, 2
_EPOCH = struct.Struct(">I")
_MOST_COLUMNS, _MOST_OWNERS = 1 << 16, 15


@dataclass(frozen=True)
class Ours:
    """What a party knows before it meets the others.

    Parameters
    ----------
    n_columns
        Columns whose gradient it will see, for the limits.
    warm
        Whether it begins from an earlier model.
    n_outputs, single
        The promoter's knowledge: how many scores a row has, and whether a ciphertext holds a single row.
    """

    ids: Sequence[str]
    n_columns: int
    warm: bool
    n_outputs: int = 0
    single: bool = False


@dataclass(frozen=True)
class Met:
    """What the meeting found.

    Parameters
    ----------
    key
        What the promoter's greeting says of the key.
    n_columns
        By member, the others' (the promoter's knowledge).
    """

    epoch: int
    key: bytes
    n_outputs: int
    single: bool
    n_columns: dict[str, int]


@dataclass(frozen=True)
class _Heard:
    key: bytes
    n_columns: int
    n_outputs: int
    single: bool
    steps: set[int]


def lead(ctx: Context, ours: Ours, key: bytes, answer: bytes, batch_rows: int) -> Met:
    """Do the promoter's half.

    Parameters
    ----------
    key, answer
        What is said of the key, and what a provider has to say of it.

    Raises
    ------
    NotAligned, BadPayload, BadParameters
        Other rows at a partner; a step that is too small for its columns; a start at some members only.
    """
    _check_sizes(ctx, ours)
    for party in ctx.providers:
        ctx.send(HELLO_PROVIDER, _hello(ctx, key, ours), to=party)
    common, columns = set(ctx.checkpoint.steps()), {}
    for party in ctx.providers:
        data = ctx.recv(HELLO_PROMOTER, sender=party)
        with said_by(party):
            heard = _heard(ctx, data, party, ours)
            if not hmac.compare_digest(heard.key, answer):
                raise BadPayload("it was given another key than we")
            if not heard.n_columns:
                raise BadPayload("no columns")
        batches.check(len(ours.ids), batch_rows, heard.n_columns)
        columns[party.member], common = heard.n_columns, common & heard.steps
    epoch = max(common, default=0)
    for party in ctx.providers:
        ctx.send(START, _EPOCH.pack(epoch), to=party)
    ctx.checkpoint.forget_after(epoch)
    return Met(epoch, key, ours.n_outputs, ours.single, columns)


def follow(ctx: Context, ours: Ours, key: bytes, batch_rows: int) -> Met:
    """Do a provider's half; `key` is what is said of it. Raises as `lead` does."""
    _check_sizes(ctx, ours)
    promoter = ctx.promoter
    ctx.send(HELLO_PROMOTER, _hello(ctx, key, ours), to=promoter)
    data = ctx.recv(HELLO_PROVIDER, sender=promoter)
    with said_by(promoter):
        heard = _heard(ctx, data, promoter, ours)
        if not 0 < heard.n_outputs <= scales.MOST_OUTPUTS:
            raise BadPayload(f"{heard.n_outputs} outputs")
    batches.check(len(ours.ids), batch_rows, heard.n_columns, "a promoter")
    start = ctx.recv(START, sender=promoter)
    with said_by(promoter):
        if len(start) != _EPOCH.size:
            raise BadPayload("a malformed start")
        (epoch,) = _EPOCH.unpack(start)
        if epoch and epoch not in heard.steps & set(ctx.checkpoint.steps()):
            raise BadPayload("a start at an epoch that nobody kept")
    ctx.checkpoint.forget_after(epoch)
    return Met(epoch, heard.key, heard.n_outputs, heard.single, {promoter.member: heard.n_columns})


def _hello(ctx: Context, key: bytes, ours: Ours) -> bytes:
    steps, flags = ctx.checkpoint.steps(), _WARM * ours.warm | _SINGLE * ours.single
    order = bytes.fromhex(fingerprint(ctx.job, ours.ids))
    sizes = _SIZES.pack(len(ours.ids), ours.n_columns, ours.n_outputs, flags)
    return pack([key, sizes, order, struct.pack(f">{len(steps)}I", *steps)])


def _heard(ctx: Context, data: bytes, party: Party, ours: Ours) -> _Heard:
    key, sizes, order, steps = unpack(data, n_parts=4)
    if len(sizes) != _SIZES.size or len(steps) % 4:
        raise BadPayload("a malformed greeting")
    rows, columns, outputs, flags = _SIZES.unpack(sizes)
    mine = bytes.fromhex(fingerprint(ctx.job, ours.ids))
    if rows != len(ours.ids) or not hmac.compare_digest(order, mine):
        raise NotAligned(f"{party} has {rows} rows and we {len(ours.ids)}, or in another order", party=party.member)
    if columns > _MOST_COLUMNS or flags > _WARM | _SINGLE:
        raise BadPayload(f"{columns} columns, flags {flags}")
    if bool(flags & _WARM) != ours.warm:
        told = "start: it is connected at some members only"
        raise BadParameters(
            told, party=party.member, hint="Connect it at every member, or at none.", public_detail=told
        )
    kept = set(struct.unpack(f">{len(steps) // 4}I", steps))
    return _Heard(key, columns, outputs, bool(flags & _SINGLE), kept)


def _check_sizes(ctx: Context, ours: Ours) -> None:
    """Refuse what the slots of a plaintext are not wide for."""
    if len(ours.ids) >> scales.ROW_BITS or len(ctx.owners) > _MOST_OWNERS:
        most = (1 << scales.ROW_BITS) - 1
        raise OutOfRange(
            f"{len(ours.ids)} rows of {len(ctx.owners)} members; there may be {most} of {_MOST_OWNERS}",
            hint="Train on a sample of the rows, or with fewer members.",
        )
