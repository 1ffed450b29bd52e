"""People's accounts and what each role may do."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """Roles, from the least on."""

    NORMAL = "normal"
    ADMIN = "admin"
    SUPER_ADMIN = "super_admin"

    def covers(self, least: "Role") -> bool:
        """Whether this role may do what needs `least`."""
        order = list(Role)
        return order.index(self) >= order.index(least)


class Status(StrEnum):
    """Whether an account may sign in."""

    PENDING = "pending"
    ACTIVE = "active"
    DISABLED = "disabled"


@dataclass(frozen=True, slots=True)
class Account:
    """One person's account; the password is kept as its argon2 hash."""

    account: str
    password_hash: str
    role: Role
    status: Status
    created_ms: int
    change_by_ms: int = 0  # the password is a one-time code until then; 0: it is the person's own

    def __repr__(self) -> str:
        """Leave the hash out."""
        return f"Account({self.account!r}, {self.role}, {self.status})"


@dataclass(frozen=True, slots=True)
class Session:
    """A sign-in; only the SHA-256 of its token is kept."""

    token_hash: str
    account: str
    created_ms: int
    expires_ms: int
    agent: str = ""  # what the browser or program calls itself
    seen_ms: int = 0


READ, WRITE = "read", "write"


@dataclass(frozen=True, slots=True)
class Token:
    """A personal access token for programs; only the SHA-256 of its text is kept."""

    token: str  # its id, which is no secret
    token_hash: str
    account: str
    name: str
    scope: str  # read, or write: everything that the account may do
    created_ms: int
    expires_ms: int
    used_ms: int = 0
