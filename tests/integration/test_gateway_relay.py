"""Calls of one member's services to another's, through both gateways."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from common.errors import HanseError, InvalidInput, PermissionDenied, RemoteError, Unavailable
from common.identity import load_service, load_trust
from common.rpc import MemoryNonceStore, RelayDispatcher, Server, peer_call
from common.rpc import errors as rpc_errors
from flow.api.rpc.outbound import PeerClient
from flow.domain.job import Job, Lane, Task, new_job
from flow.domain.states import State
from flow.domain.telling import heard, told_to
from gateway.domain import errors as e
from proto.common.v1 import signing_pb2_grpc
from proto.flow.v1 import flow_pb2
from proto.gateway.v1 import gateway_pb2 as pb
from proto.gateway.v1 import gateway_pb2_grpc
from tests.integration.gateways import Node, SmallUnion, until

PEER_JOB = "/hanse.flow.v1.FlowPeerService/PeerJob"


class ToyFlow:
    """A flow of the bureau that takes partners' calls."""

    def __init__(self, node: Node) -> None:
        self.origins: list[str] = []
        relay = RelayDispatcher()
        relay.register(PEER_JOB, flow_pb2.PeerJobRequest, self.job)
        access = {"/hanse.common.v1.RelayService/Relay": {"gateway@self"}}
        self.server = Server(
            "127.0.0.1:0", load_service(node.home, "flow"), load_trust(node.home), access, MemoryNonceStore()
        )
        self.server.add(signing_pb2_grpc.add_RelayServiceServicer_to_server, relay)
        self.port = self.server.start()

    def job(self, origin: str, request: flow_pb2.PeerJobRequest) -> flow_pb2.PeerJobResponse:
        self.origins.append(origin)
        if request.job == "none":
            raise InvalidInput("row 17 is odd", public_detail="no such job", hint="ask again", party="bureau")
        if request.job == "own":
            raise Strange("inside")
        tasks = told_to(origin, self.job_of(request.job))
        return flow_pb2.PeerJobResponse(state="running", tasks=tasks)

    @staticmethod
    def job_of(name: str) -> Job:
        spec = flow_pb2.JobSpec(job=name)
        for member, role in (("bureau", "promoter"), ("bank", "provider")):
            spec.parties.add(member=member, role=role)
        spec.nodes.add(id="a", component="noop")
        lanes = {"bureau": Lane(0.504, "iteration 3 of 60", "bank")}
        own = Task("a", "noop", State.RUNNING, 1, parties={"bureau": "running", "bank": "running"}, lanes=lanes)
        return new_job(spec, "bureau", State.RUNNING).with_task(own)


class Strange(PermissionDenied):
    code = "HAN-5999"


@pytest.fixture
def flow(tmp_path: Path, union: SmallUnion) -> Iterator[tuple[Node, ToyFlow]]:
    bureau = Node(tmp_path, "bureau", union)
    toy = ToyFlow(bureau)
    bureau.knobs["flow_address"] = f"127.0.0.1:{toy.port}"
    bank = Node(tmp_path, "bank", union)
    for node in (bank, bureau):
        node.start()
        node.register()
    board = bank.stub("board")
    until(lambda: board.ProbePeer(pb.ProbePeerRequest(member="bureau")).reachable)
    until(lambda: bureau.stub("board").ProbePeer(pb.ProbePeerRequest(member="bank")).reachable)
    yield bank, toy
    for node in (bank, bureau):
        node.stop()
    toy.server.stop(0)


def ask(stub: gateway_pb2_grpc.GatewayServiceStub, job: str, method: str = PEER_JOB) -> flow_pb2.PeerJobResponse:
    return peer_call(stub, "bureau", method, flow_pb2.PeerJobRequest(job=job), flow_pb2.PeerJobResponse, 5.0)


def test_flow_calls_flow_through_both_gateways(flow: tuple[Node, ToyFlow]) -> None:
    bank, toy = flow
    stub = bank.stub("flow")
    assert ask(stub, "j1").state == "running"
    assert toy.origins == ["bank"]
    (line,) = bank.stub("board").ListEgress(pb.ListEgressRequest()).lines
    assert (line.kind, line.member, line.message) == ("control", "bureau", PEER_JOB)
    with pytest.raises(InvalidInput) as caught:
        ask(stub, "none")
    assert (caught.value.detail, caught.value.hint, caught.value.party) == ("no such job", "ask again", "bureau")
    with pytest.raises(HanseError) as strange:
        ask(stub, "own")
    assert strange.value.code == "HAN-5999"
    assert "inside" not in strange.value.detail


def test_a_provider_hears_of_the_promoters_lane_through_both_gateways(flow: tuple[Node, ToyFlow]) -> None:
    bank, toy = flow
    answer = PeerClient(bank.stub("flow")).job("bureau", "j1")
    assert toy.origins == ["bank"]
    spec = ToyFlow.job_of("j1").spec
    ours = new_job(spec, "bank", State.RUNNING)
    begun = ours.with_task(ours.tasks["a"].begun(1, {"bank": "running"}, 1, resume=False))
    task = heard(begun, answer.tasks, 5).tasks["a"]
    assert task.parties == {"bank": "running", "bureau": "running"}
    assert task.lanes == {"bureau": Lane(0.5, "iteration 3 of 60", "bank")}


def test_only_ones_own_kind_of_service(flow: tuple[Node, ToyFlow]) -> None:
    bank, toy = flow
    with pytest.raises(e.NotRelayableError):
        ask(bank.stub("board"), "j1")
    with pytest.raises(e.NotRelayableError):
        ask(bank.stub("flow"), "j1", "/hanse.flow.v1.FlowService/GetJob")
    with pytest.raises(rpc_errors.NotRelayedError):
        ask(bank.stub("flow"), "j1", "/hanse.flow.v1.FlowPeerService/Unheard")
    toy.server.stop(0)
    with pytest.raises(Unavailable) as caught:
        ask(bank.stub("flow"), "j1")
    assert caught.value.party == "bureau"
    assert str(toy.port) not in caught.value.detail
    assert not isinstance(caught.value, RemoteError)
