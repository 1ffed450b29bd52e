"""Puts serving together; the only file that names concrete classes."""

import os
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from flask import Flask

from common import log
from common.health import HealthServer
from common.identity import load_service, load_trust, member_id
from common.keyfiles import write_private
from common.rpc import RelayDispatcher, Server, SqlNonceStore, connect
from common.sql import open_database
from proto.common.v1.signing_pb2_grpc import add_RelayServiceServicer_to_server
from proto.gateway.v1.gateway_pb2_grpc import GatewayServiceStub
from proto.serving.v1.serving_pb2_grpc import add_ServingServiceServicer_to_server
from serving.api.http.application import create_application
from serving.api.http.workers import SETTINGS_FILE, WebWorkers, die_with_parent
from serving.api.rpc.outbound import GatewayPartners
from serving.api.rpc.peer import ServingPeer
from serving.api.rpc.serving import ACCESS, ServingServicer
from serving.service.keys import Keys
from serving.service.models import Models
from serving.service.parts import Limits, OwnParts
from serving.service.ports import Partners
from serving.service.predictions import Predictions
from serving.settings import ServingSettings
from serving.store.base import UsageStore
from serving.store.keyfiles import FilePartKeys
from serving.store.sql import SqlAuditStore, SqlKeyStore, SqlModelStore, SqlQuotaStore
from serving.store.usage import SqlUsageStore

_MIGRATIONS = Path(__file__).parent / "store" / "migrations"
_LOG = log.get(__name__)


@dataclass(frozen=True, slots=True)
class Core:
    """The use cases over this member's stores, as the gRPC process and each HTTP worker have them."""

    member: str
    engine: sa.Engine
    models: Models
    predictions: Predictions
    keys: Keys
    parts: OwnParts
    usage: UsageStore

    def check(self) -> None:
        """Raise when the database does not answer."""
        with self.engine.connect() as connection:
            connection.execute(sa.text("SELECT 1"))


def build_core(settings: ServingSettings, stack: ExitStack, partners: Partners | None = None) -> Core:
    """Open the stores and the way to the partners; `stack` closes them."""
    passphrase = settings.passphrase()
    engine = open_database(settings.database_url, migrations=_MIGRATIONS)
    stack.callback(engine.dispose)
    member = member_id(settings.home)
    if partners is None and settings.gateway_address:
        identity, trust = load_service(settings.home, "serving", passphrase), load_trust(settings.home)
        channel = connect(settings.gateway_address, identity, f"gateway@{member}", trust)
        stack.callback(channel.close)
        partners = GatewayPartners(GatewayServiceStub(channel), settings.partner_timeout_s)
    store, quota = SqlModelStore(engine), SqlQuotaStore(engine)
    part_keys = FilePartKeys(settings.data / "keys", passphrase)
    models = Models(member, store, part_keys)
    usage = SqlUsageStore(engine)
    predictions = Predictions(member, models, partners, usage, settings.max_ids_per_call)
    stack.callback(predictions.close)
    limits = Limits(settings.max_ids_per_call, settings.partner_ids_per_minute)
    parts = OwnParts(member, models, store, part_keys, quota, SqlAuditStore(engine), partners, limits)
    return Core(member, engine, models, predictions, Keys(SqlKeyStore(engine), quota, store), parts, usage)


class ServingApp:
    """A running serving. Once it has started, `port`, `http_address` and `health_port` tell where."""

    def __init__(self, settings: ServingSettings) -> None:
        self._settings = settings
        self._stack = ExitStack()
        self.port = 0
        self.health_port = 0
        self.http_address = ""

    def start(self) -> None:
        """Open the stores and both doors."""
        settings, stack = self._settings, self._stack
        settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
        core = build_core(settings, stack)
        identity = load_service(settings.home, "serving", settings.passphrase())
        relay = RelayDispatcher()
        ServingPeer(core.parts).register(relay)
        nonces = SqlNonceStore(settings.data / "nonces.db")
        stack.callback(nonces.close)
        access = {**ACCESS, "/hanse.common.v1.RelayService/Relay": {"gateway@self"}}
        server = Server(settings.listen, identity, load_trust(settings.home), access, nonces)
        servicer = ServingServicer(
            core.member, core.models, core.predictions, core.keys, core.usage, settings.data / "incoming"
        )
        server.add(add_ServingServiceServicer_to_server, servicer)
        server.add(add_RelayServiceServicer_to_server, relay)

        file = settings.data / "http.json"
        write_private(file, settings.model_dump_json().encode())
        workers = WebWorkers(settings.http_listen, file)
        # The processes first: they are forked before gRPC has threads.
        stack.callback(workers.stop)
        workers.start()
        stack.callback(server.stop)
        self.port = server.start()
        self.http_address = workers.address
        health = HealthServer(settings.health_port, {"database": core.check, "http": workers.check})
        stack.callback(health.stop)
        self.health_port = health.start()
        _LOG.info("doors_open", member=core.member, port=self.port, http=self.http_address, health=self.health_port)

    def stop(self) -> None:
        """Close both doors and everything behind them."""
        self._stack.close()


def web_application() -> Flask:
    """Make the application of one HTTP worker; its settings' place stands in the environment."""
    die_with_parent()
    settings = ServingSettings.model_validate_json(Path(os.environ[SETTINGS_FILE]).read_bytes())
    log.configure("serving-http", settings.log_level)
    core = build_core(settings, ExitStack())
    return create_application(core.models, core.predictions, core.keys, core.check, settings.max_body_bytes)
