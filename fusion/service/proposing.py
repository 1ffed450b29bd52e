"""Proposals of this node's people, and of its schedules."""

import secrets
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from common import log
from common.errors import DeadlineExceeded, HanseError, InvalidInput, Unavailable
from common.rpc.wire import now_ms
from common.sql import DatabaseAway, StorageFull
from fusion.domain import states
from fusion.domain.asking import NewTask, Repeat, Taken
from fusion.domain.errors import OtherCertificate, TooOften
from fusion.domain.key_rule import rule_of
from fusion.domain.models import Failure, Task
from fusion.domain.sums import AT_LEAST
from fusion.service import precheck
from fusion.service.counting import Counting
from fusion.service.partners import Partners
from fusion.service.table_choice import TableChoice
from fusion.service.tasks import Tasks
from fusion.service.terms import check_asked, check_sum
from fusion.service.values import check_named
from fusion.store.base import TaskStore
from kernel.protocol.psi.port import Learns

_LOG = log.get(__name__)
SALT_BYTES = 32


class Proposing:
    """Proposes; `offer` brings a proposal to the partner."""

    def __init__(
        self,
        store: TaskStore,
        tasks: Tasks,
        partners: Partners,
        counting: Counting,
        choice: TableChoice,
        timeout_s: int,
        offer: Callable[[Task], None],
    ) -> None:
        self._store, self._tasks, self._partners = store, tasks, partners
        self._counting, self._timeout_ms, self._offer = counting, 1000 * timeout_s, offer
        self._choice = choice

    def propose(self, new: NewTask) -> Task:
        """Propose an alignment; to a partner that does not answer it is brought later.

        Raises
        ------
        UnknownPartner, UnknownDataSet, BadColumns, NoIds, TooManyRows, InvalidInput
            What is wrong here.
        HanseError
            What the partner says against it; the task has failed then.
        """
        task = self._made(new)
        # Kept first: a partner never has a proposal of which we know nothing.
        self._store.add(task)
        try:
            self.bring(task)
        except (Unavailable, DeadlineExceeded, OtherCertificate, StorageFull, TooOften) as error:
            self._note(task, error)
        except HanseError as error:
            failure = Failure.of(error)
            # Unless the driver has brought it meanwhile: then the partner has it.
            if self._tasks.end(task.task, states.FAILED, failure=failure, only_in=[states.CREATED], told=True):
                raise
        _LOG.info("task_proposed", task=task.task, partner=task.partner, role=task.role)
        self._tasks.wake()
        with suppress(DatabaseAway):
            return self._tasks.get(task.task)
        return task  # it is kept all the same, and goes on: who hears of an error instead would propose it again

    def _note(self, task: Task, error: HanseError) -> None:
        with suppress(DatabaseAway, StorageFull):
            self._store.change(task.task, [states.CREATED], waiting_for=task.partner, trouble=Failure.of(error))

    def _made(self, new: NewTask) -> Task:
        self._partners.confirmed(new.partner)
        check_asked(new.protocol, new.learns)
        if new.role not in (states.RECEIVER, states.SENDER):
            raise InvalidInput("role is receiver or sender")
        rule, salt = rule_of(new.key_rule, len(new.columns)), secrets.token_bytes(SALT_BYTES)
        check_named(new.learns, new.role, new.value_column, empty_as_zero=new.empty_as_zero)
        at_least = AT_LEAST if new.learns == Learns.SUM else 0
        check_sum(new.learns, new.value_decimals, at_least)
        taken = Taken(
            new.data_set,
            tuple(new.columns),
            tuple(new.columns_of_result),
            new.hashed_here,
            new.value_column,
            new.empty_as_zero,
        )
        counted = self._counting.count(taken, rule, salt, new.value_decimals)
        told = new.pre_check and not new.hashed_here
        now, repeat = now_ms(), new.repeat or Repeat("", 0)
        task = Task(
            task=secrets.token_hex(16),
            name=new.name,  # never the data set's, which is often the file's: it goes to the partner
            partner=new.partner,
            role=new.role,
            proposed_here=True,
            state=states.CREATED,
            protocol=new.protocol,
            learns=new.learns,
            key_rule=rule,
            created_ms=now,
            expires_ms=now + self._timeout_ms,
            phase="proposing",
            partner_rows_at_most=min(new.partner_rows_at_most or self._counting.max_rows, self._counting.max_rows),
            salt=salt,
            shapes=precheck.tell(counted.place, new.columns, rule, counted.ids, salt) if told else None,
            schedule=new.schedule,
            repeat_cron=repeat.cron,
            repeat_until_ms=repeat.until_ms,
            value_decimals=new.value_decimals,
            at_least=at_least,
            caution=self._tasks.caution(new.learns, new.partner, new.schedule),
            **counted.values,
        )
        return self._choice.proposed(task)

    def bring(self, task: Task) -> None:
        """Bring a proposal to the partner; again changes nothing there."""
        self._offer(task)
        values: dict[str, Any] = {
            "state": states.WAITING,
            "waiting_for": task.partner,
            "phase": "approval",
            "trouble": None,
        }
        if not self._store.change(task.task, [states.CREATED], **values):
            # Where it was ended while it was on its way, the partner may have heard of the end before it knew of it.
            self._store.change(task.task, states.UNHAPPY, untold=True)
