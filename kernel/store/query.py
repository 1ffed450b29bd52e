"""Which databases the board's people may have read: those that the operator has opened."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from common.errors import HanseError
from common.tables.databases import Encryption
from common.tables.query import Query


class DatabaseNotOpened(HanseError):
    """The operator has not opened this address."""

    code = "HAN-4214"
    title = "This database is not opened for imports"
    status = "PERMISSION_DENIED"
    http = 403
    hint = "Ask the operator to add host:port to import_databases of the kernel."


def opened_query(opened: Mapping[str, Path | None], *, host: str, port: int, **asked: Any) -> Query:
    """Make a reading of a database.

    Parameters
    ----------
    opened
        "host:port" of the databases that the operator has opened → the file of the certificates that must have signed
        the database's own, or None: then the connection is encrypted where the database offers it, to whoever answers.
    asked
        The other arguments of `Query`.

    Raises
    ------
    DatabaseNotOpened
        It is none of them.
    """
    address = f"{host}:{port}"
    if address not in opened:
        raise DatabaseNotOpened(f"{address} is not among import_databases")
    ca = opened[address]
    return Query(host=host, port=port, encryption=Encryption("verify" if ca else "offered", ca), **asked)
