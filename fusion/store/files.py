"""The node's folder: data sets, results, and the secrets of alignments that have not ended."""

import errno
import os
import secrets
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from cryptography.exceptions import InvalidTag

from common.disk import is_full
from common.keyfiles import KeyFileError, write_private
from fusion.domain.errors import RAISE_LIMIT, UPLOAD_AGAIN, BadFile, DiskFull
from fusion.store.sealed import Seal, full_named


class FileWorkFiles:
    """See `fusion.store.base.WorkFiles`."""

    def __init__(self, folder: Path, key: bytes) -> None:
        """Open the folder; `key` is 32 secret bytes of the node."""
        self._folder, self._seal = folder, Seal(key)
        shutil.rmtree(folder / "incoming", ignore_errors=True)  # what a crash left half-written
        for name in ("secret", "results", "sets", "incoming"):
            (folder / name).mkdir(parents=True, exist_ok=True, mode=0o700)
        for part in (*(folder / "sets").glob("*.part"), *(folder / "results").glob("*.part")):
            part.unlink(missing_ok=True)

    def _secret(self, task: str, name: str) -> Path:
        folder = self._folder / "secret" / task
        folder.mkdir(exist_ok=True, mode=0o700)
        return folder / name

    def write(self, task: str, name: str, content: bytes) -> None:
        """See `WorkFiles.write`."""
        with full_named(f"alignment {task}"):
            write_private(self._secret(task, name), content)

    def read(self, task: str, name: str) -> bytes | None:
        """See `WorkFiles.read`."""
        try:
            return (self._folder / "secret" / task / name).read_bytes()
        except FileNotFoundError:
            return None

    def append(self, task: str, name: str, content: bytes) -> None:
        """See `WorkFiles.append`."""
        with full_named(f"alignment {task}"):
            descriptor = os.open(self._secret(task, name), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            with os.fdopen(descriptor, "ab", buffering=0) as stream:
                size = os.fstat(descriptor).st_size
                if stream.write(content) != len(content):  # half of it would run into what comes next
                    os.truncate(descriptor, size)
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def sizes(self, task: str, start: str) -> list[int]:
        """See `WorkFiles.sizes`."""
        return [path.stat().st_size for path in (self._folder / "secret" / task).glob(f"{start}*")]

    def lock(self, task: str, name: str, content: bytes) -> None:
        """See `WorkFiles.lock`."""
        self.write(task, name, self._seal.close(f"{task}/{name}", content))

    def unlock(self, task: str, name: str) -> bytes | None:
        """See `WorkFiles.unlock`."""
        content = self.read(task, name)
        if content is None:
            return None
        try:
            return self._seal.open(f"{task}/{name}", content)
        except InvalidTag as problem:
            told = f"what was kept of alignment {task} is damaged, or of another key of this node"
            raise KeyFileError(told, hint="Stop the alignment and propose it again.") from problem

    def forget(self, task: str) -> None:
        """See `WorkFiles.forget`."""
        shutil.rmtree(self._folder / "secret" / task, ignore_errors=True)

    def kept(self) -> list[str]:
        """See `WorkFiles.kept`."""
        return [path.name for path in (self._folder / "secret").iterdir()]

    def result(self, task: str) -> Path:
        """See `WorkFiles.result`."""
        return self._folder / "results" / f"{task}.parquet"

    def table(self, data_set: str) -> Path:
        """See `WorkFiles.table`."""
        return self._folder / "sets" / f"{data_set}.parquet"

    def marks(self) -> list[Path]:
        """See `WorkFiles.marks`."""
        return list((self._folder / "sets").glob("*.mark"))

    def results(self) -> list[str]:
        """See `WorkFiles.results`."""
        return [path.stem for path in (self._folder / "results").glob("*.parquet")]

    @contextmanager
    def room(self, task: str, half: Path) -> Iterator[None]:
        """See `WorkFiles.room`."""
        try:
            with full_named(f"alignment {task}"):
                yield
        except BaseException:  # raised again
            half.unlink(missing_ok=True)
            raise

    def scratch(self) -> Path:
        """See `WorkFiles.scratch`."""
        return self._folder / "incoming" / secrets.token_hex(8)

    def incoming(self, chunks: Iterable[bytes], limit: int) -> Path:
        """See `WorkFiles.incoming`."""
        path = self._folder / "incoming" / secrets.token_hex(8)
        size = 0
        try:
            with path.open("xb") as stream:
                for chunk in chunks:
                    size += stream.write(chunk)
                    _within(size, limit)
        except OSError as problem:
            path.unlink(missing_ok=True)
            told = f"the file cannot be stored: {problem.strerror}"
            if is_full(problem):
                raise DiskFull(told, hint=UPLOAD_AGAIN) from problem
            raise BadFile(told, hint="See that the node may write to its data folder.") from problem
        except BaseException:  # whatever ends the upload, its file must not stay; raised again
            path.unlink(missing_ok=True)
            raise
        return path


def _within(size: int, limit: int) -> None:
    if size > limit:
        raise BadFile(f"the file has more than {limit} bytes", hint=RAISE_LIMIT)
