"""The catalogue of the federation's data: what members show to everybody on the ledger, and what they show to us."""

from collections.abc import Iterator
from dataclasses import dataclass

from board.domain.data_sets import Proof
from board.service.ports import LedgerEntry, Union
from board.store.letters import Shared, SharedStore

_STEP = 200
_MOST_LOOKED_AT = 4000


@dataclass(frozen=True, slots=True)
class Named:
    """A column as its owner names it."""

    name: str
    type: str


@dataclass(frozen=True, slots=True)
class Resource:
    """A data set as its owner describes it."""

    member: str
    data_set: str
    name: str
    version: str
    rows: int
    columns: tuple[Named, ...]
    has_label: bool | None  # None: its owner does not say
    tags: tuple[str, ...]
    shown_to: str  # federation, or members: we are among the chosen ones
    proof: Proof
    time_ms: int
    body: dict[str, object]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to look for; what is empty does not matter."""

    text: str = ""
    tag: str = ""
    column: str = ""
    member: str = ""
    least_rows: int = 0

    def fits(self, found: Resource) -> bool:
        """Whether a data set is looked for."""
        words = " ".join([found.name, found.data_set, *found.tags]).casefold()
        return (
            self.text.casefold() in words
            and (not self.tag or self.tag.casefold() in [tag.casefold() for tag in found.tags])
            and (not self.column or any(self.column.casefold() in named.name.casefold() for named in found.columns))
            and self.member in ("", found.member)
            and found.rows >= self.least_rows
        )


class Resources:
    """Searches the catalogue."""

    def __init__(self, union: Union, shared: SharedStore) -> None:
        self._union, self._shared = union, shared

    def search(self, wanted: Wanted, after: int, limit: int) -> tuple[list[Resource], int]:
        """Return a page and where the next begins (0: nowhere); what is shown to us alone comes first."""
        items: list[Resource] = []
        if not after:
            items = [found for found in map(_shared, self._shared.of(wanted.member)) if wanted.fits(found)]
        for looked_at, entry in enumerate(self._entries(after)):
            found = _published(entry)
            if entry.status != "closed" and wanted.fits(found):
                items.append(found)
            if len(items) >= limit or looked_at >= _MOST_LOOKED_AT:
                return items, entry.sequence
        return items, 0

    def _entries(self, after: int) -> Iterator[LedgerEntry]:
        while True:
            page = self._union.entries("data_resource", after=after, limit=_STEP, newest=True)
            yield from page.entries
            after = page.next_after
            if not after:
                return


def _published(entry: LedgerEntry) -> Resource:
    body = entry.body
    return Resource(
        entry.member,
        entry.record_id,
        str(body.get("name", "")),
        str(body.get("version", "")),
        int(body.get("rows", 0)),
        tuple(Named(str(c.get("name", "")), str(c.get("type", ""))) for c in body.get("columns", [])),
        None,
        tuple(str(tag) for tag in body.get("tags", [])),
        "federation",
        Proof(entry.transaction, entry.block),
        entry.time_ms,
        body,
    )


def _shared(shared: Shared) -> Resource:
    columns = tuple(Named(*column.rpartition(":")[::2]) for column in shared.columns)
    return Resource(
        shared.member,
        shared.data_set,
        shared.name,
        shared.version,
        shared.rows,
        columns,
        shared.has_label,
        shared.tags,
        "members",
        Proof(),
        shared.at_ms,
        {},
    )
