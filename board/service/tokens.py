"""Personal access tokens for programs."""

import secrets

from board.domain.accounts import Account, Token
from board.service.accounts import PERSONAL, token_hash
from board.service.audit import Audit
from board.service.clock import now_ms
from board.store.base import AccountStore
from common.errors import NotFound, ResourceExhausted

_MOST = 50
_DAY_MS = 24 * 3600 * 1000


class Tokens:
    """Each account's tokens."""

    def __init__(self, store: AccountStore, audit: Audit) -> None:
        self._store, self._audit = store, audit

    def create(self, account: Account, name: str, scope: str, days: int) -> tuple[Token, str]:
        """Make a token; its text is returned this once."""
        if len(self._store.tokens(account.account)) >= _MOST:
            raise ResourceExhausted(f"{_MOST} tokens", hint="Delete one that is not needed any more.")
        text = PERSONAL + secrets.token_urlsafe(32)
        now = now_ms()
        token = Token(
            f"tok-{secrets.token_hex(8)}", token_hash(text), account.account, name, scope, now, now + days * _DAY_MS
        )
        self._store.add_token(token)
        self._audit.note(account.account, "token_created", token.token, f"{name}, {scope}, {days} days")
        return token, text

    def all(self, account: Account) -> list[Token]:
        """Return an account's tokens, also those that have expired."""
        return self._store.tokens(account.account)

    def drop(self, account: Account, token: str) -> None:
        """Delete one; it counts no more from now on."""
        if not self._store.drop_token(account.account, token):
            raise NotFound(f"there is no token {token} of yours")
        self._audit.note(account.account, "token_deleted", token)
