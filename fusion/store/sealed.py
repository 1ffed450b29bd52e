"""What the node's files are encrypted with, and the name of a full disk."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from common.disk import is_full
from fusion.domain.errors import DiskFull

_NONCE_BYTES = 12


class Seal:
    """Encrypts under a key of the node; a label binds content to its place."""

    def __init__(self, key: bytes) -> None:
        """Take 32 secret bytes."""
        self._cipher = AESGCM(key)

    def close(self, label: str, content: bytes) -> bytes:
        """Encrypt."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, content, label.encode())

    def open(self, label: str, content: bytes) -> bytes:
        """Decrypt; raises InvalidTag where it is damaged, of another place, or of another key."""
        return self._cipher.decrypt(content[:_NONCE_BYTES], content[_NONCE_BYTES:], label.encode())


@contextmanager
def full_named(what: str) -> Iterator[None]:
    """Give a full disk its name: DiskFull."""
    try:
        yield
    except OSError as problem:
        if not is_full(problem):
            raise
        raise DiskFull(f"{what}: {problem.strerror}", public_detail=DiskFull.title) from problem
