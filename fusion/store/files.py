"""The node's folder: data sets, results, and the secrets of alignments that have not ended."""

import os
import secrets
import shutil
from collections.abc import Iterable
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from common.keyfiles import KeyFileError, read_plain_pem, write_key, write_private
from fusion.domain.errors import BadFile

_EXPONENT = 65537
_KEY = "sender.key"


class FileWorkFiles:
    """See `fusion.store.base.WorkFiles`."""

    def __init__(self, folder: Path, passphrase: str | None) -> None:
        self._folder, self._passphrase = folder, passphrase
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

    def write_key(self, task: str, primes: tuple[int, int]) -> None:
        """See `WorkFiles.write_key`."""
        p, q = primes
        d = pow(_EXPONENT, -1, (p - 1) * (q - 1))
        public = rsa.RSAPublicNumbers(_EXPONENT, p * q)
        numbers = rsa.RSAPrivateNumbers(p, q, d, d % (p - 1), d % (q - 1), pow(q, -1, p), public)
        write_key(self._secret(task, _KEY), numbers.private_key(), self._passphrase)

    def read_key(self, task: str) -> tuple[int, int] | None:
        """See `WorkFiles.read_key`."""
        path = self._folder / "secret" / task / _KEY
        if not path.exists():
            return None
        key = load_pem_private_key(read_plain_pem(path, self._passphrase), None)
        if not isinstance(key, rsa.RSAPrivateKey):
            raise KeyFileError(f"{path} does not hold an RSA key")
        numbers = key.private_numbers()
        return numbers.p, numbers.q

    def forget(self, task: str) -> None:
        """See `WorkFiles.forget`."""
        shutil.rmtree(self._folder / "secret" / task, ignore_errors=True)

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
