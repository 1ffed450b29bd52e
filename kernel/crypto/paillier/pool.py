"""Blinding factors made ahead, while the process has nothing better to do.

A factor hides one plaintext only: `take` hands each out once and wipes it. The pool belongs to one key and one process,
the owner's driver: it cannot be pickled, and a forked child, which would hold the same factors, is refused.
"""

import os
import sys
import threading

import numpy as np

from kernel.crypto.modular.arithmetic import Bytes
from kernel.crypto.paillier.keys import Bits, PublicKey
from kernel.crypto.paillier.owner import PrivateKey

_BATCH = 32
_LOWEST_PRIORITY = 19


class BlindingPool:
    """Up to `capacity` factors of one key, refilled by a thread of the lowest priority until `close`.

    Parameters
    ----------
    stream
        Where the exponents come from; used by the pool alone.
    """

    def __init__(self, private: PrivateKey, stream: Bits, capacity: int) -> None:
        self.key: PublicKey = private.public
        self._private, self._stream = private, stream
        self._held = np.zeros((capacity, self.key.cipher_bytes), np.uint8)
        self._count, self._closed, self._process = 0, False, os.getpid()
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._fill, name="blinding-pool", daemon=True)
        self._thread.start()

    def __reduce__(self) -> str:
        """Refuse to travel."""
        raise TypeError("a pool of blinding factors does not leave its process")

    def __len__(self) -> int:
        """Return the number of factors ready."""
        return self._count

    def take(self, count: int) -> Bytes:
        """Hand out at most `count` factors, each for a single use; whoever needs more makes the rest.

        Raises
        ------
        RuntimeError
            In another process than the one that made the pool.
        """
        if os.getpid() != self._process:
            raise RuntimeError("a pool of blinding factors was taken into another process")
        with self._changed:
            first = max(0, self._count - count)
            taken = self._held[first : self._count].copy()
            self._held[first : self._count] = 0
            self._count = first
            self._changed.notify_all()
        return taken

    def wait_full(self, timeout_s: float) -> bool:
        """Wait until the pool is full; False if it is not in time."""
        with self._changed:
            return self._changed.wait_for(lambda: self._count == len(self._held), timeout_s)

    def close(self) -> None:
        """Stop filling and wipe what is left."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self._thread.join()
        with self._changed:  # or somebody takes wiped factors
            self._held[:] = 0
            self._count = 0

    def _fill(self) -> None:
        if sys.platform == "linux":  # where a thread has a priority of its own
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _LOWEST_PRIORITY)
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._closed or self._count < len(self._held))
                if self._closed:
                    return
                room = min(_BATCH, len(self._held) - self._count)
            fresh = self._private.blindings(room, self._stream)  # only this thread adds, so the room stays
            with self._changed:
                self._held[self._count : self._count + room] = fresh
                self._count += room
                self._changed.notify_all()
