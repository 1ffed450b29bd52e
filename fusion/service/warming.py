"""Loads what protocols compile when the node starts, so that no alignment has to; tells which does not work here.

A machine that has never compiled them takes ten seconds and more for it, in which this process would hardly answer: a
process of its own does that first, and leaves the kernels in the user's cache.
"""

import contextlib
import functools
import os
import subprocess
import sys
import threading
from collections.abc import Sequence

from common import log
from kernel.protocol.psi.trial import TrialFailed, tried

_LOG = log.get(__name__)
_NICE = 10  # whatever else the node does goes first
_LOOK_S = 0.2


class Warming:
    """Tries each protocol once, in a thread of its own."""

    def __init__(self, protocols: Sequence[str], over: threading.Event) -> None:
        self._protocols, self._over, self._done = protocols, over, threading.Event()
        self._thread = threading.Thread(target=self._try_all, name="warming", daemon=True)

    def done(self) -> bool:
        """Whether all that work here are loaded."""
        return self._done.is_set()

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def close(self) -> None:
        """Try no further one; the one at hand is waited for."""
        self._over.set()
        self._thread.join(60)

    def _try_all(self) -> None:
        with contextlib.suppress(OSError):  # Linux takes it for this thread alone; elsewhere it is not worth an error
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICE)
        _compiled(self._over)
        for protocol in self._protocols:
            if self._over.is_set():
                return
            try:
                _LOG.info("protocol_tried", protocol=protocol, seconds=round(_loaded(protocol), 2))
            except TrialFailed as error:  # the others serve
                _LOG.error("protocol_does_not_work", protocol=protocol, code=error.code, detail=error.detail)
        self._done.set()


def _compiled(over: threading.Event) -> None:
    """Let another process compile what none has so far; what goes wrong there shows when it is loaded here."""
    if _loaded.cache_info().currsize:
        return
    with subprocess.Popen([sys.executable, "-m", "kernel.protocol.psi.trial"], stdin=subprocess.DEVNULL) as process:
        while process.poll() is None and not over.wait(_LOOK_S):
            pass
        process.terminate()


@functools.cache
def _loaded(protocol: str) -> float:
    """Try one, which loads it; a process has to once, however many nodes it runs."""
    return tried(protocol)
