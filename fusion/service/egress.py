"""A record of what left this node: every call to a partner's node, counted by alignment and kind of step."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from common.errors import DeadlineExceeded, Unavailable
from common.rpc.wire import now_ms
from common.sql import DatabaseAway
from fusion.domain.egress import Sent
from fusion.domain.errors import OtherCertificate
from fusion.service.tasks import Tasks
from fusion.store.base import EgressStore

MESSAGE = "message of the protocol"
_NUMBER = re.compile(r" [0-9]+$")


class Egress:
    """Counts and tells."""

    def __init__(self, store: EgressStore, tasks: Tasks) -> None:
        self._store, self._tasks = store, tasks

    @contextmanager
    def count(self, partner: str, task: str, step: str, what: str, size: int) -> Iterator[None]:
        """Count in what is sent meanwhile; what got no answer may have left all the same, and is counted apart."""
        answered = True
        try:
            yield
        except (Unavailable, DeadlineExceeded, OtherCertificate) as error:
            answered = isinstance(error, DatabaseAway)  # which is the partner's own word
            raise
        finally:
            now = now_ms()
            counted = (1, size, 0) if answered else (0, 0, 1)
            self._store.add(Sent(0, task, partner, _NUMBER.sub("", step), what, *counted, now, now))

    def of(self, task: str) -> list[Sent]:
        """Return an alignment's, in the order in which each kind was first sent; raises UnknownTask."""
        self._tasks.get(task)
        return self._store.of(task)

    def page(self, after: int, limit: int) -> list[Sent]:
        """Return a page of all, newest first."""
        return self._store.page(after, limit)

    def protocol_bytes(self, tasks: Sequence[str]) -> dict[str, int]:
        """Return how many bytes of the protocol have been delivered for each alignment, where there are any."""
        return self._store.sums(tasks, MESSAGE)
