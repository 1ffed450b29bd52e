"""Ports of what the board remembers. Pages go from the newest to the oldest; `after` is the id of the last one seen."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol

from board.domain.accounts import Account, Role, Session, Status
from board.domain.audit import Line
from board.domain.data_sets import DataSet, Proof
from board.domain.flows import Flow
from board.domain.models import Model, Publication
from board.domain.projects import Answer, Consent, Offer, Project


@dataclass(frozen=True, slots=True)
class Stored:
    """The answer that an Idempotency-Key got; status 0 while there is none yet."""

    request: str
    status: int
    body: str
    location: str


@dataclass(frozen=True, slots=True)
class Letter:
    """A call to another member's board that waits for its delivery."""

    id: int
    member: str
    method: str
    request: bytes
    created_ms: int
    attempts: int
    problem: str = ""


class AccountStore(Protocol):
    """Accounts, sign-ins and failed ones."""

    def add(self, account: Account) -> bool:
        """Add an account; False when its name is taken."""
        ...

    def find(self, account: str) -> Account | None:
        """Return an account."""
        ...

    def page(self, after: str, limit: int) -> list[Account]:
        """Return accounts by name."""
        ...

    def count(self, role: Role, status: Status) -> int:
        """Count accounts."""
        ...

    def change(self, account: str, *, role: Role, status: Status) -> None:
        """Set role and status; a disabled account loses its sign-ins."""
        ...

    def set_password(self, account: str, password_hash: str, keep: str) -> None:
        """Set a password and end all sign-ins but the one with the token hash `keep`."""
        ...

    def open_session(self, session: Session) -> None:
        """Keep a sign-in, and drop those that are over."""
        ...

    def find_session(self, token_hash: str, now_ms: int) -> tuple[Session, Account] | None:
        """Return a sign-in that is not over, with its account."""
        ...

    def close_session(self, token_hash: str) -> None:
        """End a sign-in."""
        ...

    def note_failure(self, account: str, at_ms: int, forget_before_ms: int) -> None:
        """Note a failed sign-in, and forget old ones."""
        ...

    def failures(self, account: str, since_ms: int) -> int:
        """Count failed sign-ins."""
        ...

    def clear_failures(self, account: str) -> None:
        """Forget an account's failures."""
        ...


class IdempotencyStore(Protocol):
    """Answers by Idempotency-Key."""

    def reserve(self, key: str, request: str, now_ms: int, forget_before_ms: int) -> Stored | None:
        """Take a key; when it is taken already, what is known of it."""
        ...

    def answer(self, key: str, stored: Stored) -> None:
        """Keep the answer."""
        ...

    def release(self, key: str) -> None:
        """Give a key back whose request failed."""
        ...

    def release_unanswered(self) -> None:
        """Give back what a stopped process has left."""
        ...


class DataSetStore(Protocol):
    """Descriptions of our data sets."""

    def add(self, data_set: DataSet) -> None:
        """Add one."""
        ...

    def find(self, data_set: str) -> DataSet | None:
        """Return one."""
        ...

    def page(self, after: str, limit: int) -> list[DataSet]:
        """Return a page."""
        ...

    def set_resource(self, data_set: str, proof: Proof, visibility: str) -> None:
        """Note where its record stands."""
        ...

    def delete(self, data_set: str) -> None:
        """Delete one."""
        ...


class ProjectStore(Protocol):
    """Projects with answers and offers."""

    def add(self, project: Project) -> bool:
        """Add a project with its answers; False when the id is known."""
        ...

    def find(self, project: str) -> Project | None:
        """Return a project."""
        ...

    def page(self, after: str, limit: int) -> list[Project]:
        """Return a page."""
        ...

    def invitations(self, member: str) -> list[Project]:
        """Return the active projects that wait for this member's answer."""
        ...

    def set_answer(self, project: str, answer: Answer) -> None:
        """Keep a member's answer."""
        ...

    def set_status(self, project: str, status: str) -> None:
        """Open or close a project."""
        ...

    def put_offer(self, offer: Offer) -> None:
        """Add or replace an offer."""
        ...

    def offers(self, project: str) -> list[Offer]:
        """Return all members' offers."""
        ...

    def drop_offers(self, member: str, data_set: str) -> None:
        """Drop the offers of a data set."""
        ...


class ConsentStore(Protocol):
    """Our consents and the jobs that used them."""

    def add(self, consent: Consent) -> None:
        """Add one."""
        ...

    def find(self, consent: str) -> Consent | None:
        """Return one."""
        ...

    def page(self, after: str, limit: int) -> list[Consent]:
        """Return a page."""
        ...

    def of_project(self, project: str) -> list[Consent]:
        """Return those of a project, the oldest first."""
        ...

    def active_for(self, data_set: str) -> list[Consent]:
        """Return the active ones that name a data set."""
        ...

    def revoke(self, consent: str) -> None:
        """End one."""
        ...

    def use(self, consents: tuple[str, ...], job: str, at_ms: int) -> bool:
        """Count a job once against each, all or none; False when one has no run left or is over."""
        ...


class FlowStore(Protocol):
    """Saved flows."""

    def add(self, flow: Flow) -> None:
        """Add one."""
        ...

    def find(self, flow: str) -> Flow | None:
        """Return one."""
        ...

    def page(self, after: str, limit: int) -> list[Flow]:
        """Return a page."""
        ...

    def replace(self, flow: Flow, revision: int) -> bool:
        """Replace one when it still has this revision."""
        ...

    def delete(self, flow: str, revision: int) -> bool:
        """Delete one when it still has this revision."""
        ...


class ModelStore(Protocol):
    """Models and their publications."""

    def seen(self, job: str) -> bool:
        """Whether a job's models are known."""
        ...

    def add(self, job: str, models: list[Model]) -> None:
        """Keep a job's models."""
        ...

    def find(self, model: str) -> Model | None:
        """Return one."""
        ...

    def page(self, after: str, limit: int) -> list[Model]:
        """Return a page."""
        ...

    def put_publication(self, model: str, publication: Publication) -> None:
        """Add or replace a version; when it is online, no other is."""
        ...

    def take_offline(self, model: str) -> None:
        """Note that no version is online."""
        ...


class OutboxStore(Protocol):
    """Calls that wait for their delivery, in order for each member."""

    def put(self, member: str, method: str, request: bytes, now_ms: int) -> None:
        """Add a call."""
        ...

    def due(self, now_ms: int) -> list[Letter]:
        """Return the oldest call of each member whose time has come."""
        ...

    def delivered(self, letter: int) -> None:
        """Drop a call."""
        ...

    def later(self, letter: int, next_ms: int, problem: str) -> None:
        """Try a call again at a time."""
        ...

    def to_the_end(self, letter: Letter, next_ms: int, problem: str) -> None:
        """Let a member's other calls go first."""
        ...

    def waiting(self) -> list[Letter]:
        """Return all."""
        ...


class AuditStore(Protocol):
    """The audit log; lines are added and never changed."""

    def append(self, time_ms: int, account: str, action: str, subject: str, detail: str) -> None:
        """Add a line with its hash."""
        ...

    def page(self, before: int, limit: int) -> list[Line]:
        """Return lines with a sequence below `before` (0: the newest), the newest first."""
        ...

    def ascending(self, after: int, limit: int) -> list[Line]:
        """Return lines after a sequence, the oldest first."""
        ...

    def about(self, subjects: Collection[str], until: int) -> list[Line]:
        """Return the lines about any of these up to a sequence, the oldest first."""
        ...


@dataclass(frozen=True, slots=True)
class Stores:
    """All that the board remembers."""

    accounts: AccountStore
    idempotency: IdempotencyStore
    data_sets: DataSetStore
    projects: ProjectStore
    consents: ConsentStore
    flows: FlowStore
    models: ModelStore
    outbox: OutboxStore
    audit: AuditStore
