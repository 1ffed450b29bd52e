"""Passwords: argon2id, a rule for new ones, and the same time for a wrong account as for a wrong password."""

import secrets
import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from board.domain.errors import InvalidFields

_LEAST, _MOST = 10, 200
_AT_ONCE = 2  # each hash takes 64 MiB


class Passwords:
    """Hashes and checks passwords.

    Parameters
    ----------
    hasher
        argon2-cffi's defaults (RFC 9106, low-memory profile) unless a test asks for less.
    """

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._slots = threading.BoundedSemaphore(_AT_ONCE)
        self._nobody = self._hasher.hash(secrets.token_hex(16))

    def hash(self, password: str) -> str:
        """Hash a new password; raises InvalidFields when it is too short or too long."""
        if not _LEAST <= len(password) <= _MOST:
            raise InvalidFields(f"password: use {_LEAST} to {_MOST} characters")
        with self._slots:
            return self._hasher.hash(password)

    def fits(self, password: str, password_hash: str | None) -> bool:
        """Whether a password fits; without a hash it takes as long and says no."""
        with self._slots:
            try:
                self._hasher.verify(password_hash or self._nobody, password[:_MOST])
            except (VerificationError, InvalidHashError):
                return False
        return password_hash is not None
