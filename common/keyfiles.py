"""Private keys as files: mode 0600, encrypted under a passphrase where one is given, never half-written."""

from __future__ import annotations

import os
import secrets
from typing import TYPE_CHECKING, cast

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from common.errors import HanseError

if TYPE_CHECKING:
    from pathlib import Path

    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

_PEM = b"-----BEGIN"


class KeyFileError(HanseError):
    """A key file is missing, damaged or readable by others."""

    code = "HAN-1022"
    title = "A private key cannot be used"
    status = "FAILED_PRECONDITION"
    hint = "Restore the member's identity folder from a backup, or set its files to mode 0600."


class WrongPassphraseError(HanseError):
    """The passphrase does not open the private key."""

    code = "HAN-1021"
    title = "The passphrase is wrong or missing"
    status = "UNAUTHENTICATED"
    http = 401
    hint = "Give the passphrase that was set when the member was made (setting passphrase_file)."


def write_private(path: Path, content: bytes) -> None:
    """Write a new file with mode 0600; an existing one is replaced as a whole."""
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError:
        part.unlink(missing_ok=True)
        raise


def write_key(path: Path, key: PrivateKeyTypes, passphrase: str | None) -> None:
    """Write a private key as PKCS#8 PEM."""
    protection: serialization.KeySerializationEncryption = serialization.NoEncryption()
    if passphrase:
        protection = serialization.BestAvailableEncryption(passphrase.encode())
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, protection)
    write_private(path, pem)


def write_ledger_key(path: Path, key: ec.EllipticCurvePrivateKey, passphrase: str | None) -> None:
    """Write a secp256k1 key: 64 hexadecimal digits, or encrypted PEM under a passphrase."""
    if passphrase:
        write_key(path, key, passphrase)
    else:
        write_private(path, f"{key.private_numbers().private_value:064x}\n".encode())


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_mode & 0o077:
            raise KeyFileError(f"{path} may be read by others")
        return path.read_bytes()
    except OSError as problem:
        raise KeyFileError(f"{path} cannot be read: {problem.strerror}") from problem


def _parse(path: Path, pem: bytes, passphrase: str | None) -> PrivateKeyTypes:
    encrypted = b"ENCRYPTED" in pem
    if encrypted and not passphrase:
        raise WrongPassphraseError(f"{path.name} is encrypted and no passphrase was given")
    try:
        return serialization.load_pem_private_key(pem, passphrase.encode() if encrypted and passphrase else None)
    except (ValueError, TypeError) as problem:
        if encrypted:
            raise WrongPassphraseError(f"the passphrase does not open {path.name}") from problem
        raise KeyFileError(f"{path} is damaged") from problem


def read_signing_key(path: Path, passphrase: str | None = None) -> Ed25519PrivateKey:
    """Read an Ed25519 key."""
    key = _parse(path, _read(path), passphrase)
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyFileError(f"{path} does not hold an Ed25519 key")
    return key


def read_stream_key(path: Path, passphrase: str | None = None) -> X25519PrivateKey:
    """Read an X25519 key."""
    key = _parse(path, _read(path), passphrase)
    if not isinstance(key, X25519PrivateKey):
        raise KeyFileError(f"{path} does not hold an X25519 key")
    return key


def read_ledger_key(path: Path, passphrase: str | None = None) -> str:
    """Read a secp256k1 key as 64 hexadecimal digits."""
    content = _read(path)
    if not content.startswith(_PEM):
        text = content.decode("ascii", "replace").strip()
        if len(text) != 64 or not all(c in "0123456789abcdef" for c in text):  # noqa: PLR2004
            raise KeyFileError(f"{path} does not hold 64 hexadecimal digits")
        return text
    key = _parse(path, content, passphrase)
    if not isinstance(key, ec.EllipticCurvePrivateKey) or key.curve.name != "secp256k1":
        raise KeyFileError(f"{path} does not hold a secp256k1 key")
    return f"{key.private_numbers().private_value:064x}"


def read_plain_pem(path: Path, passphrase: str | None = None) -> bytes:
    """Read a PEM key and give it unencrypted, for libraries that take no passphrase; never written anywhere."""
    key = cast("ec.EllipticCurvePrivateKey", _parse(path, _read(path), passphrase))
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
