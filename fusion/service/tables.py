"""Tables as people see them: ask for one, list, delete; and the limits within which they are kept."""

import secrets

from common import log
from common.rpc.wire import now_ms
from fusion.domain import prepared
from fusion.domain.errors import BadColumns, TableInUse, UnknownTable
from fusion.domain.models import Task
from fusion.domain.prepared import Made, Table
from fusion.domain.states import OPEN
from fusion.service.data_sets import DataSets
from fusion.service.partners import Partners
from fusion.service.precheck import check_hashed
from fusion.store.base import Shelves, TableStore, TaskStore

_LOG = log.get(__name__)
_DAY_MS = 86_400_000


class Tables:
    """All tables of this node: those it has prepared, and partners' that it keeps.

    Parameters
    ----------
    at_most, most_bytes
        Limits of those that were prepared, and likewise of those that are kept.
    """

    def __init__(
        self,
        store: TableStore,
        tasks: TaskStore,
        shelves: Shelves,
        partners: Partners,
        data_sets: DataSets,
        *,
        days: int,
        at_most: int,
        most_bytes: int,
    ) -> None:
        self._store, self._tasks, self._shelves = store, tasks, shelves
        self._partners, self._data_sets = partners, data_sets
        self.lasts_ms, self._at_most, self.most_bytes = days * _DAY_MS, at_most, most_bytes

    def prepare(self, made: Made) -> Table:
        """Ask for a table; the node makes it by and by. Asked again while it is being made, nothing changes.

        Raises
        ------
        UnknownPartner, NotConfirmed, UnknownDataSet, BadColumns, HashUnknown
            What is wrong.
        """
        partner = self._partners.confirmed(made.partner)
        check_hashed(made.key_rule, hashed_here=made.hashed_here)
        self._data_sets.table(made.data_set, made.columns)
        if len(made.columns) != made.key_rule.columns:
            raise BadColumns(f"{len(made.columns)} columns, and the key rule is for {made.key_rule.columns}")
        for known in self._store.all():
            same = (known.made, known.partner_added_ms, known.state)
            if same == (made, partner.added_ms, prepared.PREPARING):
                return known
        table = Table(
            table=secrets.token_hex(16),
            partner=made.partner,
            partner_added_ms=partner.added_ms,
            state=prepared.PREPARING,
            salt=secrets.token_bytes(prepared.SALT_BYTES),
            created_ms=now_ms(),
            made=made,
        )
        self._store.add(table)
        _LOG.info("table_asked", table=table.table, partner=made.partner)
        return table

    def get(self, table: str) -> Table:
        """Return one; raises UnknownTable."""
        found = self._store.find(table)
        if found is None:
            raise UnknownTable(f"there is no table {table[:80]!r}")
        return found

    def all(self) -> list[Table]:
        """Return all, newest first."""
        return self._store.all()

    def usable(self, partner: str, *, made_here: bool) -> list[Table]:
        """Return the tables with a partner that are whole and not past their time, newest first."""
        now, added_ms = now_ms(), self.added_ms(partner)
        parts = (prepared.ROWS, prepared.SEED) if made_here else (prepared.ROWS,)
        known = [one for one in self._store.all() if (one.partner, one.partner_added_ms) == (partner, added_ms)]
        ready = [one for one in known if (one.state, one.made_here) == (prepared.READY, made_here)]
        return [
            one for one in ready if one.expires_ms > now and all(self._shelves.has(one.table, part) for part in parts)
        ]

    def added_ms(self, partner: str) -> int:
        """Return when a partner was added here."""
        return self._partners.get(partner).added_ms

    def delete(self, table: str) -> None:
        """Delete one, whatever its state; raises TableInUse."""
        found = self.get(table)
        if self.in_use(found):
            raise TableInUse(f"table {table} is used by an alignment with {found.partner}")
        self.drop(found)

    def in_use(self, table: Table) -> bool:
        """Whether an alignment that has not ended counts on it."""
        open_ = self._tasks.in_states(OPEN) if table.name else []
        told = [(task.partner, name) for task in open_ for name in (task.table_name, *_our_words(task))]
        return (table.partner, table.name) in told

    def drop(self, table: Table) -> None:
        """Delete one with its key."""
        self._store.delete(table.table)
        self._shelves.drop(table.table)
        _LOG.info("table_deleted", table=table.table, partner=table.partner)

    def make_room(self, more_bytes: int, *, made_here: bool) -> bool:
        """Let the oldest go, so that there is room for one more; False where there is none."""
        most = min(self.most_bytes, prepared.ROW_BYTES * prepared.MOST_IDS)
        if more_bytes > most or not self._at_most:
            return False
        held = [one for one in self._store.all() if one.made_here == made_here and one.state == prepared.READY]
        held.sort(key=lambda table: table.last_ms)
        while len(held) >= self._at_most or sum(one.bytes for one in held) + more_bytes > self.most_bytes:
            oldest = next((one for one in held if not self.in_use(one)), None)
            if oldest is None:
                return False
            held.remove(oldest)
            self.drop(oldest)
        return True

    def sweep(self) -> None:
        """Let go what is over: tables past their time, and those whose data set or partner is gone."""
        tables, now = self._store.all(), now_ms()
        if not tables:
            return
        added = {partner.node: partner.added_ms for partner in self._partners.all()}
        sets = {data_set.data_set for data_set in self._data_sets.all()}
        for table in tables:
            stale = added.get(table.partner) != table.partner_added_ms or (
                table.made and table.made.data_set not in sets
            )
            over = 0 < table.expires_ms <= now
            if not (stale or over) or self.in_use(table):
                continue
            if stale or not table.made_here or table.expires_ms + self.lasts_ms <= now:
                self.drop(table)
            elif self._store.change(table.table, [prepared.READY], state=prepared.EXPIRED):
                self._shelves.drop(table.table)  # its key is gone with it
                _LOG.info("table_expired", table=table.table, partner=table.partner)

    def forget_unknown(self) -> None:
        """Delete what a crash left of tables that are not known (any more)."""
        known = {table.table for table in self._store.all()}
        for table in self._shelves.kept():
            if table not in known:
                self._shelves.drop(table)


def _our_words(task: Task) -> tuple[str, ...]:
    """Return the tables that a proposal of ours tells as kept; what a partner tells keeps nothing here."""
    return task.tables_kept if task.proposed_here else ()
