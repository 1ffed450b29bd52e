"""One step of an alignment: what is to be done in its state, and what each error means for it."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from common import log
from common.errors import DeadlineExceeded, HanseError, Unavailable
from common.rpc.wire import now_ms
from common.sql import DatabaseAway, StorageFull
from fusion.domain import states
from fusion.domain.errors import Dishonest, DiskFull, OtherCertificate, TooOften, UnknownPartner, UnknownTask
from fusion.domain.models import Failure, Task
from fusion.service.aligning import Aligning
from fusion.service.answering import Answering
from fusion.service.going import StillWaiting
from fusion.service.pausing import Pausing
from fusion.service.ports import PartnerNodes
from fusion.service.proposing import Proposing
from fusion.service.tasks import Tasks
from fusion.store.base import TaskStore
from kernel.core.errors import BadPayload, TooFewRows

_LOG = log.get(__name__)
_AGAIN_S = 0.5
_AGAIN_AWAY_S = 2.0
_AGAIN_OWN_S = 3.0
_AGAIN_SLOWLY_S = 10.0
_SAME = {state: (state,) for state in (states.CREATED, states.PENDING)}
_TELL_MS = 86_400_000  # how long an end is still told: after the deadline, or where that was over, after the end


class Steps:
    """What the driver has its threads do."""

    def __init__(
        self,
        store: TaskStore,
        tasks: Tasks,
        aligning: Aligning,
        nodes: PartnerNodes,
        proposing: Proposing,
        answering: Answering,
        pausing: Pausing,
    ) -> None:
        self._store, self._tasks, self._aligning, self._nodes = store, tasks, aligning, nodes
        self._proposing, self._answering, self._pausing = proposing, answering, pausing

    def do(self, task: Task, crowded: Callable[[], bool]) -> float:
        """Do what is to be done; returns for how many seconds there is nothing more to do.

        Parameters
        ----------
        crowded
            Whether alignments wait for a thread.
        """
        try:
            self._act(task, crowded)
        except StillWaiting:
            return _AGAIN_S
        except HanseError as error:
            pause_s = _pause_s(error)
            if pause_s:
                self._note(task, error)
                return pause_s
            self._fail(task, error)
            return self.after_error(task.task)
        return 0.0

    def _act(self, task: Task, crowded: Callable[[], bool]) -> None:
        if task.state in states.ENDED:
            self._tell_end(task)
        elif task.pause_untold:
            self._pausing.tell(task)
        elif task.paused or task.state == states.WAITING:
            # The driver may have seen a proposal that has been brought since: its partner has the word now.
            pass
        elif task.state == states.CREATED:
            self._proposing.bring(task)
        elif task.state == states.PENDING:
            self._answering.accept_by_consent(task)
        else:
            self._aligning.run(task, self._nodes.node(task.partner), crowded)

    def _note(self, task: Task, error: HanseError) -> None:
        """Say why it waits; where the database takes no word, the log does."""
        tell = _LOG.info if error.party == task.partner else _LOG.warning
        tell("waits", task=task.task, partner=task.partner, code=error.code, party=error.party)
        whom: dict[str, Any] = {"waiting_for": task.partner} if error.party == task.partner else {}
        # Where somebody else has done meanwhile what failed here, nobody would ever take the word back.
        same = {"pause_untold": True} if task.pause_untold else None
        only_in = states.OPEN if same else _SAME.get(task.state, states.BEGUN)
        with suppress(StorageFull, DatabaseAway):
            self._store.change(task.task, only_in, same, trouble=Failure.of(error), ends_about_ms=0, **whom)

    def _fail(self, task: Task, error: HanseError) -> None:
        if isinstance(error, BadPayload):
            # What the mathematics refuse is what the partner sent.
            error = Dishonest(error.detail, party=task.partner)
        elif isinstance(error, TooFewRows):
            hint = "Nobody has learned a sum. Align larger sets, or ask for the size only."
            error = TooFewRows(error.detail, hint=hint, public_detail=error.public_detail)
        _LOG.warning("alignment_failed", task=task.task, code=error.code, party=error.party)
        if not self._tasks.fail(task.task, error) and task.untold:
            self._store.change(task.task, states.ENDED, untold=False)

    def _tell_end(self, task: Task) -> None:
        try:
            if max(task.expires_ms, task.ended_ms) + _TELL_MS > now_ms():
                self._nodes.node(task.partner).end(task.task, task.state, task.reason)
        except (UnknownTask, UnknownPartner):
            # They never heard of it, or we talk to them no more.
            _LOG.info("end_untold", task=task.task, partner=task.partner)
        self._store.change(task.task, states.ENDED, untold=False)

    def after_error(self, name: str) -> float:
        """Return how long to wait after an error: what is ready stays and is tried again, the others have ended."""
        return _AGAIN_AWAY_S if self._tasks.get(name).state == states.READY else 0.0


def _pause_s(error: HanseError) -> float:
    """Return after how long a step that ended with this is tried again; 0: never, the alignment ends with it."""
    if isinstance(error, DiskFull | StorageFull | DatabaseAway):
        return _AGAIN_OWN_S
    if isinstance(error, TooOften):
        return _AGAIN_SLOWLY_S
    return _AGAIN_AWAY_S if isinstance(error, Unavailable | DeadlineExceeded | OtherCertificate) else 0.0
