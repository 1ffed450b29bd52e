"""Pauses: either side may pause an alignment, and ends its own pause; the other side is told, and sees who."""

from common import log
from common.errors import HanseError
from common.rpc.wire import now_ms
from fusion.domain import states
from fusion.domain.errors import PausedThere, UnknownTask, WrongState
from fusion.domain.models import Task
from fusion.service.ports import PartnerNodes
from fusion.service.tasks import Tasks
from fusion.store.base import TaskStore

_LOG = log.get(__name__)
_PAUSABLE = (states.WAITING, states.QUEUED, states.RUNNING)
_TRIES = 5  # changes of both sides at the same moment


class Pausing:
    """Pauses and goes on. While an alignment is paused by anybody its clock stands still."""

    def __init__(self, store: TaskStore, tasks: Tasks, nodes: PartnerNodes) -> None:
        self._store, self._tasks, self._nodes = store, tasks, nodes

    def pause(self, task: str) -> Task:
        """Pause our side, after the piece that is at hand; again changes nothing."""
        found = self._tasks.get(task)
        if found.state not in _PAUSABLE:
            raise WrongState(f"the alignment is {found.state}; what waits, is queued or runs can be paused")
        return self._set(task, here=True)

    def resume(self, task: str) -> Task:
        """Go on; the partner's own pause stays.

        Raises
        ------
        WrongState, PausedThere
            It is not paused; the pause is the partner's only.
        """
        found = self._tasks.get(task)
        if found.state not in states.OPEN or not found.paused:
            raise WrongState(f"the alignment is {found.state} and not paused")
        if not found.paused_here:
            raise PausedThere(f"{found.partner} has paused the alignment")
        return self._set(task, here=False)

    def paused_there(self, partner: str, task: str, *, paused: bool) -> None:
        """Take in what the partner tells; the same again changes nothing."""
        found = self._tasks.get(task)
        if found.partner != partner:
            raise UnknownTask(f"{partner} speaks of alignment {task[:80]!r}, in which it has no part")
        self._set(task, there=paused)

    def tell(self, task: Task) -> None:
        """Tell the partner how it is with our side."""
        try:
            self._nodes.node(task.partner).pause(task.task, paused=task.paused_here)
        except HanseError as error:
            if not isinstance(error, UnknownTask | WrongState):
                raise
            # Its end is on the way to us, or our acceptance to it.
            _LOG.info("pause_untold", task=task.task, code=error.code)
        same = {"paused_here": task.paused_here}
        self._store.change(task.task, states.OPEN, same, pause_untold=False, trouble=None)

    def _set(self, name: str, *, here: bool | None = None, there: bool | None = None) -> Task:
        for _ in range(_TRIES):
            task = self._tasks.get(name)
            now_here = task.paused_here if here is None else here
            now_there = task.paused_there if there is None else there
            before = {"paused_here": task.paused_here, "paused_there": task.paused_there}
            values = {"paused_here": now_here, "paused_there": now_there}
            if values == before:
                return task
            if here is not None:
                values["pause_untold"] = True
            if task.paused and not (now_here or now_there):
                since, now = task.paused_ms, now_ms()
                more = {"paused_ms": 0, "expires_ms": task.expires_ms + max(0, now - since)}
            else:
                more = {"paused_ms": task.paused_ms or now_ms(), "ends_about_ms": 0}
            if self._store.change(name, states.OPEN, before, **values, **more):
                _LOG.info("pause", task=name, here=now_here, there=now_there)
                self._tasks.wake()
                return self._tasks.get(name)
            if self._tasks.get(name).state not in states.OPEN:
                break
        state = self._tasks.get(name).state
        raise WrongState(f"the alignment is {state}", public_detail=f"the alignment is {state}")
