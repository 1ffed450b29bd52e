"""Identities on disk: a member, its services, and whom it trusts.

Layout of ``<home>/identity``: ``member.json``, ``signing.key`` (Ed25519), ``stream.key`` (X25519), ``ledger.key``
(secp256k1), ``tls.key`` and ``tls.crt``, ``services/<service>/{signing.key,stream.key}``, and ``trust.json`` with the
public keys of the member itself, its services and the union. The union has the same layout, with the id ``union``.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
import json
import os
import re
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from common.errors import HanseError, InvalidInput
from common.keyfiles import (
    read_ledger_key,
    read_plain_pem,
    read_signing_key,
    read_stream_key,
    write_key,
    write_ledger_key,
    write_private,
)
from common.keys import CallerKeys, KeyDirectory, TrustFile, TrustFileError

if TYPE_CHECKING:
    from collections.abc import Sequence

_ID = re.compile(r"[a-z][a-z0-9-]{0,62}")
_CERTIFICATE_YEARS = 10


class IdentityExistsError(HanseError):
    """The home folder holds an identity already."""

    code = "HAN-1023"
    title = "This member has an identity already"
    status = "ALREADY_EXISTS"
    http = 409
    hint = "Use another home folder; an identity is never overwritten."


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a process speaks as: "bank", "board@bank" or "union", with its private keys."""

    id: str
    signing: Ed25519PrivateKey
    stream: X25519PrivateKey

    def __repr__(self) -> str:
        """Name the identity only."""
        return f"Identity({self.id!r})"

    def sign(self, data: bytes) -> bytes:
        """Ed25519 signature, 64 bytes."""
        return self.signing.sign(data)

    @property
    def public(self) -> CallerKeys:
        """The public halves."""
        return CallerKeys(self.signing.public_key().public_bytes_raw(), self.stream.public_key().public_bytes_raw())

    @classmethod
    def generate(cls, identity: str) -> Identity:
        """Make an identity with fresh keys that is on no disk."""
        return cls(identity, Ed25519PrivateKey.generate(), X25519PrivateKey.generate())


@dataclass(frozen=True, slots=True)
class TlsFiles:
    """A TLS key pair in memory: unencrypted PEM key, PEM certificate, and the certificate's DER bytes."""

    key_pem: bytes
    cert_pem: bytes
    cert_der: bytes

    def __repr__(self) -> str:
        """Show no key."""
        return "TlsFiles(…)"


def _folder(home: Path) -> Path:
    return Path(home) / "identity"


def certificate_pem(member: str, key: ec.EllipticCurvePrivateKey) -> bytes:
    """Make the self-signed certificate that the ledger pins, as PEM."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, member)])
    now = dt.datetime.now(dt.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        # A day back, so that peers whose clock is behind accept it.
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=365 * _CERTIFICATE_YEARS))
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]),
            critical=False,
        )
        # It must not vouch for other certificates: whoever pins it trusts this member only.
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False
        )
        .sign(key, hashes.SHA256())
        .public_bytes(serialization.Encoding.PEM)
    )


def _trust_line(keys: CallerKeys) -> dict[str, str]:
    return {"signing": keys.signing.hex(), "stream": keys.stream.hex()}


def create_member(home: Path, member: str, name: str, services: Sequence[str], passphrase: str | None = None) -> None:
    """Make all keys of a member and its services; nothing half-made remains when it fails.

    Parameters
    ----------
    home : Path
        The member's home; ``<home>/identity`` must not exist.
    member : str
        The member's id: lower-case letters, digits and hyphens, at most 63.
    name : str
        The name that people read.
    services : sequence of str
        Services that get keys of their own, for instance ``["board", "flow"]``.
    passphrase : str, optional
        Encrypts every private key.
    """
    for label in (member, *services):
        if not _ID.fullmatch(label):
            raise InvalidInput(f"{label!r} is no id", hint="Use a-z, 0-9 and hyphens, starting with a letter.")
    final = _folder(home)
    if final.exists():
        raise IdentityExistsError(f"{final} exists")
    Path(home).mkdir(parents=True, exist_ok=True)
    part = final.with_name(f".identity.{secrets.token_hex(4)}")
    part.mkdir(mode=0o700)
    try:
        _write_identity(part, member, name, services, passphrase)
        os.rename(part, final)  # noqa: PTH104 (fails on a non-empty target, which Path.replace may not)
    except OSError as problem:
        raise InvalidInput(f"the identity cannot be written to {home}: {problem.strerror}") from problem
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _write_identity(folder: Path, member: str, name: str, services: Sequence[str], passphrase: str | None) -> None:
    trust: dict[str, dict[str, str]] = {}
    places = [(member, folder), *((f"{service}@{member}", folder / "services" / service) for service in services)]
    for identity_id, place in places:
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        identity = Identity.generate(identity_id)
        write_key(place / "signing.key", identity.signing, passphrase)
        write_key(place / "stream.key", identity.stream, passphrase)
        trust[identity_id] = _trust_line(identity.public)
    write_ledger_key(folder / "ledger.key", ec.generate_private_key(ec.SECP256K1()), passphrase)
    tls = ec.generate_private_key(ec.SECP256R1())
    write_key(folder / "tls.key", tls, passphrase)
    write_private(folder / "tls.crt", certificate_pem(member, tls))
    write_private(folder / "trust.json", json.dumps(trust, indent=1).encode())
    write_private(folder / "member.json", json.dumps({"member": member, "name": name}, ensure_ascii=False).encode())


def _member_json(home: Path) -> dict[str, str]:
    path = _folder(home) / "member.json"
    try:
        content: dict[str, str] = json.loads(path.read_text("utf-8"))
        return {"member": str(content["member"]), "name": str(content["name"])}
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise TrustFileError(f"{path} cannot be read", hint="Make the member first: hanse member init.") from problem


def member_id(home: Path) -> str:
    """Id of the member whose home this is."""
    return _member_json(home)["member"]


def member_name(home: Path) -> str:
    """Name of the member whose home this is."""
    return _member_json(home)["name"]


def load_member(home: Path, passphrase: str | None = None) -> Identity:
    """Load the member's own identity ("bank"), which speaks to other members and to the union."""
    folder = _folder(home)
    return Identity(
        member_id(home),
        read_signing_key(folder / "signing.key", passphrase),
        read_stream_key(folder / "stream.key", passphrase),
    )


def load_service(home: Path, service: str, passphrase: str | None = None) -> Identity:
    """Load a service's identity ("board@bank"), which speaks inside the member."""
    folder = _folder(home) / "services" / service
    return Identity(
        f"{service}@{member_id(home)}",
        read_signing_key(folder / "signing.key", passphrase),
        read_stream_key(folder / "stream.key", passphrase),
    )


def load_trust(home: Path) -> KeyDirectory:
    """Load whom the member trusts; changes of the file are noticed."""
    return TrustFile(_folder(home) / "trust.json")


def add_trust(home: Path, caller_id: str, keys: CallerKeys) -> None:
    """Add or replace one caller in the trust file, for instance the union."""
    path = _folder(home) / "trust.json"
    try:
        content = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as problem:
        raise TrustFileError(f"{path} cannot be read") from problem
    content[caller_id] = _trust_line(keys)
    write_private(path, json.dumps(content, indent=1).encode())


def load_tls(home: Path, passphrase: str | None = None) -> TlsFiles:
    """Load the member's TLS key pair."""
    folder = _folder(home)
    try:
        cert_pem = (folder / "tls.crt").read_bytes()
        certificate = x509.load_pem_x509_certificate(cert_pem)
    except (OSError, ValueError) as problem:
        raise TrustFileError(f"{folder / 'tls.crt'} cannot be read") from problem
    key = read_plain_pem(folder / "tls.key", passphrase)
    return TlsFiles(key, cert_pem, certificate.public_bytes(serialization.Encoding.DER))


def load_ledger_key(home: Path, passphrase: str | None = None) -> str:
    """Load the member's secp256k1 key as hexadecimal digits."""
    return read_ledger_key(_folder(home) / "ledger.key", passphrase)
