"""Takes a federation from one ledger to another: every record again, in order, as its owner signed it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from common import canonical
from common.records import verify_record
from union.errors import MoveDiffers

if TYPE_CHECKING:
    from collections.abc import Callable

    from union.domain.record import Posted
    from union.ledger.base import Ledger

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
        The new ledger holds something else, or the old one changed meanwhile.
    """
    records = _everything(old)
    salt = old.governance().salt
    lines = chained(records)
    there = chained(_everything(new))
    _compare(lines[: len(there)], there)
    for line in lines[len(there) :]:
        # The new contract checks it as well; here it is checked that what is left behind was genuine.
        verify_record(salt, line.posted.record)
        made = new.submit(line.posted.record)
        if made.sequence != line.posted.sequence:
            raise MoveDiffers(f"record {line.posted.sequence} became record {made.sequence} on the new ledger")
        told(made.sequence, len(lines))
    _compare(lines, chained(_everything(new)))
    for owner in sorted({posted.record.owner for posted in records}):
        if old.next_nonce(owner) != new.next_nonce(owner):
            raise MoveDiffers(f"the next nonce of {owner} differs")
    if old.head().sequence != len(records):
        raise MoveDiffers(f"the old ledger has come from record {len(records)} to {old.head().sequence} meanwhile")
    return lines


def _everything(ledger: Ledger) -> list[Posted]:
    head = ledger.head()
    records = [posted for _, page in ledger.read(ledger.first_block, head.block) for posted in page]
    if [posted.sequence for posted in records] != list(range(1, head.sequence + 1)):
        raise MoveDiffers(f"the ledger at {ledger.address} counts {head.sequence} records and shows {len(records)}")
    return records


def _compare(old: list[Line], new: list[Line]) -> None:
    for line, other in zip(old, new, strict=False):
        if line.digest != other.digest:
            raise MoveDiffers(f"record {line.posted.sequence} is another one on the new ledger")
    if len(old) != len(new):
        raise MoveDiffers(f"the old ledger holds {len(old)} records, the new one {len(new)}")
