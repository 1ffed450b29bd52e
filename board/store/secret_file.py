"""Secrets in the database are encrypted under a key that is a file of the board's own, mode 0600."""

import secrets
import stat
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from board.domain.errors import SecretUnreadable
from common.keyfiles import write_private

_NONCE_BYTES, _KEY_BYTES = 12, 32


class FileSecretBox:
    """See `SecretBox`; the key is made when the first secret is sealed."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def seal(self, name: str, secret: str) -> bytes:
        """See `SecretBox.seal`; the name is bound, so that no sealed secret can be put in another's place."""
        if not self._path.exists():
            write_private(self._path, secrets.token_bytes(_KEY_BYTES))
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce + ChaCha20Poly1305(self._key()).encrypt(nonce, secret.encode(), name.encode())

    def open(self, name: str, sealed: bytes) -> str:
        """See `SecretBox.open`."""
        nonce, content = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
        try:
            return ChaCha20Poly1305(self._key()).decrypt(nonce, content, name.encode()).decode()
        except (InvalidTag, ValueError) as problem:
            raise SecretUnreadable(f"the secret of {name} was not sealed under {self._path.name}") from problem

    def _key(self) -> bytes:
        try:
            mode, key = self._path.stat().st_mode, self._path.read_bytes()
        except OSError as problem:
            raise SecretUnreadable(f"{self._path.name} cannot be read: {problem.strerror}") from problem
        if stat.S_IMODE(mode) & 0o077:
            raise SecretUnreadable(f"{self._path.name} may be read by others", hint="chmod 600 the file.")
        return key
