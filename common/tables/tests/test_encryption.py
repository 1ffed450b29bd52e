"""How connections to a real MariaDB are protected; PostgreSQL's are tried in fusion/tests/test_sources.py."""

import pytest

from common.tables.databases import Encryption
from common.tables.query import DatabaseRefused, Query
from common.tables.tests.servers import PASSWORD, mariadb

_CIPHER = "SELECT variable_value AS x FROM information_schema.session_status WHERE variable_name = 'ssl_cipher'"


def test_a_connection_is_as_encrypted_as_was_asked_for():
    with mariadb() as server:

        def cipher(encryption: Encryption) -> bytes:
            about = {"host": "127.0.0.1", "port": server.port, "database": "mysql", "user": "root"}
            asked = Query(system="mysql", **about, password=PASSWORD, encryption=encryption, query=_CIPHER)
            return b"".join(asked.rows()).removeprefix(b"x\r\n").strip()

        assert cipher(Encryption("off")) in (b"", b'""')
        for encryption in (Encryption(), Encryption("require"), Encryption("verify", server.certificate)):
            assert b"TLS" in cipher(encryption)
        with pytest.raises(DatabaseRefused, match="certificate verify failed"):
            cipher(Encryption("verify"))
