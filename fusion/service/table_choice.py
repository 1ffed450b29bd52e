"""Which table an alignment uses: what proposals and acceptances say of it, and what is taken of partners' words."""

from dataclasses import replace
from typing import Any

from fusion.domain import prepared
from fusion.domain.errors import BadTable, TableGone
from fusion.domain.models import AUTO, Task
from fusion.domain.prepared import Made, Table
from fusion.domain.states import SENDER
from fusion.service.tables import Tables
from proto.fusion.v1 import fusion_pb2 as pb

NO_TABLE: dict[str, Any] = {"table_name": "", "table_salt": b"", "table_kept": False}


class TableChoice:
    """Chooses among the tables of this node."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def proposed(self, task: Task) -> Task:
        """Add to our proposal the table that we have prepared, or those of the partner that we keep."""
        if not _can(task):
            return task
        if task.role == SENDER:
            return self._with_ours(task)
        names = [one.name for one in self._kept(task.partner)]
        return replace(task, tables_kept=tuple(names[: prepared.MOST_TOLD]))

    def foreseen(self, task: Task) -> Task:
        """Add to what might be proposed, to a partner that is known, the table that would probably be used.

        Whether the partner still keeps ours, and which of its tables it would take, only it can say.
        """
        if not task.partner:
            return task
        task = self.proposed(task)
        if task.role == SENDER:
            sent = any(one.uses for one in self._ours(task)) if task.table_name else False
            return replace(task, table_kept=sent)
        fits = (one for one in self._kept(task.partner) if one.ids == task.partner_rows)
        found = next((one for one in fits if one.name in task.tables_kept), None)
        if found is None:
            return task
        return replace(task, table_name=found.name, table_salt=found.salt, table_kept=True)

    def accepted(self, task: Task) -> Task:
        """Add to an alignment that our people accept the table that it may use: ours, or the offered one."""
        if not _can(task):
            return replace(task, **NO_TABLE)
        if task.role == SENDER:
            found = self._with_ours(task)
            return replace(found, table_kept=bool(found.table_name) and found.table_name in task.tables_kept)
        kept = self._keeps(task.partner, task.table_name, task.table_salt, task.partner_rows)
        return replace(task, table_kept=kept)

    def check(self, task: Task, answer: pb.AcceptRequest) -> None:
        """See that a partner's acceptance of our proposal speaks of no table, or of one that can be used.

        Raises
        ------
        BadTable, TableGone
            Not one that we offered, or can take; one that has gone meanwhile.
        """
        name, salt, kept = answer.table, answer.table_salt, answer.table_kept
        if not name and not salt and not kept:
            return
        told = ""
        if answer.protocol != prepared.PROTOCOL or task.learns not in prepared.LEARNS:
            told = f"{answer.protocol} for the outcome {task.learns!r} uses no table"
        elif not prepared.NAME.fullmatch(name) or len(salt) != prepared.SALT_BYTES:
            told = "a name or salt that no table has"
        elif task.role == SENDER and (name, salt) != (task.table_name, task.table_salt):
            told = "a table that was not offered"
        elif task.role != SENDER and kept and name not in task.tables_kept:
            told = "a table that was not told as kept"
        if told:
            raise BadTable(told, public_detail=told)
        if task.role == SENDER:
            there = any(one.name == name for one in self._tables.usable(task.partner, made_here=True))
        else:
            there = not kept or self._keeps(task.partner, name, salt, answer.rows)
        if not there:
            gone = "the table has gone since the proposal"
            raise TableGone(gone, public_detail=gone)

    def _with_ours(self, task: Task) -> Task:
        found = next(iter(self._ours(task)), None)
        return task if found is None else replace(task, table_name=found.name, table_salt=found.salt)

    def _ours(self, task: Task) -> list[Table]:
        made = Made(task.partner, task.data_set, task.columns, task.key_rule, task.hashed_here)
        usable = self._tables.usable(task.partner, made_here=True)
        return [one for one in usable if one.made == made and one.ids == task.ids][:1]

    def _kept(self, partner: str) -> list[Table]:
        usable = self._tables.usable(partner, made_here=False)
        return sorted(usable, key=lambda one: one.last_ms, reverse=True)

    def _keeps(self, partner: str, name: str, salt: bytes, ids: int) -> bool:
        kept = self._tables.usable(partner, made_here=False)
        return any((one.name, one.salt, one.ids) == (name, salt, ids) for one in kept)


def _can(task: Task) -> bool:
    return task.learns in prepared.LEARNS and task.protocol in (AUTO, prepared.PROTOCOL)
