"""EIP-712 records, compared with eth-account as an independent implementation."""

import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.records import InvalidRecord, address_of, record_digest, recover_owner, sign_record, verify_record
from proto.union.v1 import union_pb2

SALT = bytes(range(32))
KEY = "4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318"
ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141


def record(nonce: int = 0, body: bytes = b'{"name":"Bank"}') -> union_pb2.SignedRecord:
    return union_pb2.SignedRecord(kind=union_pb2.RECORD_KIND_MEMBER, record_id="bank", body=body, nonce=nonce)


def test_address_of_a_known_key() -> None:
    assert address_of(KEY) == "0x2c7536E3605D9C16a7a3D7b1898e529396a65c23"


@given(nonce=st.integers(0, 2**64 - 1), body=st.binary(max_size=200))
def test_sign_then_verify(nonce: int, body: bytes) -> None:
    signed = sign_record(SALT, record(nonce, body), KEY)
    verify_record(SALT, signed)
    assert recover_owner(SALT, signed) == address_of(KEY)


def test_digest_agrees_with_eth_account() -> None:
    import eth_account as account
    from eth_account import messages
    from eth_hash.auto import keccak

    key = secrets.token_hex(32)
    signed = sign_record(SALT, record(7), key)
    typed = messages.encode_typed_data(
        {"name": "Hanse", "version": "1", "salt": SALT},
        {
            "Record": [
                {"name": "kind", "type": "uint8"},
                {"name": "id", "type": "bytes32"},
                {"name": "bodyHash", "type": "bytes32"},
                {"name": "owner", "type": "address"},
                {"name": "nonce", "type": "uint64"},
            ]
        },
        {"kind": 1, "id": keccak(b"bank"), "bodyHash": keccak(signed.body), "owner": signed.owner, "nonce": 7},
    )
    assert keccak(b"\x19" + typed.version + typed.header + typed.body) == record_digest(SALT, signed)
    assert account.Account.recover_message(typed, signature=signed.signature) == signed.owner


@pytest.mark.parametrize("field", ["body", "record_id", "nonce", "kind", "owner", "salt"])
def test_a_changed_field_breaks_the_signature(field: str) -> None:
    signed = sign_record(SALT, record(), KEY)
    salt = SALT
    if field == "salt":
        salt = bytes(32)
    elif field == "owner":
        signed.owner = address_of(secrets.token_hex(32))
    elif field == "body":
        signed.body = b"{}"
    elif field == "record_id":
        signed.record_id = "bureau"
    elif field == "nonce":
        signed.nonce = 1
    else:
        signed.kind = union_pb2.RECORD_KIND_PROJECT
    with pytest.raises(InvalidRecord):
        verify_record(salt, signed)


def test_high_s_is_refused() -> None:
    signed = sign_record(SALT, record(), KEY)
    s = ORDER - int.from_bytes(signed.signature[32:64], "big")
    signed.signature = signed.signature[:32] + s.to_bytes(32, "big") + bytes([55 - signed.signature[64]])
    with pytest.raises(InvalidRecord, match="high s"):
        verify_record(SALT, signed)


def test_odd_owners_are_refused() -> None:
    for owner in ["", "0x" + "00" * 20, "bank", address_of(KEY).lower()]:
        signed = record()
        signed.owner = owner
        with pytest.raises(InvalidRecord):
            record_digest(SALT, signed)
