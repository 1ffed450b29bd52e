"""Roles and parties of a task."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a member does inside a task."""

    PROMOTER = "promoter"  # starts the job and holds the label; FATE: guest
    PROVIDER = "provider"  # FATE: host
    ARBITER = "arbiter"  # helps, and has no data in this task


#: Roles that exactly one party of a task has, where the component knows them.
SINGLE = (Role.PROMOTER, Role.ARBITER)


@dataclass(frozen=True, slots=True, order=True)
class Party:
    """A member in a role inside a task; providers are numbered from 0 in the order of the job."""

    member: str
    role: Role
    index: int = 0

    def __str__(self) -> str:
        """Member id, for messages to people."""
        return self.member
