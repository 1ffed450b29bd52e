"""Tables as alignments use them: which one serves, whether the receiver keeps it, and what the protocol takes of it."""

import secrets
from dataclasses import replace
from typing import Any

from common import log
from common.rpc.wire import now_ms
from fusion.domain import prepared
from fusion.domain.errors import BadTable, TableGone
from fusion.domain.models import AUTO, Failure, Task
from fusion.domain.prepared import Made, Table
from fusion.domain.states import SENDER
from fusion.service.partners import Partners
from fusion.service.tables import Tables
from fusion.store.base import Shelves, TableStore
from proto.fusion.v1 import fusion_pb2 as pb

_LOG = log.get(__name__)
ROWS, SEED = "rows", "seed"
NO_TABLE: dict[str, Any] = {"table_name": "", "table_salt": b"", "table_kept": False}


class Shelf:
    """Finds tables for alignments."""

    def __init__(self, tables: Tables, store: TableStore, shelves: Shelves, partners: Partners) -> None:
        self._tables, self._store, self._shelves, self._partners = tables, store, shelves, partners

    def proposed(self, task: Task) -> Task:
        """Add to our proposal the table that we have prepared, or those of the partner that we keep."""
        if not _can(task):
            return task
        if task.role == SENDER:
            return self._with_ours(task)
        kept = [one for one in self._usable(task.partner) if not one.made_here]
        kept.sort(key=lambda one: one.last_ms, reverse=True)
        return replace(task, tables_kept=tuple(one.name for one in kept[: prepared.MOST_TOLD]))

    def accepted(self, task: Task) -> Task:
        """Add to an alignment that our people accept the table that it may use, ours or the offered one."""
        if not _can(task):
            return replace(task, **NO_TABLE)
        if task.role == SENDER:
            found = self._with_ours(task)
            return replace(found, table_kept=bool(found.table_name) and found.table_name in task.tables_kept)
        kept = self._keeps(task.partner, task.table_name, task.table_salt, task.partner_rows)
        return replace(task, table_kept=kept)

    def agreed(self, task: Task, answer: pb.AcceptRequest) -> None:
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
            told = f"{answer.protocol} for learns={task.learns} uses no table"
        elif not prepared.NAME.fullmatch(name) or len(salt) != prepared.SALT_BYTES:
            told = "a name or salt that no table has"
        elif task.role == SENDER and (name, salt) != (task.table_name, task.table_salt):
            told = "a table that was not offered"
        elif task.role != SENDER and kept and name not in task.tables_kept:
            told = "a table that was not told as kept"
        if told:
            raise BadTable(told, public_detail=told)
        if task.role == SENDER:
            there = any(one.made_here and one.name == name for one in self._usable(task.partner))
        else:
            there = not kept or self._keeps(task.partner, name, salt, answer.rows)
        if not there:
            told = "the table has gone since the proposal"
            raise TableGone(told, public_detail=told)

    def used(self, task: Task) -> None:
        """Note that an alignment uses its table."""
        for one in self._store.all():
            if one.name and (one.partner, one.name) == (task.partner, task.table_name):
                self._store.change(one.table, [prepared.READY], used_ms=now_ms(), uses=one.uses + 1)

    def part(self, task: Task, part: str) -> bytes:
        """Return a part of an alignment's table: the sender's own, or what the receiver keeps.

        Raises
        ------
        TableGone
            It is gone or damaged, and will not be counted on again.
        """
        found = next((one for one in self._of(task.partner, task.table_name) if one.made_here == _is_ours(task)), None)
        content = None if found is None else self._shelves.get(found.table, part)
        if content is not None:
            return content
        if _is_ours(task):
            told = f"the table that was prepared for {task.partner} is gone or damaged"
            hint = "Propose the alignment again: it runs without the table. Prepare a new one (POST /tables)."
        else:
            told = f"the table of {task.partner} that was kept here is gone or damaged"
            hint = f"Propose the alignment again: {task.partner} sends the table again then."
        error = TableGone(
            told, hint=hint, public_detail="the table is gone or damaged; the next alignment does without"
        )
        if found is not None and found.made_here:
            self._store.change(found.table, [prepared.READY], state=prepared.FAILED, failure=Failure.of(error))
            self._shelves.drop(found.table)
        elif found is not None:
            self._tables.drop(found)
        raise error

    def keep(self, task: Task, rows: bytes) -> None:
        """Keep the sender's table for later alignments, within the limits; again changes nothing."""
        known = [one for one in self._of(task.partner, task.table_name) if not one.made_here]
        if known:
            self._shelves.put(known[0].table, ROWS, rows)
            return
        if not self._tables.make_room(len(rows), made_here=False):
            _LOG.info("table_not_kept", task=task.task, partner=task.partner, bytes=len(rows))
            return
        now, table = now_ms(), secrets.token_hex(16)
        self._shelves.put(table, ROWS, rows)
        kept = Table(
            table=table,
            partner=task.partner,
            partner_added_ms=self._partners.get(task.partner).added_ms,
            state=prepared.READY,
            salt=task.table_salt,
            created_ms=now,
            name=task.table_name,
            ids=task.partner_rows,
            bytes=len(rows),
            progress=1.0,
            expires_ms=now + self._tables.lasts_ms,
            used_ms=now,
            uses=1,
        )
        self._store.add(kept)
        _LOG.info("table_kept", table=table, partner=task.partner, bytes=len(rows))

    def _with_ours(self, task: Task) -> Task:
        made = Made(task.partner, task.data_set, task.columns, task.key_rule, task.hashed_here)
        usable = [one for one in self._usable(task.partner) if one.made == made and one.ids == task.ids]
        found = next((one for one in usable if self._shelves.has(one.table, SEED)), None)
        return task if found is None else replace(task, table_name=found.name, table_salt=found.salt)

    def _keeps(self, partner: str, name: str, salt: bytes, ids: int) -> bool:
        kept = [one for one in self._usable(partner) if not one.made_here]
        return any((one.name, one.salt, one.ids) == (name, salt, ids) for one in kept)

    def _usable(self, partner: str) -> list[Table]:
        """Return the tables with a partner that are whole, of the present partner, and not past their time."""
        now, added_ms = now_ms(), self._partners.get(partner).added_ms
        known = [one for one in self._store.all() if (one.partner, one.partner_added_ms) == (partner, added_ms)]
        good = [one for one in known if one.state == prepared.READY and one.expires_ms > now]
        return [one for one in good if self._shelves.has(one.table, ROWS)]

    def _of(self, partner: str, name: str) -> list[Table]:
        return [one for one in self._store.all() if name and (one.partner, one.name) == (partner, name)]


class TaskShelf:
    """One alignment's shelf, see `kernel.protocol.psi.port.Side.shelf`; the kernel's names are those of the table."""

    def __init__(self, task: Task, shelf: Shelf) -> None:
        self._task, self._shelf = task, shelf

    def get(self, name: str) -> bytes | None:
        """Return a part of the table."""
        return self._shelf.part(self._task, part_of(name))

    def put(self, name: str, data: bytes) -> None:
        """Keep the sender's rows."""
        del name
        self._shelf.keep(self._task, data)


def part_of(name: str) -> str:
    """Return which part of a table the kernel means: "table <name>" its rows, "table <name> seed" its key."""
    return SEED if name.endswith(f" {SEED}") else ROWS


def _can(task: Task) -> bool:
    return task.learns in prepared.LEARNS and task.protocol in (AUTO, prepared.PROTOCOL)


def _is_ours(task: Task) -> bool:
    return task.role == SENDER
