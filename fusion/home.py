"""A node's home folder: its keys, and the token that HTTP requests must show."""

import secrets
from pathlib import Path

from common.errors import InvalidInput
from common.identity import create_member
from common.keyfiles import write_private

_TOKEN = "token"  # noqa: S105 (the file's name)
_TOKEN_BYTES = 32


def create_node(home: Path, name: str, passphrase: str | None = None) -> None:
    """Make a node's keys and its token; they are never overwritten."""
    create_member(home, name, name, [], passphrase)
    write_private(home / _TOKEN, secrets.token_urlsafe(_TOKEN_BYTES).encode())


def read_token(home: Path) -> str:
    """Read the token that HTTP requests must show; a file that others may read is refused."""
    path = home / _TOKEN
    try:
        if path.stat().st_mode & 0o077:
            raise InvalidInput(f"{path} may be read by others", hint="chmod 600 the file.")
        token = path.read_text("utf-8").strip()
    except OSError as problem:
        hint = "Make the node first: python -m fusion init."
        raise InvalidInput(f"{path} cannot be read: {problem.strerror}", hint=hint) from problem
    if not token:
        raise InvalidInput(f"{path} is empty", hint="Write a long random text into it.")
    return token
