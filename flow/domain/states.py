"""The states of jobs and tasks, the same words everywhere."""

from enum import StrEnum


class State(StrEnum):
    """See ARCHITECTURE, "Words"; `reused` and `skipped` are for tasks only."""

    CREATED = "created"
    PENDING_APPROVAL = "pending_approval"
    QUEUED = "queued"
    WAITING = "waiting"
    RUNNING = "running"
    PAUSED = "paused"
    STOPPING = "stopping"
    READY = "ready"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    REFUSED = "refused"
    STOPPED = "stopped"
    TIMED_OUT = "timed_out"
    REUSED = "reused"
    SKIPPED = "skipped"


ENDED = frozenset(
    {State.SUCCEEDED, State.FAILED, State.REFUSED, State.STOPPED, State.TIMED_OUT, State.REUSED, State.SKIPPED}
)
DONE = frozenset({State.SUCCEEDED, State.REUSED})
RESUMABLE = frozenset({State.FAILED, State.STOPPED, State.TIMED_OUT})

# A new attempt may help against these: a partner or one of our own processes went away.
RETRYABLE = frozenset({"HAN-4003", "HAN-4101", "HAN-1006", "HAN-1009", "HAN-3404", "HAN-3405"})
