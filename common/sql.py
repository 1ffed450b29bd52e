"""SQL databases: engines with safe defaults, transactions, and Alembic migrations at start."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa
from alembic import command, context
from alembic.config import Config
from sqlalchemy.dialects.mysql import VARBINARY
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from common.errors import HanseError, Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any


class DatabaseError(HanseError):
    """The database cannot be opened or brought up to date."""

    code = "HAN-1050"
    title = "The database cannot be used"
    status = "UNAVAILABLE"
    http = 503
    hint = "Check the URL, the permissions, the free space, and that the database server runs."


class StorageFull(HanseError):
    """The database has no room for a write."""

    code = "HAN-1051"
    title = "The disk is full"
    status = "RESOURCE_EXHAUSTED"
    http = 507
    hint = "Free some space where this service keeps its data, then do it again; nothing of this request was kept."


class DatabaseAway(Unavailable):
    """The connection to the database was lost, or cannot be made; what was being written is there as a whole or not."""

    code = "HAN-1052"
    title = "The database does not answer"
    hint = "See that the named side's database server runs and can be reached; then do it again."
    retry_after_s = 5


_FULL = ("disk is full", "no space left", "disk full")  # SQLite, PostgreSQL and MySQL have no error class in common
_CONNECT_S = 10
# Of texts and bytes without a length MySQL keeps 64 KiB; it makes keys of neither and takes no plain default of a
# text. PostgreSQL takes no length.
LONG_TEXT = sa.Text(1 << 24).with_variant(sa.Text(), "postgresql")
LONG_BYTES = sa.LargeBinary(1 << 24)
# Whoever waited for another's lock for too long, or was chosen to give way to it, may try again.
_BUSY = ("database is locked", "deadlock detected", "deadlock found", "lock wait timeout")
DIGEST = sa.LargeBinary(32).with_variant(VARBINARY(32), "mysql", "mariadb")
NO_TEXT, NO_ITEMS = sa.text("('')"), sa.text("('[]')")


def _name_troubles(context: sa.engine.ExceptionContext) -> None:
    problem, said = context.original_exception, str(context.original_exception)
    if any(words in said.lower() for words in _FULL):
        raise StorageFull(f"the database could not write: {said}") from problem
    if context.is_pre_ping:  # a connection that was lost while nobody used it is made anew unnoticed
        return
    unmade = context.connection is None and isinstance(context.sqlalchemy_exception, sa.exc.OperationalError)
    if context.is_disconnect or unmade or any(words in said.lower() for words in _BUSY):
        raise DatabaseAway(" ".join(said.split())[:500]) from problem


def _pragmas(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "busy_timeout=10000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


class _Pool(sa.pool.QueuePool):
    """Connections; where all of them hang at a database that is silent, that has the name of its cause."""

    def connect(self) -> sa.pool.PoolProxiedConnection:
        try:
            return super().connect()
        except sa.exc.TimeoutError as problem:
            raise DatabaseAway(f"no connection came free: {problem}"[:500]) from problem


def open_database(url: str, metadata: sa.MetaData | None = None, migrations: Path | None = None) -> sa.Engine:
    """Open a database and bring its tables up to date.

    Parameters
    ----------
    url : str
        SQLAlchemy URL. An SQLite file's folder is made; SQLite gets WAL, foreign keys and a busy timeout.
    metadata : MetaData, optional
        Tables to make where they are missing (for stores without migrations).
    migrations : Path, optional
        Alembic script folder, upgraded to its head.
    """
    try:
        parsed = make_url(url)
        sqlite = parsed.get_backend_name() == "sqlite"
        if sqlite and parsed.database and parsed.database != ":memory:":
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        # Errors may be logged, and values may be ids. PyMySQL takes Latin signs only of a password in text.
        arguments: dict[str, Any] = {}
        if parsed.password and "pymysql" in parsed.drivername:
            arguments["password"] = parsed.password.encode()
        if not sqlite and "connect_timeout" not in parsed.query:
            arguments["connect_timeout"] = _CONNECT_S
        in_memory = sqlite and parsed.database in {None, "", ":memory:"}
        engine = sa.create_engine(
            parsed,
            pool_pre_ping=not sqlite,
            connect_args=arguments,
            hide_parameters=True,
            poolclass=None if in_memory else _Pool,
        )
        sa.event.listen(engine, "handle_error", _name_troubles)
        if sqlite:
            sa.event.listen(engine, "connect", _pragmas)
        if metadata is not None:
            metadata.create_all(engine)
        if migrations is not None:
            upgrade(engine, migrations)
    except (sa.exc.SQLAlchemyError, OSError, DatabaseAway) as problem:
        raise DatabaseError(f"{make_url(url).render_as_string(hide_password=True)}: {problem}") from problem
    return engine


def upgrade(engine: sa.Engine, script_location: str | Path) -> None:
    """Run Alembic's migrations up to the head on this engine.

    The scripts' ``env.py`` finds the connection in ``context.config.attributes["connection"]``.
    """
    config = Config()
    config.set_main_option("script_location", str(script_location).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    sqlite = engine.dialect.name == "sqlite"
    with engine.connect() as connection:
        if sqlite:  # it changes a table by making it anew: dropping the old one must not touch what refers to it
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        try:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            connection.commit()
        finally:
            connection.rollback()
            if sqlite:
                connection.exec_driver_sql("PRAGMA foreign_keys=ON")


def migrate(metadata: sa.MetaData) -> None:
    """Run the migrations on the connection that `upgrade` gave; all that a service's ``env.py`` needs to call."""
    context.configure(
        connection=context.config.attributes["connection"],
        target_metadata=metadata,
        # SQLite cannot alter a column in place.
        render_as_batch=True,
    )
    with context.begin_transaction():
        context.run_migrations()


@contextmanager
def transaction(engine: sa.Engine) -> Iterator[Session]:
    """One ORM session in one transaction: committed at the end, rolled back on an error."""
    with Session(engine, expire_on_commit=False) as session, session.begin():
        yield session
