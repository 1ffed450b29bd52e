"""How events that anybody can cause are told: the first ones each, the others by their number."""

from dataclasses import dataclass, field

WINDOW_MS = 15 * 60 * 1000
MOST = 20  # of each kind in a window


@dataclass(slots=True)
class _Window:
    began_ms: int
    seen: int = 0
    told: int = 0  # of those beyond MOST, as the last number said

    @property
    def beyond(self) -> int:
        return max(0, self.seen - MOST)


@dataclass(frozen=True, slots=True)
class Count:
    """How many events of a kind were not told one by one since a time."""

    kind: str
    number: int
    since_ms: int


@dataclass(slots=True)
class Sampling:
    """Counts events by kind in windows of time.

    Numbers are told at each doubling and at a window's end: a flood of n events makes MOST + log2(n) lines, and a board
    that is killed in the middle has lost less than half of what it had counted.
    """

    _windows: dict[str, _Window] = field(default_factory=dict)

    def see(self, kind: str, now_ms: int) -> tuple[bool, Count | None]:
        """Count an event; return whether it is told itself, and otherwise the number if that is due."""
        window = self._windows.setdefault(kind, _Window(now_ms))
        window.seen += 1
        if window.beyond == 0:
            return True, None
        due = window.beyond & (window.beyond - 1) == 0
        return False, self._tell(kind, window) if due else None

    def ended(self, now_ms: int) -> list[Count]:
        """Close the windows that are over; return the numbers that are still to be told."""
        over = [kind for kind, window in self._windows.items() if now_ms >= window.began_ms + WINDOW_MS]
        closed = [(kind, self._windows.pop(kind)) for kind in over]
        return [self._tell(kind, window) for kind, window in closed if window.told < window.beyond]

    @staticmethod
    def _tell(kind: str, window: _Window) -> Count:
        window.told = window.beyond
        return Count(kind, window.beyond, window.began_ms)
