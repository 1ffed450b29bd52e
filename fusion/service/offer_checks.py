"""What a partner's proposal must look like."""

import re

import pydantic

from common import canonical
from common.cron import trigger_of
from common.errors import HanseError, InvalidInput
from fusion.domain import states
from fusion.domain.key_rule import KeyRule
from fusion.domain.models import Task
from fusion.service import shape_tags, table_fields
from fusion.service.proposing import SALT_BYTES
from kernel.protocol.psi.effort import Machine
from proto.fusion.v1 import fusion_pb2 as pb

_TASK = re.compile(r"[0-9a-f]{32}")
_LONGEST_NAME, _LONGEST_CRON = 200, 100
_LAST_MS = 1 << 53  # beyond which JSON has no whole numbers


def same(task: Task, offer: pb.TaskOffer) -> bool:
    """Whether a proposal is the one that we know."""
    told = (task.name, task.protocol, task.learns, task.key_rule, states.other(task.role), task.salt)
    asked = (offer.name, offer.protocol, offer.learns, rule_of_offer(offer.key_rule), offer.proposer_role, offer.salt)
    more = (task.partner_rows, task.shapes, task.schedule, task.repeat_cron, task.repeat_until_ms)
    rest = (offer.rows, shape_tags.taken(offer), offer.schedule, offer.repeat_cron, offer.repeat_until_ms)
    of_sum = (task.value_decimals, task.at_least)
    exact = (*told, *more, *of_sum) == (*asked, *rest, offer.value_decimals, offer.at_least)
    return exact and table_fields.same(task, offer)


def wrong(offer: pb.TaskOffer) -> str:
    """Say what is wrong with the form of a proposal; empty: nothing."""
    if not _TASK.fullmatch(offer.task):
        return "a bad task id"
    if len(offer.name) > _LONGEST_NAME:
        return "a name of more than 200 characters"
    if offer.proposer_role not in (states.RECEIVER, states.SENDER):
        return "proposer_role is neither receiver nor sender"
    if len(offer.salt) != SALT_BYTES:
        return f"a salt of {len(offer.salt)} bytes"
    return wrong_machine(offer.machine) or _wrong_repeat(offer)


def wrong_machine(machine: pb.Machine) -> str:
    """Say why there is no such machine; empty: there is."""
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


def rule_of_offer(text: str) -> KeyRule:
    """Read a key rule; raises InvalidInput."""
    try:
        return KeyRule.model_validate(canonical.loads(text.encode()))
    except (HanseError, pydantic.ValidationError) as problem:
        told = "a key rule that this node does not know"
        raise InvalidInput(
            told, public_detail=told, hint="Install the same version of fusion at both nodes."
        ) from problem
