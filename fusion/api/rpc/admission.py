"""Who may do what at the door for partners: without being confirmed, nothing but greet."""

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
    """

    def __init__(self, servicer: object, admit: Callable[[str], None]) -> None:
        self._servicer, self._admit = servicer, admit

    def __getattr__(self, name: str) -> Any:
        """Return a method behind the check."""
        method = getattr(self._servicer, name)
        if name in _OPEN:
            return method

        def admitted(request: Any, context: Any) -> Any:
            self._admit(caller_of(context))
            return method(request, context)

        return admitted
