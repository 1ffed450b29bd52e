"""A table or a query of a database, brought into the node once; the password is kept nowhere."""

import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from cryptography import x509

from common.errors import InvalidInput, ResourceExhausted
from common.tables.databases import Encryption
from common.tables.query import Query
from fusion.store.base import WorkFiles

_AT_ONCE = 2  # each holds a thread of the node for as long as the database sends
_MODES = {"require": "require", "verify_ca": "verify", "off": "off"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What shall be read, and from where."""

    kind: str
    host: str
    port: int
    database: str
    user: str
    password: str = field(repr=False)
    table: str = ""
    query: str = ""
    tls: str = "require"
    ca: str = field(default="", repr=False)

    @property
    def title(self) -> str:
        """The table's own name; of a query nothing is kept."""
        return self.table or "query"


class DatabaseRows:
    """Reads databases, a few at a time."""

    def __init__(self, files: WorkFiles, most_bytes: int) -> None:
        self._files, self._most_bytes = files, most_bytes
        self._reading = threading.BoundedSemaphore(_AT_ONCE)

    @contextlib.contextmanager
    def fetched(self, wanted: Wanted) -> Iterator[Path]:
        """Read all rows into a CSV file, which goes at the end.

        Raises
        ------
        DatabaseRefused, InvalidInput, ResourceExhausted
            In the database's own words; a bad wish; others are being read.
        """
        if not self._reading.acquire(blocking=False):
            raise ResourceExhausted(
                f"{_AT_ONCE} databases are being read", hint="Try again when one of them has been read."
            )
        try:
            with self._authority(wanted) as ca:
                path = self._fetch(wanted, ca)
        finally:
            self._reading.release()
        try:
            yield path
        finally:
            path.unlink(missing_ok=True)

    def _fetch(self, wanted: Wanted, ca: Path | None) -> Path:
        query = Query(
            system=wanted.kind,
            host=wanted.host,
            port=wanted.port,
            database=wanted.database,
            user=wanted.user,
            password=wanted.password,
            encryption=Encryption(_MODES[wanted.tls], ca),  # type: ignore[arg-type]  # a word of the table above
            table=wanted.table,
            query=wanted.query,
        )
        with contextlib.closing(query.rows()) as rows:  # type: ignore[type-var]  # a generator: a long reading ends
            return self._files.incoming(rows, self._most_bytes)

    @contextlib.contextmanager
    def _authority(self, wanted: Wanted) -> Iterator[Path | None]:
        """Put the authority's certificates where the drivers read them."""
        if not wanted.ca:
            yield None
            return
        if wanted.tls != "verify_ca":
            raise InvalidInput("ca is given, and tls is not verify_ca")
        try:
            x509.load_pem_x509_certificates(wanted.ca.encode())
        except ValueError as problem:
            raise InvalidInput("ca holds no PEM certificates") from problem
        path = self._files.incoming([wanted.ca.encode()], self._most_bytes)
        try:
            yield path
        finally:
            path.unlink(missing_ok=True)
