"""Puts fusion together; the only file that names concrete classes."""

import secrets
import threading
from contextlib import ExitStack
from pathlib import Path

import sqlalchemy as sa

from common import log
from common.errors import InvalidInput
from common.health import HealthServer
from common.http.server import HttpServer
from common.identity import create_member, load_member, load_tls
from common.keyfiles import write_private
from common.rpc import Server, SqlNonceStore, TlsServer
from common.sql import open_database
from fusion.api.http.application import create_application
from fusion.api.http.data_sets import data_set_resource
from fusion.api.http.partners import Node, node_resource, partner_resource
from fusion.api.http.tasks import task_resource
from fusion.api.rpc.outbound import GrpcNodes
from fusion.api.rpc.peer import ACCESS, FusionPeer
from fusion.domain.models import Task
from fusion.service.aligning import Aligning
from fusion.service.data_sets import DataSets
from fusion.service.driver import Driver
from fusion.service.inbox import Inbox
from fusion.service.offers import Offers, offer_of
from fusion.service.partners import Partners
from fusion.service.tasks import Tasks
from fusion.settings import FusionSettings
from fusion.store.files import FileWorkFiles
from fusion.store.sql import SqlDataSetStore, SqlPartnerStore, SqlTaskStore
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
        vault = derive(identity.stream.private_bytes_raw(), "fusion", "vault")
        files, store = FileWorkFiles(settings.data, vault), SqlTaskStore(engine)
        partners = Partners(identity.id, SqlPartnerStore(engine), store)
        nodes = GrpcNodes(identity, tls, partners)
        stack.callback(nodes.close)
        data_sets = DataSets(SqlDataSetStore(engine), store, files, settings.max_upload_bytes)
        wakened, over = threading.Event(), threading.Event()
        tasks = Tasks(store, partners, data_sets, files, settings.max_rows, settings.task_timeout_s, wakened.set)
        inbox = Inbox(store, files)
        aligning = Aligning(identity.id, store, tasks, files, inbox, settings.threads, over)
        stack.callback(aligning.close)
        driver = Driver(store, tasks, aligning, nodes, files, wakened, over)

        nonces = SqlNonceStore(settings.data / "nonces.db")
        stack.callback(nonces.close)
        door = Server(
            settings.peer_listen,
            identity,
            partners,
            ACCESS,
            nonces,
            tls=TlsServer(tls, partners.pins),
            border=True,
        )
        offers = Offers(store, tasks, inbox, settings.max_rows, settings.task_timeout_s)
        door.add(add_FusionPeerServiceServicer_to_server, FusionPeer(offers, inbox, aligning))
        stack.callback(door.stop)
        port = door.start()
        self.peer_address = settings.public_address or f"{settings.peer_listen.rpartition(':')[0]}:{port}"

        def check() -> None:
            with engine.connect() as connection:
                connection.execute(sa.text("SELECT 1"))

        def offer(task: Task) -> None:
            nodes.node(task.partner).propose(offer_of(task))

        public = identity.public
        me = Node(identity.id, self.peer_address, public.signing, public.stream, tls.cert_der)
        resources = [
            node_resource(lambda: me, check),
            partner_resource(partners),
            data_set_resource(data_sets),
            task_resource(tasks, offer),
        ]
        web = HttpServer(
            "the node's page (http_listen)",
            settings.http_listen,
            create_application(resources, lambda: token, settings.web or _DIST),
            8,
            settings.max_upload_bytes,
        )
        stack.callback(web.stop)
        web.start()
        self.http_address = web.address
        stack.callback(driver.close)
        driver.start()
        health = HealthServer(settings.health_port, {"database": check})
        stack.callback(health.stop)
        self.health_port = health.start()
        _LOG.info("doors_open", node=identity.id, peer=self.peer_address, http=web.address, health=self.health_port)

    def stop(self) -> None:
        """Close both doors and everything behind them; unfinished alignments go on at the next start."""
        self._stack.close()
