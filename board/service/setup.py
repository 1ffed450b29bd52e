"""The first sign-in at a new board: a token that only the machine's operator can read makes the first administrator."""

import hmac
import secrets
from typing import Protocol

from board.domain.accounts import Account
from board.domain.errors import SetupRefused
from board.service.accounts import Accounts
from board.service.audit import Audit
from board.store.base import AccountStore

_BYTES = 16


class TokenFile(Protocol):
    """Where the token lies; only the operator reads it."""

    def write(self, text: str) -> None:
        """Keep it."""
        ...

    def read(self) -> str:
        """Return it; empty: there is none."""
        ...

    def delete(self) -> None:
        """Forget it."""
        ...


class Setup:
    """Makes the first administrator, once."""

    def __init__(self, accounts: Accounts, store: AccountStore, file: TokenFile, audit: Audit) -> None:
        self._accounts, self._store, self._file, self._audit = accounts, store, file, audit

    @property
    def needed(self) -> bool:
        """Whether there is no account yet."""
        return self._store.empty()

    def prepare(self) -> None:
        """Make the token when it is needed and there is none."""
        if self.needed and not self._file.read():
            self._file.write(secrets.token_hex(_BYTES))

    def finish(self, token: str, account: str, password: str) -> Account:
        """Make the first administrator.

        Raises
        ------
        SetupRefused
            The token is wrong or has been used; the two are told the same.
        """
        known = self._file.read() if self.needed else ""
        if not known or not hmac.compare_digest(known.encode(), token.strip().encode()):
            self._audit.note("", "setup_refused")
            raise SetupRefused
        made = self._accounts.create_admin(account, password)
        self._file.delete()
        return made
