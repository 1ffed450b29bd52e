"""The first sign-in at a new board: a token that only the machine's operator can read makes the first administrator."""

import hmac
import secrets
import threading
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
        self._lock = threading.Lock()

    @property
    def needed(self) -> bool:
        """Whether nobody administrates the board yet; accounts that strangers ask for do not close the door."""
        return not self._store.administrated()

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
        with self._lock:  # two at once would both find that it is needed
            known = self._file.read() if self.needed else ""
            if not known or not hmac.compare_digest(known.encode(), token.strip().encode()):
                self._audit.note_stranger("", "setup_refused")
                raise SetupRefused
            made = self._accounts.create_admin(account, password)
            self._file.delete()
        return made
