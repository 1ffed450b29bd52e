"""The composition root: the only file that names which ledger, index and servers the union has."""

from __future__ import annotations

import logging
from contextlib import ExitStack
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from eth_utils.crypto import keccak

from common.health import HealthServer
from common.http.server import HttpServer
from common.identity import load_member, load_trust
from common.keyfiles import read_ledger_key
from common.records import address_of
from common.rpc import Server, SqlNonceStore
from ledger.embedded import EmbeddedNode
from ledger.errors import RegisterNotOpen
from ledger.federation import Succession
from ledger.json_rpc import JsonRpcNode
from ledger.opening import chain_of, open_registry
from ledger.registry import VERSION, deploy_registry
from proto.union.v1.union_pb2_grpc import add_UnionServiceServicer_to_server
from union.api.http.status import create_page
from union.api.rpc.union import ACCESS, UnionServicer, newcomer
from union.errors import ContractOutdated, FederationIncomplete, LedgerRolledBack, MoveUnfinished
from union.service.callers import RegisteredCallers
from union.service.governing import OwnSignature, SentSignature, sign_admission
from union.service.indexing import Indexer
from union.service.moving import compare_nonces, copy_records, hand_over
from union.service.register import Register
from union.store.files import (
    GOVERNANCE_KEY,
    HISTORY,
    RELAY_KEY,
    EndpointsFile,
    FederationFile,
    MoveFile,
    RegistryFile,
    load_federation,
    load_move,
    load_registry,
    lock_data,
    new_history,
    remove_endpoints,
    save_endpoints,
    save_history,
    save_move,
    save_registry,
)
from union.store.sql import SqlIndex

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from ledger.ports import Node
    from ledger.record import Record
    from ledger.registry import Registry
    from union.service.moving import Signature
    from union.settings import UnionSettings
    from union.store.base import Index

# Twice what a page of records may hold.
MAX_MESSAGE_BYTES = 8 * 1024 * 1024
_PAGE_BODY_BYTES = 1 << 16  # the page takes no uploads


class UnionApp:
    """The union as one process.

    Parameters
    ----------
    settings : UnionSettings
        Every knob.
    """

    def __init__(self, settings: UnionSettings) -> None:
        self._settings = settings
        self._closing = ExitStack()
        self.endpoints = EndpointsFile("", "", "")

    def start(self) -> None:
        """Open ledger and index, then listen."""
        settings = self._settings
        # py-evm logs every rolled-back write with all its bytes.
        logging.getLogger("eth").setLevel(logging.CRITICAL)
        passphrase = settings.passphrase()
        federation = load_federation(settings.home)
        identity = load_member(settings.home, passphrase)
        register, indexer, index = self._open(federation, passphrase)
        indexer.catch_up()

        callers = RegisteredCallers(index, load_trust(settings.home))
        nonces = SqlNonceStore(settings.data / "nonces.db")
        self._closing.callback(nonces.close)
        server = Server(
            settings.listen,
            identity,
            callers,
            ACCESS,
            nonces,
            allow_ips=settings.allow_ips,
            max_message_bytes=MAX_MESSAGE_BYTES,
            newcomers=newcomer,
            border=True,
            workers=16,
        )
        server.add(add_UnionServiceServicer_to_server, UnionServicer(register))
        port = server.start()
        self._closing.callback(server.stop)

        status = ""
        if settings.status_listen:
            page = HttpServer("the status page", settings.status_listen, create_page(register), 2, _PAGE_BODY_BYTES)
            page.start()
            self._closing.callback(page.stop)
            status = page.address
        health = HealthServer(settings.health_port, {"ledger": indexer.check, "index": index.check})
        health.start()
        self._closing.callback(health.stop)
        indexer.start(settings.follow_interval_s)
        self._closing.callback(indexer.stop)
        host = settings.listen.rpartition(":")[0]
        self.endpoints = EndpointsFile(f"{host}:{port}", status, f"127.0.0.1:{health.port}")
        save_endpoints(settings.data, self.endpoints)
        self._closing.callback(remove_endpoints, settings.data)

    def stop(self) -> None:
        """Stop listening, then close index and ledger."""
        self._closing.close()

    def rebuild_index(self) -> int:
        """Read the whole ledger into a fresh index; return the number of records."""
        federation = load_federation(self._settings.home)
        _, indexer, _ = self._open(federation, self._settings.passphrase())
        return indexer.rebuild()

    def move(
        self,
        target: UnionSettings,
        told: Callable[[int, int], None],
        switch: Callable[[], object],
        signed: Sequence[Record] = (),
    ) -> Path:
        """Take the federation to the ledger that other settings name; return the file with the old one's history.

        Parameters
        ----------
        target : UnionSettings
            These settings with another ledger.
        told : callable
            Is told how many of how many records have been copied.
        switch : callable
            Puts the target's settings in place of these; may be called again.
        signed : sequence of Record
            Closing records that other governors have signed.
        """
        data = self._settings.data
        self._closing.callback(lock_data(data).close)
        passphrase = self._settings.passphrase()
        federation = load_federation(self._settings.home)
        move, left = load_move(data), load_registry(data)
        if move is not None and move.target != target.ledger_url:
            raise MoveUnfinished(f"a move to {move.target or 'the embedded ledger'} has begun")
        if left is None:
            raise FederationIncomplete("the register stands on no ledger yet", hint="Start the union once, then move.")
        if move is None or not move.switching:
            relay = read_ledger_key(self._settings.home / RELAY_KEY, passphrase)
            old_node = self._node(self._settings, relay)
            self._closing.callback(old_node.close)
            new_node = old_node
            # The same ledger: the federation gets a contract of another version.
            if target.ledger_url != self._settings.ledger_url:
                new_node = self._node(target, relay)
                self._closing.callback(new_node.close)
            old = self._registry(old_node, federation)
            left = RegistryFile(old.address, old.first_block, chain_of(old_node), old.generation)
            if move is None:
                generation = old.generation + 1
                contract, block = deploy_registry(new_node, federation.governance, generation)
                chain, history = chain_of(new_node), new_history(data, left)
                move = MoveFile(target.ledger_url, contract, block, chain, history, generation)
                save_move(data, move)
            new = open_registry(new_node, federation.governance, move.contract, move.block, move.chain_id)
            copy_records(old, new, told)
            succession = Succession(move.contract, move.chain_id)
            hand_over(old, new, succession, self._signatures(federation, passphrase, signed))
            # Now nobody writes to the old one any more; what came meanwhile and the closing record itself come along.
            lines = copy_records(old, new, told)
            compare_nonces(old, new, lines)
            save_history(data / HISTORY / move.history, [asdict(left), *(line.told() for line in lines)])
            # From here on there is no way back: a start in between is refused until the move is repeated.
            move = replace(move, switching=True)
            save_move(data, move)
        index = self._index()
        self._closing.callback(index.close)
        index.clear()
        save_registry(data, RegistryFile(move.contract, move.block, move.chain_id, move.generation))
        switch()
        save_move(data, None)
        return data / HISTORY / move.history

    def _open(self, federation: FederationFile, passphrase: str | None) -> tuple[Register, Indexer, Index]:
        settings = self._settings
        self._closing.callback(lock_data(settings.data).close)
        move = load_move(settings.data)
        if move is not None and move.switching:
            raise MoveUnfinished(f"the move to {move.target or 'the embedded ledger'} is not complete")
        node = self._node(settings, read_ledger_key(settings.home / RELAY_KEY, passphrase))
        self._closing.callback(node.close)
        before = load_registry(settings.data)
        registry = self._registry(node, federation)
        if registry.version < VERSION:
            raise ContractOutdated(f"the contract at {registry.address} has version {registry.version}")
        if not registry.is_open():
            raise RegisterNotOpen(f"the contract at {registry.address} is of a move that is not complete")
        index = self._index()
        self._closing.callback(index.close)
        found = RegistryFile(registry.address, registry.first_block, chain_of(node), registry.generation)
        if before is not None and before.generation < found.generation:
            _take_up(index, registry)
        if found != before:
            save_registry(settings.data, found)
        indexer = Indexer(registry, index, keccak)
        register = Register(
            federation.federation,
            federation.governance,
            registry,
            index,
            indexer,
            max_pending=settings.max_pending,
            admit=self._admit(federation, passphrase),
        )
        return register, indexer, index

    @staticmethod
    def _node(settings: UnionSettings, relay_key: str) -> Node:
        if not settings.ledger_url:
            return EmbeddedNode(settings.data / "ledger.db", relay_key)
        return JsonRpcNode(
            settings.ledger_url,
            relay_key,
            page_blocks=settings.ledger_page_blocks,
            timestamp_unit_ms=settings.ledger_timestamp_unit_ms,
            legacy_gas=settings.ledger_legacy_gas,
            timeout_s=settings.ledger_timeout_s,
        )

    def _index(self) -> Index:
        url = self._settings.database_url
        # pymongo takes a third of a second to load, which only its users should wait for.
        if url.startswith("mongodb"):
            from union.store.mongo import MongoIndex

            return MongoIndex(url)
        return SqlIndex(url)

    def _registry(self, node: Node, federation: FederationFile) -> Registry:
        settings = self._settings
        kept = load_registry(settings.data)
        if kept is not None and federation.generation > kept.generation:
            kept = None
        contract, block = settings.contract, settings.contract_block
        if not contract and kept is not None:
            contract, block = kept.contract, kept.block
        # A contract that the settings name may stand on another chain than the one of the last start.
        chain = settings.ledger_chain_id or (kept.chain_id if kept and not settings.contract else 0)
        # A card of a later generation tells where the federation has moved.
        if not contract and federation.contract:
            contract, block, chain = federation.contract, federation.block, federation.chain_id
        return open_registry(node, federation.governance, contract, block, chain)

    def _signatures(
        self, federation: FederationFile, passphrase: str | None, signed: Sequence[Record]
    ) -> list[Signature]:
        sent: list[Signature] = [SentSignature(record) for record in signed]
        if not (self._settings.home / GOVERNANCE_KEY).exists():
            return sent
        key = read_ledger_key(self._settings.home / GOVERNANCE_KEY, passphrase)
        return [OwnSignature(federation.governance.salt, key), *sent]

    def _admit(self, federation: FederationFile, passphrase: str | None) -> Callable[[str, int], Record] | None:
        if not self._settings.auto_admit:
            return None
        key = read_ledger_key(self._settings.home / GOVERNANCE_KEY, passphrase)
        if federation.threshold != 1 or address_of(key) != federation.governors[0]:
            raise FederationIncomplete(
                "auto_admit needs a threshold of 1 and this union's own governance key",
                hint="Set auto_admit = false and let the governors admit members.",
            )
        return lambda member, nonce: sign_admission(federation.governance.salt, key, member, "admit", nonce=nonce)


def _take_up(index: Index, registry: Registry) -> None:
    """Forget where records stood on the ledger that the federation has left; the new one has to hold them all."""
    there, here = registry.head(), index.head()
    if there.sequence < here.sequence:
        raise LedgerRolledBack(f"the new contract holds {there.sequence} records, this union has seen {here.sequence}")
    index.clear()
