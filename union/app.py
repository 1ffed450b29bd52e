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
from proto.union.v1.union_pb2_grpc import add_UnionServiceServicer_to_server
from union.api.http.status import create_page
from union.api.rpc.union import ACCESS, UnionServicer, newcomer
from union.errors import FederationIncomplete, MoveUnfinished
from union.ledger.contract import deploy_registry
from union.ledger.embedded import EmbeddedNode
from union.ledger.json_rpc import JsonRpcNode
from union.ledger.opening import chain_of, open_registry
from union.service.callers import RegisteredCallers
from union.service.governing import sign_admission
from union.service.indexing import Indexer
from union.service.moving import copy_records
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
    from collections.abc import Callable
    from pathlib import Path

    from union.domain.record import Record
    from union.ledger.base import Node
    from union.ledger.contract import Registry
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

    def move(self, target: UnionSettings, told: Callable[[int, int], None], switch: Callable[[], object]) -> Path:
        """Take the federation to the ledger that other settings name; return the file with the old one's history.

        Parameters
        ----------
        target : UnionSettings
            These settings with another ledger.
        told : callable
            Is told how many of how many records have been copied.
        switch : callable
            Puts the target's settings in place of these; may be called again.
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
            old_node, new_node = self._node(self._settings, relay), self._node(target, relay)
            self._closing.callback(old_node.close)
            self._closing.callback(new_node.close)
            old = self._registry(old_node, federation)
            left = RegistryFile(old.address, old.first_block, chain_of(old_node))
            if move is None:
                contract, block = deploy_registry(new_node, federation.governance)
                chain, history = chain_of(new_node), new_history(data, left)
                move = MoveFile(target.ledger_url, contract, block, chain, history)
                save_move(data, move)
            new = open_registry(new_node, federation.governance, move.contract, move.block, move.chain_id)
            lines = copy_records(old, new, told)
            save_history(data / HISTORY / move.history, [asdict(left), *(line.told() for line in lines)])
            # From here on there is no way back: a start in between is refused until the move is repeated.
            move = replace(move, switching=True)
            save_move(data, move)
        index = self._index()
        self._closing.callback(index.close)
        index.clear()
        save_registry(data, RegistryFile(move.contract, move.block, move.chain_id))
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
        registry = self._registry(node, federation)
        index = self._index()
        self._closing.callback(index.close)
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
        contract, block = settings.contract, settings.contract_block
        if not contract and kept is not None:
            contract, block = kept.contract, kept.block
        # A contract that the settings name may stand on another chain than the one of the last start.
        chain = settings.ledger_chain_id or (kept.chain_id if kept and not settings.contract else 0)
        if not contract and federation.contract:
            contract, block, chain = federation.contract, federation.block, federation.chain_id
        registry = open_registry(node, federation.governance, contract, block, chain)
        found = RegistryFile(registry.address, registry.first_block, chain_of(node))
        if found != kept:
            save_registry(settings.data, found)
        return registry

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
