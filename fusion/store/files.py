"""The node's folder: data sets, results, and the secrets of alignments that have not ended."""

import os
import secrets
import shutil
from collections.abc import Iterable
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from common.keyfiles import KeyFileError, write_private
from fusion.domain.errors import BadFile

_NONCE_BYTES = 12


class FileWorkFiles:
    """See `fusion.store.base.WorkFiles`."""

    def __init__(self, folder: Path, key: bytes) -> None:
        """Open the folder; `key` is 32 secret bytes of the node."""
        self._folder, self._cipher = folder, AESGCM(key)
        for name in ("secret", "results", "sets", "incoming"):
            (folder / name).mkdir(parents=True, exist_ok=True, mode=0o700)

    def _secret(self, task: str, name: str) -> Path:
        folder = self._folder / "secret" / task
        folder.mkdir(exist_ok=True, mode=0o700)
        return folder / name

    def write(self, task: str, name: str, content: bytes) -> None:
        """See `WorkFiles.write`."""
        write_private(self._secret(task, name), content)

    def read(self, task: str, name: str) -> bytes | None:
        """See `WorkFiles.read`."""
        try:
            return (self._folder / "secret" / task / name).read_bytes()
        except FileNotFoundError:
            return None

    def append(self, task: str, name: str, content: bytes) -> None:
        """See `WorkFiles.append`."""
        descriptor = os.open(self._secret(task, name), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "ab") as stream:
            stream.write(content)

    def sizes(self, task: str, start: str) -> list[int]:
        """See `WorkFiles.sizes`."""
        return [path.stat().st_size for path in (self._folder / "secret" / task).glob(f"{start}*")]

    def lock(self, task: str, name: str, content: bytes) -> None:
        """See `WorkFiles.lock`."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        self.write(task, name, nonce + self._cipher.encrypt(nonce, content, f"{task}/{name}".encode()))

    def unlock(self, task: str, name: str) -> bytes | None:
        """See `WorkFiles.unlock`."""
        content = self.read(task, name)
        if content is None:
            return None
        try:
            return self._cipher.decrypt(content[:_NONCE_BYTES], content[_NONCE_BYTES:], f"{task}/{name}".encode())
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
            raise BadFile(f"the file cannot be stored: {problem.strerror}", hint="Free disk space.") from problem
        except BaseException:  # whatever ends the upload, its file must not stay; raised again
            path.unlink(missing_ok=True)
            raise
        return path


def _within(size: int, limit: int) -> None:
    if size > limit:
        raise BadFile(f"the file has more than {limit} bytes", hint="Split it, or raise max_upload_bytes.")
