"""Projects, the members' answers, what they offer and what they allow."""

import hashlib
from dataclasses import dataclass, field, replace
from typing import Any

from board.domain.data_sets import DataSet, Proof
from common import canonical

ACTIVE, CLOSED = "active", "closed"
ACCEPTED, REFUSED, PENDING = "accepted", "refused", "pending"


@dataclass(frozen=True, slots=True)
class Terms:
    """What all parties of a project agree on; their hash stands on the ledger."""

    project: str
    name: str
    purpose: str
    promoter: str
    providers: tuple[str, ...]
    components: tuple[str, ...]  # "name==version"
    expires_ms: int = 0

    def canonical(self) -> dict[str, Any]:
        """Return the terms as plain data, the same at every member."""
        return {
            "components": list(self.components),
            "expires_ms": self.expires_ms,
            "name": self.name,
            "project": self.project,
            "promoter": self.promoter,
            "providers": list(self.providers),
            "purpose": self.purpose,
        }

    @property
    def hash(self) -> str:
        """SHA-256 of the canonical terms, hexadecimal."""
        return hashlib.sha256(canonical.dumps(self.canonical())).hexdigest()


@dataclass(frozen=True, slots=True)
class Answer:
    """A provider's answer to the invitation."""

    member: str
    decision: str = PENDING
    reason: str = ""
    proof: Proof = field(default_factory=Proof)
    at_ms: int = 0


@dataclass(frozen=True, slots=True)
class Project:
    """A project as this member knows it."""

    terms: Terms
    status: str
    created_ms: int
    created_by: str
    proof: Proof
    answers: tuple[Answer, ...] = ()
    previous: Terms | None = None  # what was agreed before the terms were changed

    @property
    def joins(self) -> tuple[str, ...]:
        """The members that the present terms add to the ones before."""
        if self.previous is None:
            return ()
        return tuple(member for member in self.terms.providers if member not in self.previous.providers)

    @property
    def members(self) -> tuple[str, ...]:
        """The promoter, then the providers."""
        return (self.terms.promoter, *self.terms.providers)

    def answer_of(self, member: str) -> Answer:
        """Return a provider's answer; the promoter has accepted by proposing."""
        if member == self.terms.promoter:
            return Answer(member, ACCEPTED, "", self.proof, self.created_ms)
        return next((answer for answer in self.answers if answer.member == member), Answer(member))

    def with_answer(self, answer: Answer) -> "Project":
        """Return the project with one answer replaced."""
        others = tuple(other for other in self.answers if other.member != answer.member)
        return replace(self, answers=(*others, answer))

    def open_at(self, now_ms: int) -> bool:
        """Whether jobs may run as far as time and status go."""
        return self.status == ACTIVE and not (self.terms.expires_ms and now_ms >= self.terms.expires_ms)

    def allows_component(self, name: str, version: str) -> bool:
        """Whether the terms name this component in this version."""
        return f"{name}=={version}" in self.terms.components


@dataclass(frozen=True, slots=True)
class Offer:
    """The description of a data set that a member offers to a project."""

    project: str
    member: str
    data_set: str
    name: str
    version: str
    rows: int
    columns: tuple[str, ...]
    has_label: bool
    at_ms: int


@dataclass(frozen=True, slots=True)
class Consent:
    """Our standing permission: this version of this data set may be used by these components in this project.

    With `newer_versions` it covers those to come, too: the ones of its `series` with its `number` or a later one.
    """

    consent: str
    project: str
    data_set: str
    version: str
    components: tuple[str, ...]
    runs: int | None  # None: any number
    expires_ms: int
    status: str
    created_ms: int
    created_by: str
    job: str = ""  # a consent for one job only
    proof: Proof = field(default_factory=Proof)
    used_by: tuple[str, ...] = ()  # jobs that were allowed by it
    columns: tuple[str, ...] = ()  # that may be used; empty: all of the data set
    newer_versions: bool = False
    series: str = ""
    number: int = 0
    narrowed: bool = False  # less than was asked for: what goes beyond it has been refused

    def names(self, data_set: DataSet) -> bool:
        """Whether a data set is the one that it names, or a newer version of it where those are covered."""
        same = (self.data_set, self.version) == (data_set.data_set, data_set.version)
        return same or (self.newer_versions and self.series == data_set.first and data_set.number >= self.number)

    def speaks_of(self, data_set: DataSet) -> bool:
        """Whether it is about any version of a data set."""
        return self.data_set == data_set.data_set or self.series == data_set.first

    def in_force(self, now_ms: int) -> bool:
        """Whether it still allows anything new."""
        if self.status != ACTIVE or (self.expires_ms and now_ms >= self.expires_ms):
            return False
        return self.runs_left() != 0

    def runs_left(self) -> int | None:
        """How many more jobs it allows; None without limit."""
        return None if self.runs is None else max(0, self.runs - len(self.used_by))
