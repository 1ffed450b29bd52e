"""The contract's rules, executed on the embedded chain."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from eth_account import Account
from eth_account.messages import encode_typed_data

from common.records import record_digest
from union.domain.federation import Governance
from union.domain.record import Kind, MemberStatus, Record
from union.errors import (
    AlreadyVoted,
    BadSignature,
    ForeignRecord,
    LedgerRefused,
    NotAdmitted,
    NotGovernor,
    RecordInvalid,
    UnknownMember,
    WrongNonce,
)
from union.ledger.contract import Registry, deploy_registry
from union.ledger.embedded import EmbeddedNode
from union.tests.federation import Keys, with_high_s

if TYPE_CHECKING:
    from pathlib import Path


def admit(registry: Registry, keys: Keys, member: str) -> None:
    registry.submit(keys.member(member))
    registry.submit(keys.admission(member))


def typed_data(salt: bytes, record: Record) -> dict[str, object]:
    from eth_utils.crypto import keccak

    return {
        "types": {
            "EIP712Domain": [
                {"name": "name", "type": "string"},
                {"name": "version", "type": "string"},
                {"name": "salt", "type": "bytes32"},
            ],
            "Record": [
                {"name": "kind", "type": "uint8"},
                {"name": "id", "type": "bytes32"},
                {"name": "bodyHash", "type": "bytes32"},
                {"name": "owner", "type": "address"},
                {"name": "nonce", "type": "uint64"},
            ],
        },
        "domain": {"name": "Hanse", "version": "1", "salt": salt},
        "primaryType": "Record",
        "message": {
            "kind": record.kind,
            "id": keccak(text=record.record_id),
            "bodyHash": keccak(record.body),
            "owner": record.owner,
            "nonce": record.nonce,
        },
    }


def test_another_eip712_implementation_signs_the_same(registry: Registry, keys: Keys) -> None:
    ours = keys.member("bank")
    message = encode_typed_data(full_message=typed_data(keys.salt, ours))
    theirs = Account.sign_message(message, keys.key("bank"))
    assert theirs.message_hash == record_digest(keys.salt, ours)
    assert bytes(theirs.signature) == ours.signature
    assert registry.submit(replace(ours, signature=bytes(theirs.signature))).sequence == 1


def test_registration_is_pending_until_governance_admits(registry: Registry, keys: Keys) -> None:
    assert registry.submit(keys.member("bank")).status is MemberStatus.PENDING
    with pytest.raises(NotAdmitted, match="pending"):
        registry.submit(keys.data("bank"))
    keys.nonces["bank"] -= 1
    assert registry.submit(keys.admission("bank")).status is MemberStatus.ADMITTED
    assert registry.submit(keys.data("bank")).sequence == 3


@pytest.mark.parametrize("kind", [Kind.DATA_RESOURCE, Kind.PROJECT, Kind.CONSENT])
def test_strangers_cannot_write(registry: Registry, keys: Keys, kind: Kind) -> None:
    with pytest.raises(UnknownMember):
        registry.submit(keys.sign("stranger", kind, "x", {}))


def test_refuses_bad_signatures(registry: Registry, keys: Keys) -> None:
    good = keys.member("bank")
    spoiled = [
        replace(good, signature=good.signature[:64] + bytes([good.signature[64] ^ 1])),
        replace(good, signature=good.signature[:64]),
        replace(good, signature=bytes(65)),
        replace(good, signature=good.signature + b"\0"),
        replace(good, body=good.body + b" "),
        replace(good, record_id="bunk"),
        replace(good, kind=Kind.PROJECT),
        replace(good, owner=keys.address("bureau")),
    ]
    for record in spoiled:
        with pytest.raises(BadSignature):
            registry.submit(record)
    with pytest.raises(BadSignature, match="high s"):
        registry.submit(with_high_s(good))
    assert registry.head().sequence == 0
    assert registry.submit(good).sequence == 1


def test_the_zero_address_owns_nothing(registry: Registry, keys: Keys) -> None:
    record = replace(keys.member("bank"), owner="0x" + "0" * 40, signature=bytes(64) + b"\x1b")
    with pytest.raises(BadSignature, match="zero address"):
        registry.submit(record)


def test_another_federations_signature_does_not_count(registry: Registry) -> None:
    with pytest.raises(BadSignature):
        registry.submit(Keys().member("bank"))


def test_a_nonce_is_used_once_and_in_order(registry: Registry, keys: Keys) -> None:
    first = keys.member("bank")
    registry.submit(first)
    with pytest.raises(WrongNonce, match="next nonce is 1"):
        registry.submit(first)
    body = b"{}"
    with pytest.raises(WrongNonce):
        registry.submit(keys.sign("bank", Kind.MEMBER, "bank", body, nonce=2))
    assert registry.next_nonce(keys.address("bank")) == 1
    registry.submit(keys.sign("bank", Kind.MEMBER, "bank", body, nonce=1))


def test_an_id_belongs_to_its_first_owner(registry: Registry, keys: Keys) -> None:
    admit(registry, keys, "bank")
    admit(registry, keys, "bureau")
    with pytest.raises(ForeignRecord):
        registry.submit(keys.sign("bureau", Kind.MEMBER, "bank", {}, nonce=1))
    with pytest.raises(ForeignRecord):
        registry.submit(keys.sign("bank", Kind.MEMBER, "bank-two", {}, nonce=1))
    registry.submit(keys.data("bank"))
    with pytest.raises(ForeignRecord):
        registry.submit(keys.data("bureau"))
    # The same id in another kind is another thing.
    registry.submit(keys.sign("bureau", Kind.PROJECT, "clients", {}, nonce=1))
    registry.submit(keys.data("bank", rows=5))


def test_only_governors_decide(registry: Registry, keys: Keys) -> None:
    registry.submit(keys.member("bank"))
    with pytest.raises(NotGovernor):
        registry.submit(keys.admission("bank", governor="bank"))
    with pytest.raises(UnknownMember):
        registry.submit(keys.admission("nobody"))
    keys.nonces["governor-0"] = 0
    with pytest.raises(RecordInvalid, match="decisions"):
        registry.submit(keys.admission("bank", action="bless"))
    keys.nonces["governor-0"] = 0
    with pytest.raises(RecordInvalid, match="decisions"):
        registry.submit(keys.sign("governor-0", Kind.ADMISSION, "bank", {"action": "admit", "member": "bureau"}))


def test_freeze_unfreeze_remove(registry: Registry, keys: Keys) -> None:
    admit(registry, keys, "bank")
    assert registry.submit(keys.admission("bank", "freeze")).status is MemberStatus.FROZEN
    for record in (keys.data("bank"), keys.sign("bank", Kind.MEMBER, "bank", {}, nonce=1)):
        with pytest.raises(NotAdmitted, match="frozen"):
            registry.submit(record)
    keys.nonces["bank"] = 1
    assert registry.submit(keys.admission("bank", "unfreeze")).status is MemberStatus.ADMITTED
    registry.submit(keys.data("bank"))
    assert registry.submit(keys.admission("bank", "remove")).status is MemberStatus.REMOVED
    with pytest.raises(NotAdmitted, match="removed"):
        registry.submit(keys.admission("bank", "admit"))
    keys.nonces["governor-0"] -= 1
    with pytest.raises(NotAdmitted, match="removed"):
        registry.submit(keys.admission("bank", "remove"))


def rotation(keys: Keys, successor: str) -> dict[str, object]:
    return {"action": "rotate", "member": "bank", "successor": keys.address(successor).lower()}


@pytest.mark.parametrize("signer", ["bank", "governor-0"])
def test_keys_rotate_by_the_old_key_or_by_governance(registry: Registry, keys: Keys, signer: str) -> None:
    admit(registry, keys, "bank")
    registry.submit(keys.sign(signer, Kind.ADMISSION, "bank", rotation(keys, "bank-new")))
    # The old key stays until the new one has shown itself with a record of its own.
    registry.submit(keys.data("bank"))
    registry.submit(keys.sign("bank-new", Kind.MEMBER, "bank", {"member": "bank"}))
    with pytest.raises(UnknownMember):
        registry.submit(keys.data("bank", rows=7))
    registry.submit(keys.sign("bank-new", Kind.DATA_RESOURCE, "clients", {"member": "bank"}))


def test_a_stranger_cannot_name_a_successor(registry: Registry, keys: Keys) -> None:
    admit(registry, keys, "bank")
    admit(registry, keys, "bureau")
    for signer in ("bureau", "stranger"):
        with pytest.raises(NotGovernor):
            registry.submit(keys.sign(signer, Kind.ADMISSION, "bank", rotation(keys, "bureau")))
    wrong = {"action": "rotate", "member": "bank", "successor": "0x" + "G" * 40}
    with pytest.raises(RecordInvalid):
        registry.submit(keys.sign("bank", Kind.ADMISSION, "bank", wrong))


def test_limits(registry: Registry, keys: Keys) -> None:
    for record, words in (
        *(
            (keys.sign("bank", Kind.MEMBER, bad, b"{}", nonce=0), "1 to 128 printable")
            for bad in ("x" * 129, "a b", 'a"b', "a\\b", "ä", "a\x7f")
        ),
        (keys.sign("bank", 7, "bank", b"{}", nonce=0), "kind 7"),
    ):
        with pytest.raises(RecordInvalid, match=words):
            registry.submit(record)
    largest = keys.sign("bank", Kind.MEMBER, "bank", b"x" * 16384, nonce=0)
    with pytest.raises(RecordInvalid, match="16385 bytes"):
        registry.submit(replace(largest, body=b"x" * 16385))
    assert registry.submit(largest).sequence == 1


@pytest.fixture
def council(tmp_path: Path) -> tuple[Registry, Keys]:
    keys = Keys(governors=3, threshold=2)
    node = EmbeddedNode(tmp_path / "council.sqlite", secrets.token_hex(32))
    return Registry(node, *deploy_registry(node, keys.governance)), keys


def test_a_threshold_of_governors(council: tuple[Registry, Keys]) -> None:
    registry, keys = council
    registry.submit(keys.member("bank"))
    assert registry.submit(keys.admission("bank", governor="governor-0")).status is None
    with pytest.raises(AlreadyVoted):
        registry.submit(keys.admission("bank", governor="governor-0"))
    keys.nonces["governor-0"] -= 1
    with pytest.raises(NotAdmitted):
        registry.submit(keys.data("bank"))
    # A vote for something else does not help.
    assert registry.submit(keys.admission("bank", "remove", governor="governor-2")).status is None
    assert registry.submit(keys.admission("bank", governor="governor-1")).status is MemberStatus.ADMITTED
    # The decision began a new round: the old vote to remove counts no more.
    assert registry.submit(keys.admission("bank", "remove", governor="governor-1")).status is None
    registry.close()


@pytest.mark.parametrize(("governors", "threshold"), [(0, 0), (1, 0), (1, 2), (33, 1)])
def test_governance_has_to_make_sense(tmp_path: Path, governors: int, threshold: int) -> None:
    keys = Keys(governors=governors, threshold=threshold)
    node = EmbeddedNode(tmp_path / "chain.sqlite", secrets.token_hex(32))
    with pytest.raises(LedgerRefused):
        deploy_registry(node, keys.governance)
    node.close()


def test_a_governor_counts_once(tmp_path: Path) -> None:
    keys = Keys()
    twice = Governance(keys.salt, keys.governance.governors * 2, 2)
    node = EmbeddedNode(tmp_path / "chain.sqlite", secrets.token_hex(32))
    with pytest.raises(LedgerRefused):
        deploy_registry(node, twice)
    node.close()
