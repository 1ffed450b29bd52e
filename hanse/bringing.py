"""Bringing data in from Python: resumable uploads, folders and databases of the server, versions, numbers."""

import hashlib
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from common.errors import HanseError, Unavailable
from hanse.calls import Calls, Json

_PIECE = 8 << 20
_TRIES = 8
_OFFSET = "HAN-4210"


class Bringing(Calls):
    """The part of the client that concerns data sets."""

    def stage(self, path: str | Path, *, upload: str = "", seen: Callable[[int, int], None] | None = None) -> Json:
        """Send a file in pieces; what waits can be looked at and made a data set of.

        Parameters
        ----------
        upload
            An upload that was begun before, to go on with.
        seen
            Called with the bytes that have arrived and all bytes.
        """
        file = Path(path)
        total = file.stat().st_size
        staged = (
            self._call("GET", f"/uploads/{upload}")
            if upload
            else self._call("POST", "/uploads", json={"file_name": file.name, "total_bytes": total})
        )
        failures = 0
        with file.open("rb") as stream:
            while staged["received"] < total:
                stream.seek(staged["received"])
                piece = stream.read(_PIECE)
                try:
                    staged = self._put(staged, piece)
                    failures = 0
                except HanseError as error:
                    failures += 1
                    again = isinstance(error, Unavailable) or error.code == _OFFSET
                    if not again or failures > _TRIES:
                        raise
                    time.sleep(min(10.0, 0.25 * 2**failures))
                    staged = self._call("GET", f"/uploads/{staged['upload']}")
                if seen:
                    seen(staged["received"], total)
        return staged

    def stage_path(self, path: str) -> Json:
        """Take a file from a folder of the server that its operator has opened."""
        return self._call("POST", "/path-uploads", json={"path": path})

    def stage_database(
        self,
        system: str,
        host: str,
        port: int,
        *,
        database: str = "",
        user: str = "",
        password: str = "",
        table: str = "",
        query: str = "",
    ) -> Json:
        """Read a table or a query of a database that the operator has opened; the password is kept nowhere."""
        body = {"system": system, "host": host, "port": port, "database": database, "user": user}
        body |= {"password": password, "table": table, "query": query}
        return self._call("POST", "/database-uploads", json=body, timeout=1800.0)

    def import_sources(self, path: str = "") -> Json:
        """List what the operator has opened for imports."""
        return self._call("GET", "/import-sources", params={"path": path} if path else {})

    def detect(self, upload: str, *, encoding: str = "", delimiter: str = "", types: Mapping[str, str] = {}) -> Json:
        """Look at the beginning of what waits: encoding, delimiter, types, first rows, what is troublesome."""
        body = {"encoding": encoding, "delimiter": delimiter, "types": dict(types)}
        return self._call("POST", f"/uploads/{upload}/detection", json=body)

    def make_data_set(self, upload: str, name: str, *, id_columns: Sequence[str] = (), **more: Any) -> Json:
        """Make a data set of what waits; more: label_column, types, leave_out, tags, visibility, readers, previous."""
        body = {"name": name, "id_columns": list(id_columns), **more}
        return self._call("POST", f"/uploads/{upload}/data-set", json=body, timeout=1800.0)

    def change_data_set(self, data_set: str, **changes: Any) -> Json:
        """Change name, tags, visibility or readers."""
        return self._call("PATCH", f"/data-sets/{data_set}", json=changes)

    def statistics(self, data_set: str) -> list[Json]:
        """Return the columns' numbers."""
        columns: list[Json] = self._call("GET", f"/data-sets/{data_set}/statistics")["columns"]
        return columns

    def versions(self, data_set: str) -> list[Json]:
        """List all versions of a data set with what their columns have changed."""
        return self._items(f"/data-sets/{data_set}/versions")

    def usage(self, data_set: str) -> Json:
        """Tell where a data set is used."""
        return self._call("GET", f"/data-sets/{data_set}/usage")

    def _put(self, staged: Json, piece: bytes) -> Json:
        params = {"offset": staged["received"], "sha256": hashlib.sha256(piece).hexdigest()}
        headers = {"Content-Type": "application/octet-stream"}
        path = f"/uploads/{staged['upload']}/content"
        return self._call("PUT", path, params=params, headers=headers, content=piece, timeout=600.0)
