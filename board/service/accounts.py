"""Sign-in, accounts and who may decide about them."""

import hashlib
import secrets

from board.domain.accounts import Account, Role, Session, Status
from board.domain.errors import AccountNotActive, LockedOut, WrongCredentials
from board.service.audit import Audit
from board.service.clock import now_ms
from board.service.passwords import Passwords
from board.store.base import AccountStore
from common.errors import Conflict, NotFound, PermissionDenied, ResourceExhausted

_FAILURES, _WINDOW_MS = 10, 15 * 60 * 1000
_MOST_PENDING = 200


def token_hash(token: str) -> str:
    """Return what is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def csrf_of(token: str) -> str:
    """Return the value that a change made with the cookie must carry; nobody without the token can compute it."""
    return hashlib.sha256(b"hanse-csrf-v1" + token.encode()).hexdigest()


class Accounts:
    """Accounts and their sign-ins."""

    def __init__(self, store: AccountStore, passwords: Passwords, audit: Audit, session_ms: int) -> None:
        self._store, self._passwords, self._audit, self._session_ms = store, passwords, audit, session_ms

    def sign_in(self, name: str, password: str) -> tuple[str, Account, int]:
        """Check a password; returns a fresh token, the account, and when the sign-in ends.

        Raises
        ------
        LockedOut, WrongCredentials, AccountNotActive
        """
        now = now_ms()
        if self._store.failures(name, now - _WINDOW_MS) >= _FAILURES:
            self._audit.note(name, "sign_in_locked")
            raise LockedOut(f"{_FAILURES} failed sign-ins as {name} within 15 minutes")
        account = self._store.find(name)
        if not self._passwords.fits(password, account.password_hash if account else None) or account is None:
            self._store.note_failure(name, now, now - _WINDOW_MS)
            self._audit.note(name, "sign_in_failed")
            raise WrongCredentials
        if account.status is not Status.ACTIVE:
            raise AccountNotActive(f"the account {name} is {account.status}")
        self._store.clear_failures(name)
        token = secrets.token_urlsafe(32)
        self._store.open_session(Session(token_hash(token), name, now, now + self._session_ms))
        self._audit.note(name, "signed_in")
        return token, account, now + self._session_ms

    def who(self, token: str) -> Account | None:
        """Return the active account that a token belongs to."""
        found = self._store.find_session(token_hash(token), now_ms())
        return found[1] if found and found[1].status is Status.ACTIVE else None

    def sign_out(self, account: Account, token: str) -> None:
        """End a sign-in."""
        self._store.close_session(token_hash(token))
        self._audit.note(account.account, "signed_out")

    def set_password(self, account: Account, old: str, new: str, token: str) -> None:
        """Set one's own password; all other sign-ins end."""
        if not self._passwords.fits(old, account.password_hash):
            raise WrongCredentials("the present password is wrong")
        self._store.set_password(account.account, self._passwords.hash(new), token_hash(token))
        self._audit.note(account.account, "password_changed")

    def register(self, name: str, password: str) -> Account:
        """Add an account that waits for approval; only so many may wait, since anybody may ask."""
        if self._store.count(Role.NORMAL, Status.PENDING) >= _MOST_PENDING:
            raise ResourceExhausted(
                f"{_MOST_PENDING} accounts wait for approval", hint="Ask an administrator to decide."
            )
        return self._add(name, password, Role.NORMAL, Status.PENDING, by=name)

    def create_admin(self, name: str, password: str) -> Account:
        """Add an administrator by the operator's hand; the first one is the super administrator."""
        first = self._store.count(Role.SUPER_ADMIN, Status.ACTIVE) == 0
        return self._add(name, password, Role.SUPER_ADMIN if first else Role.ADMIN, Status.ACTIVE, by="operator")

    def page(self, after: str, limit: int) -> list[Account]:
        """Return accounts by name."""
        return self._store.page(after, limit)

    def pending(self) -> list[Account]:
        """Return the accounts that wait for approval; `register` keeps them few."""
        return self._store.with_status(Status.PENDING)

    def change(self, by: Account, name: str, role: Role | None, status: Status | None) -> Account:
        """Set another account's role or status; only the super administrator decides about administrators."""
        account = self._store.find(name)
        if account is None:
            raise NotFound(f"there is no account {name}")
        if name == by.account:
            raise Conflict("you cannot change your own role or status", hint="Ask another administrator.")
        wanted_role, wanted_status = role or account.role, status or account.status
        touches_admin = account.role.covers(Role.ADMIN) or wanted_role.covers(Role.ADMIN)
        if touches_admin and by.role is not Role.SUPER_ADMIN:
            raise PermissionDenied("only the super administrator decides about administrators")
        self._store.change(name, role=wanted_role, status=wanted_status)
        self._audit.note(by.account, "account_changed", name, f"{wanted_role}, {wanted_status}")
        return Account(name, account.password_hash, wanted_role, wanted_status, account.created_ms)

    def _add(self, name: str, password: str, role: Role, status: Status, by: str) -> Account:
        account = Account(name, self._passwords.hash(password), role, status, now_ms())
        if not self._store.add(account):
            raise Conflict(f"the account {name} exists already", hint="Choose another name.")
        self._audit.note(by, "account_created", name, f"{role}, {status}")
        return account
