"""Puts fusion together; the only file that names concrete classes."""

import secrets
import threading
from contextlib import ExitStack
from importlib.metadata import version
from pathlib import Path

import sqlalchemy as sa

from common import log
from common.disk import room
from common.errors import InvalidInput
from common.health import HealthServer
from common.http.operation import Resource
from common.http.server import HttpServer
from common.identity import Identity, TlsFiles, create_member, load_ledger_key, load_member, load_tls
from common.keyfiles import write_private
from common.rpc import Server, SqlNonceStore, TlsServer
from common.sql import open_database
from fusion.api.board import HttpBoard
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
from fusion.api.rpc.outbound import GrpcNodes
from fusion.api.rpc.peer import ACCESS, FusionPeer
from fusion.domain.identity import NodeIdentity
from fusion.domain.models import Task
from fusion.service.acceptances import Acceptances
from fusion.service.acquaintance import Acquaintance
from fusion.service.aligning import Aligning
from fusion.service.answering import Answering
from fusion.service.consents import Consents
from fusion.service.counting import Counting
from fusion.service.data_sets import DataSets
from fusion.service.driver import Driver
from fusion.service.egress import Egress
from fusion.service.inbox import Inbox
from fusion.service.links import Links
from fusion.service.numbers import Numbers
from fusion.service.offer_limits import OfferLimits
from fusion.service.offers import Offers, offer_of
from fusion.service.pacing import Limits, Pacing
from fusion.service.partners import Partners
from fusion.service.pausing import Pausing
from fusion.service.planning import Planning
from fusion.service.preparing import Preparing
from fusion.service.proposing import Proposing
from fusion.service.results import Results
from fusion.service.scheduling import Scheduling
from fusion.service.shelf import Shelf
from fusion.service.steps import Steps
from fusion.service.table_choice import TableChoice
from fusion.service.tables import Tables
from fusion.service.tasks import Tasks
from fusion.service.terms import offered
from fusion.service.warming import Warming
from fusion.settings import FusionSettings
from fusion.store.files import FileWorkFiles
from fusion.store.shelves import FileShelves
from fusion.store.sql import SqlDataSetStore, SqlPartnerStore, SqlTaskStore
from fusion.store.sql_egress import SqlEgressStore, SqlLinkStore
from fusion.store.sql_prepared import SqlTableStore
from fusion.store.sql_schedules import SqlConsentStore, SqlScheduleStore
from kernel.crypto.prg import derive
from proto.fusion.v1.fusion_pb2_grpc import add_FusionPeerServiceServicer_to_server

_MIGRATIONS = Path(__file__).parent / "store" / "migrations"
_DIST = Path(__file__).parents[1] / "board" / "web" / "dist"  # one web application for all services
_TOKEN = "token"  # noqa: S105 (the file's name)
_TOKEN_BYTES = 32
_LOG = log.get(__name__)


def create_node(home: Path, name: str, passphrase: str | None = None) -> None:
    """Make a node's keys and its token; they are never overwritten."""
    create_member(home, name, name, [], passphrase)
    write_private(home / _TOKEN, secrets.token_urlsafe(_TOKEN_BYTES).encode())


def read_token(home: Path) -> str:
    """Read the token that HTTP requests must show; a file that others may read is refused."""
    path = home / _TOKEN
    try:
        if path.stat().st_mode & 0o077:
            raise InvalidInput(f"{path} may be read by others", hint="chmod 600 the file.")
        token = path.read_text("utf-8").strip()
    except OSError as problem:
        hint = "Make the node first: python -m fusion init."
        raise InvalidInput(f"{path} cannot be read: {problem.strerror}", hint=hint) from problem
    if not token:
        raise InvalidInput(f"{path} is empty", hint="Write a long random text into it.")
    return token


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
        uses = _UseCases(settings, identity, tls, engine, stack)
        uses.data_sets.start()

        nonces = SqlNonceStore(settings.data / "nonces.db")
        stack.callback(nonces.close)
        pacing = Pacing(_limits_of(settings))
        pinned = TlsServer(tls, uses.partners.pins)
        door = Server(
            settings.peer_listen, identity, uses.partners, ACCESS, nonces, tls=pinned, border=True, count=pacing.unknown
        )
        served = FusionPeer(uses.acquaintance, uses.offers, uses.acceptances, uses.inbox, uses.aligning, uses.pausing)
        peer = ConfirmedOnly(served, uses.partners.admit, pacing.known)
        door.add(add_FusionPeerServiceServicer_to_server, peer)
        stack.callback(door.stop)
        port = door.start()
        self.peer_address = settings.public_address or f"{settings.peer_listen.rpartition(':')[0]}:{port}"

        def check() -> None:
            with engine.connect() as connection:
                connection.execute(sa.text("SELECT 1"))

        public = identity.public
        me = NodeIdentity(identity.id, self.peer_address, public.signing, public.stream, tls.cert_der)
        web = HttpServer(
            "the node's page (http_listen)",
            settings.http_listen,
            create_application(
                [node_resource(lambda: me, check), *uses.resources()], lambda: token, settings.web or _DIST
            ),
            8,
            settings.max_upload_bytes,
        )
        stack.callback(web.stop)
        web.start()
        self.http_address = web.address
        for works in (uses.driver, uses.scheduling, uses.acquaintance, uses.preparing, uses.warming):
            stack.callback(works.close)
            works.start()
        health = HealthServer(settings.health_port, {"database": check})
        stack.callback(health.stop)
        self.health_port = health.start()
        _LOG.info("doors_open", node=identity.id, peer=self.peer_address, http=web.address, health=self.health_port)

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


class _UseCases:
    """Everything between the stores and the doors."""

    def __init__(
        self, settings: FusionSettings, identity: Identity, tls: TlsFiles, engine: sa.Engine, stack: ExitStack
    ) -> None:
        self._settings, self._member = settings, identity.id
        wakened, over = threading.Event(), threading.Event()
        # Of the one key that stays when the others are renewed, so that what is under way can go on.
        lasting = bytes.fromhex(load_ledger_key(settings.home, settings.passphrase()))
        vault_key = derive(lasting, "fusion", "vault")
        files = FileWorkFiles(settings.data, vault_key)
        store = SqlTaskStore(engine)
        self.tasks = tasks = Tasks(store, files, wakened.set)
        self.partners = Partners(identity.id, SqlPartnerStore(engine), store)
        self.data_sets = DataSets(SqlDataSetStore(engine), store, files, settings.max_upload_bytes)
        self.egress = Egress(SqlEgressStore(engine), tasks)
        nodes = GrpcNodes(identity, tls, self.partners, self.egress)
        stack.callback(nodes.close)
        self.acquaintance = Acquaintance(identity.id, self.partners, nodes, settings.greet_every_s)
        way = (1e6 * settings.link_mbit_per_s, settings.link_round_trip_ms / 1000)
        counting = Counting(self.data_sets, settings.max_rows)

        known, shelves = SqlTableStore(engine), FileShelves(settings.data, vault_key)
        limits = {"days": settings.table_days, "at_most": settings.tables_at_most}
        limits["most_bytes"] = settings.tables_most_bytes
        self.tables = Tables(known, store, shelves, self.partners, self.data_sets, **limits)
        shelf, choice, numbers = Shelf(self.tables, known, shelves), TableChoice(self.tables), Numbers(settings.threads)
        stack.callback(numbers.close)
        self.planning = planning = Planning(Links(SqlLinkStore(engine), nodes, *way), choice, settings.threads)
        self.warming = Warming([psi.name for psi in offered().values() if psi.automatic], over)

        def offer(task: Task) -> None:
            nodes.node(task.partner).propose(offer_of(task, planning.machine))

        self.preparing = Preparing(identity.id, self.tables, known, shelves, self.data_sets, numbers, over)
        proposing = Proposing(store, tasks, self.partners, counting, choice, settings.task_timeout_s, offer)
        schedules = SqlScheduleStore(engine)
        self.consents = Consents(SqlConsentStore(engine), schedules)
        self.answering = Answering(store, tasks, self.partners, counting, planning, self.consents, choice)
        self.pausing = Pausing(store, tasks, nodes)
        self.scheduling = Scheduling(schedules, tasks, proposing, self.data_sets)
        self.board = HttpBoard(settings.board_url, settings.board_token_file)
        self.results = Results(tasks, files, self.board)
        self.inbox = Inbox(store, files)
        kept = OfferLimits(settings.partner_unanswered, settings.partner_proposals_a_day)
        most = (settings.max_rows, settings.task_timeout_s)
        self.offers = Offers(store, tasks, self.inbox, self.consents, kept, *most)
        self.acceptances = Acceptances(store, tasks, self.inbox, choice)
        self.aligning = Aligning(
            identity.id, store, tasks, files, self.data_sets, self.inbox, planning, shelf, numbers, over
        )
        steps = Steps(store, tasks, self.aligning, nodes, proposing, self.answering, self.pausing)
        self.driver = Driver(store, tasks, files, steps, wakened, over, settings.pause_at_most_s)

    def resources(self) -> list[Resource]:
        """Declare them for HTTP."""
        doing = Doing(self.tasks, self.scheduling, self.answering, self.pausing, self.egress)
        return [
            partner_resource(self.partners),
            standing_resource(self.partners, self.acquaintance, self.tasks.stop_with),
            data_set_resource(self.data_sets),
            key_rule_resource(self.data_sets),
            task_resource(doing),
            control_resource(doing),
            result_resource(self.results),
            table_resource(self.tables),
            egress_resource(self.egress),
            schedule_resource(Repeating(self.scheduling, self.consents, self.tasks)),
            machine_resource(self._machine, self.planning),
        ]

    def _machine(self) -> MachineOut:
        return MachineOut(
            node=self._member,
            version=version("hanse"),
            cores=self.planning.machine.cores,
            threads=self._settings.threads,
            vectors=self.planning.machine.vectors,
            free_bytes=room("data", self._settings.data).free_bytes,
            board=self.board.url,
        )
