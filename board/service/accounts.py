"""Sign-in, accounts and who may decide about them."""

import hashlib
import secrets
from dataclasses import replace

from board.domain.accounts import WRITE, Account, Role, Session, Status
from board.domain.errors import AccountNotActive, InvalidFields, LockedOut, WrongCredentials
from board.service.audit import Audit
from board.service.clock import now_ms
from board.service.passwords import Passwords
from board.store.base import AccountStore
from common.errors import Conflict, NotFound, PermissionDenied, ResourceExhausted

_FAILURES, _WINDOW_MS = 10, 15 * 60 * 1000
_MOST_PENDING = 200
_SEEN_MS = 60 * 1000
_CODE_MS = 24 * 3600 * 1000
PERSONAL = "hp_"  # how personal tokens begin, so that people and scanners recognise them


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

    def sign_in(self, name: str, password: str, agent: str = "") -> tuple[str, Account, int]:
        """Check a password; returns a fresh token, the account, and when the sign-in ends.

        Raises
        ------
        LockedOut, WrongCredentials, AccountNotActive
        """
        now = now_ms()
        self._locked(name, now)
        account = self._store.find(name)
        fits = self._passwords.fits(password, account.password_hash if account else None)
        if account is None or not fits or 0 < account.change_by_ms < now:
            self._store.note_failure(name, now, now - _WINDOW_MS)
            self._audit.note_stranger(name, "sign_in_failed")
            raise WrongCredentials
        if account.status is not Status.ACTIVE:
            raise AccountNotActive(f"the account {name} is {account.status}")
        self._store.clear_failures(name)
        token = secrets.token_urlsafe(32)
        self._store.open_session(Session(token_hash(token), name, now, now + self._session_ms, agent[:200]))
        self._audit.note(name, "signed_in")
        return token, account, now + self._session_ms

    def who(self, token: str) -> tuple[Account, str] | None:
        """Return the active account that a sign-in or personal token belongs to, and the token's scope."""
        now, hashed = now_ms(), token_hash(token)
        if token.startswith(PERSONAL):
            found = self._store.find_token(hashed, now)
            told = (found[1], found[0].scope, found[0].used_ms) if found else None
        else:
            session = self._store.find_session(hashed, now)
            told = (session[1], WRITE, session[0].seen_ms) if session else None
        if told is None or told[0].status is not Status.ACTIVE:
            return None
        if now - told[2] > _SEEN_MS:
            self._store.seen(hashed, now)
        return told[0], told[1]

    def sessions(self, account: Account) -> list[Session]:
        """Return one's own sign-ins."""
        return self._store.sessions(account.account, now_ms())

    def end_sessions(self, account: Account, keep: str, session: str = "") -> None:
        """End one of one's own sign-ins, or all but the present one."""
        hashes = [s.token_hash for s in self.sessions(account) if s.token_hash != token_hash(keep)]
        chosen = [h for h in hashes if not session or h.startswith(session)]
        if session and len(chosen) != 1:
            raise NotFound(f"there is no other sign-in {session}")
        for hashed in chosen:
            self._store.close_session(hashed)
        self._audit.note(account.account, "sessions_ended", session, str(len(chosen)))

    def sign_out(self, account: Account, token: str) -> None:
        """End a sign-in."""
        self._store.close_session(token_hash(token))
        self._audit.note(account.account, "signed_out")

    def prove(self, account: Account, password: str, failure: str) -> None:
        """Check that who is signed in knows the password; `failure` is the audit line's action if not.

        Raises
        ------
        LockedOut, WrongCredentials
        """
        now = now_ms()
        self._locked(account.account, now)
        if not self._passwords.fits(password, account.password_hash):
            # Counted with failed sign-ins: a stolen sign-in must not find out the password that it does not know.
            self._store.note_failure(account.account, now, now - _WINDOW_MS)
            self._audit.note(account.account, failure)
            raise WrongCredentials("the present password is wrong")
        self._store.clear_failures(account.account)

    def set_password(self, account: Account, old: str, new: str, token: str) -> None:
        """Set one's own password; all other sign-ins end.

        Raises
        ------
        LockedOut, WrongCredentials, InvalidFields
        """
        self.prove(account, old, "password_change_failed")
        if account.change_by_ms and new == old:
            raise InvalidFields("password: choose one that nobody else knows, not the one-time code")
        self._store.set_password(account.account, self._passwords.hash(new), token_hash(token))
        self._audit.note(account.account, "password_changed")

    def reset_password(self, by: Account, name: str) -> tuple[str, int]:
        """Give an account a one-time code in place of its password; returns the code and until when it counts.

        Its sign-ins and personal tokens end.
        """
        account = self._decidable(by, name)
        code = "-".join(secrets.token_hex(2) for _ in range(5))
        until = now_ms() + _CODE_MS
        self._store.set_password(account.account, self._passwords.hash(code), "", until)
        self._store.clear_failures(name)
        self._audit.note(by.account, "password_reset", name)
        return code, until

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

    def change(self, by: Account, name: str, role: Role | None, status: Status | None, reason: str = "") -> Account:
        """Set another account's role or status; only the super administrator decides about administrators."""
        account = self._decidable(by, name, role)
        wanted_role, wanted_status = role or account.role, status or account.status
        self._store.change(name, role=wanted_role, status=wanted_status)
        if account.status is Status.PENDING and wanted_status is not Status.PENDING:
            allowed = wanted_status is Status.ACTIVE
            self._audit.note(by.account, "account_approved" if allowed else "account_refused", name, reason)
        else:
            self._audit.note(by.account, "account_changed", name, f"{wanted_role}, {wanted_status}")
        return replace(account, role=wanted_role, status=wanted_status)

    def _decidable(self, by: Account, name: str, role: Role | None = None) -> Account:
        account = self._store.find(name)
        if account is None:
            raise NotFound(f"there is no account {name}")
        if name == by.account:
            raise Conflict("you cannot decide about your own account", hint="Ask another administrator.")
        touches_admin = account.role.covers(Role.ADMIN) or (role is not None and role.covers(Role.ADMIN))
        if touches_admin and by.role is not Role.SUPER_ADMIN:
            raise PermissionDenied("only the super administrator decides about administrators")
        return account

    def _locked(self, name: str, now: int) -> None:
        if self._store.failures(name, now - _WINDOW_MS) >= _FAILURES:
            self._audit.note_stranger(name, "sign_in_locked")
            left_ms = self._store.first_failure(name, now - _WINDOW_MS) + _WINDOW_MS - now
            raise LockedOut(f"{_FAILURES} wrong passwords for {name}", seconds=max(1, left_ms // 1000))

    def _add(self, name: str, password: str, role: Role, status: Status, by: str) -> Account:
        account = Account(name, self._passwords.hash(password), role, status, now_ms())
        if not self._store.add(account):
            raise Conflict(f"the account {name} exists already", hint="Choose another name.")
        self._audit.note(by, "account_created", name, f"{role}, {status}")
        return account
