"""Data sets: files go through to the kernel, descriptions stay here, and on the ledger where people want that."""

import secrets
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace

from board.domain.data_sets import DataSet, Proof
from board.domain.errors import DataSetInUse, UnknownDataSet
from board.service.audit import Audit
from board.service.clock import now_ms
from board.service.ports import Kernel, Union, Upload
from board.store.base import ConsentStore, DataSetStore, ProjectStore
from common.errors import HanseError, NotFound

FEDERATION, PRIVATE = "federation", "private"


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
        audit: Audit,
    ) -> None:
        self._member, self._store, self._projects, self._consents = member, store, projects, consents
        self._kernel, self._union, self._audit = kernel, union, audit

    def add(self, upload: Upload, chunks: Iterable[bytes], visibility: str, by: str) -> DataSet:
        """Import a file; when its record cannot be put on the ledger, nothing is kept."""
        upload = replace(upload, data_set=f"ds-{secrets.token_hex(8)}")
        made = self._kernel.import_file(upload, chunks)
        data_set = replace(made, name=upload.name, visibility=visibility, created_ms=now_ms(), created_by=by)
        try:
            if visibility == FEDERATION:
                data_set = replace(data_set, resource=self._publish(data_set, FEDERATION))
            self._store.add(data_set)
        except BaseException:
            with suppress(HanseError):  # the first trouble is the one to tell
                self._kernel.delete(data_set.data_set)
            raise
        self._audit.note(by, "data_set_added", data_set.data_set, f"{data_set.name}, {data_set.rows} rows")
        return data_set

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
        if found.resource.transaction:
            self._publish(found, "closed")
        with suppress(NotFound):  # an earlier try came this far
            self._kernel.delete(data_set)
        self._projects.drop_offers(self._member, data_set)
        self._store.delete(data_set)
        self._audit.note(by, "data_set_deleted", data_set, found.name)

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
            "tags": [],
            "visibility": visibility,
        }
        return self._union.submit("data_resource", data_set.data_set, body)
