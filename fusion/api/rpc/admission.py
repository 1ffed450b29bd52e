"""Who may do what, and how often, at the door for partners: without being confirmed, nothing but greet."""

from collections.abc import Callable
from typing import Any

from common.rpc import caller_of

_OPEN = frozenset({"Greet"})


class ConfirmedOnly:
    """A servicer whose methods are open to confirmed partners only, whatever methods it has.

    Parameters
    ----------
    servicer
        What does the work.
    admit
        Raises for a caller that is not confirmed.
    count
        Raises for a caller that calls a method too often.
    """

    def __init__(self, servicer: object, admit: Callable[[str], None], count: Callable[[str, str], None]) -> None:
        self._servicer, self._admit, self._count = servicer, admit, count

    def __getattr__(self, name: str) -> Any:
        """Return a method behind the check."""
        method = getattr(self._servicer, name)

        def admitted(request: Any, context: Any) -> Any:
            self._count(name, caller_of(context))
            if name not in _OPEN:
                self._admit(caller_of(context))
            return method(request, context)

        return admitted
