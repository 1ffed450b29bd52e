"""What differs between the databases that are read: driver, encryption, limits, and how a reading is broken off."""

import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol

import sqlalchemy as sa

_CONNECT_S = 10


@dataclass(frozen=True, slots=True)
class Encryption:
    """How a connection is protected.

    Parameters
    ----------
    mode
        "offered": encrypted where the database offers it, to whoever answers; "require": encrypted, to whoever answers;
        "verify": only to a server whose certificate an authority has signed for this host; "off": never.
    ca
        File of the authority's certificates for "verify"; None: those that the system trusts.
    """

    mode: Literal["offered", "require", "verify", "off"] = "offered"
    ca: Path | None = None


class Database(Protocol):
    """One kind of database."""

    driver: str

    def arguments(self, password: str, encryption: Encryption) -> dict[str, Any]:
        """Return how to connect."""

    def begin(self, connection: sa.Connection, longest_s: int) -> None:
        """Make the transaction read-only, and limit how long a statement may take."""

    def check(self, connection: sa.Connection, query: str) -> None:
        """Refuse a query that would do something in spite of the read-only transaction once it stands in brackets."""

    def give_up(self, connection: sa.Connection) -> None:
        """Break a reading off at once, whatever the server still has to send."""


class PostgreSQL:
    """PostgreSQL over psycopg."""

    driver = "postgresql+psycopg"

    def arguments(self, password: str, encryption: Encryption) -> dict[str, Any]:
        """See `Database.arguments`."""
        modes = {"offered": "prefer", "require": "require", "verify": "verify-full", "off": "disable"}
        verified = {"sslrootcert": str(encryption.ca or "system")} if encryption.mode == "verify" else {}
        return {"connect_timeout": _CONNECT_S, "password": password, "sslmode": modes[encryption.mode], **verified}

    def begin(self, connection: sa.Connection, longest_s: int) -> None:
        """See `Database.begin`."""
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")
        connection.exec_driver_sql(f"SET LOCAL statement_timeout = {longest_s * 1000}")

    def check(self, connection: sa.Connection, query: str) -> None:
        """See `Database.check`: in its read-only transactions nothing is written, neither rows nor files."""

    def give_up(self, connection: sa.Connection) -> None:
        """See `Database.give_up`."""
        connection.invalidate()


class MySQL:
    """MySQL and MariaDB over PyMySQL."""

    driver = "mysql+pymysql"

    def arguments(self, password: str, encryption: Encryption) -> dict[str, Any]:
        """See `Database.arguments`."""
        # The driver takes Latin signs only of a password in text; read_timeout is what it waits for a silent server.
        limits = {"connect_timeout": _CONNECT_S, "read_timeout": _CONNECT_S}
        return {**limits, "password": password.encode(), **self._tls(encryption)}

    def _tls(self, encryption: Encryption) -> dict[str, Any]:
        if encryption.mode == "off":
            return {"ssl_disabled": True}
        if encryption.mode == "require":
            context = ssl.create_default_context()
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE  # whoever answers, as the mode says
            return {"ssl": context}
        if encryption.mode == "verify" and encryption.ca is None:
            return {"ssl": ssl.create_default_context()}
        if encryption.mode == "verify":
            return {"ssl_ca": str(encryption.ca), "ssl_verify_cert": True, "ssl_verify_identity": True}
        return {}

    def begin(self, connection: sa.Connection, longest_s: int) -> None:
        """See `Database.begin`."""
        # The server breaks a long statement off by itself; the driver waits a little longer, for a server that is gone.
        connection.connection.dbapi_connection._read_timeout = longest_s + _CONNECT_S  # type: ignore[union-attr]  # noqa: SLF001
        mariadb = getattr(connection.dialect, "is_mariadb", False)
        limit = f"max_statement_time = {longest_s}" if mariadb else f"max_execution_time = {longest_s * 1000}"
        connection.exec_driver_sql(f"SET SESSION {limit}")
        connection.exec_driver_sql("SET SESSION time_zone = '+00:00'")  # a TIMESTAMP is an instant: told in UTC
        connection.exec_driver_sql("SET SESSION TRANSACTION READ ONLY")
        connection.commit()

    def check(self, connection: sa.Connection, query: str) -> None:
        """See `Database.check`."""
        # INTO OUTFILE writes a file in a read-only transaction, too. In brackets it is an error, unless the query
        # closes them itself and opens others at its end. Such a one is no statement by itself, which the server finds
        # here without executing it.
        literal = connection.connection.dbapi_connection.escape(query)  # type: ignore[union-attr]
        connection.exec_driver_sql(f"PREPARE hanse_import FROM {literal}")
        connection.exec_driver_sql("DEALLOCATE PREPARE hanse_import")

    def give_up(self, connection: sa.Connection) -> None:
        """See `Database.give_up`."""
        # Closing the cursor would read all rows that are left, perhaps for hours; the connection goes with them.
        result = connection.connection.dbapi_connection._result  # type: ignore[union-attr]  # noqa: SLF001
        if result is not None:
            result.unbuffered_active = False
        connection.invalidate()


DATABASES: dict[str, Database] = {"postgresql": PostgreSQL(), "mysql": MySQL()}
