"""Payloads as files: ``<folder>/<job and task>/<attempt>/<message id>``, ``.part`` while they are incomplete.

Files are not synced to the disk one by one: a killed process loses nothing, and after a power failure a payload that
lost its end is found by its hash.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

from gateway.domain.errors import DigestMismatchError, ResumeMismatchError, SpoolBrokenError
from gateway.domain.messages import CHUNK_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from gateway.domain.messages import MessageKey


@contextmanager
def _disk() -> Iterator[None]:
    try:
        yield
    except OSError as problem:
        # A partner learns only that the spool is broken, not where it lies.
        raise SpoolBrokenError(f"{problem.strerror}: {problem.filename}", public_detail="") from problem


class FileDraft:
    """A payload that is being written to a file."""

    def __init__(self, part: Path, final: Path, from_byte: int) -> None:
        self._part = part
        self._final = final
        self._hash = hashlib.sha256()
        with _disk():
            part.parent.mkdir(parents=True, exist_ok=True)
            flags = os.O_RDWR | os.O_CREAT | (0 if from_byte else os.O_TRUNC)
            self._descriptor = os.open(part, flags, 0o600)
            self._open = True
            self.size = os.fstat(self._descriptor).st_size
            if self.size < from_byte:
                self.keep()
                raise ResumeMismatchError(f"{self.size} bytes are here, not {from_byte}")
            os.ftruncate(self._descriptor, from_byte)
            self.size = from_byte
            while chunk := os.read(self._descriptor, CHUNK_BYTES):
                self._hash.update(chunk)

    def write(self, chunk: bytes) -> None:
        """Append a chunk."""
        with _disk():
            view = memoryview(chunk)
            while view:
                view = view[os.write(self._descriptor, view) :]
        self._hash.update(chunk)
        self.size += len(chunk)

    def finish(self, sha256: bytes) -> None:
        """Check the hash and put the payload in place; a wrong one is removed."""
        if not secrets.compare_digest(self._hash.digest(), sha256):
            self.discard()
            raise DigestMismatchError("the content's hash is not the announced one")
        self.keep()
        with _disk():
            self._part.replace(self._final)

    def discard(self) -> None:
        """Remove what was written."""
        self.keep()
        with _disk():
            self._part.unlink(missing_ok=True)

    def keep(self) -> None:
        """Close the file and keep what was written, to go on from there."""
        if self._open:
            self._open = False
            os.close(self._descriptor)


class FileSpool:
    """Payload files under one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        with _disk():
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def _task(self, job: str, task: str) -> Path:
        return self._folder / hashlib.sha256(f"{len(job)}:{job}{task}".encode()).hexdigest()[:32]

    def path(self, key: MessageKey) -> Path:
        """Where the whole payload lies."""
        return self._task(key.job, key.task) / str(key.attempt) / key.id

    def draft(self, key: MessageKey, from_byte: int | None) -> FileDraft:
        """Write a payload: anew beside others (None), or going on with the message's part from a byte."""
        final = self.path(key)
        # Two senders of the same message must not write into one file; the first that ends wins.
        name = f"{key.id}.{secrets.token_hex(4)}" if from_byte is None else f"{key.id}.part"
        return FileDraft(final.with_name(name), final, from_byte or 0)

    def part_size(self, key: MessageKey) -> int:
        """Bytes of the message's part; 0 without one."""
        final = self.path(key)
        try:
            return final.with_name(f"{final.name}.part").stat().st_size
        except FileNotFoundError:
            return 0

    def chunks(self, key: MessageKey, from_byte: int = 0) -> Iterator[bytes]:
        """Read the whole payload in chunks of at most 1 MiB."""
        with _disk(), self.path(key).open("rb", buffering=0) as file:
            file.seek(from_byte)
            while chunk := file.read(CHUNK_BYTES):
                yield chunk

    def remove(self, key: MessageKey) -> None:
        """Remove a payload."""
        with _disk():
            self.path(key).unlink(missing_ok=True)

    def drop(self, job: str, task: str, below: int | None = None) -> None:
        """Remove the task's payloads: all, or those of attempts below one."""
        folder = self._task(job, task)
        if below is None:
            shutil.rmtree(folder, ignore_errors=True)
            return
        try:
            attempts = [path for path in folder.iterdir() if int(path.name) < below]
        except FileNotFoundError:
            return
        for path in attempts:
            shutil.rmtree(path, ignore_errors=True)
