"""Proposals between nodes."""

import threading
from dataclasses import replace

from common import log
from common.errors import InvalidInput
from common.rpc.wire import now_ms
from fusion.domain import states
from fusion.domain.errors import OfferDiffers, TooManyRows
from fusion.domain.models import AUTO, Task
from fusion.service import shape_tags, table_fields
from fusion.service.consents import Consents
from fusion.service.inbox import Inbox
from fusion.service.offer_checks import rule_of_offer, same, wrong
from fusion.service.offer_limits import OfferLimits
from fusion.service.tasks import Tasks
from fusion.service.terms import check_asked, check_sum
from fusion.store.base import TaskStore
from kernel.protocol.psi.effort import Machine
from proto.fusion.v1 import fusion_pb2 as pb

_LOG = log.get(__name__)


def offer_of(task: Task, machine: Machine) -> pb.TaskOffer:
    """Write our proposal."""
    return pb.TaskOffer(
        task=task.task,
        name=task.name,
        protocol=task.protocol,
        learns=task.learns,
        key_rule=task.key_rule.dumps().decode(),
        proposer_role=task.role,
        rows=task.ids,
        partner_rows_at_most=task.partner_rows_at_most,
        salt=task.salt,
        machine=pb.Machine(cores=machine.cores, vectors=machine.vectors),
        schedule=task.schedule,
        repeat_cron=task.repeat_cron,
        repeat_until_ms=task.repeat_until_ms,
        value_decimals=task.value_decimals,
        at_least=task.at_least,
        **table_fields.told(task),
        **shape_tags.told(task.shapes),
    )


class Offers:
    """Takes partners' proposals in; nothing happens until the own people accept."""

    def __init__(
        self,
        store: TaskStore,
        tasks: Tasks,
        inbox: Inbox,
        consents: Consents,
        limits: OfferLimits,
        max_rows: int,
        timeout_s: int,
    ) -> None:
        self._store, self._tasks, self._inbox, self._consents = store, tasks, inbox, consents
        self._limits, self._adding = limits, threading.Lock()
        self._max_rows, self._timeout_ms = max_rows, 1000 * timeout_s

    def take(self, partner: str, offer: pb.TaskOffer) -> Task:
        """Keep a proposal; the same again changes nothing.

        Raises
        ------
        InvalidInput, TooManyRows, OfferDiffers, TooManyUnanswered, TooManyProposals
            Why not.
        """
        if told := wrong(offer):
            raise InvalidInput(told, public_detail=told)
        if told := table_fields.wrong_tables(offer):
            raise InvalidInput(told, public_detail=told)
        check_asked(offer.protocol, offer.learns)
        check_sum(offer.learns, offer.value_decimals, offer.at_least)
        for rows in (offer.rows, offer.partner_rows_at_most):
            if not 0 < rows <= self._max_rows:
                told = f"{rows} ids; this node takes 1 to {self._max_rows}"
                raise TooManyRows(told, public_detail=told)
        now, role = now_ms(), states.other(offer.proposer_role)
        task = Task(
            task=offer.task,
            name=offer.name,
            partner=partner,
            role=role,
            proposed_here=False,
            state=states.PENDING,
            protocol=offer.protocol,
            learns=offer.learns,
            key_rule=rule_of_offer(offer.key_rule),
            created_ms=now,
            expires_ms=now + self._timeout_ms,
            phase="approval",
            partner_rows_at_most=offer.partner_rows_at_most,
            salt=offer.salt,
            partner_rows=offer.rows,
            protocol_chosen="" if offer.protocol == AUTO else offer.protocol,
            partner_cores=offer.machine.cores,
            partner_vectors=offer.machine.vectors,
            schedule=offer.schedule,
            repeat_cron=offer.repeat_cron,
            repeat_until_ms=offer.repeat_until_ms,
            shapes=shape_tags.taken(offer),
            value_decimals=offer.value_decimals,
            at_least=offer.at_least,
            **table_fields.taken(offer),
            caution=self._tasks.caution(offer.learns, partner, offer.schedule),
        )
        task = replace(task, by_consent=self._consents.exists(task))
        if self._added(task):
            if task.by_consent:
                self._tasks.wake()
            _LOG.info("task_offered", task=task.task, partner=partner, role=role, rows=offer.rows)
            return task
        known = self._store.find(offer.task)
        if known is None or known.partner != partner or known.proposed_here or not same(known, offer):
            raise OfferDiffers(f"alignment {offer.task}")
        return known

    def _added(self, task: Task) -> bool:
        with self._adding:  # else many that come at once would each find room for one more
            if self._store.find(task.task) is None:
                self._limits.check(self._store, task.partner)
            return self._store.add(task)

    def ended(self, partner: str, name: str, state: str, reason: str) -> None:
        """Take in that the partner, of either role, has ended without a result."""
        self._inbox.of(partner, name)
        self._tasks.ended_there(partner, name, state, reason)
