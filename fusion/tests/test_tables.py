"""Tables within their limits: the oldest goes first, what is in use stays, and what is over goes."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import fusion.store.migrations
from common.rpc.wire import now_ms
from common.sql import open_database
from fusion.domain import prepared, states
from fusion.domain.errors import TableGone, TableInUse
from fusion.domain.key_rule import KeyRule
from fusion.domain.models import Partner, Task
from fusion.domain.prepared import Made, Table
from fusion.service.data_sets import DataSets
from fusion.service.partners import Partners
from fusion.service.shelf import Shelf, TaskShelf
from fusion.service.table_choice import TableChoice
from fusion.service.tables import Tables
from fusion.store.files import FileWorkFiles
from fusion.store.shelves import FileShelves
from fusion.store.sql import SqlDataSetStore, SqlPartnerStore, SqlTaskStore
from fusion.store.sql_prepared import SqlTableStore

DAY_MS = 86_400_000
TASK = Task(
    task="0" * 32,
    name="",
    partner="beta",
    role=states.RECEIVER,
    proposed_here=True,
    state=states.RUNNING,
    protocol="unbalanced",
    learns="receiver",
    key_rule=KeyRule(),
    created_ms=0,
    expires_ms=1,
    salt=bytes(32),
    ids=3,
    partner_rows=4,
)


class Room:
    """Tables over real stores."""

    def __init__(self, folder: Path) -> None:
        migrations = Path(fusion.store.migrations.__file__).parent
        self.folder, self.engine = folder, open_database(f"sqlite:///{folder}/fusion.db", migrations=migrations)
        self.tasks, self.store = SqlTaskStore(self.engine), SqlTableStore(self.engine)
        self.partner_store = SqlPartnerStore(self.engine)
        self.partner_store.put(Partner("beta", "h:1", b"s", b"x", b"c", added_ms=7, confirmed_ms=8))
        self.partners = Partners("alpha", self.partner_store, self.tasks)
        self.shelves = FileShelves(folder / "data", b"k" * 32)
        self.files = FileWorkFiles(folder / "data", b"k" * 32)
        self.data_sets = DataSets(SqlDataSetStore(self.engine), self.tasks, self.files, 1 << 20)

    def tables(self, **limits: int) -> Tables:
        asked: dict[str, Any] = {"days": 30, "at_most": 3, "most_bytes": 1000, **limits}
        return Tables(self.store, self.tasks, self.shelves, self.partners, self.data_sets, **asked)

    def shelf(self, **limits: int) -> Shelf:
        return Shelf(self.tables(**limits), self.store, self.shelves)

    def names(self) -> list[str]:
        return sorted(table.name[:1] for table in self.store.all())


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    made = Room(tmp_path)
    yield made
    made.engine.dispose()


def named(letter: str, **more: Any) -> Task:
    return replace(TASK, task=letter * 32, table_name=letter * 64, table_salt=b"t" * 32, **more)


def test_the_oldest_goes_first_but_not_what_is_in_use(room: Room) -> None:
    shelf = room.shelf()
    for place, letter in enumerate("abc"):
        shelf.keep(named(letter), b"r" * 64)
        room.store.change(room.store.all()[0].table, [prepared.READY], created_ms=place, used_ms=place)
    shelf.used(named("a"))  # of the others b is the oldest now
    room.tasks.add(named("b"))
    shelf.keep(named("d"), b"r" * 64)
    assert room.names() == ["a", "b", "d"]
    assert len(room.shelves.kept()) == 3
    room.tasks.change("b" * 32, states.OPEN, state=states.SUCCEEDED)
    shelf.keep(named("e"), b"r" * 64)
    assert room.names() == ["a", "d", "e"]


def test_bytes_are_limited_and_what_finds_no_room_is_not_kept(room: Room) -> None:
    shelf = room.shelf(most_bytes=100)
    shelf.keep(named("a"), b"r" * 64)
    shelf.keep(named("b"), b"r" * 36)
    shelf.keep(named("c"), b"r" * 101)
    assert room.names() == ["a", "b"]
    room.tasks.add(named("a"))
    shelf.keep(named("d"), b"r" * 64)
    assert "a" in room.names()
    assert "d" not in room.names()
    room.shelf(at_most=0).keep(named("e"), b"r")
    assert "e" not in room.names()
    assert len(room.shelves.kept()) == len(room.names())


def test_what_is_kept_again_is_one_table_and_is_used_for_its_partner_only(room: Room) -> None:
    shelf, choice = room.shelf(), TableChoice(room.tables())
    for _ in range(2):  # as after a crash
        TaskShelf(named("a"), shelf).put(f"table {'a' * 64}", b"r" * 64)
    (kept,) = room.store.all()
    assert TaskShelf(named("a"), shelf).get(f"table {'a' * 64}") == b"r" * 64
    assert choice.proposed(replace(TASK, state=states.CREATED)).tables_kept == ("a" * 64,)
    offered = named("a", proposed_here=False)
    assert choice.accepted(offered).table_kept
    for other in ({"table_salt": b"u" * 32}, {"partner_rows": 5}, {"table_name": "b" * 64}):
        assert not choice.accepted(replace(offered, **other)).table_kept
    # The same name later is another partner.
    room.partner_store.put(Partner("beta", "h:1", b"s", b"x", b"c", added_ms=9, confirmed_ms=10))
    assert not choice.accepted(offered).table_kept
    assert choice.proposed(TASK).tables_kept == ()
    room.tables().sweep()
    assert (room.store.all(), room.shelves.kept()) == ([], [])
    assert kept.partner_added_ms == 7


def test_at_most_sixteen_are_told_those_used_last(room: Room) -> None:
    tables = room.tables(at_most=100)
    shelf = Shelf(tables, room.store, room.shelves)
    for place in range(20):
        shelf.keep(replace(TASK, table_name=f"{place:064x}", table_salt=b"t" * 32), b"r" * 16)
        room.store.change(room.store.all()[0].table, [prepared.READY], created_ms=place, used_ms=place)
    told = TableChoice(tables).proposed(TASK).tables_kept
    assert told == tuple(f"{place:064x}" for place in range(19, 3, -1))


def _ours(room: Room, **more: Any) -> Table:
    data_set = room.data_sets.add("set", "set.csv", [b"id\na\nb\nc\n"]).data_set
    made = Made("beta", data_set, ("id",), KeyRule())
    values: dict[str, Any] = {"state": prepared.READY, "salt": b"t" * 32, "created_ms": 1, "name": "f" * 64, "ids": 3}
    values |= {"expires_ms": now_ms() + DAY_MS, "bytes": 48, **more}
    table = Table("1" * 32, "beta", 7, made=made, **values)
    room.store.add(table)
    for part in (prepared.ROWS, prepared.SEED):
        room.shelves.put(table.table, part, b"x" * 48)
    return table


def _sends(table: Table, **more: Any) -> Task:
    assert table.made is not None
    return replace(TASK, role=states.SENDER, data_set=table.made.data_set, columns=("id",), **more)


def test_a_table_serves_until_its_time_and_is_told_as_expired_then(room: Room) -> None:
    table, tables = _ours(room), room.tables()
    choice = TableChoice(tables)
    assert choice.proposed(_sends(table)).table_name == table.name
    room.store.change(table.table, [prepared.READY], expires_ms=now_ms() - 1)
    assert choice.proposed(_sends(table)).table_name == ""
    used = _sends(table, table_name=table.name)
    room.tasks.add(used)
    tables.sweep()
    assert tables.get(table.table).state == prepared.READY, "an alignment goes on with it"
    with pytest.raises(TableInUse):
        tables.delete(table.table)
    room.tasks.change(used.task, states.OPEN, state=states.SUCCEEDED)
    tables.sweep()
    assert (tables.get(table.table).state, room.shelves.kept()) == (prepared.EXPIRED, [])
    room.store.change(table.table, [prepared.EXPIRED], expires_ms=now_ms() - 31 * DAY_MS)
    tables.sweep()
    assert tables.all() == []


def test_a_kept_table_goes_at_its_time_and_orphans_at_the_start(room: Room) -> None:
    room.shelf().keep(named("a"), b"r" * 64)
    (kept,) = room.store.all()
    room.shelves.put("2" * 32, prepared.ROWS, b"left by a crash")
    room.tables().forget_unknown()
    assert room.shelves.kept() == [kept.table]
    room.store.change(kept.table, [prepared.READY], expires_ms=1)
    room.tables().sweep()
    assert (room.store.all(), room.shelves.kept()) == ([], [])


def test_parts_that_are_moved_or_damaged_are_gone(room: Room) -> None:
    table, shelf = _ours(room), room.shelf()
    seed, rows = (room.folder / "data" / "tables" / table.table / part for part in (prepared.SEED, prepared.ROWS))
    assert room.shelves.get(table.table, prepared.SEED) == b"x" * 48
    seed.write_bytes(rows.read_bytes())
    assert room.shelves.get(table.table, prepared.SEED) is None
    rows.write_bytes(b"x")
    assert room.shelves.get(table.table, prepared.ROWS) is None
    with pytest.raises(TableGone):
        shelf.part(_sends(table, table_name=table.name), prepared.SEED)
    assert room.tables().get(table.table).state == prepared.FAILED
    with pytest.raises(TableGone):
        shelf.part(named("9"), prepared.ROWS)
