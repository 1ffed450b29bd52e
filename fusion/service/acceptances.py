"""Partners' acceptances of our proposals."""

from typing import Any

from common.errors import InvalidInput
from fusion.domain import states
from fusion.domain.errors import BadChoice, TooManyRows, WrongState
from fusion.domain.models import AUTO
from fusion.service.inbox import Inbox
from fusion.service.offer_checks import wrong_machine
from fusion.service.table_choice import TableChoice
from fusion.service.tasks import Tasks
from fusion.service.terms import offered
from fusion.store.base import TaskStore
from proto.fusion.v1 import fusion_pb2 as pb


class Acceptances:
    """Takes them in."""

    def __init__(self, store: TaskStore, tasks: Tasks, inbox: Inbox, choice: TableChoice) -> None:
        self._store, self._tasks, self._inbox, self._choice = store, tasks, inbox, choice

    def take(self, partner: str, answer: pb.AcceptRequest) -> None:
        """Take in that the partner's people have accepted; again changes nothing.

        Raises
        ------
        TooManyRows, BadChoice, InvalidInput, BadTable, TableGone, WrongState
            More ids than we said we take, or other ones than before; a protocol that was not offered; a machine that
            cannot be; a table that was not offered, or has gone; not our proposal, or it has ended.
        """
        task, rows = self._inbox.of(partner, answer.task), answer.rows
        table = {"table_name": answer.table, "table_salt": answer.table_salt, "table_kept": answer.table_kept}
        known_table = all(getattr(task, name) == value for name, value in table.items())
        same = known_table and (rows, answer.protocol) == (task.partner_rows, task.runs)
        if task.proposed_here and task.both_sizes and same:
            return
        if not 0 < rows <= task.partner_rows_at_most or (task.proposed_here and task.both_sizes):
            told = f"{rows} ids; 1 to {task.partner_rows_at_most} were taken, or it was accepted otherwise before"
            raise TooManyRows(told, public_detail=told)
        known = offered().get(answer.protocol)
        # "auto" leaves the choice among those that a planner picks; what there is by name only has to be named.
        left_open = known is not None and task.protocol == AUTO and known.automatic
        if known is None or task.learns not in known.learns or not (left_open or task.protocol == answer.protocol):
            told = f"{answer.protocol[:40]!r} was not offered, or is not for the outcome {task.learns!r}"
            raise BadChoice(told, public_detail=told)
        if told := wrong_machine(answer.machine):
            raise InvalidInput(told, public_detail=told)
        self._choice.check(task, answer)
        values: dict[str, Any] = {
            "state": states.QUEUED,
            "phase": "aligning",
            "waiting_for": "",
            "trouble": None,
            "partner_rows": rows,
            "protocol_chosen": answer.protocol,
            "partner_cores": answer.machine.cores,
            "partner_vectors": answer.machine.vectors,
            **table,
        }
        open_here = [states.CREATED, states.WAITING]  # created: the answer to our proposal was lost
        if not task.proposed_here or not self._store.change(task.task, open_here, **values):
            raise WrongState(f"the alignment is {task.state}", public_detail=f"the alignment is {task.state}")
        self._tasks.wake()
