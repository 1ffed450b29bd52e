"""Data sets that are being made: noted before the kernel begins, so that a crash leaves none that nobody knows."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from board.service.clock import now_ms
from board.service.ports import Kernel, Union
from board.store.base import DataSetStore, Draft
from common.errors import DeadlineExceeded, HanseError, NotFound, Unavailable
from common.loops import Loop

log = structlog.get_logger()
_LONGEST_MS = 24 * 3600 * 1000  # by then no import runs that another process of ours has begun
_AGAIN_S = 60.0
_TRANSPORT = (Unavailable.code, DeadlineExceeded.code)


class Drafts:
    """Names new data sets, and undoes those whose making ended midway, in this process or an earlier one."""

    def __init__(self, member: str, store: DataSetStore, kernel: Kernel, union: Union) -> None:
        self._member, self._store, self._kernel, self._union = member, store, kernel, union
        self._making: set[str] = set()
        self._loop = Loop("drafts", lambda: None if self.tidy() else _AGAIN_S)

    @contextmanager
    def making(self, *, published: bool) -> Iterator[str]:
        """Give a new data set its id; when it is not added in the end, all of it is undone.

        Parameters
        ----------
        published
            Whether it gets a record on the ledger.
        """
        name = f"ds-{secrets.token_hex(8)}"
        self._making.add(name)
        try:
            self._store.begin(name, now_ms(), published=published)
            yield name
        except BaseException as error:  # whatever ends it, nothing must stay; raised again in any case
            answered = isinstance(error, HanseError) and error.code not in _TRANSPORT
            undone = self._undo(name, published=published)
            if undone is None and answered:
                self._store.forget(name)  # the kernel has said no, and has nothing
            elif not undone:
                self._loop.ring()
            raise
        finally:
            self._making.discard(name)

    def tidy(self) -> bool:
        """Undo what is left of earlier tries; returns whether nothing is."""
        over = {draft.data_set for draft in self._store.begun()} - self._making
        # Read once more: what was added in the meantime is a draft no longer, and no id is made twice.
        left = [draft for draft in self._store.begun() if draft.data_set in over]
        settled = [self._settled(draft) for draft in left]
        return all(settled)

    def start(self) -> None:
        """Tidy up after an earlier process and after failures, as soon as the other services are there."""
        self._loop.start()

    def close(self) -> None:
        """Stop; what is left goes on at the next start."""
        self._loop.close()

    def _settled(self, draft: Draft) -> bool:
        undone = self._undo(draft.data_set, published=draft.published)
        if undone is None and now_ms() - draft.began_ms > _LONGEST_MS:
            self._store.forget(draft.data_set)
            log.info("draft_forgotten", data_set=draft.data_set)
            return True
        return bool(undone)

    def _undo(self, name: str, *, published: bool) -> bool | None:
        """Delete at the kernel and close the record; None when it was not there, False when it must be tried again."""
        was_there = True
        try:
            try:
                self._kernel.delete(name)
            except NotFound:
                was_there = False  # or not yet: the kernel may be importing it for a process of ours that has died
            if published:
                self._close_record(name)
        except HanseError as error:
            log.info("draft_stays", data_set=name, code=error.code)
            return False
        if not was_there:
            return None
        self._store.forget(name)
        log.info("draft_undone", data_set=name)
        return True

    def _close_record(self, name: str) -> None:
        entry = self._union.entry("data_resource", name, self._member)
        if entry is not None and entry.body.get("visibility") != "closed":
            self._union.submit("data_resource", name, {**entry.body, "visibility": "closed"})
