"""Bringing data in: pieces of files, opened folders and databases, a look at what came, then the import."""

import hashlib
import secrets
from collections.abc import Iterable
from typing import Any

from board.domain.data_sets import DataSet
from board.service.audit import Audit
from board.service.data_sets import About, DataSets
from board.service.ports import Database, FolderEntry, Kernel, Order, Reading, Staged
from common.errors import NotFound


class Uploads:
    """What waits at the kernel to become a data set; each account reaches its own only."""

    def __init__(self, kernel: Kernel, data_sets: DataSets, audit: Audit) -> None:
        self._kernel, self._data_sets, self._audit = kernel, data_sets, audit

    def begin(self, account: str, file_name: str, total_bytes: int, sha256: str) -> Staged:
        """Make room for a file."""
        return self._kernel.begin_upload(_fresh(account), file_name, total_bytes, sha256)

    def put(self, account: str, upload: str, offset: int, sha256: str, chunks: Iterable[bytes]) -> Staged:
        """Hand a piece on as it arrives."""
        return self._kernel.put_upload(_own(account, upload), offset, sha256, chunks)

    def find(self, account: str, upload: str) -> Staged:
        """Return how far an upload is."""
        return self._kernel.upload(_own(account, upload))

    def drop(self, account: str, upload: str) -> None:
        """Delete an upload."""
        self._kernel.drop_upload(_own(account, upload))

    def folder(self, path: str) -> tuple[list[FolderEntry], list[str]]:
        """Return what the operator has opened."""
        return self._kernel.folder(path)

    def from_path(self, account: str, path: str) -> Staged:
        """Let a file of an opened folder wait."""
        staged = self._kernel.stage_path(_fresh(account), path)
        self._audit.note(account, "path_read", path)
        return staged

    def from_database(self, account: str, source: Database) -> Staged:
        """Read a table or a query; the audit log keeps from where, never the password or the rows."""
        staged = self._kernel.stage_query(_fresh(account), source)
        where = f"{source.system} {source.user}@{source.host}:{source.port}/{source.database}"
        self._audit.note(account, "database_read", where, source.table or source.query)
        return staged

    def detect(self, account: str, upload: str, reading: Reading) -> dict[str, Any]:
        """Look at the beginning of what waits."""
        return self._kernel.detect(_own(account, upload), reading)

    def make(self, account: str, upload: str, order: Order, about: About) -> DataSet:
        """Make a data set of it."""
        return self._data_sets.add_staged(_own(account, upload), order, about, account)


def _mark(account: str) -> str:
    return hashlib.sha256(account.encode()).hexdigest()[:12]


def _fresh(account: str) -> str:
    return f"up-{_mark(account)}-{secrets.token_hex(8)}"


def _own(account: str, upload: str) -> str:
    if not upload.startswith(f"up-{_mark(account)}-"):
        raise NotFound(f"there is no upload {upload}")
    return upload
