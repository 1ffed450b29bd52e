"""The audit log: each line carries the hash of the line before, so that none can be changed or left out unseen."""

import hashlib
from dataclasses import dataclass

from common import canonical

GENESIS = "0" * 64


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened; `detail` is short text, never a secret."""

    sequence: int
    time_ms: int
    account: str
    action: str
    subject: str
    detail: str
    previous: str
    hash: str


def line_hash(sequence: int, time_ms: int, account: str, action: str, subject: str, detail: str, previous: str) -> str:
    """SHA-256 over the canonical JSON of a line's fields, hexadecimal."""
    fields = [sequence, time_ms, account, action, subject, detail, previous]
    return hashlib.sha256(canonical.dumps(fields)).hexdigest()


def first_broken(lines: list[Line], previous: str = GENESIS) -> int:
    """Return the sequence of the first line that does not fit its predecessor; 0 when all do."""
    for line in lines:
        made = line_hash(line.sequence, line.time_ms, line.account, line.action, line.subject, line.detail, previous)
        if line.previous != previous or line.hash != made:
            return line.sequence
        previous = line.hash
    return 0


def lines_digest(hashes: list[str]) -> str:
    """SHA-256 over the canonical JSON of some lines' hashes, hexadecimal: what an anchor says of them."""
    return hashlib.sha256(canonical.dumps(hashes)).hexdigest()
