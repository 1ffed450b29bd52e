"""Puts a node together: its stores, its use cases and both doors."""

from contextlib import ExitStack
from importlib.metadata import version
from pathlib import Path

import sqlalchemy as sa

from common import log
from common.disk import room
from common.health import HealthServer
from common.http.operation import Resource
from common.http.server import HttpServer
from common.identity import Identity, TlsFiles, load_member, load_tls
from common.rpc import Server, SqlNonceStore, TlsServer
from common.sql import open_database
from fusion.api.http.application import create_application
from fusion.api.http.data_sets import data_set_resource
from fusion.api.http.egress import egress_resource
from fusion.api.http.key_rules import key_rule_resource
from fusion.api.http.machine import machine_resource
from fusion.api.http.partners import node_resource, partner_resource, standing_resource
from fusion.api.http.results import result_resource
from fusion.api.http.schedules import Repeating, schedule_resource
from fusion.api.http.schema_machine import MachineOut
from fusion.api.http.tables import table_resource
from fusion.api.http.tasks import Doing, control_resource, task_resource
from fusion.api.rpc.admission import ConfirmedOnly
from fusion.api.rpc.peer import ACCESS, FusionPeer
from fusion.domain.identity import NodeIdentity
from fusion.domain.sums import AT_LEAST
from fusion.home import read_token
from fusion.service.pacing import Limits, Pacing
from fusion.settings import FusionSettings
from fusion.stores import Stores
from fusion.uses import UseCases
from proto.fusion.v1.fusion_pb2_grpc import add_FusionPeerServiceServicer_to_server

_MIGRATIONS = Path(__file__).parent / "store" / "migrations"
_DIST = Path(__file__).parents[1] / "board" / "web" / "dist"  # one web application for all services
_THREADS = 8  # HTTP requests at once
_LOG = log.get(__name__)


class FusionApp:
    """A running node. Once it has started, `peer_address`, `http_address` and `health_port` tell where."""

    def __init__(self, settings: FusionSettings) -> None:
        self._settings = settings
        self._stack = ExitStack()
        self.peer_address = ""
        self.http_address = ""
        self.health_port = 0

    def start(self) -> None:
        """Open the stores and both doors, and go on with what is unfinished."""
        settings, stack = self._settings, self._stack
        settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
        passphrase = settings.passphrase()
        identity, tls = load_member(settings.home, passphrase), load_tls(settings.home, passphrase)
        token = read_token(settings.home)
        engine = open_database(settings.database_url, migrations=_MIGRATIONS)
        stack.callback(engine.dispose)
        uses = UseCases(settings, identity, tls, Stores(settings, engine), stack)
        uses.data_sets.start()

        def check() -> None:
            with engine.connect() as connection:
                connection.execute(sa.text("SELECT 1"))

        self._open_to_partners(identity, tls, uses)
        public = identity.public
        me = NodeIdentity(identity.id, self.peer_address, public.signing, public.stream, tls.cert_der)
        resources = [node_resource(lambda: me, check), *_resources(uses, settings, identity.id)]
        application = create_application(resources, lambda: token, settings.web or _DIST)
        what = "the node's page (http_listen)"
        web = HttpServer(what, settings.http_listen, application, _THREADS, settings.max_upload_bytes)
        stack.callback(web.stop)
        web.start()
        self.http_address = web.address
        uses.start()
        health = HealthServer(settings.health_port, {"database": check})
        stack.callback(health.stop)
        self.health_port = health.start()
        _LOG.info("doors_open", node=identity.id, peer=self.peer_address, http=web.address, health=self.health_port)

    def _open_to_partners(self, identity: Identity, tls: TlsFiles, uses: UseCases) -> None:
        settings = self._settings
        nonces = SqlNonceStore(settings.data / "nonces.db")
        self._stack.callback(nonces.close)
        pacing, pinned = Pacing(_limits_of(settings)), TlsServer(tls, uses.partners.pins)
        door = Server(
            settings.peer_listen,
            identity,
            uses.partners,
            ACCESS,
            nonces,
            tls=pinned,
            border=True,
            count=pacing.unknown,
        )
        served = FusionPeer(uses.acquaintance, uses.offers, uses.acceptances, uses.inbox, uses.aligning, uses.pausing)
        peer = ConfirmedOnly(served, uses.partners.admit, pacing.known)
        door.add(add_FusionPeerServiceServicer_to_server, peer)
        self._stack.callback(door.stop)
        port = door.start()
        self.peer_address = settings.public_address or f"{settings.peer_listen.rpartition(':')[0]}:{port}"

    def stop(self) -> None:
        """Close both doors and everything behind them; unfinished alignments go on at the next start."""
        self._stack.close()


def _limits_of(settings: FusionSettings) -> Limits:
    return Limits(
        settings.partner_greetings_a_minute,
        settings.partner_probes_a_minute,
        settings.partner_proposals_a_minute,
        settings.address_greetings_a_minute,
        settings.greetings_a_minute,
    )


def _resources(uses: UseCases, settings: FusionSettings, own: str) -> list[Resource]:
    """Declare the use cases for HTTP."""
    doing = Doing(uses.tasks, uses.scheduling, uses.answering, uses.pausing, uses.egress)

    def machine() -> MachineOut:
        return MachineOut(
            node=own,
            version=version("hanse"),
            cores=uses.planning.machine.cores,
            threads=settings.threads,
            vectors=uses.planning.machine.vectors,
            free_bytes=room("data", settings.data).free_bytes,
            board=uses.board.url,
            sum_at_least=AT_LEAST,
        )

    return [
        partner_resource(uses.partners),
        standing_resource(uses.partners, uses.acquaintance, uses.tasks.stop_with),
        data_set_resource(uses.data_sets),
        key_rule_resource(uses.data_sets),
        task_resource(doing),
        control_resource(doing),
        result_resource(uses.results),
        table_resource(uses.tables),
        egress_resource(uses.egress),
        schedule_resource(Repeating(uses.scheduling, uses.consents, uses.tasks)),
        machine_resource(machine, uses.planning),
    ]
