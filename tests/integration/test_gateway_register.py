"""The register behind the gateways: it may be away, and it cannot lie."""

from __future__ import annotations

import secrets

from common.errors import HanseError
from common.identity import load_ledger_key
from common.records import address_of
from gateway.domain import errors as e
from tests.integration.gateways import Node, SmallUnion, key, parts, receive


def test_known_members_stay_while_the_union_is_away(opened: tuple[Node, Node], union: SmallUnion) -> None:
    bank, bureau = opened
    union.stop()
    for node in opened:
        node.stop()
    for node in opened:
        node.start()
    bureau.stub("kernel").Send(parts(key("bureau", "bank"), b"x"))
    assert receive(bank.stub("kernel"), key("bureau", "bank")) == b"x"


def refusal(node: Node) -> HanseError | None:
    try:
        node.app.directory.sync()
    except HanseError as error:
        return error
    return None


def test_the_register_cannot_go_back_or_lie(pair: tuple[Node, Node], union: SmallUnion) -> None:
    bank, bureau = pair
    directory = bank.app.directory
    before = directory.member("bureau")
    bureau.register()
    assert refusal(bank) is None
    assert directory.member("bureau").nonce == 1
    union.head -= 1
    assert isinstance(refusal(bank), e.RollbackError)
    union.head += 5
    # an older record of the same owner under a newer sequence
    union.put("bureau", bureau.body(), load_ledger_key(bureau.home), nonce=0)
    # a stranger's record for a known member
    union.put("bank", bank.body(), secrets.token_hex(32))
    assert refusal(bank) is None
    assert directory.member("bureau").nonce == 1
    union.put("bureau", bureau.body() | {"gateway": "127.0.0.1:1"}, secrets.token_hex(32), nonce=9)
    assert refusal(bank) is None
    assert directory.member("bureau").gateway == before.gateway
    # a body changed after signing
    union.put("bureau", bureau.body(), load_ledger_key(bureau.home), nonce=10)
    union.entries["bureau"].record.body = union.entries["bureau"].record.body.replace(b"127.0.0.1", b"127.0.0.9")
    assert refusal(bank) is None
    assert directory.member("bureau").gateway == before.gateway
    # a member that governance never admitted, whatever the union's status says
    ghost = {**bureau.body(), "member": "ghost"}
    union.put("ghost", ghost, secrets.token_hex(32))
    union.decide("ghost", "admit", key=secrets.token_hex(32))
    assert refusal(bank) is None
    assert directory.find("ghost") is None
    # a lost ledger key, replaced under governance's signature
    fresh = secrets.token_hex(32)
    union.put("bureau", bureau.body(), fresh)
    union.decide("bureau", "rotate", successor=address_of(fresh).lower())
    assert refusal(bank) is None
    assert directory.member("bureau").owner == address_of(fresh)
    union.salt = bytes(32)
    union.head += 1
    assert isinstance(refusal(bank), e.RollbackError)
    assert directory.member("bureau").gateway == before.gateway
