"""New signing, stream and TLS keys for a member, step by step so that a crash between two steps loses nothing.

1. `prepare` makes the new keys in ``<home>/identity/next``; asked again, it finds them.
2. The caller puts their public halves on the ledger, signed by the ledger key (which stays).
3. `finish` keeps the old files in ``<home>/identity/old-<time>`` and puts the new ones in their place.
"""

from __future__ import annotations

import os
import secrets
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from common.errors import NotFound
from common.identity import Identity, certificate_pem, member_id
from common.keyfiles import read_signing_key, read_stream_key, write_key, write_private

_FILES = ("signing.key", "stream.key", "tls.key", "tls.crt")
_COMPLETE = "complete"


@dataclass(frozen=True, slots=True)
class Prepared:
    """The identity that is to come, and its TLS certificate."""

    identity: Identity
    tls_cert_der: bytes


def _next(home: Path) -> Path:
    return Path(home) / "identity" / "next"


def unfinished(home: Path) -> bool:
    """Whether a rotation has begun and not ended: `prepare` and `finish` go on with its keys."""
    return (_next(home) / _COMPLETE).exists()


def prepare(home: Path, passphrase: str | None = None) -> Prepared:
    """Make new keys unless some wait already; return them."""
    folder, member = _next(home), member_id(home)
    if not (folder / _COMPLETE).exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o700)
        identity, tls = Identity.generate(member), ec.generate_private_key(ec.SECP256R1())
        write_key(folder / "signing.key", identity.signing, passphrase)
        write_key(folder / "stream.key", identity.stream, passphrase)
        write_key(folder / "tls.key", tls, passphrase)
        write_private(folder / "tls.crt", certificate_pem(member, tls))
        write_private(folder / _COMPLETE, b"")
    signing, stream, crt = (_place(folder, name) for name in ("signing.key", "stream.key", "tls.crt"))
    identity = Identity(member, read_signing_key(signing, passphrase), read_stream_key(stream, passphrase))
    certificate = x509.load_pem_x509_certificate(crt.read_bytes())
    return Prepared(identity, certificate.public_bytes(serialization.Encoding.DER))


def _place(folder: Path, name: str) -> Path:
    """Where a new file is: `finish` may have put it in place before a crash."""
    return folder / name if (folder / name).exists() else folder.parent / name


def finish(home: Path) -> Path:
    """Put the new keys in place; return the folder of the old ones. Asked again after a crash, it goes on.

    Raises
    ------
    NotFound
        No new keys wait.
    """
    folder = _next(home)
    if not (folder / _COMPLETE).exists():
        raise NotFound(f"no new keys wait in {folder}")
    kept = (folder / _COMPLETE).read_text()
    old = folder.with_name(kept or f"old-{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime())}-{secrets.token_hex(2)}")
    # Its name stands in the marker, so that a second try after a crash does not take new files for old ones.
    write_private(folder / _COMPLETE, old.name.encode())
    old.mkdir(mode=0o700, exist_ok=True)
    for name in _FILES:
        if (folder / name).exists():
            if not (old / name).exists():
                os.link(folder.parent / name, old / name)
            (folder / name).replace(folder.parent / name)
    shutil.rmtree(folder)
    return old
