"""Takes a federation from one ledger to another: every record again, in order, as its owner signed it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from common import canonical
from common.records import verify_record
from ledger.bodies import closing_body
from ledger.record import Kind
from union.errors import MoveDiffers, MoveNotAgreed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ledger.federation import Succession
    from ledger.ports import Ledger
    from ledger.record import Posted, Record

GENESIS = "0" * 64


@dataclass(frozen=True)
class Line:
    """A record and where it stood on the ledger that is left; `digest` covers it and all before it."""

    posted: Posted
    digest: str

    def told(self) -> dict[str, Any]:
        """Return what the history keeps."""
        posted = self.posted
        return {
            "sequence": posted.sequence,
            "transaction": posted.transaction,
            "block": posted.block,
            "time_ms": posted.time_ms,
            "kind": posted.record.kind,
            "record_id": posted.record.record_id,
            "digest": self.digest,
        }


def chained(records: list[Posted]) -> list[Line]:
    """Chain records by SHA-256 over what does not depend on the ledger that holds them."""
    digest, lines = GENESIS, []
    for posted in records:
        record = posted.record
        content = {
            "previous": digest,
            "sequence": posted.sequence,
            "kind": record.kind,
            "record_id": record.record_id,
            "body": record.body.hex(),
            "owner": record.owner,
            "nonce": str(record.nonce),
            "signature": record.signature.hex(),
            "member": posted.member_hash.hex(),
            "status": posted.status or "",
        }
        digest = hashlib.sha256(canonical.dumps(content)).hexdigest()
        lines.append(Line(posted, digest))
    return lines


def copy_records(old: Ledger, new: Ledger, told: Callable[[int, int], None]) -> list[Line]:
    """Write to `new` all that `old` holds and `new` does not, and return it once both hold the same.

    What is written to `old` meanwhile is left to the next call.

    Going on after having been cut off is the same as beginning: what the new ledger holds already is compared, the
    rest is written.

    Parameters
    ----------
    old, new : Ledger
        The registers; `new` holds nothing, or the first records of `old`.
    told : callable
        Is told after each record how many of how many stand on the new ledger.

    Raises
    ------
    MoveDiffers
        The new ledger holds something else.
    """
    records = _everything(old)
    salt = old.governance().salt
    lines = chained(records)
    there = chained(_copies(old, new))
    _compare(lines[: len(there)], there)
    for line in lines[len(there) :]:
        # The new contract checks it as well; here it is checked that what is left behind was genuine.
        verify_record(salt, line.posted.record)
        made = new.submit(line.posted.record)
        if made.sequence != line.posted.sequence:
            raise MoveDiffers(f"record {line.posted.sequence} became record {made.sequence} on the new ledger")
        told(made.sequence, len(lines))
    _compare(lines, chained(_copies(old, new)))
    return lines


def hand_over(old: Ledger, new: Ledger, succession: Succession, signatures: Sequence[Signature]) -> None:
    """Close `old` in favour of `new` by governance's closing record.

    Parameters
    ----------
    old, new : Ledger
        The registers; `new` holds what `old` holds. A contract of version 1 cannot be closed: then the record only
        opens the new one, and nothing may be written to the old one any more.
    succession : Succession
        Where `new` stands.
    signatures : sequence of callable
        Each makes a governor's closing record of a generation; see `Signature`.

    Raises
    ------
    MoveDiffers
        The old contract was closed in favour of another one, or it was written to and cannot be closed.
    MoveNotAgreed
        Further governors have to sign.
    """
    closable = old.version > 1
    ledger = old if closable else new
    if not closable and old.head().sequence > new.head().sequence:
        raise MoveDiffers(f"the old ledger has come to record {old.head().sequence} meanwhile")
    voted = {
        posted.record.owner
        for posted in _everything(ledger)
        if posted.record.kind == Kind.CLOSING and _names(posted.record, old.generation, succession)
    }
    for sign in signatures:
        if sign.governor not in voted and not _is_over(old, new):
            ledger.submit(sign(old.generation, succession, ledger.next_nonce(sign.governor)))
            voted.add(sign.governor)
    there = old.succession()
    if there is not None and there != succession:
        raise MoveDiffers(f"the old ledger was closed in favour of {there.contract} on chain {there.chain_id}")
    if not _is_over(old, new):
        missing = [who for who in old.governance().governors if who not in voted]
        nonces = ", ".join(f"{who} (nonce {ledger.next_nonce(who)})" for who in missing)
        raise MoveNotAgreed(
            f"{len(voted)} of {old.governance().threshold} governors have signed; not yet {nonces}",
            hint="Have a further governor run `python -m union sign-closing --home HOME --nonce N "
            f"--generation {old.generation} --chain-id {succession.chain_id} {succession.contract}`, and give the file "
            "that it prints to `python -m union move … --signed FILE`: it goes on.",
        )


class Signature(Protocol):
    """How a governor's closing record is had: made with its key at hand, or read from a file that it sent."""

    @property
    def governor(self) -> str:
        """Its address."""

    def __call__(self, generation: int, succession: Succession, nonce: int, /) -> Record:
        """Return the record."""


def _names(record: Record, generation: int, succession: Succession) -> bool:
    # By its spelling, as the contract counts it: of another vote nothing is to be understood, so that none, however
    # odd, stops a move.
    return record.body == closing_body(generation, succession)


def _is_over(old: Ledger, new: Ledger) -> bool:
    return old.succession() is not None if old.version > 1 else new.is_open()


def compare_nonces(old: Ledger, new: Ledger, lines: list[Line]) -> None:
    """See that every owner goes on with the nonce that it has; a governor opened the successor of a version 1."""
    for owner in sorted({line.posted.record.owner for line in lines}):
        ahead = new.next_nonce(owner) - old.next_nonce(owner)
        if ahead and (old.version > 1 or owner not in new.governance().governors):
            raise MoveDiffers(f"the next nonce of {owner} differs")


def _everything(ledger: Ledger) -> list[Posted]:
    head = ledger.head()
    # Others may write meanwhile: the block is read after the sequence, and may hold more than that.
    pages = ledger.read(ledger.first_block, head.block)
    records = [posted for _, page in pages for posted in page if posted.sequence <= head.sequence]
    if [posted.sequence for posted in records] != list(range(1, head.sequence + 1)):
        raise MoveDiffers(f"the ledger at {ledger.address} counts {head.sequence} records and shows {len(records)}")
    return records


def _copies(old: Ledger, new: Ledger) -> list[Posted]:
    records = _everything(new)
    # Of the contract that cannot be closed, the new one alone holds the end.
    return [posted for posted in records if old.version > 1 or posted.record.kind != Kind.CLOSING]


def _compare(old: list[Line], new: list[Line]) -> None:
    for line, other in zip(old, new, strict=False):
        if line.digest != other.digest:
            raise MoveDiffers(f"record {line.posted.sequence} is another one on the new ledger")
    if len(old) != len(new):
        raise MoveDiffers(f"the old ledger holds {len(old)} records, the new one {len(new)}")
