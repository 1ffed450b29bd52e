"""Who may come in: bearer tokens, cookies with their CSRF value, roles, and requests that are made once only."""

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass

from flask import Response, request

from board.domain.accounts import READ, Account, Role
from board.domain.errors import CsrfRefused, KeyReused, PasswordIsCode, RoleTooLow, StillRunning, TokenMayNot
from board.service.accounts import PERSONAL, Accounts, csrf_of
from board.service.clock import now_ms
from board.store.base import IdempotencyStore, Stored
from common.errors import InvalidInput, Unauthenticated

COOKIE = "hanse_session"
CSRF_HEADER = "X-Hanse-CSRF"
_SAFE = ("GET", "HEAD", "OPTIONS")
_KEPT_MS = 24 * 3600 * 1000
_LONGEST_KEY = 200


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks; no account for open operations."""

    account: Account | None
    token: str = ""


class Guard:
    """The door of the HTTP API."""

    def __init__(self, accounts: Accounts, idempotency: IdempotencyStore) -> None:
        self._accounts, self._idempotency = accounts, idempotency

    def admit(self, role: Role | None, *, early: bool = False, in_person: bool = False) -> Caller:
        """Let a request in, or raise Unauthenticated, CsrfRefused, RoleTooLow, PasswordIsCode or TokenMayNot.

        Parameters
        ----------
        early
            Whether this is possible before a one-time code has been replaced by a password.
        in_person
            Whether it needs a sign-in, not a personal token.
        """
        if role is None:
            return Caller(None)
        scheme, _, bearer = request.headers.get("Authorization", "").partition(" ")
        token = bearer.strip() if scheme.lower() == "bearer" else ""
        by_cookie = not token
        token = token or request.cookies.get(COOKIE, "")
        found = self._accounts.who(token) if token else None
        if found is None:
            raise Unauthenticated("the sign-in is missing or over")
        account, scope = found
        given = request.headers.get(CSRF_HEADER, "").encode()
        if by_cookie and request.method not in _SAFE and not hmac.compare_digest(given, csrf_of(token).encode()):
            raise CsrfRefused
        if account.change_by_ms and not early:
            raise PasswordIsCode
        personal = token.startswith(PERSONAL)
        if personal and (in_person or (scope == READ and request.method not in _SAFE)):
            raise TokenMayNot(f"{request.method} {request.path} needs more than this token")
        if not account.role.covers(role):
            raise RoleTooLow(f"this needs the role {role}; {account.account} is {account.role}")
        return Caller(account, token)

    def once(self, key: str, asked: str, do: Callable[[], Response]) -> Response:
        """Do something unless it was done under this key before; then give the same answer."""
        if len(key.rpartition("\0")[2]) > _LONGEST_KEY:
            raise InvalidInput(f"an Idempotency-Key has at most {_LONGEST_KEY} characters")
        hashed = hashlib.sha256(key.encode()).hexdigest()
        known = self._idempotency.reserve(hashed, asked, now_ms(), now_ms() - _KEPT_MS)
        if known is not None:
            if not hmac.compare_digest(known.request, asked):
                raise KeyReused
            if not known.status:
                raise StillRunning
            again = Response(known.body, known.status, content_type="application/json")
            again.headers["Idempotency-Replayed"] = "true"
            if known.location:
                again.headers["Location"] = known.location
            return again
        try:
            response = do()
        except BaseException:  # whatever ends the call, its key must not stay taken; raised again
            self._idempotency.release(hashed)
            raise
        location = response.headers.get("Location", "")
        self._idempotency.answer(hashed, Stored(asked, response.status_code, response.get_data(as_text=True), location))
        return response
