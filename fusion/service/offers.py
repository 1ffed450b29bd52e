"""Proposals between nodes."""

import re
from dataclasses import replace
from typing import Any

import pydantic

from common import canonical, log
from common.cron import trigger_of
from common.errors import HanseError, InvalidInput
from common.rpc.wire import now_ms
from fusion.domain import states
from fusion.domain.errors import BadChoice, OfferDiffers, TooManyRows, WrongState
from fusion.domain.key_rule import KeyRule
from fusion.domain.models import AUTO, Task
from fusion.service import shape_tags
from fusion.service.consents import Consents
from fusion.service.inbox import Inbox
from fusion.service.proposing import SALT_BYTES
from fusion.service.tasks import Tasks
from fusion.service.terms import check_asked, offered
from fusion.store.base import TaskStore
from kernel.protocol.psi.effort import Machine
from proto.fusion.v1 import fusion_pb2 as pb

_LOG = log.get(__name__)
_TASK = re.compile(r"[0-9a-f]{32}")
_LONGEST_NAME, _LONGEST_CRON = 200, 100
_LAST_MS = 1 << 53  # beyond which JSON has no whole numbers


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
        **shape_tags.told(task.shapes),
        machine=pb.Machine(cores=machine.cores, vectors=machine.vectors),
        schedule=task.schedule,
        repeat_cron=task.repeat_cron,
        repeat_until_ms=task.repeat_until_ms,
    )


class Offers:
    """Takes partners' proposals and answers in; nothing happens until the own people accept."""

    def __init__(
        self, store: TaskStore, tasks: Tasks, inbox: Inbox, consents: Consents, max_rows: int, timeout_s: int
    ) -> None:
        self._store, self._tasks, self._inbox, self._consents = store, tasks, inbox, consents
        self._max_rows, self._timeout_ms = max_rows, 1000 * timeout_s

    def take(self, partner: str, offer: pb.TaskOffer) -> Task:
        """Keep a proposal; the same again changes nothing.

        Raises
        ------
        InvalidInput, TooManyRows, OfferDiffers
            Why not.
        """
        if told := _wrong(offer):
            raise InvalidInput(told, public_detail=told)
        check_asked(offer.protocol, offer.learns)
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
            key_rule=_rule(offer.key_rule),
            created_ms=now,
            expires_ms=now + self._timeout_ms,
            phase="approval",
            partner_rows_at_most=offer.partner_rows_at_most,
            salt=offer.salt,
            partner_rows=offer.rows,
            shapes=shape_tags.taken(offer),
            protocol_chosen="" if offer.protocol == AUTO else offer.protocol,
            partner_cores=offer.machine.cores,
            partner_vectors=offer.machine.vectors,
            schedule=offer.schedule,
            repeat_cron=offer.repeat_cron,
            repeat_until_ms=offer.repeat_until_ms,
        )
        task = replace(task, by_consent=self._consents.exists(task))
        if self._store.add(task):
            if task.by_consent:
                self._tasks.wake()
            _LOG.info("task_offered", task=task.task, partner=partner, role=role, rows=offer.rows)
            return task
        known = self._store.find(offer.task)
        if known is None or known.partner != partner or known.proposed_here or not _same(known, offer):
            raise OfferDiffers(f"alignment {offer.task}")
        return known

    def accepted(self, partner: str, answer: pb.AcceptRequest) -> None:
        """Take in that the partner's people have accepted; again changes nothing.

        Raises
        ------
        TooManyRows, BadChoice, InvalidInput, WrongState
            More ids than we said we take, or other ones than before; a protocol that was not offered; a machine that
            cannot be; not our proposal, or it has ended.
        """
        task, rows = self._inbox.of(partner, answer.task), answer.rows
        if task.proposed_here and task.both_sizes and (rows, answer.protocol) == (task.partner_rows, task.runs):
            return
        if not 0 < rows <= task.partner_rows_at_most or (task.proposed_here and task.both_sizes):
            told = f"{rows} ids; 1 to {task.partner_rows_at_most} were taken, or another number was told before"
            raise TooManyRows(told, public_detail=told)
        known = offered().get(answer.protocol)
        if known is None or task.learns not in known.learns or task.protocol not in (AUTO, answer.protocol):
            told = f"{answer.protocol[:40]!r} was not offered, or is not for learns={task.learns}"
            raise BadChoice(told, public_detail=told)
        if told := _wrong_machine(answer.machine):
            raise InvalidInput(told, public_detail=told)
        values: dict[str, Any] = {
            "state": states.QUEUED,
            "phase": "aligning",
            "waiting_for": "",
            "trouble": None,
            "partner_rows": rows,
            "protocol_chosen": answer.protocol,
            "partner_cores": answer.machine.cores,
            "partner_vectors": answer.machine.vectors,
        }
        open_here = [states.CREATED, states.WAITING]  # created: the answer to our proposal was lost
        if not task.proposed_here or not self._store.change(task.task, open_here, **values):
            raise WrongState(f"the alignment is {task.state}", public_detail=f"the alignment is {task.state}")
        self._tasks.wake()

    def ended(self, partner: str, name: str, state: str, reason: str) -> None:
        """Take in that the partner, of either role, has ended without a result."""
        self._inbox.of(partner, name)
        self._tasks.ended_there(partner, name, state, reason)


def _same(task: Task, offer: pb.TaskOffer) -> bool:
    told = (task.name, task.protocol, task.learns, task.key_rule, states.other(task.role))
    asked = (offer.name, offer.protocol, offer.learns, _rule(offer.key_rule), offer.proposer_role)
    repeat = (task.schedule, task.repeat_cron, task.repeat_until_ms)
    asked_again = (offer.schedule, offer.repeat_cron, offer.repeat_until_ms)
    seen, sent = (task.partner_rows, task.salt, task.shapes), (offer.rows, offer.salt, shape_tags.taken(offer))
    return (*told, *seen, *repeat) == (*asked, *sent, *asked_again)


def _wrong(offer: pb.TaskOffer) -> str:
    if not _TASK.fullmatch(offer.task):
        return "a bad task id"
    if len(offer.name) > _LONGEST_NAME:
        return "a name of more than 200 characters"
    if offer.proposer_role not in (states.RECEIVER, states.SENDER):
        return "proposer_role is neither receiver nor sender"
    if len(offer.salt) != SALT_BYTES:
        return f"a salt of {len(offer.salt)} bytes"
    return _wrong_machine(offer.machine) or _wrong_repeat(offer)


def _wrong_machine(machine: pb.Machine) -> str:
    try:
        Machine(machine.cores, machine.vectors)
    except ValueError as problem:
        return str(problem)
    return ""


def _wrong_repeat(offer: pb.TaskOffer) -> str:
    given = (offer.schedule, offer.repeat_cron, offer.repeat_until_ms)
    if not any(given):
        return ""
    if not _TASK.fullmatch(offer.schedule) or len(offer.repeat_cron) > _LONGEST_CRON:
        return "a bad schedule"
    try:
        trigger_of(offer.repeat_cron)
    except ValueError:
        return "a schedule's rule that is no cron"
    return "" if 0 < offer.repeat_until_ms < _LAST_MS else "a schedule without an end"


def _rule(text: str) -> KeyRule:
    try:
        return KeyRule.model_validate(canonical.loads(text.encode()))
    except (HanseError, pydantic.ValidationError) as problem:
        told = "a key rule that this node does not know"
        raise InvalidInput(
            told, public_detail=told, hint="Install the same version of fusion at both nodes."
        ) from problem
