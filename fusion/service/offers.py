"""Proposals between nodes."""

import re

import pydantic

from common import canonical, log
from common.errors import HanseError, InvalidInput
from common.rpc.wire import now_ms
from fusion.domain import states
from fusion.domain.errors import OfferDiffers, TooManyRows
from fusion.domain.key_rule import KeyRule
from fusion.domain.models import Task
from fusion.service.tasks import KEY_BITS
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
        receiver_rows=task.receiver_rows,
        key_bits=task.key_bits,
        key_rule=task.key_rule.dumps().decode(),
        share_result=task.share_result,
        proposer_role=task.role,
    )


class Offers:
    """Takes partners' proposals in; nothing happens until the own people accept."""

    def __init__(self, store: TaskStore, max_rows: int, timeout_s: int) -> None:
        self._store, self._max_rows, self._timeout_ms = store, max_rows, 1000 * timeout_s

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
        elif offer.key_bits not in KEY_BITS:
            told = "key_bits is neither 2048 nor 3072"
        elif offer.proposer_role not in (states.RECEIVER, states.SENDER):
            told = "proposer_role is neither receiver nor sender"
        if told:
            raise InvalidInput(told, public_detail=told)
        if not 0 < offer.receiver_rows <= self._max_rows:
            told = f"{offer.receiver_rows} ids; this node takes 1 to {self._max_rows}"
            raise TooManyRows(told, public_detail=told)
        now = now_ms()
        task = Task(
            task=offer.task,
            name=offer.name,
            partner=partner,
            role=states.other(offer.proposer_role),
            proposed_here=False,
            state=states.PENDING,
            key_bits=offer.key_bits,
            key_rule=_rule(offer.key_rule),
            share_result=offer.share_result,
            created_ms=now,
            expires_ms=now + self._timeout_ms,
            phase="approval",
            receiver_rows=offer.receiver_rows,
        )
        if self._store.add(task):
            _LOG.info("task_offered", task=task.task, partner=partner, role=task.role, receiver_rows=task.receiver_rows)
            return task
        known = self._store.find(offer.task)
        if known is None or known.partner != partner or known.proposed_here or not _same(known, offer):
            raise OfferDiffers(f"alignment {offer.task}")
        return known


def _same(task: Task, offer: pb.TaskOffer) -> bool:
    # The number of rows may have become the exact one meanwhile, where the partner only gave a limit.
    told = (task.name, task.key_bits, task.key_rule.dumps().decode(), task.share_result, states.other(task.role))
    return told == (offer.name, offer.key_bits, offer.key_rule, offer.share_result, offer.proposer_role)


def _rule(text: str) -> KeyRule:
    try:
        return KeyRule.model_validate(canonical.loads(text.encode()))
    except (HanseError, pydantic.ValidationError) as problem:
        told = "a key rule that this node does not know"
        raise InvalidInput(
            told, public_detail=told, hint="Install the same version of fusion at both nodes."
        ) from problem
