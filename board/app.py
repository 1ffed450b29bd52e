"""Puts the board together; the only file that names concrete classes."""

import base64
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import sqlalchemy as sa
import structlog

from board.api.http.application import create_application
from board.api.http.events import Views
from board.api.http.guard import Guard
from board.api.http.routes import all_resources
from board.api.outbound.carrier import NetworkCarrier
from board.api.rpc.board import BoardServicer
from board.api.rpc.flow import FlowClient
from board.api.rpc.gateway import GatewayClient
from board.api.rpc.kernel import KernelClient
from board.api.rpc.peer import BoardPeer
from board.api.rpc.serving import ServingClient
from board.api.rpc.union import UnionClient
from board.service.audit import Audit
from board.service.board import Board, Outside
from board.service.key_rotation import KeyRotation
from board.service.passwords import Passwords
from board.service.ports import Identity as About
from board.service.ports import Services
from board.settings import BoardSettings
from board.store.base import Stores
from board.store.secret_file import FileSecretBox
from board.store.sql.accounts import SqlAccountStore
from board.store.sql.audit import SqlAuditStore
from board.store.sql.blocked import SqlBlockStore
from board.store.sql.consents import SqlConsentStore
from board.store.sql.data_sets import SqlDataSetStore
from board.store.sql.flows import SqlFlowStore
from board.store.sql.idempotency import SqlIdempotencyStore
from board.store.sql.messages import SqlMessageStore
from board.store.sql.models import SqlModelStore
from board.store.sql.notices import SqlNoticeStore
from board.store.sql.outbox import SqlOutboxStore
from board.store.sql.projects import SqlProjectStore
from board.store.sql.requests import SqlRequestStore
from board.store.sql.shared import SqlSharedStore
from board.store.token_file import SetupTokenFile
from common.backup import seal_identity
from common.health import HealthServer
from common.http.server import HttpServer
from common.identity import Identity, load_ledger_key, load_member, load_service, load_tls, load_trust, member_name
from common.rpc import RelayDispatcher, Server, SignedChannel, SqlNonceStore, connect
from common.sql import open_database
from proto.board.v1.board_pb2_grpc import add_BoardServiceServicer_to_server
from proto.common.v1.signing_pb2_grpc import add_RelayServiceServicer_to_server
from proto.flow.v1.flow_pb2_grpc import FlowServiceStub
from proto.gateway.v1.gateway_pb2_grpc import GatewayServiceStub
from proto.kernel.v1.kernel_pb2_grpc import KernelServiceStub
from proto.serving.v1.serving_pb2_grpc import ServingServiceStub
from proto.union.v1.union_pb2_grpc import UnionServiceStub

log = structlog.get_logger()
SETUP_FILE = "setup.token"
SECRETS_FILE = "notices.key"
MIGRATIONS = Path(__file__).parent / "store" / "migrations"
SAMPLE = Path(__file__).parent / "samples" / "credit_clients.csv"
_DIST = Path(__file__).parent / "web" / "dist"
_FORM_BYTES = 1 << 20  # what a form adds to the file in it
_ACCESS = {
    "/hanse.board.v1.BoardService/CheckJob": {"flow@self"},
    "/hanse.board.v1.BoardService/JobEnded": {"flow@self"},
    "/hanse.board.v1.BoardService/PrepareRun": {"flow@self"},
    "/hanse.common.v1.RelayService/Relay": {"gateway@self"},
}


def sql_stores(engine: sa.Engine) -> Stores:
    """Return all stores over one database."""
    return Stores(
        accounts=SqlAccountStore(engine),
        idempotency=SqlIdempotencyStore(engine),
        data_sets=SqlDataSetStore(engine),
        projects=SqlProjectStore(engine),
        consents=SqlConsentStore(engine),
        flows=SqlFlowStore(engine),
        models=SqlModelStore(engine),
        outbox=SqlOutboxStore(engine),
        audit=SqlAuditStore(engine),
        requests=SqlRequestStore(engine),
        messages=SqlMessageStore(engine),
        blocked=SqlBlockStore(engine),
        shared=SqlSharedStore(engine),
        notices=SqlNoticeStore(engine),
    )


def create_admin(settings: BoardSettings, account: str, password: str) -> str:
    """Add an administrator and return its role; raises Conflict when the account exists."""
    engine = open_database(settings.database_url, migrations=MIGRATIONS)
    try:
        stores = sql_stores(engine)
        return str(Board.accounts_of(stores, Passwords(), settings.session_hours).create_admin(account, password).role)
    finally:
        engine.dispose()


def rotate_keys(settings: BoardSettings) -> tuple[str, Path]:
    """Rotate the member's keys by the operator's hand; see `KeyRotation.rotate`."""
    engine = open_database(settings.database_url, migrations=MIGRATIONS)
    try:
        return _key_rotation(settings, Audit(SqlAuditStore(engine))).rotate("")
    finally:
        engine.dispose()


def _key_rotation(settings: BoardSettings, audit: Audit) -> KeyRotation:
    @contextmanager
    def dial(speaker: Identity) -> Iterator[UnionClient]:
        with connect(settings.union_address, speaker, "union", load_trust(settings.home), timeout_s=10.0) as channel:
            yield _union(settings, speaker.id, channel)

    return KeyRotation(settings.home, settings.passphrase, dial, audit)


def _union(settings: BoardSettings, member: str, channel: SignedChannel) -> UnionClient:
    ledger_key = load_ledger_key(settings.home, settings.passphrase())
    return UnionClient(UnionServiceStub(channel), member, ledger_key, bytes.fromhex(settings.federation_salt))


class BoardApp:
    """A running board; `http_address` is the bound address once it has started."""

    def __init__(self, settings: BoardSettings) -> None:
        self._settings = settings
        self._stack = ExitStack()
        self.port = 0
        self.http_address = ""
        self.health_port = 0

    def start(self) -> None:
        """Open the database, connect to the services (none has to be there yet), open both doors."""
        settings, stack = self._settings, self._stack
        passphrase = settings.passphrase()
        identity = load_service(settings.home, "board", passphrase)
        trust = load_trust(settings.home)
        engine = open_database(settings.database_url, migrations=MIGRATIONS)
        stack.callback(engine.dispose)

        about, services = self._identity(passphrase), self._services(passphrase)
        token = SetupTokenFile(settings.data / SETUP_FILE)
        carrier = NetworkCarrier(settings.notify_allow, about.member, settings.public_url)
        board = Board(
            about,
            services,
            sql_stores(engine),
            Passwords(),
            settings.session_hours,
            token,
            SAMPLE.read_bytes,
            Outside(FileSecretBox(settings.data / SECRETS_FILE), carrier),
        )
        board.start()
        if board.setup.needed:
            log.info("setup_waits", token_file=str(token.path), page=f"{settings.public_url}/setup")
        stack.callback(board.stop)

        relay = RelayDispatcher()
        BoardPeer(board.partners, board.reach, board.own_data).register(relay)
        server = Server(settings.listen, identity, trust, _ACCESS, SqlNonceStore(engine))
        server.add(
            add_BoardServiceServicer_to_server,
            BoardServicer(board.proposals, board.models, board.anchors, board.windows),
        )
        server.add(add_RelayServiceServicer_to_server, relay)
        stack.callback(server.stop, 1.0)

        views = Views(max(1, settings.http_threads // 2))
        guard = Guard(board.accounts, board.stores.idempotency)
        secure = settings.public_url.startswith("https://")
        resources = all_resources(
            board,
            services,
            views,
            _key_rotation(settings, board.audit),
            seal=lambda words: seal_identity(settings.home, words),
            knobs=settings.described(),
            secure=secure,
            max_upload_bytes=settings.max_upload_bytes,
        )
        application = create_application(resources, guard, f"Hanse board of {about.name}", settings.web or _DIST)
        most = settings.max_upload_bytes + _FORM_BYTES
        http = HttpServer("the board", settings.http_listen, application, settings.http_threads, most)
        stack.callback(http.stop)
        stack.callback(board.feed.close)  # live views end, so that their threads are free

        def database() -> None:
            with engine.connect() as connection:
                connection.execute(sa.text("SELECT 1"))

        health = HealthServer(settings.health_port, {"database": database})
        self.port = server.start()
        http.start()
        self.http_address = http.address
        self.health_port = health.start()
        stack.callback(health.stop)

    def stop(self) -> None:
        """Stop in the opposite order."""
        self._stack.close()

    def _identity(self, passphrase: str | None) -> About:
        settings = self._settings
        own = load_member(settings.home, passphrase)
        return About(
            member=own.id,
            name=member_name(settings.home),
            gateway=settings.gateway_peer_address,
            signing_key=own.public.signing.hex(),
            stream_key=own.public.stream.hex(),
            tls_cert=base64.b64encode(load_tls(settings.home, passphrase).cert_der).decode(),
            contact=settings.contact,
        )

    def _services(self, passphrase: str | None) -> Services:
        settings = self._settings
        identity, trust = load_service(settings.home, "board", passphrase), load_trust(settings.home)
        own = load_member(settings.home, passphrase)

        def channel(service: str, address: str) -> SignedChannel:
            made = connect(address, identity, f"{service}@{own.id}", trust)
            self._stack.callback(made.close)
            return made

        union = connect(settings.union_address, own, "union", trust, timeout_s=5.0)
        self._stack.callback(union.close)
        serving = settings.serving_address
        return Services(
            kernel=KernelClient(KernelServiceStub(channel("kernel", settings.kernel_address))),
            flow=FlowClient(FlowServiceStub(channel("flow", settings.flow_address))),
            gateway=GatewayClient(GatewayServiceStub(channel("gateway", settings.gateway_address))),
            union=_union(settings, own.id, union),
            serving=ServingClient(ServingServiceStub(channel("serving", serving))) if serving else None,
        )
