"""States of an alignment, and the phases within `running`."""

CREATED = "created"
PENDING = "pending_approval"
QUEUED = "queued"
WAITING = "waiting"
RUNNING = "running"
READY = "ready"  # the result is kept here; the partner does not know yet
SUCCEEDED = "succeeded"
FAILED = "failed"
REFUSED = "refused"
STOPPED = "stopped"
TIMED_OUT = "timed_out"

ENDED = (SUCCEEDED, FAILED, REFUSED, STOPPED, TIMED_OUT)
#: Ends without a result, which the other node is told.
UNHAPPY = (FAILED, REFUSED, STOPPED, TIMED_OUT)
OPEN = (CREATED, PENDING, QUEUED, WAITING, RUNNING, READY)

#: States in which both sides have accepted.
BEGUN = (QUEUED, RUNNING, READY)

RECEIVER = "receiver"
SENDER = "sender"


def other(role: str) -> str:
    """Return the partner's role."""
    return SENDER if role == RECEIVER else RECEIVER
