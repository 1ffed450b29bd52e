"""Alignments: look them up, and end them."""

from collections.abc import Callable, Sequence
from typing import Any

from common import log
from common.errors import HanseError
from common.rpc.wire import now_ms
from fusion.domain import states
from fusion.domain.errors import Dishonest, PartnerEnded, UnknownTask, WrongState
from fusion.domain.models import Failure, Task
from fusion.domain.sums import REPEATED, told_before
from fusion.store.base import TaskStore, WorkFiles
from kernel.core.errors import TooFewRows
from kernel.protocol.psi.port import Learns

_LOG = log.get(__name__)
_LONGEST_REASON = 500
_OVER: dict[str, Any] = {
    "waiting_for": "",
    "trouble": None,
    "ends_about_ms": 0,
    "paused_here": False,
    "paused_there": False,
    "pause_untold": False,
    "by_consent": False,
}
_STOPPABLE = tuple(state for state in states.OPEN if state != states.READY)


class Tasks:
    """The alignments of this node; `wake` rings the driver's bell."""

    def __init__(self, store: TaskStore, files: WorkFiles, wake: Callable[[], None]) -> None:
        self._store, self._files, self.wake = store, files, wake

    def get(self, task: str) -> Task:
        """Return one; raises UnknownTask."""
        found = self._store.find(task)
        if found is None:
            raise UnknownTask(f"there is no alignment {task[:80]!r}")
        return found

    def page(self, after: str, limit: int, state: str = "", partner: str = "") -> list[Task]:
        """Return a page, newest first, of those in a state, or with a partner; empty: of all."""
        same = {"state": state, "partner": partner}
        return self._store.page(after, limit, **{name: value for name, value in same.items() if value})

    def of_schedule(self, schedule: str) -> Task | None:
        """Return the newest one that a schedule of ours has proposed."""
        return next(iter(self._store.page("", 1, schedule=schedule, proposed_here=True)), None)

    def caution(self, learns: str, partner: str, schedule: str) -> str:
        """Say what a further sum may tell, where there is one already or a schedule asks for more; empty: nothing."""
        if learns != Learns.SUM:
            return ""
        before = {"partner": partner, "learns": Learns.SUM.value, "state": states.SUCCEEDED}
        return REPEATED if schedule else told_before(partner) if self._store.page("", 1, **before) else ""

    def stop(self, task: str, reason: str = "") -> Task:
        """Stop an alignment, or waiting for the partner's last word; the partner is told."""
        if not self.end(task, states.STOPPED, reason, only_in=_STOPPABLE):
            found = self.get(task)
            if found.state != states.READY:
                raise WrongState(f"the alignment is {found.state} already")
            self.end_ready(found, states.STOPPED, reason, None, told=False)
        return self.get(task)

    def stop_with(self, partner: str, reason: str) -> None:
        """Stop all alignments with a partner, whom nobody tells: it is blocked."""
        for task in self._store.in_states(states.OPEN):
            if task.partner != partner:
                continue
            if not self.end(task.task, states.STOPPED, reason, only_in=_STOPPABLE, told=True):
                self.end_ready(task, states.STOPPED, reason, None, told=True)

    def end(
        self,
        task: str,
        state: str,
        reason: str = "",
        *,
        failure: Failure | None = None,
        only_in: Sequence[str] = states.OPEN,
        told: bool = False,
    ) -> bool:
        """End an alignment without a result and forget its secrets; False when it had ended.

        Parameters
        ----------
        told : bool
            The partner knows already: it was the partner who ended it.
        """
        done = self._store.change(
            task,
            only_in,
            state=state,
            reason=reason[:_LONGEST_REASON],
            failure=failure,
            untold=not told,
            **_OVER,
            ended_ms=now_ms(),
        )
        if done:
            self._files.forget(task)
            _LOG.info("task_ended", task=task, state=state, code=failure.code if failure else "")
            self.wake()
        return done

    def succeed(self, task: str) -> None:
        """End as agreed on, and forget the secrets."""
        values = {**_OVER, "state": states.SUCCEEDED, "phase": "done", "ended_ms": now_ms()}
        if self._store.change(task, [states.READY], **values):
            self._files.forget(task)
            _LOG.info("task_ended", task=task, state=states.SUCCEEDED)

    def end_ready(self, task: Task, state: str, reason: str, failure: Failure | None, *, told: bool) -> None:
        """End what is ready, and lacks no more than the partner's word: by success where there is an outcome here."""
        if task.role == states.RECEIVER or task.intersection is not None:
            self.succeed(task.task)
        else:  # the sender is done with its part, and whether the receiver has its result it cannot know
            self.end(task.task, state, reason, failure=failure, only_in=[states.READY], told=told)

    def ended_there(self, partner: str, task: str, state: str, reason: str) -> None:
        """Take in that the partner has ended without a result; a result that we have already stays."""
        if state not in states.UNHAPPY:
            raise Dishonest(f"{state[:32]!r} is no such end", party=partner, public_detail="a bad state")
        told = f"{partner}: {reason[:_LONGEST_REASON]}" if reason else f"{partner} ended the alignment as {state}"
        failure = Failure(PartnerEnded.code, told, PartnerEnded.hint, partner)
        ended = self.end(task, state, told, failure=failure, only_in=_STOPPABLE, told=True)
        found = self.get(task)
        if not ended and found.state == states.READY:
            self.end_ready(found, state, told, failure, told=True)

    def fail(self, task: str, error: HanseError) -> bool:
        """End an alignment by an error; what is ready lacks the partner's word only, and stays."""
        failure = Failure.of(error)
        both_see = isinstance(error, TooFewRows)  # in the same message: neither has to tell the other
        reason = error.public_detail
        return self.end(task, states.FAILED, reason, failure=failure, only_in=_STOPPABLE, told=both_see)
