"""EIP-712 records of the federation's register: hash, sign, verify.

A record is signed as typed data: domain {name "Hanse", version "1", salt}, primary type
``Record(uint8 kind,bytes32 id,bytes32 bodyHash,address owner,uint64 nonce)`` with ``id = keccak256(utf8(record_id))``
and ``bodyHash = keccak256(body)``. The domain has no chain id and no contract address, so that records can move to
another chain. Signatures are 65 bytes r ‖ s ‖ v with low s and v in {27, 28}; anything else is refused, here and in
the contract.
"""

from __future__ import annotations

import hmac
from typing import Protocol, TypeVar

import coincurve
from eth_hash.auto import keccak

from common.errors import HanseError

# A kind that no register takes: what is sealed with a ledger key, a file for instance, can never become a record.
SEAL = 255
_ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
_DOMAIN_TYPE = keccak(b"EIP712Domain(string name,string version,bytes32 salt)")
_RECORD_TYPE = keccak(b"Record(uint8 kind,bytes32 id,bytes32 bodyHash,address owner,uint64 nonce)")
_NAME = keccak(b"Hanse")
_VERSION = keccak(b"1")
_WORD = 32
_SIGNATURE_BYTES = 65
_MAX_BODY_BYTES = 16 * 1024


class InvalidRecord(HanseError):
    """A record's signature, owner or shape is wrong."""

    code = "HAN-1030"
    title = "The record is not validly signed by its owner"
    status = "INVALID_ARGUMENT"
    http = 400
    hint = "Sign the record again with the owner's ledger key and the federation's salt."


class Record(Protocol):
    """What the functions here need of ``hanse.union.v1.SignedRecord``."""

    kind: int
    record_id: str
    body: bytes
    owner: str
    nonce: int
    signature: bytes


# A type variable per function would need PEP 695; the baseline is Python 3.11.
RecordT = TypeVar("RecordT")


def checksum_address(address: bytes) -> str:
    """Write a 20-byte address with its EIP-55 checksum."""
    plain = address.hex()
    digest = keccak(plain.encode()).hex()
    return "0x" + "".join(c.upper() if int(d, 16) > 7 else c for c, d in zip(plain, digest, strict=False))  # noqa: PLR2004


def address_of(private_key_hex: str) -> str:
    """Address of a secp256k1 private key."""
    return _address(coincurve.PrivateKey.from_hex(private_key_hex.removeprefix("0x")).public_key)


def _address(key: coincurve.PublicKey) -> str:
    return checksum_address(keccak(key.format(compressed=False)[1:])[-20:])


def _owner_bytes(owner: str) -> bytes:
    try:
        raw = bytes.fromhex(owner.removeprefix("0x"))
    except ValueError as problem:
        raise InvalidRecord(f"the owner {owner!r} is not an address") from problem
    if len(raw) != 20 or not owner.startswith("0x") or checksum_address(raw) != owner:  # noqa: PLR2004
        raise InvalidRecord(f"the owner {owner!r} is not an EIP-55 address")
    if not any(raw):
        raise InvalidRecord("the zero address owns nothing")
    return raw


def record_digest(salt: bytes, record: object) -> bytes:
    """EIP-712 hash of a record.

    Parameters
    ----------
    salt : bytes
        The federation's 32-byte salt.
    record : hanse.union.v1.SignedRecord
        `signature` is not read.

    Returns
    -------
    bytes
        32 bytes, what the owner signs.
    """
    fields: Record = record  # type: ignore[assignment]  # protobuf messages are not structural types to mypy
    if len(salt) != _WORD:
        raise InvalidRecord(f"the federation's salt has {len(salt)} bytes, not {_WORD}")
    if not 0 < fields.kind < 2**8 or not 0 <= fields.nonce < 2**64:
        raise InvalidRecord("kind or nonce is out of range")
    if not fields.record_id or len(fields.body) > _MAX_BODY_BYTES:
        raise InvalidRecord(f"a record needs an id and a body of at most {_MAX_BODY_BYTES} bytes")
    domain = keccak(_DOMAIN_TYPE + _NAME + _VERSION + salt)
    content = keccak(
        _RECORD_TYPE
        + int(fields.kind).to_bytes(_WORD, "big")
        + keccak(fields.record_id.encode())
        + keccak(fields.body)
        + _owner_bytes(fields.owner).rjust(_WORD, b"\0")
        + int(fields.nonce).to_bytes(_WORD, "big")
    )
    return keccak(b"\x19\x01" + domain + content)


def sign_record(salt: bytes, record: RecordT, private_key_hex: str) -> RecordT:
    """Set the record's `owner` and `signature` from the owner's ledger key and return the same record."""
    key = coincurve.PrivateKey.from_hex(private_key_hex.removeprefix("0x"))
    fields: Record = record  # type: ignore[assignment]  # protobuf messages are not structural types to mypy
    fields.owner = _address(key.public_key)
    # libsecp256k1 makes low-s signatures only, with deterministic nonces (RFC 6979).
    signature = key.sign_recoverable(record_digest(salt, record), hasher=None)
    fields.signature = signature[:64] + bytes([signature[64] + 27])
    return record


def recover_owner(salt: bytes, record: object) -> str:
    """Address of the key that signed the record, whoever `owner` says it is."""
    fields: Record = record  # type: ignore[assignment]  # protobuf messages are not structural types to mypy
    signature = bytes(fields.signature)
    if len(signature) != _SIGNATURE_BYTES or signature[64] not in (27, 28):
        raise InvalidRecord("a signature has 65 bytes r, s, v with v 27 or 28")
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:64], "big")
    if not 0 < r < _ORDER or not 0 < s <= _ORDER // 2:
        raise InvalidRecord("the signature is out of range or has a high s")
    try:
        key = coincurve.PublicKey.from_signature_and_message(
            signature[:64] + bytes([signature[64] - 27]), record_digest(salt, record), hasher=None
        )
    except ValueError as problem:
        raise InvalidRecord("no key gives this signature") from problem
    return _address(key)


def verify_record(salt: bytes, record: object) -> None:
    """Raise `InvalidRecord` unless the record is signed by the owner it names."""
    fields: Record = record  # type: ignore[assignment]  # protobuf messages are not structural types to mypy
    if not hmac.compare_digest(recover_owner(salt, record), fields.owner):
        raise InvalidRecord(f"the record {fields.record_id!r} is signed by another key than its owner's")
