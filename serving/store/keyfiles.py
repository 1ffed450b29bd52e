"""Secret keys of model parts as files of mode 0600."""

import secrets
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from common.keyfiles import read_stream_key, write_key


class FilePartKeys:
    """See `serving.store.base.PartKeys`; encrypted under the member's passphrase where there is one."""

    def __init__(self, folder: Path, passphrase: str | None) -> None:
        self._folder = folder
        self._passphrase = passphrase
        # Opening an encrypted key is slow on purpose; a prediction should not wait for it.
        self._read: dict[str, bytes] = {}
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def make(self) -> str:
        """See `PartKeys.make`."""
        name = secrets.token_hex(16)
        write_key(self._path(name), X25519PrivateKey.generate(), self._passphrase)
        return name

    def read(self, name: str) -> bytes:
        """See `PartKeys.read`."""
        secret = self._read.get(name)
        if secret is None:
            secret = self._read[name] = read_stream_key(self._path(name), self._passphrase).private_bytes_raw()
        return secret

    def drop(self, name: str) -> None:
        """See `PartKeys.drop`."""
        self._read.pop(name, None)
        self._path(name).unlink(missing_ok=True)

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.key"
