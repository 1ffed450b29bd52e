"""What every node has to do, asked through the one client."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import pytest

from ledger.errors import ForeignRecord, LedgerRefused, RegisterMoved, WrongNonce
from ledger.federation import Succession
from ledger.record import Kind, MemberStatus, Posted
from ledger.registry import Registry, deploy_registry
from ledger.tests.federation import closing

if TYPE_CHECKING:
    from collections.abc import Callable

    from ledger.ports import Node
    from ledger.tests.federation import Keys


def everything(registry: Registry) -> list[Posted]:
    pages = registry.read(0, registry.head().block)
    return [posted for _, page in pages for posted in page]


def test_what_was_submitted_is_read_back(open_node: Callable[[], Node], keys: Keys) -> None:
    node = open_node()
    before_ms = time.time_ns() // 1_000_000_000 * 1000  # blocks of most chains carry whole seconds
    registry = Registry(node, *deploy_registry(node, keys.governance))
    assert registry.governance() == keys.governance
    sent = [registry.submit(keys.member("bank")), registry.submit(keys.admission("bank"))]
    sent += [registry.submit(keys.data("bank", rows=rows)) for rows in range(24)]
    found = everything(registry)
    assert found == sent
    assert [posted.sequence for posted in found] == list(range(1, 27))
    assert [posted.status for posted in found[:3]] == [MemberStatus.PENDING, MemberStatus.ADMITTED, None]
    assert before_ms <= found[0].time_ms <= found[-1].time_ms < before_ms + 60_000
    assert registry.head().sequence == 26
    registry.close()


def test_pages_end_where_they_say(open_node: Callable[[], Node], keys: Keys) -> None:
    node = open_node()
    registry = Registry(node, *deploy_registry(node, keys.governance))
    registry.submit(keys.member("bank"))
    block = registry.head().block
    assert [last for last, _ in registry.read(1, block)] == [block]
    assert list(registry.read(block + 1, block)) == []
    registry.close()


def test_state_survives_reopening(open_node: Callable[[], Node], keys: Keys) -> None:
    node = open_node()
    address, block = deploy_registry(node, keys.governance)
    first = Registry(node, address, block)
    first.submit(keys.member("bank"))
    kept = everything(first)
    first.close()
    second = Registry(open_node(), address, block)
    assert everything(second) == kept
    assert second.next_nonce(keys.address("bank")) == 1
    assert second.submit(keys.admission("bank")).sequence == 2
    second.close()


def test_a_refused_record_leaves_no_trace(open_node: Callable[[], Node], keys: Keys) -> None:
    node = open_node()
    registry = Registry(node, *deploy_registry(node, keys.governance))
    record = keys.member("bank")
    registry.submit(record)
    head = registry.head()
    with pytest.raises(WrongNonce):
        registry.submit(record)
    assert registry.head() == head
    registry.close()


def test_an_address_without_the_contract(open_node: Callable[[], Node]) -> None:
    node = open_node()
    registry = Registry(node, "0x" + "12" * 20)
    with pytest.raises(LedgerRefused, match="does not answer"):
        registry.head()
    registry.close()


def test_ids_are_each_members_own_but_projects(open_node: Callable[[], Node], keys: Keys) -> None:
    node = open_node()
    registry = Registry(node, *deploy_registry(node, keys.governance))
    for member in ("bank", "bureau"):
        registry.submit(keys.member(member))
        registry.submit(keys.admission(member))
    for kind in (Kind.DATA_RESOURCE, Kind.CONSENT, Kind.ANCHOR):
        for member in ("bureau", "bank"):
            registry.submit(keys.sign(member, kind, "prj-1.bank", {}))
    registry.submit(keys.sign("bank", Kind.PROJECT, "prj-1", {}))
    with pytest.raises(ForeignRecord):
        registry.submit(keys.sign("bureau", Kind.PROJECT, "prj-1", {}))
    registry.close()


def test_a_closed_contract_says_where_to_go(open_node: Callable[[], Node], keys: Keys) -> None:
    node = open_node()
    first = Registry(node, *deploy_registry(node, keys.governance))
    first.submit(keys.member("bank"))
    second = Registry(node, *deploy_registry(node, keys.governance, 2))
    second.submit(everything(first)[0].record)
    leave = keys.sign("governor-0", Kind.CLOSING, "1", {**closing(1), "successor": second.address.lower()})
    first.submit(leave)
    with pytest.raises(RegisterMoved, match=f"contract {second.address} on chain 20200"):
        first.submit(keys.admission("bank"))
    assert first.succession() == Succession(second.address, 20200)
    assert [posted.record for posted in everything(first)] == [everything(second)[0].record, leave]
    assert not second.is_open()
    second.submit(leave)
    assert second.is_open()
    second.submit(keys.sign("governor-0", Kind.ADMISSION, "bank", {"action": "admit", "member": "bank"}, nonce=1))
    assert [posted.sequence for posted in everything(second)] == [1, 2, 3]
    first.close()


def test_two_clients_of_one_account_at_once(open_node: Callable[[], Node], keys: Keys) -> None:
    node = open_node()
    address, block = deploy_registry(node, keys.governance)
    clients = [Registry(node, address, block) for _ in range(2)]
    for member in ("bank", "bureau"):
        clients[0].submit(keys.member(member))
        clients[0].submit(keys.admission(member))
    records = {member: [keys.data(member, rows=rows) for rows in range(8)] for member in ("bank", "bureau")}
    failures: list[BaseException] = []

    def write(client: Registry, member: str) -> None:
        try:
            for record in records[member]:
                client.submit(record)
        except BaseException as problem:
            failures.append(problem)
            raise

    threads = [threading.Thread(target=write, args=pair) for pair in zip(clients, ("bank", "bureau"), strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    kept = [posted.record for posted in everything(clients[0])]
    assert [posted.sequence for posted in everything(clients[0])] == list(range(1, 21))
    for member in ("bank", "bureau"):
        assert [record for record in kept if record in records[member]] == records[member]
    clients[0].close()
