"""Proposals between nodes."""

import re

import pydantic

from common import canonical, log
from common.errors import HanseError, InvalidInput
from common.rpc.wire import now_ms
from fusion.domain import states
from fusion.domain.errors import OfferDiffers, TooManyRows, WrongState
from fusion.domain.key_rule import KeyRule
from fusion.domain.models import Task
from fusion.service import shape_tags
from fusion.service.inbox import Inbox
from fusion.service.tasks import SALT_BYTES, Tasks
from fusion.service.terms import check_protocol
from fusion.store.base import TaskStore
from proto.fusion.v1 import fusion_pb2 as pb

_LOG = log.get(__name__)
_TASK = re.compile(r"[0-9a-f]{32}")
_LONGEST_NAME = 200


def offer_of(task: Task) -> pb.TaskOffer:
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
    )


class Offers:
    """Takes partners' proposals and answers in; nothing happens until the own people accept."""

    def __init__(self, store: TaskStore, tasks: Tasks, inbox: Inbox, max_rows: int, timeout_s: int) -> None:
        self._store, self._tasks, self._inbox = store, tasks, inbox
        self._max_rows, self._timeout_ms = max_rows, 1000 * timeout_s

    def take(self, partner: str, offer: pb.TaskOffer) -> Task:
        """Keep a proposal; the same again changes nothing.

        Raises
        ------
        InvalidInput, TooManyRows, OfferDiffers
            Why not.
        """
        told = ""
        if not _TASK.fullmatch(offer.task):
            told = "a bad task id"
        elif len(offer.name) > _LONGEST_NAME:
            told = "a name of more than 200 characters"
        elif offer.proposer_role not in (states.RECEIVER, states.SENDER):
            told = "proposer_role is neither receiver nor sender"
        elif len(offer.salt) != SALT_BYTES:
            told = f"a salt of {len(offer.salt)} bytes"
        if told:
            raise InvalidInput(told, public_detail=told)
        check_protocol(offer.protocol, offer.learns)
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
        )
        if self._store.add(task):
            _LOG.info("task_offered", task=task.task, partner=partner, role=role, rows=offer.rows)
            return task
        known = self._store.find(offer.task)
        if known is None or known.partner != partner or known.proposed_here or not _same(known, offer):
            raise OfferDiffers(f"alignment {offer.task}")
        return known

    def accepted(self, partner: str, name: str, rows: int) -> None:
        """Take in that the partner's people have accepted; again changes nothing.

        Raises
        ------
        TooManyRows, WrongState
            More ids than we said we take, or other ones than before; not our proposal, or it has ended.
        """
        task = self._inbox.of(partner, name)
        if task.proposed_here and task.both_sizes and rows == task.partner_rows:
            return
        if not 0 < rows <= task.partner_rows_at_most or (task.proposed_here and task.both_sizes):
            told = f"{rows} ids; 1 to {task.partner_rows_at_most} were taken, or another number was told before"
            raise TooManyRows(told, public_detail=told)
        values = {"state": states.QUEUED, "phase": "aligning", "waiting_for": "", "partner_rows": rows}
        open_here = [states.CREATED, states.WAITING]  # created: the answer to our proposal was lost
        if not task.proposed_here or not self._store.change(name, open_here, **values):
            raise WrongState(f"the alignment is {task.state}", public_detail=f"the alignment is {task.state}")
        self._tasks.wake()

    def ended(self, partner: str, name: str, state: str, reason: str) -> None:
        """Take in that the partner, of either role, has ended without a result."""
        self._inbox.of(partner, name)
        self._tasks.ended_there(partner, name, state, reason)


def _same(task: Task, offer: pb.TaskOffer) -> bool:
    told = (task.name, task.protocol, task.learns, task.key_rule, states.other(task.role))
    asked = (offer.name, offer.protocol, offer.learns, _rule(offer.key_rule), offer.proposer_role)
    seen = (task.partner_rows, task.salt, task.shapes)
    return (*told, *seen) == (*asked, offer.rows, offer.salt, shape_tags.taken(offer))


def _rule(text: str) -> KeyRule:
    try:
        return KeyRule.model_validate(canonical.loads(text.encode()))
    except (HanseError, pydantic.ValidationError) as problem:
        told = "a key rule that this node does not know"
        raise InvalidInput(
            told, public_detail=told, hint="Install the same version of fusion at both nodes."
        ) from problem
