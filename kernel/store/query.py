"""Reads a table or a query of a PostgreSQL or MySQL database, row block by row block, in a read-only transaction."""

import contextlib
import csv
import io
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from common.errors import HanseError, InvalidInput

_DRIVERS = {"postgresql": "postgresql+psycopg", "mysql": "mysql+pymysql"}
_ROWS = 5000
_CONNECT_S = 10
_LONGEST_S = 1800


class DatabaseRefused(HanseError):
    """The database cannot be read."""

    code = "HAN-4213"
    title = "The database cannot be read"
    status = "FAILED_PRECONDITION"
    http = 409
    hint = "Check address, name, user, password and the query; the user needs the right to read."


class DatabaseNotOpened(HanseError):
    """The operator has not opened this address."""

    code = "HAN-4214"
    title = "This database is not opened for imports"
    status = "PERMISSION_DENIED"
    http = 403
    hint = "Ask the operator to add host:port to import_databases of the kernel."


class Query:
    """One reading; `types` holds the columns' types when all rows have been read. The password is not kept.

    Parameters
    ----------
    opened
        "host:port" of the databases that the operator has opened.
    """

    def __init__(
        self,
        opened: tuple[str, ...],
        *,
        system: str,
        host: str,
        port: int,
        database: str,
        user: str,
        password: str,
        query: str = "",
        table: str = "",
    ) -> None:
        if system not in _DRIVERS:
            raise InvalidInput(f"{system[:40]!r} is not read here", hint=f"Use one of {', '.join(_DRIVERS)}.")
        if f"{host}:{port}" not in opened:
            raise DatabaseNotOpened(f"{host}:{port} is not among import_databases")
        if bool(query.strip()) == bool(table.strip()):
            raise InvalidInput("give a table or a query, one of them")
        if ";" in query.strip().rstrip(";"):
            raise InvalidInput("the query holds a semicolon", hint="Use one SELECT without any semicolon.")
        self._url = sa.URL.create(_DRIVERS[system], user, password, host, port, database)
        self._system, self._query, self._table = system, query.strip().rstrip(";"), table.strip()
        self.types: dict[str, str] = {}

    def rows(self) -> Iterator[bytes]:
        """Yield CSV in UTF-8, the header first.

        Raises
        ------
        DatabaseRefused
            In the database's own words, without the password.
        """
        limit = {"connect_timeout": _CONNECT_S}
        engine = sa.create_engine(self._url, poolclass=sa.pool.NullPool, connect_args=limit)
        try:
            with engine.connect() as connection:
                yield from self._read(connection)
        except (sa.exc.SQLAlchemyError, UnicodeError) as problem:
            cause = str(getattr(problem, "orig", None) or problem).strip().splitlines() or [""]
            raise DatabaseRefused(cause[0][:500]) from None  # the chain would hold the address with its password
        finally:
            engine.dispose()

    def _read(self, connection: sa.Connection) -> Iterator[bytes]:
        if self._system == "mysql":
            mariadb = getattr(connection.dialect, "is_mariadb", False)
            limit = f"max_statement_time = {_LONGEST_S}" if mariadb else f"max_execution_time = {_LONGEST_S * 1000}"
            connection.exec_driver_sql(f"SET SESSION {limit}")
            connection.exec_driver_sql("SET SESSION TRANSACTION READ ONLY")
            connection.commit()
        else:
            connection.exec_driver_sql("SET TRANSACTION READ ONLY")
            connection.exec_driver_sql(f"SET LOCAL statement_timeout = {_LONGEST_S * 1000}")
        streamed = connection.execution_options(stream_results=True, max_row_buffer=_ROWS, no_parameters=True)
        with contextlib.closing(streamed.exec_driver_sql(self._statement(connection))) as result:
            yield from self._blocks(result)

    def _blocks(self, result: sa.CursorResult[Any]) -> Iterator[bytes]:
        names = list(result.keys())
        yield _csv([names])
        kinds: list[set[str]] = [set() for _ in names]
        for block in result.partitions(_ROWS):
            for row in block:
                for kind, value in zip(kinds, row, strict=True):
                    if value is not None:
                        kind.add(_kind(value))
            yield _csv([[_text(value) for value in row] for row in block])
        self.types.update((name, _common(found)) for name, found in zip(names, kinds, strict=True))

    def _statement(self, connection: sa.Connection) -> str:
        if self._table:
            quote = connection.dialect.identifier_preparer.quote_identifier
            return f"SELECT * FROM {'.'.join(quote(part) for part in self._table.split('.'))}"  # noqa: S608  quoted
        # As a subquery it can be nothing but one SELECT; the driver would take several statements. The bracket stands
        # on a line of its own: a comment at the end would swallow it, and with it the end of the subquery.
        return f"SELECT * FROM ({self._query}\n) AS hanse_import"  # noqa: S608  the person's own query, read-only


def _csv(rows: list[list[str | None]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()


def _text(value: object) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return (value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    return str(value)


def _kind(value: object) -> str:
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, int):
        return "int"
    if isinstance(value, float | Decimal):
        return "float"
    if isinstance(value, datetime | date):
        return "date"
    return "string"


def _common(kinds: set[str]) -> str:
    if len(kinds) == 1:
        return next(iter(kinds))
    return "float" if kinds == {"int", "float"} else "string"
