"""The greeting of a training: whether all parties have the same rows in the same order, and from where they go on.

1. Every party has its `Rows`: numbers of rows, table by table, and a hash of their ids in order, bound to the job.
2. It sends a `Greeting`: these, numbers and bytes of the protocol's own (columns, a public key), and the steps of which
   it has kept checkpoints. Who reads one compares the rows with its own, and names the party whose rows differ.
3. All go on from the last step that everybody has kept, and forget later ones (`go_on`).

A hash of the ids tells nothing to whoever does not know them, and those who do have aligned them before.
"""

import hashlib
import hmac
import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kernel.core.context import Context
from kernel.core.errors import BadPayload, NotAligned
from kernel.core.party import Party
from kernel.core.wire import pack, unpack

_ROWS, _NUMBER = "Q", "I"
_STEP = struct.Struct(f">{_NUMBER}")


def fingerprint(job: str, ids: Iterable[str]) -> str:
    """Hash ids in their order, bound to the job; hexadecimal."""
    digest = hashlib.blake2b(job.encode(), digest_size=16)
    for text in ids:
        data = text.encode()
        digest.update(len(data).to_bytes(4, "big") + data)
    return digest.hexdigest()


@dataclass(frozen=True)
class Rows:
    """Which rows a party has.

    Parameters
    ----------
    sizes
        Of the training table and, where there is one, of the validation table.
    order
        Hash of the ids of both, in their order.
    """

    sizes: tuple[int, ...]
    order: bytes

    @classmethod
    def of(cls, job: str, ids: Sequence[str], *sizes: int) -> "Rows":
        """Describe the rows with these ids; all of one table where no sizes are given."""
        return cls(sizes or (len(ids),), bytes.fromhex(fingerprint(job, ids)))

    def compare(self, theirs: "Rows", party: Party) -> None:
        """Compare with another party's.

        Raises
        ------
        NotAligned
            They differ.
        """
        for ours, other in zip(self.sizes[1:], theirs.sizes[1:], strict=True):
            if ours != other and not ours * other:
                raise NotAligned(
                    f"{party} has {other} validation rows and we {ours}",
                    hint="Connect `validation` at every member, or at none.",
                    party=party.member,
                )
        if theirs.sizes != self.sizes or not hmac.compare_digest(theirs.order, self.order):
            raise NotAligned(
                f"{party} has {sum(theirs.sizes)} rows and we {sum(self.sizes)}, or in another order",
                party=party.member,
            )


@dataclass(frozen=True)
class Greeting:
    """What a party says before a training.

    Parameters
    ----------
    first
        Bytes of the protocol's own, for instance a public key.
    numbers
        Numbers of its own, for instance of columns; unsigned, 32 bits.
    steps
        Those of which the party has checkpoints.
    """

    first: bytes = b""
    numbers: tuple[int, ...] = ()
    steps: tuple[int, ...] = ()

    def dumps(self, rows: Rows) -> bytes:
        """Write, together with the party's rows."""
        sizes = _sizes(len(rows.sizes), len(self.numbers)).pack(*rows.sizes, *self.numbers)
        return pack([self.first, sizes, rows.order, b"".join(map(_STEP.pack, self.steps))])

    @classmethod
    def loads(cls, data: bytes, ours: Rows, party: Party, n_numbers: int = 0) -> "Greeting":
        """Read another party's and compare its rows with ours.

        Raises
        ------
        BadPayload, NotAligned
            It is no greeting, or of other rows; `party` is set.
        """
        try:
            first, sizes, order, steps = unpack(data, n_parts=4)
        except BadPayload as error:
            error.party = party.member
            raise
        form = _sizes(len(ours.sizes), n_numbers)
        if len(sizes) != form.size or len(order) != len(ours.order) or len(steps) % _STEP.size:
            raise BadPayload("a malformed greeting", party=party.member)
        values = form.unpack(sizes)
        ours.compare(Rows(values[: len(ours.sizes)], order), party)
        return cls(first, values[len(ours.sizes) :], tuple(step for (step,) in _STEP.iter_unpack(steps)))


def go_on(ctx: Context, others: Iterable[Greeting]) -> int:
    """Return the last step of which all have a checkpoint, or 0; our own later ones are dropped.

    What we kept beyond it belongs to what the others no longer have: after another interruption it would be taken for
    the other half of what they keep from now on.
    """
    common = set(ctx.checkpoint.steps()).intersection(*(greeting.steps for greeting in others))
    step = max(common, default=0)
    ctx.checkpoint.forget_after(step)
    return step


def greeting_bytes(n_numbers: int, n_tables: int = 1) -> int:
    """Bytes of a greeting without what stands first and without checkpoints, for COST."""
    return len(Greeting(numbers=(0,) * n_numbers).dumps(Rows((0,) * n_tables, bytes(16))))


def _sizes(n_tables: int, n_numbers: int) -> struct.Struct:
    return struct.Struct(f">{_ROWS * n_tables}{_NUMBER * n_numbers}")
