"""Prepares tables, one after the other, while alignments go on; a restart makes an unfinished one anew."""

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import Any

from common import log
from common.errors import HanseError, Internal
from common.loops import Loop
from common.rpc.wire import now_ms
from common.sql import DatabaseAway, StorageFull
from fusion.domain import prepared
from fusion.domain.errors import DiskFull, NoIds, TableTooLarge
from fusion.domain.models import Failure
from fusion.domain.prepared import Made, Table, part_of
from fusion.service.data_sets import DataSets
from fusion.service.ids import Ids, read_ids
from fusion.service.numbers import Numbers
from fusion.service.tables import Tables
from fusion.service.terms import table_key
from fusion.store.base import Shelves, TableStore
from kernel.crypto.prg import SystemRng
from kernel.protocol.psi.masks import BATCH
from kernel.protocol.psi.unbalanced.table import prepare

_LOG = log.get(__name__)
_LOOK_S = 1.0
_AGAIN_S = 3.0
_READ = 0.1  # share of the work after which the ids are read


class _Over(Exception):
    """The node is being stopped, or somebody has deleted the table."""


class Preparing:
    """Works from `start` to `close`."""

    def __init__(
        self,
        member: str,
        tables: Tables,
        store: TableStore,
        shelves: Shelves,
        data_sets: DataSets,
        numbers: Numbers,
        over: threading.Event,
    ) -> None:
        self._member, self._tables, self._store, self._shelves = member, tables, store, shelves
        self._data_sets, self._numbers, self._over = data_sets, numbers, over
        self._loop = Loop("tables", self._look)

    def start(self) -> None:
        """Begin."""
        self._tables.forget_unknown()
        self._loop.start()

    def close(self) -> None:
        """Stop after the present batch."""
        self._over.set()
        self._loop.close(60)

    def _look(self) -> float:
        self._tables.sweep()
        wait = _LOOK_S
        for table in reversed(self._store.all()):  # the oldest first
            if table.state == prepared.PREPARING and table.made and not self._over.is_set():
                wait = max(wait, self._try(table, table.made))
        return wait

    def _try(self, table: Table, made: Made) -> float:
        try:
            self._make(table, made)
        except _Over:
            self._shelves.drop(table.table)
        except (DiskFull, StorageFull, DatabaseAway) as error:  # tried again
            _LOG.warning("waits_for_room_or_database", table=table.table, code=error.code)
            self._shelves.drop(table.table)
            with suppress(StorageFull, DatabaseAway):
                self._store.change(table.table, [prepared.PREPARING], failure=Failure.of(error))
            return _AGAIN_S
        except HanseError as error:
            self._fail(table, error)
        except Exception as problem:  # noqa: BLE001 (a fault with one must not keep the others waiting)
            _LOG.error("table_broke", table=table.table, exc_info=problem)
            self._fail(table, Internal("the table could not be made; the node's log has the details"))
        return 0.0

    def _fail(self, table: Table, error: HanseError) -> None:
        _LOG.warning("table_failed", table=table.table, code=error.code)
        self._store.change(table.table, [prepared.PREPARING], state=prepared.FAILED, failure=Failure.of(error))
        self._shelves.drop(table.table)

    def _make(self, table: Table, made: Made) -> None:
        self._shelves.drop(table.table)  # what a stop in the middle left
        ids = self._read(table, made)
        count = len(ids.digests)
        if not count:
            raise NoIds(f"the columns {', '.join(made.columns)} make no id in any row")
        size = prepared.ROW_BYTES * count
        if not self._tables.make_room(size, made_here=True):
            raise TableTooLarge(f"{size} bytes, for which there is no room: tables in use are not deleted")
        name = prepare(ids.digests, _Parts(table.table, self._shelves), SystemRng(), self._workers(table, count))
        now = now_ms()
        values = {"name": name, "ids": count, "bytes": size, "progress": 1.0, "failure": None}
        values |= {"created_ms": now, "expires_ms": now + self._tables.lasts_ms}
        if not self._store.change(table.table, [prepared.PREPARING], state=prepared.READY, **values):
            raise _Over
        _LOG.info("table_ready", table=table.table, partner=table.partner, ids=count)
        for old in self._store.all():
            same = (old.made, old.state) == (made, prepared.READY) and old.table != table.table
            if same and not self._tables.in_use(old):
                self._tables.drop(old)

    def _read(self, table: Table, made: Made) -> Ids:
        key = table_key(self._member, table.partner, table.salt)
        with self._data_sets.reading(made.data_set, made.columns) as place:
            return read_ids(place, made.columns, made.key_rule, key, hashed_here=made.hashed_here)

    def _workers(self, table: Table, count: int) -> Callable[[Callable[[Any], Any], Iterable[Any]], Iterator[Any]]:
        """Return workers that tell how far they are, batch by batch, and stop with the node or where it is deleted."""
        done = 0

        def workers(function: Callable[[Any], Any], parts: Iterable[Any]) -> Iterator[Any]:
            nonlocal done
            progress = _READ + (1 - _READ) * done / count
            there = self._store.change(table.table, [prepared.PREPARING], progress=progress, failure=None)
            if self._over.is_set() or not there:
                raise _Over
            done += BATCH
            yield from self._numbers.map(function, parts)

        return workers


class _Parts:
    """Where the kernel puts what it makes of a table."""

    def __init__(self, table: str, shelves: Shelves) -> None:
        self._table, self._shelves = table, shelves

    def get(self, name: str) -> bytes | None:
        """Return a part."""
        return self._shelves.get(self._table, part_of(name))

    def put(self, name: str, data: bytes) -> None:
        """Keep a part, encrypted under the node's key."""
        self._shelves.put(self._table, part_of(name), data)
