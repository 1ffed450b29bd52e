"""A federation's keys and signed records, for tests."""

from __future__ import annotations

import secrets
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from common.canonical import dumps
from common.records import address_of, sign_record
from ledger.contracts import load_artifact
from ledger.federation import Governance
from ledger.record import Kind, Record
from ledger.registry import Registry, _Relay

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ledger.ports import Node


class Draft:
    """A record before it is signed; `sign_record` fills in the owner."""

    def __init__(self, kind: int, record_id: str, body: bytes, nonce: int) -> None:
        self.kind = kind
        self.record_id = record_id
        self.body = body
        self.owner = ""
        self.nonce = nonce
        self.signature = b""


class Keys:
    """Ledger keys made on demand, a salt, and each owner's next nonce."""

    def __init__(self, governors: int = 1, threshold: int = 1) -> None:
        self.salt = secrets.token_bytes(32)
        self.nonces: Counter[str] = Counter()
        self._keys: dict[str, str] = {}
        self.governors = [f"governor-{number}" for number in range(governors)]
        self.governance = Governance(self.salt, tuple(self.address(name) for name in self.governors), threshold)

    def key(self, who: str) -> str:
        """Secret key of `who`."""
        return self._keys.setdefault(who, secrets.token_hex(32))

    def address(self, who: str) -> str:
        """Address of `who`."""
        return address_of(self.key(who))

    def sign(
        self, who: str, kind: int, record_id: str, body: bytes | Mapping[str, object], nonce: int | None = None
    ) -> Record:
        """Sign a record with the owner's next nonce, or with another."""
        data = body if isinstance(body, bytes) else dumps(body)
        if nonce is None:
            nonce = self.nonces[who]
            self.nonces[who] += 1
        draft = sign_record(self.salt, Draft(int(kind), record_id, data, nonce), self.key(who))
        return Record(draft.kind, draft.record_id, draft.body, draft.owner, draft.nonce, draft.signature)

    def member(self, who: str, **changes: object) -> Record:
        """Sign a member's registration."""
        return self.sign(who, Kind.MEMBER, who, {**member_body(who), **changes})

    def admission(self, member: str, action: str = "admit", governor: str = "governor-0", **more: object) -> Record:
        """Sign a decision of governance."""
        return self.sign(governor, Kind.ADMISSION, member, {"action": action, "member": member, **more})

    def data(self, who: str, data_set: str = "clients", **changes: object) -> Record:
        """Sign a data resource."""
        return self.sign(who, Kind.DATA_RESOURCE, data_set, {**data_body(who, data_set), **changes})


def member_body(member: str) -> dict[str, object]:
    """Return a valid member body."""
    return {
        "member": member,
        "name": member.capitalize(),
        "gateway": "127.0.0.1:7001",
        "signing_key": secrets.token_hex(32),
        "stream_key": secrets.token_hex(32),
        "tls_cert": "AAAA",
        "contact": "",
    }


def data_body(member: str, data_set: str) -> dict[str, object]:
    """Return a valid data resource body."""
    return {
        "data_set": data_set,
        "member": member,
        "name": "Credit clients",
        "version": "1",
        "rows": 12000,
        "columns": [{"name": "AGE", "type": "int64"}],
        "tags": ["credit"],
        "visibility": "federation",
    }


def with_high_s(record: Record) -> Record:
    """Return the signature's twin: s negated, v flipped; ecrecover accepts it, the register must not."""
    order = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
    s = order - int.from_bytes(record.signature[32:64], "big")
    twin = record.signature[:32] + s.to_bytes(32, "big") + bytes([55 - record.signature[64]])
    return replace(record, signature=twin)


def closing(generation: int, successor: str = "ab") -> dict[str, object]:
    """Return a closing record's body that names a contract of repeated digits."""
    return {"action": "close", "chain_id": 20200, "generation": generation, "successor": "0x" + successor * 20}


def deploy_version_1(node: Node, governance: Governance) -> Registry:
    """Create the contract of the first version, as federations made before have it."""
    artifact = load_artifact("RegistryV1")
    factory = node.web3.eth.contract(abi=artifact.abi, bytecode=artifact.bytecode)
    creation = factory.constructor(governance.salt, list(governance.governors), governance.threshold)
    receipt = _Relay(node).send(creation)
    return Registry(node, str(receipt["contractAddress"]), int(receipt["blockNumber"]))
