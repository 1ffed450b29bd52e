"""Answers of this node's people to partners' proposals; later runs of a schedule may be accepted by consent."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from common import log
from common.errors import HanseError
from fusion.domain import states
from fusion.domain.errors import TooManyRows, WrongState
from fusion.domain.models import AlsoNext, Failure, Task
from fusion.service import precheck
from fusion.service.consents import Consents
from fusion.service.counting import Counting
from fusion.service.partners import Partners
from fusion.service.planning import Planning
from fusion.service.precheck import PreCheck
from fusion.service.tasks import Tasks
from fusion.store.base import TaskStore

_LOG = log.get(__name__)


class Answering:
    """Accepts and refuses."""

    def __init__(
        self,
        store: TaskStore,
        tasks: Tasks,
        partners: Partners,
        counting: Counting,
        planning: Planning,
        consents: Consents,
    ) -> None:
        self._store, self._tasks, self._partners, self._counting = store, tasks, partners, counting
        self._planning, self._consents = planning, consents

    def look(self, task: str, data_set: str, columns: Sequence[str], *, hashed_here: bool = False) -> PreCheck:
        """Look whether ids of ours can match those of a partner's proposal at all, before it is answered."""
        found = self._tasks.get(task)
        if found.proposed_here:
            raise WrongState("this alignment was proposed here; the partner looks whether its ids match")
        counted = self._counting.count(data_set, columns, found.key_rule, found.salt, hashed_here=hashed_here)
        return precheck.compare(found, counted.place, columns, counted.ids, hashed_here=hashed_here)

    def accept(
        self,
        task: str,
        data_set: str,
        columns: Sequence[str],
        *,
        columns_of_result: Sequence[str] = (),
        hashed_here: bool = False,
        accept_anyway: bool = False,
        also_next: AlsoNext | None = None,
    ) -> Task:
        """Accept a partner's proposal with a data set of one's own, and choose the protocol where that is left to us.

        Parameters
        ----------
        hashed_here
            The columns hold hashes already, see `KeyRule.key`.
        accept_anyway
            Also where our ids do not look like the partner's at all.
        also_next
            Accept later runs of its schedule, too.
        """
        found = self._tasks.get(task)
        if found.state != states.PENDING:
            raise WrongState(f"the alignment is {found.state}; only a proposal of the partner can be answered")
        self._partners.confirmed(found.partner)
        if also_next is not None:
            self._consents.check(found, also_next)
        hashed = {"hashed_here": hashed_here}
        counted = self._counting.count(
            data_set, columns, found.key_rule, found.salt, columns_of_result=columns_of_result, **hashed
        )
        taken = replace(found, **counted.values)
        if taken.ids > found.partner_rows_at_most:
            raise TooManyRows(f"{taken.ids} ids; {found.partner} takes {found.partner_rows_at_most} at most")
        looked = precheck.compare(found, counted.place, columns, counted.ids, **hashed)
        warning, plan = precheck.check(looked, anyway=accept_anyway), self._planning.of(taken)
        values: dict[str, Any] = {
            **counted.values,
            "trouble": None,
            "warning": warning,
            "plan": plan,
            "protocol_chosen": plan["protocol"],
        }
        if not self._store.change(task, [states.PENDING], state=states.QUEUED, phase="accepting", **values):
            raise WrongState("the proposal was answered or withdrawn meanwhile")
        if also_next is not None:
            self._consents.give(taken, also_next)
        _LOG.info("task_accepted", task=task, partner=found.partner, protocol=plan["protocol"])
        self._tasks.wake()
        return self._tasks.get(task)

    def accept_by_consent(self, task: Task) -> None:
        """Accept a later run on the same terms; where anything else holds, our people are asked."""
        try:
            consent = self._consents.use(task)
            self.accept(
                task.task,
                consent.data_set,
                consent.columns,
                columns_of_result=consent.columns_of_result,
                hashed_here=consent.hashed_here,
            )
        except HanseError as error:
            _LOG.info("asked_again", task=task.task, code=error.code)
            trouble = Failure.of(error)
            self._store.change(task.task, [states.PENDING], by_consent=False, trouble=trouble)

    def refuse(self, task: str, reason: str) -> Task:
        """Refuse a partner's proposal."""
        found = self._tasks.get(task)
        if not self._tasks.end(task, states.REFUSED, reason, only_in=[states.PENDING]):
            raise WrongState(f"the alignment is {found.state}; only a proposal of the partner can be answered")
        return self._tasks.get(task)
