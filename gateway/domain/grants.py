"""Task grants: what the own flow allows a task's messages to be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gateway.domain.errors import (
    GrantExpiredError,
    MessageShapeError,
    NotGrantedError,
    NotOpenYetError,
    StaleAttemptError,
)
from gateway.domain.messages import KINDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gateway.domain.messages import MessageKey

ROLES = ("promoter", "provider", "arbiter")


@dataclass(frozen=True, slots=True)
class GrantedMessage:
    """One message that the component's manifest declares."""

    name: str
    from_role: str
    to_role: str
    carries: str
    max_bytes: int


@dataclass(frozen=True, slots=True)
class Grant:
    """What one attempt of a task may send."""

    job: str
    task: str
    attempt: int
    component: str
    component_version: str
    component_hash: bytes
    roles: Mapping[str, str]
    messages: tuple[GrantedMessage, ...]
    expires_ms: int

    def check(self, own_member: str) -> None:
        """Raise `MessageShapeError` for a grant that makes no sense here."""
        if not self.job or not self.task or not self.component or self.attempt < 1:
            raise MessageShapeError("a grant names job, task, component and an attempt from 1")
        if own_member not in self.roles:
            raise MessageShapeError(f"{own_member} takes no part in {self.job}/{self.task}")
        odd = [role for role in self.roles.values() if role not in ROLES]
        odd += [m.carries for m in self.messages if m.carries not in KINDS]
        odd += [r for m in self.messages for r in (m.from_role, m.to_role) if r not in ROLES]
        if odd:
            raise MessageShapeError(f"{odd[0]!r} is neither a role nor a kind of content")

    def allow(self, key: MessageKey, size: int, limit: int, now_ms: int) -> GrantedMessage:
        """Find the declared message that `key` and `size` fit.

        Parameters
        ----------
        key : MessageKey
            The message.
        size : int
            Its bytes.
        limit : int
            The gateway's own limit in bytes.
        now_ms : int
            The present time.

        Raises
        ------
        NotOpenYetError, StaleAttemptError, GrantExpiredError, NotGrantedError
            The attempt is not this grant's, the grant is over, or it does not declare the message.
        """
        name = f"{key.job}/{key.task} attempt {key.attempt}"
        if key.attempt > self.attempt:
            raise NotOpenYetError(f"{name} is not open; attempt {self.attempt} is")
        if key.attempt < self.attempt:
            raise StaleAttemptError(f"{name} is over; attempt {self.attempt} is open")
        if self.expires_ms and now_ms > self.expires_ms:
            raise GrantExpiredError(f"the grant of {name} has expired")
        sender, receiver = self.roles.get(key.sender), self.roles.get(key.receiver)
        if sender is None or receiver is None:
            raise NotGrantedError(f"{key.sender} or {key.receiver} takes no part in {name}", component=self.component)
        fitting = [m for m in self.messages if (m.name, m.from_role, m.to_role) == (key.message, sender, receiver)]
        if not fitting:
            raise NotGrantedError(
                f"{self.component} does not declare {key.message!r} from {sender} to {receiver}",
                component=self.component,
            )
        granted = fitting[0]
        most = min(granted.max_bytes or limit, limit)
        if size > most:
            raise NotGrantedError(f"{key.message!r} has {size} bytes; {most} are granted", component=self.component)
        return granted
