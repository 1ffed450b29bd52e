"""How often somebody may do something: a moment for each, however many there are and however often they come."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable

_MINUTE_S = 60.0


class Pace:
    """So many a minute for each key; after a minute of rest as many at once (a leaky bucket).

    Parameters
    ----------
    per_minute : int
        At least 1.
    most_keys : int
        Of how many keys something is known; the one that came the longest time ago is forgotten first, so a limit for
        all keys together should stand beside.
    clock : callable
        Seconds.
    """

    def __init__(self, per_minute: int, most_keys: int = 10_000, clock: Callable[[], float] = time.monotonic) -> None:
        self.per_minute, self._most, self._clock = per_minute, most_keys, clock
        self._each_s = _MINUTE_S / per_minute
        self._lock = threading.Lock()
        self._full: OrderedDict[str, float] = OrderedDict()  # when each key's bucket will have run dry

    def wait_s(self, key: str) -> float:
        """Count one in, or nothing where that is too much; returns after how many seconds one more may come."""
        with self._lock:
            now = self._clock()
            dry = max(now, self._full.get(key, now))
            wait = dry + self._each_s - now - _MINUTE_S
            if wait > 1e-6:  # noqa: PLR2004  what adding up fractions of a minute loses
                return wait
            self._full[key] = dry + self._each_s
            self._full.move_to_end(key)
            if len(self._full) > self._most:
                self._full.popitem(last=False)
            return 0.0
