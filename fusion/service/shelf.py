"""Tables as the protocol uses them: the sender takes its own, the receiver keeps what it was sent for later."""

import secrets
import threading

from common import log
from common.rpc.wire import now_ms
from fusion.domain import prepared
from fusion.domain.errors import TableGone
from fusion.domain.models import Failure, Task
from fusion.domain.prepared import ROWS, Table, part_of
from fusion.domain.states import SENDER
from fusion.service.tables import Tables
from fusion.store.base import Shelves, TableStore

_LOG = log.get(__name__)


class Shelf:
    """The shelf of this node, for all alignments."""

    def __init__(self, tables: Tables, store: TableStore, shelves: Shelves) -> None:
        self._tables, self._store, self._shelves = tables, store, shelves
        self._keeping = threading.Lock()  # so that two alignments at once neither keep it twice nor pass the limits

    def used(self, task: Task) -> None:
        """Note that an alignment uses its table."""
        found = self._of(task)
        if found is not None:
            self._store.change(found.table, [prepared.READY], used_ms=now_ms(), uses=found.uses + 1)

    def part(self, task: Task, part: str) -> bytes:
        """Return a part of an alignment's table: the sender's own, or what the receiver keeps.

        Raises
        ------
        TableGone
            It is gone or damaged, and will not be counted on again.
        """
        found = self._of(task)
        content = None if found is None else self._shelves.get(found.table, part)
        if content is not None:
            return content
        public = "the table is gone or damaged; the next alignment does without"
        if task.role == SENDER:
            told = f"the table that was prepared for {task.partner} is gone or damaged"
            hint = "Propose the alignment again: it runs without the table. Prepare a new one for later ones."
        else:
            told = f"the table of {task.partner} that was kept here is gone or damaged"
            hint = f"Propose the alignment again: {task.partner} sends the table again then."
        error = TableGone(told, hint=hint, public_detail=public)
        if found is not None and found.made_here:
            self._store.change(found.table, [prepared.READY], state=prepared.FAILED, failure=Failure.of(error))
            self._shelves.drop(found.table)
        elif found is not None:
            self._tables.drop(found)
        raise error

    def keep(self, task: Task, rows: bytes) -> None:
        """Keep the sender's table for later alignments, within the limits; again changes nothing."""
        with self._keeping:
            self._keep(task, rows)

    def _keep(self, task: Task, rows: bytes) -> None:
        known = self._of(task)
        if known is not None:
            self._shelves.put(known.table, ROWS, rows)
            return
        if not self._tables.make_room(len(rows), made_here=False):
            _LOG.info("table_not_kept", task=task.task, partner=task.partner, bytes=len(rows))
            return
        now, table = now_ms(), secrets.token_hex(16)
        self._shelves.put(table, ROWS, rows)
        kept = Table(
            table=table,
            partner=task.partner,
            partner_added_ms=self._tables.added_ms(task.partner),
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

    def _of(self, task: Task) -> Table | None:
        same = (task.partner, task.table_name, task.role == SENDER)
        every = self._store.all() if task.table_name else []
        return next((one for one in every if (one.partner, one.name, one.made_here) == same), None)


class TaskShelf:
    """One alignment's shelf, see `kernel.protocol.psi.port.Side.shelf`; the kernel's names are those of its table."""

    def __init__(self, task: Task, shelf: Shelf) -> None:
        self._task, self._shelf = task, shelf

    def get(self, name: str) -> bytes | None:
        """Return a part of the table."""
        return self._shelf.part(self._task, part_of(name))

    def put(self, name: str, data: bytes) -> None:
        """Keep the sender's rows."""
        del name
        self._shelf.keep(self._task, data)
