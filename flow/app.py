"""Puts flow together; the only file that names concrete classes."""

from pathlib import Path

import sqlalchemy as sa

from common.health import HealthServer
from common.identity import load_service, load_trust
from common.rpc import RelayDispatcher, Server, SqlNonceStore, connect
from common.sql import open_database
from flow.api.rpc.flow import FlowServicer
from flow.api.rpc.outbound import BoardClient, GatewayClient, KernelClient, PeerClient
from flow.api.rpc.peer import FlowPeer
from flow.service.coordinator import Coordinator
from flow.service.driver import Driver
from flow.service.jobs import Jobs
from flow.service.own_part import OwnPart
from flow.service.participant import Participant
from flow.service.requests import Requests
from flow.service.schedules import Schedules
from flow.settings import FlowSettings
from flow.store.sql import SqlJobStore
from flow.store.sql_schedules import SqlScheduleStore
from proto.board.v1.board_pb2_grpc import BoardServiceStub
from proto.common.v1.signing_pb2_grpc import add_RelayServiceServicer_to_server
from proto.flow.v1 import flow_pb2
from proto.flow.v1.flow_pb2_grpc import add_FlowServiceServicer_to_server
from proto.gateway.v1.gateway_pb2_grpc import GatewayServiceStub
from proto.kernel.v1.kernel_pb2_grpc import KernelServiceStub

_MIGRATIONS = Path(__file__).parent / "store" / "migrations"


class FlowApp:
    """A running flow; `port` is the bound one once it has started."""

    def __init__(self, settings: FlowSettings) -> None:
        identity = load_service(settings.home, "flow", settings.passphrase())
        trust = load_trust(settings.home)
        member = identity.id.partition("@")[2]
        self._engine = open_database(settings.database_url, migrations=_MIGRATIONS)

        self._channels = {
            service: connect(address, identity, f"{service}@{member}", trust)
            for service, address in (
                ("kernel", settings.kernel_address),
                ("gateway", settings.gateway_address),
                ("board", settings.board_address),
            )
        }
        gateway = GatewayServiceStub(self._channels["gateway"])
        kernel = KernelClient(KernelServiceStub(self._channels["kernel"]))
        board = BoardClient(BoardServiceStub(self._channels["board"]))
        peers = PeerClient(gateway)

        jobs = Jobs(SqlJobStore(self._engine))
        self._own = OwnPart(jobs, kernel, GatewayClient(gateway))
        requests = Requests(jobs, peers, member)
        participant = Participant(jobs, self._own, board, peers, member)
        self._driver = Driver(jobs, Coordinator(jobs, self._own, board, peers), participant)
        self._schedules = Schedules(SqlScheduleStore(self._engine), requests, jobs, board)
        relay = RelayDispatcher()
        FlowPeer(jobs, participant, requests).register(relay)

        methods = flow_pb2.DESCRIPTOR.services_by_name["FlowService"].methods
        access = {f"/hanse.flow.v1.FlowService/{method.name}": {"board@self"} for method in methods}
        access["/hanse.common.v1.RelayService/Relay"] = {"gateway@self"}
        self._nonces = SqlNonceStore(settings.data / "nonces.db")
        self._server = Server(settings.listen, identity, trust, access, self._nonces)
        self._server.add(add_FlowServiceServicer_to_server, FlowServicer(jobs, requests, self._schedules))
        self._server.add(add_RelayServiceServicer_to_server, relay)
        self.port = 0
        self._health = HealthServer(settings.health_port, {"database": self._check_database})

    def start(self) -> None:
        """Open the doors, follow the kernel, drive the jobs, keep the time."""
        self._health.start()
        self.port = self._server.start()
        self._own.start_following()
        self._driver.start()
        self._schedules.start()

    def stop(self) -> None:
        """Stop in the opposite order; leases are given back, so that the next start goes on at once."""
        self._schedules.close()
        self._own.close()
        self._server.stop(1.0)
        self._driver.close()
        for channel in self._channels.values():
            channel.close()
        self._health.stop()
        self._engine.dispose()

    def _check_database(self) -> None:
        with self._engine.connect() as connection:
            connection.execute(sa.text("SELECT 1"))
