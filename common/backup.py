"""A member's identity folder as one file, encrypted under a passphrase, and back."""

from __future__ import annotations

import base64
import io
import json
import os
import secrets
import shutil
import tarfile
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from common.errors import HanseError, InvalidInput

_MAGIC = "hanse-identity-backup"
_LOG_N, _R, _P = 16, 8, 1  # 64 MiB and some tenths of a second for each guess
_MOST_LOG_N = 20
_LEAST_LETTERS = 12


class BackupUnreadable(HanseError):
    """The passphrase is wrong, or the file is no backup or was changed."""

    code = "HAN-1060"
    title = "The backup cannot be opened"
    status = "INVALID_ARGUMENT"
    http = 400
    hint = "Check the passphrase and that the file is the one that was downloaded."


def seal_identity(home: Path, passphrase: str) -> bytes:
    """Return the whole identity folder of a member, encrypted.

    Raises
    ------
    InvalidInput
        The passphrase is too short to protect the keys.
    """
    if len(passphrase) < _LEAST_LETTERS:
        raise InvalidInput(f"the passphrase has less than {_LEAST_LETTERS} characters", hint="Use a longer one.")
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        tar.add(home / "identity", arcname="identity")
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    head = {"kind": _MAGIC, "version": 1, "log_n": _LOG_N, "r": _R, "p": _P, "salt": _text(salt), "nonce": _text(nonce)}
    bound = json.dumps(head, sort_keys=True).encode()
    sealed = ChaCha20Poly1305(_key(passphrase, salt, _LOG_N)).encrypt(nonce, packed.getvalue(), bound)
    return json.dumps(head | {"content": _text(sealed)}, sort_keys=True).encode()


def open_identity(sealed: bytes, passphrase: str, home: Path) -> None:
    """Write the identity folder of a backup into a home that has none.

    Raises
    ------
    BackupUnreadable
        Nothing is written then.
    InvalidInput
        The home has an identity already.
    """
    if (home / "identity").exists():
        raise InvalidInput(f"{home} has an identity already", hint="Restore into an empty home.")
    try:
        head = json.loads(sealed)
        content = base64.b64decode(head.pop("content"), validate=True)
        salt, nonce = base64.b64decode(head["salt"]), base64.b64decode(head["nonce"])
        if head["kind"] != _MAGIC or head["version"] != 1 or not 0 < head["log_n"] <= _MOST_LOG_N:
            raise BackupUnreadable("this is no backup of this version")
        bound = json.dumps(head, sort_keys=True).encode()
        packed = ChaCha20Poly1305(_key(passphrase, salt, head["log_n"])).decrypt(nonce, content, bound)
    except (ValueError, KeyError, TypeError, AttributeError, InvalidTag) as problem:
        raise BackupUnreadable from problem
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = home / f".restored.{secrets.token_hex(4)}"
    try:
        with tarfile.open(fileobj=io.BytesIO(packed), mode="r:gz") as tar:
            tar.extractall(part, filter="data")
        os.rename(part / "identity", home / "identity")  # noqa: PTH104  fails on a target that has come in between
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _key(passphrase: str, salt: bytes, log_n: int) -> bytes:
    return Scrypt(salt=salt, length=32, n=1 << log_n, r=_R, p=_P).derive(passphrase.encode())


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
