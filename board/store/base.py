"""Ports of what the board remembers. Pages go from the newest to the oldest; `after` is the id of the last one seen."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol

from board.domain.accounts import Account, Role, Session, Status, Token
from board.domain.audit import Line, Wanted
from board.domain.data_sets import DataSet, JobUse, Proof
from board.domain.flows import Flow, Version
from board.domain.models import Card, Model, Publication
from board.domain.projects import Answer, Consent, Offer, Project, Terms
from board.store.letters import BlockStore, MessageStore, RequestStore, SharedStore
from board.store.notices import NoticeStore


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

    def with_status(self, status: Status) -> list[Account]:
        """Return the accounts of a status, the oldest first."""
        ...

    def count(self, role: Role, status: Status) -> int:
        """Count accounts."""
        ...

    def change(self, account: str, *, role: Role, status: Status) -> None:
        """Set role and status; a disabled account loses its sign-ins."""
        ...

    def set_password(self, account: str, password_hash: str, keep: str, change_by_ms: int = 0) -> None:
        """Set a password and end all sign-ins but the one with the token hash `keep`.

        A one-time code (`change_by_ms`) ends the personal tokens, too: whoever had come in may have made some.
        """
        ...

    def administrated(self) -> bool:
        """Whether there is a super administrator."""
        ...

    def sessions(self, account: str, now_ms: int) -> list[Session]:
        """Return an account's sign-ins that are not over, the newest first."""
        ...

    def seen(self, token_hash: str, at_ms: int) -> None:
        """Note when a sign-in or a personal token was last used."""
        ...

    def first_failure(self, account: str, since_ms: int) -> int:
        """Return the time of the oldest failed sign-in since then; 0: there is none."""
        ...

    def add_token(self, token: Token) -> None:
        """Add a personal token."""
        ...

    def tokens(self, account: str) -> list[Token]:
        """Return an account's personal tokens, the newest first."""
        ...

    def find_token(self, token_hash: str, now_ms: int) -> tuple[Token, Account] | None:
        """Return a personal token that has not expired, with its account."""
        ...

    def drop_token(self, account: str, token: str) -> bool:
        """Delete a personal token; False when the account has none of this id."""
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


@dataclass(frozen=True, slots=True)
class Draft:
    """A data set that is being made, or whose making ended midway."""

    data_set: str
    began_ms: int
    published: bool  # whether it may have a record on the ledger


class DataSetStore(Protocol):
    """Descriptions of our data sets."""

    def begin(self, data_set: str, at_ms: int, *, published: bool) -> None:
        """Note one that is going to be made."""
        ...

    def begun(self) -> list[Draft]:
        """Return those that were begun, and neither added nor forgotten."""
        ...

    def forget(self, data_set: str) -> None:
        """Note that nothing is left of one that was begun."""
        ...

    def add(self, data_set: DataSet) -> None:
        """Add one; it is begun no more."""
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

    def describe(self, data_set: DataSet) -> None:
        """Change name, tags, visibility, readers and the record's place."""
        ...

    def of_series(self, series: str) -> list[DataSet]:
        """Return all versions, the oldest first."""
        ...

    def add_use(self, data_set: str, job: str, project: str, member: str, at_ms: int) -> None:
        """Note that a job was allowed to read one."""
        ...

    def uses(self, data_set: str) -> list[JobUse]:
        """Return the newest jobs that read one."""
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

    def set_terms(self, terms: Terms, proof: Proof) -> None:
        """Put other terms in the place of the present ones; every provider has to answer anew."""
        ...

    def put_offer(self, offer: Offer) -> None:
        """Add or replace an offer."""
        ...

    def offers(self, project: str) -> list[Offer]:
        """Return all members' offers."""
        ...

    def offers_of(self, member: str, data_set: str) -> list[Offer]:
        """Return the offers of a data set, in all projects."""
        ...

    def drop_offers(self, member: str, data_set: str) -> None:
        """Drop the offers of a data set."""
        ...


class ConsentStore(Protocol):
    """Our consents and the jobs that used them."""

    def put(self, consent: Consent) -> None:
        """Add one, or give the one of this id other terms; jobs that used it stay counted."""
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
    """Saved flows; each save is kept as a version, of a person's saves in quick succession only some."""

    def add(self, flow: Flow) -> None:
        """Add one."""
        ...

    def find(self, flow: str) -> Flow | None:
        """Return one."""
        ...

    def page(self, after: str, limit: int, project: str = "", text: str = "") -> list[Flow]:
        """Return a page; `text` is looked for in names."""
        ...

    def replace(self, flow: Flow, revision: int, by: str) -> bool:
        """Replace one when it still has this revision."""
        ...

    def delete(self, flow: str, revision: int) -> bool:
        """Delete one when it still has this revision."""
        ...

    def versions(self, flow: str) -> list[Version]:
        """List what is kept, the newest first, without graphs."""
        ...

    def version(self, flow: str, revision: int) -> Version | None:
        """Return one that is kept."""
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

    def set_online(self, model: str, version: str) -> None:
        """Note which published version is online; empty: none."""
        ...

    def card(self, model: str) -> Card:
        """Return the model's card; an empty one when nobody has written it."""
        ...

    def put_card(self, model: str, card: Card) -> bool:
        """Keep a card in place of the one with the revision before; False when that is not the newest."""
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

    def page(self, before: int, limit: int, wanted: Wanted) -> list[Line]:
        """Return the fitting lines with a sequence below `before` (0: the newest), the newest first."""
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
    requests: RequestStore
    messages: MessageStore
    blocked: BlockStore
    shared: SharedStore
    notices: NoticeStore
