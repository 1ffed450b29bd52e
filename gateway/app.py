"""Composition root: the only file that names concrete classes."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from common import log
from common.health import HealthServer
from common.identity import load_member, load_service, load_tls, load_trust
from common.rpc import Server, SqlNonceStore, TlsServer
from common.sql import open_database
from gateway.api.rpc import local, peer
from gateway.api.rpc.outward import GrpcOwnServices, GrpcPeers, GrpcRegister
from gateway.service.contacts import Contacts
from gateway.service.directory import Directory
from gateway.service.dispatch import Dispatcher
from gateway.service.inbox import Inbox
from gateway.service.outbox import Outbox
from gateway.service.policy import Policy, PolicyBook
from gateway.service.relay import Relay
from gateway.service.tasks import Tasks
from gateway.service.watch import Watch
from gateway.store.spool import FileSpool
from gateway.store.sql import (
    SqlEgressStore,
    SqlEntryStore,
    SqlGrantStore,
    SqlInboxStore,
    SqlOutboxStore,
    SqlPolicyStore,
)
from proto.gateway.v1 import gateway_pb2_grpc

if TYPE_CHECKING:
    from gateway.settings import GatewaySettings

MIGRATIONS = Path(__file__).parent / "store" / "migrations"
_LOG = log.get(__name__)


class GatewayApp:
    """A gateway: two doors, a spool, and what stands between them.

    Once it has started, `port`, `peer_port` and `health_port` are the bound ports, and `directory` its members.
    """

    def __init__(self, settings: GatewaySettings) -> None:
        self._settings = settings
        self._stack = ExitStack()
        self.port = 0
        self.peer_port = 0
        self.health_port = 0

    def start(self) -> None:
        """Open the database and the spool, read the register, open both doors, go on with undelivered messages."""
        settings = self._settings
        passphrase = settings.passphrase()
        member = load_member(settings.home, passphrase)
        identity = load_service(settings.home, "gateway", passphrase)
        trust = load_trust(settings.home)
        tls = load_tls(settings.home, passphrase)

        engine = open_database(settings.database_url, migrations=MIGRATIONS)
        self._stack.callback(engine.dispose)
        outgoing, incoming = FileSpool(settings.data / "spool" / "out"), FileSpool(settings.data / "spool" / "in")
        nonces = SqlNonceStore(engine)
        policy = PolicyBook(SqlPolicyStore(engine), Policy(tuple(settings.blacklist), tuple(settings.allow_ips)))

        register = GrpcRegister(settings.union_address, member, trust)
        self._stack.callback(register.close)
        directory = Directory(member.id, register, SqlEntryStore(engine), policy, settings.union_refresh_s)
        peers = GrpcPeers(member, tls, directory)
        self._stack.callback(peers.close)
        addresses = {
            "board": settings.board_address,
            "flow": settings.flow_address,
            "serving": settings.serving_address,
        }
        services = GrpcOwnServices(identity, trust, addresses)
        self._stack.callback(services.close)

        tasks = Tasks(member.id, SqlGrantStore(engine), settings.max_message_bytes)
        contacts = Contacts(peers, settings.gone_after_s, settings.hung_after_s)
        outbox_store = SqlOutboxStore(engine)
        dispatcher = Dispatcher(peers, tasks, outbox_store, outgoing, contacts, settings.delivery_workers)
        outbox = Outbox(member.id, tasks, outbox_store, outgoing, settings.outbox_quota_bytes, dispatcher.submit)
        inbox = Inbox(member.id, tasks, SqlInboxStore(engine), incoming, contacts, settings.inbox_quota_bytes)
        dispatcher.on_end.append(outbox.release)
        dispatcher.on_refused.append(inbox.wake)
        egress = SqlEgressStore(engine)
        relay = Relay(member.id, peers, services, egress)
        folders = {"spool_out": settings.data / "spool" / "out", "spool_in": settings.data / "spool" / "in"}
        watch = Watch(egress, outbox_store, folders)

        self.directory = directory
        directory.start()
        self._stack.callback(directory.stop)
        self._stack.callback(contacts.stop)
        self._stack.callback(dispatcher.stop)
        door = Server(settings.listen, identity, trust, local.ACCESS, nonces, workers=settings.workers)
        door.add(
            gateway_pb2_grpc.add_GatewayServiceServicer_to_server,
            local.LocalServicer(tasks, outbox, inbox, relay, egress, policy, peers, contacts, watch),
        )
        self._stack.callback(door.stop)
        peer_door = Server(
            settings.peer_listen,
            member,
            directory,
            peer.ACCESS,
            nonces,
            tls=TlsServer(tls, directory.pins),
            allow_ips=policy.allow_ips,
            border=True,
            workers=settings.workers,
        )
        peer_door.add(
            gateway_pb2_grpc.add_GatewayPeerServiceServicer_to_server, peer.PeerServicer(inbox, relay, contacts)
        )
        self._stack.callback(peer_door.stop)
        self._stack.callback(inbox.stop)
        self.port = door.start()
        self.peer_port = peer_door.start()
        dispatcher.start()
        self._report(engine)
        _LOG.info("doors_open", member=member.id, port=self.port, peer_port=self.peer_port, health=self.health_port)

    def _report(self, engine: sa.Engine) -> None:
        def database() -> None:
            with engine.connect() as connection:
                connection.execute(sa.text("SELECT 1"))

        checks = {"database": database, "register": self.directory.check}
        health = HealthServer(self._settings.health_port, checks)
        self._stack.callback(health.stop)
        self.health_port = health.start()

    def stop(self) -> None:
        """Close both doors and everything behind them; undelivered messages stay in the spool."""
        self._stack.close()
