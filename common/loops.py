"""Work that a service does again and again in a thread of its own, and that no single failure may end."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from common import log

if TYPE_CHECKING:
    from collections.abc import Callable

_LOG = log.get(__name__)
_AFTER_ERROR_S = 5.0


class Loop:
    """Calls a function until it is closed.

    Whatever the function raises (a database that is away, a bug) is logged, and it is called again after five seconds:
    a thread that ended would leave a service that looks alive and does nothing.

    Parameters
    ----------
    name : str
        The thread's name, also told in the log.
    step : callable
        Does one round; returns for how many seconds there is nothing more to do (0: go on at once; None: until `ring`).
    first_s : float
        Seconds before the first round.
    bell : threading.Event, optional
        Set by others to ring; one of its own by default.
    """

    def __init__(
        self, name: str, step: Callable[[], float | None], first_s: float = 0.0, bell: threading.Event | None = None
    ) -> None:
        self._name, self._step, self._first_s = name, step, first_s
        self._bell = bell or threading.Event()
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    @property
    def closing(self) -> bool:
        """Whether a long round should end."""
        return self._closing.is_set()

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def ring(self) -> None:
        """Call the function now; while it runs, once more after it."""
        self._bell.set()

    def close(self, grace_s: float = 15.0) -> None:
        """Call it no more; wait so long for a round at hand to end."""
        self._closing.set()
        self._bell.set()
        if self._thread.is_alive():
            self._thread.join(grace_s)

    def _run(self) -> None:
        wait: float | None = self._first_s
        while True:
            self._bell.wait(wait)
            # Cleared before the round, so that what is rung during it is not lost.
            self._bell.clear()
            if self.closing:
                return
            try:
                wait = self._step()
            except Exception:  # noqa: BLE001  whatever it is, the next round may succeed
                _LOG.exception("round_failed", loop=self._name)
                wait = _AFTER_ERROR_S
