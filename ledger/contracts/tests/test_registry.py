"""The contract's rules, executed on the embedded chain."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from eth_account import Account
from eth_account.messages import encode_typed_data

from common.canonical import dumps
from common.records import record_digest
from ledger.embedded import EmbeddedNode
from ledger.errors import (
    AlreadyVoted,
    BadSignature,
    ForeignRecord,
    LedgerRefused,
    NotAdmitted,
    NotGovernor,
    RecordInvalid,
    RegisterMoved,
    UnknownMember,
    WrongNonce,
)
from ledger.federation import Governance
from ledger.record import Kind, MemberStatus, Record
from ledger.registry import Registry, deploy_registry
from ledger.tests.federation import Keys, closing, deploy_version_1, with_high_s

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
    registry.submit(keys.sign("bank", Kind.PROJECT, "clients", {}))
    with pytest.raises(ForeignRecord):
        registry.submit(keys.sign("bureau", Kind.PROJECT, "clients", {}, nonce=1))
    registry.submit(keys.sign("bank", Kind.PROJECT, "clients", {"status": "closed"}))


@pytest.mark.parametrize("kind", [Kind.DATA_RESOURCE, Kind.CONSENT, Kind.ANCHOR])
def test_nobody_occupies_the_ids_of_others(registry: Registry, keys: Keys, kind: Kind) -> None:
    for member in ("bank", "bureau"):
        admit(registry, keys, member)
    # Straight to the ledger, past every union: the id that the bank is about to use.
    registry.submit(keys.sign("bureau", kind, "prj-1.bank", {"member": "bureau"}))
    for body in ({"member": "bank"}, {"member": "bank", "again": 1}):
        registry.submit(keys.sign("bank", kind, "prj-1.bank", body))


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
        (keys.sign("bank", 8, "bank", b"{}", nonce=0), "kind 8"),
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


@pytest.mark.parametrize(
    ("generation", "body"),
    [
        ("2", closing(2)),
        ("01", closing(1)),
        ("one", closing(1)),
        ("0", closing(1)),
        ("1", closing(2)),
        ("1", {**closing(1), "successor": "0x" + "AB" * 20}),
        ("1", {**closing(1), "successor": "0x" + "00" * 20}),
        ("1", {**closing(1), "chain_id": "20200"}),
        ("1", {**closing(1), "why": "because"}),
        ("1", dumps(closing(1)) + b" "),
        ("1", b""),
    ],
)
def test_a_closing_record_has_one_spelling(
    registry: Registry, keys: Keys, generation: str, body: dict[str, object]
) -> None:
    with pytest.raises(RecordInvalid, match="no closing record"):
        registry.submit(keys.sign("governor-0", Kind.CLOSING, generation, body))
    assert registry.succession() is None


def test_only_governors_close(council: tuple[Registry, Keys]) -> None:
    registry, keys = council
    registry.submit(keys.member("bank"))
    with pytest.raises(NotGovernor):
        registry.submit(keys.sign("bank", Kind.CLOSING, "1", closing(1)))
    registry.submit(keys.sign("governor-0", Kind.CLOSING, "1", closing(1)))
    with pytest.raises(AlreadyVoted):
        registry.submit(keys.sign("governor-0", Kind.CLOSING, "1", closing(1), nonce=1))
    # A vote for another successor does not help.
    registry.submit(keys.sign("governor-1", Kind.CLOSING, "1", closing(1, "cd")))
    assert registry.succession() is None
    registry.submit(keys.sign("governor-2", Kind.CLOSING, "1", closing(1)))
    there = registry.succession()
    assert there is not None
    assert (there.contract.lower(), there.chain_id) == ("0x" + "ab" * 20, 20200)
    for record in (keys.member("bureau"), keys.admission("bank", governor="governor-1")):
        with pytest.raises(RegisterMoved, match=f"contract {there.contract} on chain 20200"):
            registry.submit(record)
    registry.close()


def test_votes_are_copied_and_open_the_next_generation(council: tuple[Registry, Keys]) -> None:
    registry, keys = council
    node = registry._node
    second = Registry(node, *deploy_registry(node, keys.governance, 2))
    third = Registry(node, *deploy_registry(node, keys.governance, 3))
    body = {**closing(1), "successor": second.address.lower()}
    votes = [keys.sign(f"governor-{n}", Kind.CLOSING, "1", body) for n in range(2)]
    for vote in votes:
        assert not second.is_open()
        assert second.submit(vote).sequence == registry.submit(vote).sequence
    assert second.is_open()
    assert (second.generation, second.succession(), registry.generation) == (2, None, 1)
    # The one after the next holds them as history, and is opened by a record of its own.
    for vote in votes:
        third.submit(vote)
    assert not third.is_open()
    registry.close()


def test_a_closing_record_opens_only_the_contract_that_it_names(registry: Registry, keys: Keys) -> None:
    node = registry._node
    other = Registry(node, *deploy_registry(node, keys.governance, 2))
    with pytest.raises(RecordInvalid, match="no closing record"):
        other.submit(keys.sign("governor-0", Kind.CLOSING, "1", closing(1)))
    assert not other.is_open()


def test_version_1_is_still_read(tmp_path: Path, keys: Keys) -> None:
    node = EmbeddedNode(tmp_path / "chain.sqlite", secrets.token_hex(32))
    first = deploy_version_1(node, keys.governance)
    assert (first.version, first.generation, first.succession(), first.is_open()) == (1, 1, None, True)
    assert first.governance() == keys.governance
    admit(first, keys, "bank")
    admit(first, keys, "bureau")
    first.submit(keys.data("bank"))
    # This is why there is a second version.
    with pytest.raises(ForeignRecord):
        first.submit(keys.data("bureau"))
    node.close()
