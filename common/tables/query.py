"""Reads a table or a query of a PostgreSQL, MySQL or MariaDB database, block by block, in a read-only transaction."""

import contextlib
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from common.errors import HanseError, InvalidInput
from common.tables.databases import DATABASES, Encryption
from common.tables.row_text import Kinds, to_csv

_ROWS = 5000
_LONGEST_S = 1800


class DatabaseRefused(HanseError):
    """The database cannot be read."""

    code = "HAN-4213"
    title = "The database cannot be read"
    status = "FAILED_PRECONDITION"
    http = 409
    hint = "Check address, name, user, password and the query; the user needs the right to read."


class Query:
    """One reading; `types` holds the columns' types when all rows have been read. The password is not kept.

    Parameters
    ----------
    longest_s
        How long the database may take for the statement, in seconds.
    """

    def __init__(
        self,
        *,
        system: str,
        host: str,
        port: int,
        database: str,
        user: str,
        password: str,
        encryption: Encryption,
        query: str = "",
        table: str = "",
        longest_s: int = _LONGEST_S,
    ) -> None:
        if system not in DATABASES:
            raise InvalidInput(f"{system[:40]!r} is not read here", hint=f"Use one of {', '.join(DATABASES)}.")
        if bool(query.strip()) == bool(table.strip()):
            raise InvalidInput("give a table or a query, one of them")
        if ";" in query.strip().rstrip(";"):
            raise InvalidInput("the query holds a semicolon", hint="Use one SELECT without any semicolon.")
        self._system, self._longest_s = DATABASES[system], longest_s
        self._url = sa.URL.create(self._system.driver, user, None, host, port, database)
        self._arguments = self._system.arguments(password, encryption)
        self._query, self._table = query.strip().rstrip(";"), table.strip()
        self.types: dict[str, str] = {}

    def rows(self) -> Iterator[bytes]:
        """Yield CSV in UTF-8, the header first.

        Raises
        ------
        DatabaseRefused
            In the database's own words, without the password.
        """
        engine = sa.create_engine(self._url, poolclass=sa.pool.NullPool, connect_args=self._arguments)
        try:
            with engine.connect() as connection:
                self._system.begin(connection, self._longest_s)
                yield from self._read(connection)
        except (sa.exc.SQLAlchemyError, UnicodeError, OSError) as problem:
            raise DatabaseRefused(_words(problem)) from None  # the chain would hold the address with its password
        finally:
            engine.dispose()

    def _read(self, connection: sa.Connection) -> Iterator[bytes]:
        streamed = connection.execution_options(stream_results=True, max_row_buffer=_ROWS, no_parameters=True)
        with contextlib.closing(streamed.exec_driver_sql(self._statement(connection))) as result:
            try:
                yield from self._blocks(result)
            except BaseException:  # also the GeneratorExit of one who wants no more rows; raised again in any case
                self._system.give_up(connection)
                raise

    def _blocks(self, result: sa.CursorResult[Any]) -> Iterator[bytes]:
        names = list(result.keys())
        yield to_csv([names])
        kinds = Kinds(names)
        for block in result.partitions(_ROWS):
            kinds.see(block)
            yield to_csv(block)
        self.types.update(kinds.types())

    def _statement(self, connection: sa.Connection) -> str:
        if self._table:
            quote = connection.dialect.identifier_preparer.quote_identifier
            # SQLAlchemy doubles the sign of parameters, of which there are none.
            parts = [quote(part).replace("%%", "%") for part in self._table.split(".")]
            return f"SELECT * FROM {'.'.join(parts)}"  # noqa: S608  quoted
        self._system.check(connection, self._query)
        # As a subquery it can be nothing but one SELECT; the driver would take several statements. The bracket stands
        # on a line of its own: a comment at the end would swallow it, and with it the end of the subquery.
        return f"SELECT * FROM ({self._query}\n) AS hanse_import"  # noqa: S608  the person's own query, read-only


def _words(problem: Exception) -> str:
    """Return what went wrong in one line; PyMySQL has a number before the words."""
    told = getattr(problem, "orig", None) or problem
    numbered = len(told.args) == 2 and isinstance(told.args[0], int)  # noqa: PLR2004
    words = told.args[1] if numbered and not isinstance(told, OSError) else told
    return (str(words).strip().splitlines() or [type(told).__name__])[0][:500]
