"""What left this node."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sent:
    """What left this node for an alignment in one kind of step; `bytes` are those of messages that were answered."""

    number: int
    task: str
    partner: str
    step: str
    what: str
    messages: int
    bytes: int
    unanswered: int  # further messages of which nobody knows whether they left
    first_ms: int
    last_ms: int
