"""Data sets: files go through to the kernel, descriptions stay here, and are shown to those whom people chose."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from board.domain.data_sets import ColumnChange, DataSet, JobUse, Proof, compare
from board.domain.errors import DataSetInUse, InvalidFields, UnknownDataSet
from board.domain.projects import Consent, Offer
from board.service.audit import Audit
from board.service.clock import now_ms
from board.service.drafts import Drafts
from board.service.outbox import Outbox
from board.service.ports import Kernel, Order, Union, Upload
from board.store.base import ConsentStore, DataSetStore, ProjectStore
from common.errors import NotFound
from proto.board.v1 import board_pb2 as pb

FEDERATION, MEMBERS, PRIVATE = "federation", "members", "private"


@dataclass(frozen=True, slots=True)
class About:
    """What people say about a data set."""

    name: str
    visibility: str = PRIVATE
    readers: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    previous: str = ""  # the data set of which this is a new version
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Usage:
    """Where a data set is used."""

    offers: list[Offer]
    consents: list[Consent]
    jobs: list[JobUse]


class DataSets:
    """The data sets of this member."""

    def __init__(
        self,
        member: str,
        store: DataSetStore,
        projects: ProjectStore,
        consents: ConsentStore,
        kernel: Kernel,
        union: Union,
        outbox: Outbox,
        audit: Audit,
        drafts: Drafts,
    ) -> None:
        self._drafts = drafts
        self._member, self._store, self._projects, self._consents = member, store, projects, consents
        self._kernel, self._union, self._outbox, self._audit = kernel, union, outbox, audit

    def add(self, upload: Upload, chunks: Iterable[bytes], visibility: str, by: str, origin: str = "") -> DataSet:
        """Import a file; when its record cannot be put on the ledger, nothing is kept."""
        about = About(upload.name, visibility, origin=origin or upload.file_name)
        return self._keep(about, by, lambda name: self._kernel.import_file(replace(upload, data_set=name), chunks))

    def add_staged(self, upload: str, order: Order, about: About, by: str) -> DataSet:
        """Make a data set of a file that waits at the kernel."""
        return self._keep(about, by, lambda name: self._kernel.import_upload(upload, replace(order, data_set=name)))

    def _keep(self, about: About, by: str, bring_in: Callable[[str], DataSet]) -> DataSet:
        previous = self.find(about.previous) if about.previous else None
        self._check(about.visibility, about.readers)
        versions = self._store.of_series(previous.series or previous.data_set) if previous else []
        with self._drafts.making(published=about.visibility == FEDERATION) as name:
            data_set = replace(
                bring_in(name),
                name=about.name,
                visibility=about.visibility,
                readers=about.readers,
                tags=about.tags,
                origin=about.origin[:300],
                created_ms=now_ms(),
                created_by=by,
                series=(previous.series or previous.data_set) if previous else name,
                number=max((known.number for known in versions), default=previous.number if previous else 0) + 1,
            )
            if about.visibility == FEDERATION:
                data_set = replace(data_set, resource=self._publish(data_set, FEDERATION))
            self._store.add(data_set)
        self._share(data_set)
        self._audit.note(by, "data_set_added", name, f"{data_set.name}, {data_set.rows} rows")
        return data_set

    def change(
        self,
        data_set: str,
        by: str,
        *,
        name: str | None = None,
        tags: Sequence[str] | None = None,
        visibility: str | None = None,
        readers: Sequence[str] | None = None,
    ) -> DataSet:
        """Change what people say about a data set, and to whom it is shown; its rows and version stay."""
        found = self.find(data_set)
        changed = replace(
            found,
            name=found.name if name is None else name,
            tags=found.tags if tags is None else tuple(tags),
            visibility=visibility or found.visibility,
            readers=found.readers if readers is None else tuple(readers),
        )
        if changed.visibility != MEMBERS:
            changed = replace(changed, readers=())
        self._check(changed.visibility, changed.readers)
        if changed.visibility == FEDERATION:
            changed = replace(changed, resource=self._publish(changed, FEDERATION))
        elif found.visibility == FEDERATION:
            changed = replace(changed, resource=self._publish(changed, "closed"))
        self._store.describe(changed)
        self._share(changed, [reader for reader in found.readers if reader not in changed.readers])
        self._audit.note(by, "data_set_changed", data_set, f"{changed.name}, {changed.visibility}")
        return changed

    def versions(self, data_set: str) -> list[tuple[DataSet, list[ColumnChange]]]:
        """Return all versions of a data set, the newest first, each with what its columns have changed."""
        found = self.find(data_set)
        known = self._store.of_series(found.series or data_set) or [found]
        return [
            (version, compare(before, version) if before else [])
            for before, version in reversed(list(zip([None, *known[:-1]], known, strict=True)))
        ]

    def statistics(self, data_set: str) -> list[dict[str, Any]]:
        """Return the columns' numbers, as the kernel made them at import."""
        return self._kernel.statistics(self.find(data_set).data_set)

    def usage(self, data_set: str) -> Usage:
        """Return where a data set is used: what a deletion would touch."""
        self.find(data_set)
        consents = [consent for consent in self._consents.active_for(data_set) if consent.in_force(now_ms())]
        return Usage(self._projects.offers_of(self._member, data_set), consents, self._store.uses(data_set))

    def find(self, data_set: str) -> DataSet:
        """Return a data set; raises UnknownDataSet."""
        found = self._store.find(data_set)
        if found is None:
            raise UnknownDataSet(f"there is no data set {data_set}")
        return found

    def look(self, data_set: str) -> DataSet | None:
        """Return a data set, or None."""
        return self._store.find(data_set)

    def page(self, after: str, limit: int) -> list[DataSet]:
        """Return a page, the newest first."""
        return self._store.page(after, limit)

    def preview(self, data_set: str, rows: int) -> bytes:
        """Return the first rows as an Arrow IPC stream."""
        return self._kernel.preview(self.find(data_set).data_set, rows)

    def delete(self, data_set: str, by: str) -> None:
        """Delete a data set at the kernel, its offers here, and close its record."""
        found = self.find(data_set)
        # A consent whose runs are used up allows nothing new.
        active = [consent for consent in self._consents.active_for(data_set) if consent.runs_left() != 0]
        if active:
            raise DataSetInUse(f"{len(active)} consents name data set {data_set}: {active[0].consent}")
        if found.visibility == FEDERATION:
            self._publish(found, "closed")
        with suppress(NotFound):  # an earlier try came this far
            self._kernel.delete(data_set)
        self._projects.drop_offers(self._member, data_set)
        self._share(replace(found, readers=(), visibility=PRIVATE), found.readers)
        self._store.delete(data_set)
        self._audit.note(by, "data_set_deleted", data_set, found.name)

    def _check(self, visibility: str, readers: Sequence[str]) -> None:
        if (visibility == MEMBERS) is not bool(readers):
            raise InvalidFields("readers: name the members when chosen ones may see it, and only then")
        if self._member in readers:
            raise InvalidFields("readers: this is us")
        for reader in readers:
            entry = self._union.entry("member", reader)
            if entry is None or entry.status != "admitted":
                raise InvalidFields(f"readers: {reader} is no admitted member of the federation")

    def _share(self, data_set: DataSet, withdrawn: Iterable[str] = ()) -> None:
        """Show the description to the chosen members, and take it back from those that are chosen no more."""
        told = pb.ShareDataSetRequest(
            data_set=data_set.data_set,
            name=data_set.name,
            version=data_set.version,
            rows=data_set.rows,
            columns=data_set.offered_columns,
            has_label=bool(data_set.label_column),
            tags=data_set.tags,
        )
        for reader in data_set.readers:
            self._outbox.put(reader, "ShareDataSet", told)
        for reader in withdrawn:
            gone = pb.ShareDataSetRequest(data_set=data_set.data_set, name="-", version="0" * 64, withdrawn=True)
            self._outbox.put(reader, "ShareDataSet", gone)

    def _publish(self, data_set: DataSet, visibility: str) -> Proof:
        """Put the description on the ledger: names and types of columns, no id column, no rows."""
        body = {
            "data_set": data_set.data_set,
            "member": self._member,
            "name": data_set.name,
            "version": data_set.version,
            "rows": data_set.rows,
            # A record has at most 16 KiB; very wide tables show their first columns.
            "columns": [
                {"name": column.name[:60], "type": column.type}
                for column in data_set.columns
                if column.name != data_set.id_column
            ][:100],
            "tags": list(data_set.tags),
            "visibility": visibility,
        }
        return self._union.submit("data_resource", data_set.data_set, body)
