"""Who may come in: bearer tokens, cookies with their CSRF value, roles, and requests that are made once only."""

import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Response, request

from board.domain.accounts import READ, Account, Role
from board.domain.errors import CsrfRefused, KeyReused, PasswordIsCode, RoleTooLow, StillRunning, TokenMayNot
from board.service.accounts import PERSONAL, Accounts, csrf_of
from board.service.clock import now_ms
from board.store.base import IdempotencyStore, Stored
from common.errors import InvalidInput, Unauthenticated
from common.http.operation import Door, Operation
from common.http.reading import bearer

COOKIE = "hanse_session"
CSRF_HEADER = "X-Hanse-CSRF"
_SAFE = ("GET", "HEAD", "OPTIONS")
_KEPT_MS = 24 * 3600 * 1000
_LONGEST_KEY = 200


@dataclass(frozen=True, slots=True)
class Access:
    """What an operation asks of its caller; see `Resource.operation`."""

    role: Role
    early: bool = False
    in_person: bool = False


class Guard(Door):
    """The door of the HTTP API; handlers may take the `account` that asks and the `token` of its sign-in."""

    def __init__(self, accounts: Accounts, idempotency: IdempotencyStore) -> None:
        self._accounts, self._idempotency = accounts, idempotency

    def admit(self, operation: Operation, variables: Mapping[str, str]) -> Mapping[str, Any]:
        """Let a request in, or raise Unauthenticated, CsrfRefused, RoleTooLow, PasswordIsCode or TokenMayNot."""
        del variables
        access: Access | None = operation.access
        if access is None:
            return {}
        token = bearer()
        by_cookie = not token
        token = token or request.cookies.get(COOKIE, "")
        found = self._accounts.who(token) if token else None
        if found is None:
            raise Unauthenticated("the sign-in is missing or over")
        account, scope = found
        given = request.headers.get(CSRF_HEADER, "").encode()
        if by_cookie and request.method not in _SAFE and not hmac.compare_digest(given, csrf_of(token).encode()):
            raise CsrfRefused
        if account.change_by_ms and not access.early:
            raise PasswordIsCode
        personal = token.startswith(PERSONAL)
        if personal and (access.in_person or (scope == READ and request.method not in _SAFE)):
            raise TokenMayNot(f"{request.method} {request.path} needs more than this token")
        if not account.role.covers(access.role):
            raise RoleTooLow(f"this needs the role {access.role}; {account.account} is {account.role}")
        return {"account": account, "token": token}

    def do(
        self, operation: Operation, given: Mapping[str, Any], content: bytes, act: Callable[[], Response]
    ) -> Response:
        """Do something unless it was done under the request's Idempotency-Key before; then give the same answer."""
        key = request.headers.get("Idempotency-Key", "")
        if not operation.idempotent or not key:
            return act()
        if len(key) > _LONGEST_KEY:
            raise InvalidInput(f"an Idempotency-Key has at most {_LONGEST_KEY} characters")
        account: Account | None = given.get("account")
        name = f"{account.account if account else ''}\0{operation.name}\0{key}"
        hashed = hashlib.sha256(name.encode()).hexdigest()
        # An upload's bytes are not there yet; its length and parameters stand for it.
        told = content or str(request.content_length).encode()
        asked = hashlib.sha256(request.full_path.encode() + b"\0" + told).hexdigest()
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
            response = act()
        except BaseException:  # whatever ends the call, its key must not stay taken; raised again
            self._idempotency.release(hashed)
            raise
        location = response.headers.get("Location", "")
        self._idempotency.answer(hashed, Stored(asked, response.status_code, response.get_data(as_text=True), location))
        return response
