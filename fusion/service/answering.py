"""Answers of this node's people to partners' proposals; later runs of a schedule may be accepted by consent."""

from dataclasses import replace

from common import log
from common.errors import HanseError
from common.sql import DatabaseAway, StorageFull
from fusion.domain import states
from fusion.domain.asking import AlsoNext, Taken
from fusion.domain.errors import TooManyRows, WrongState
from fusion.domain.models import Failure, Task
from fusion.service import precheck
from fusion.service.consents import Consents
from fusion.service.counting import Counted, Counting
from fusion.service.partners import Partners
from fusion.service.planning import Planning
from fusion.service.precheck import PreCheck
from fusion.service.table_choice import NO_TABLE, TableChoice
from fusion.service.tasks import Tasks
from fusion.service.values import check_named
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
        choice: TableChoice,
    ) -> None:
        self._store, self._tasks, self._partners, self._counting = store, tasks, partners, counting
        self._planning, self._consents, self._choice = planning, consents, choice

    def look(self, task: str, taken: Taken) -> PreCheck:
        """Look whether ids of ours can match those of a partner's proposal at all, before it is answered."""
        found = self._tasks.get(task)
        if found.proposed_here:
            raise WrongState("this alignment was proposed here; the partner looks whether its ids match")
        return _compared(found, self._counting.count(taken, found.key_rule, found.salt), taken)

    def accept(self, task: str, taken: Taken, also_next: AlsoNext | None = None, *, anyway: bool = False) -> Task:
        """Accept a partner's proposal with a data set of one's own, and choose the protocol where that is left to us.

        Parameters
        ----------
        also_next
            Accept later runs of its schedule, too.
        anyway
            Also where our ids do not look like the partner's at all.
        """
        found = self._tasks.get(task)
        if found.state != states.PENDING:
            raise WrongState(f"the alignment is {found.state}; only a proposal of the partner can be answered")
        self._partners.confirmed(found.partner)
        if also_next is not None:
            self._consents.check(found, also_next)
        check_named(found.learns, found.role, taken.value_column, empty_as_zero=taken.empty_as_zero)
        counted = self._counting.count(taken, found.key_rule, found.salt, found.value_decimals)
        if len(counted.ids.digests) > found.partner_rows_at_most:
            told = f"{len(counted.ids.digests)} ids; {found.partner} takes {found.partner_rows_at_most} at most"
            raise TooManyRows(told)
        warning = precheck.check(_compared(found, counted, taken), anyway=anyway)
        accepted = self._planning.settled(self._choice.accepted(replace(found, **counted.values)))
        values = {
            **counted.values,
            **{name: getattr(accepted, name) for name in NO_TABLE},
            "warning": warning,
            "plan": accepted.plan,
            "protocol_chosen": accepted.protocol_chosen,
            "trouble": None,
        }
        if not self._store.change(task, [states.PENDING], state=states.QUEUED, phase="accepting", **values):
            raise WrongState("the proposal was answered or withdrawn meanwhile")
        if also_next is not None:
            self._consents.give(accepted, also_next)
        _LOG.info("task_accepted", task=task, partner=found.partner, protocol=accepted.protocol_chosen)
        self._tasks.wake()
        return self._tasks.get(task)

    def accept_by_consent(self, task: Task) -> None:
        """Accept a later run on the same terms; where anything else holds, our people are asked."""
        try:
            consent = self._consents.use(task)
            values = (consent.hashed_here, consent.value_column, consent.empty_as_zero)
            taken = Taken(consent.data_set, consent.columns, consent.columns_of_result, *values)
            self.accept(task.task, taken)
        except (StorageFull, DatabaseAway):  # tried again
            raise
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


def _compared(task: Task, counted: Counted, taken: Taken) -> PreCheck:
    return precheck.compare(task, counted.place, taken.columns, counted.ids, hashed_here=taken.hashed_here)
