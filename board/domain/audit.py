"""The audit log: each line carries the hash of the line before, so that none can be changed or left out unseen."""

from dataclasses import dataclass

from ledger.evidence import line_hash

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


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which lines to read; what is empty does not matter."""

    account: str = ""
    action: str = ""
    text: str = ""  # in the subject or the detail
    since_ms: int = 0
    until_ms: int = 0


def first_broken(lines: list[Line], previous: str = GENESIS) -> int:
    """Return the sequence of the first line that does not fit its predecessor; 0 when all do."""
    for line in lines:
        made = line_hash(line.sequence, line.time_ms, line.account, line.action, line.subject, line.detail, previous)
        if line.previous != previous or line.hash != made:
            return line.sequence
        previous = line.hash
    return 0
