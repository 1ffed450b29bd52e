"""Two gateways over real mutual TLS: messages, crashes, refusals, relays, and the register behind them."""

from __future__ import annotations

import hashlib
import secrets
import signal
import statistics
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import grpc
import pytest

from common.errors import HanseError, InvalidInput, PermissionDenied, RemoteError, Unavailable
from common.identity import create_member, load_ledger_key, load_member, load_service, load_tls, load_trust
from common.records import address_of
from common.rpc import MemoryNonceStore, RelayDispatcher, Server, TlsClient, connect, peer_call
from common.rpc import errors as rpc_errors
from gateway.domain import errors as e
from proto.common.v1 import signing_pb2_grpc
from proto.flow.v1 import flow_pb2
from proto.gateway.v1 import gateway_pb2 as pb
from proto.gateway.v1 import gateway_pb2_grpc
from tests.integration.gateways import Node, Process, SmallUnion, grant, key, parts, receive, until

PARTIES = {"bank": "promoter", "bureau": "provider"}


@pytest.fixture
def union() -> Iterator[SmallUnion]:
    made = SmallUnion()
    yield made
    made.stop()


@pytest.fixture
def pair(tmp_path: Path, union: SmallUnion) -> Iterator[tuple[Node, Node]]:
    bank, bureau = Node(tmp_path, "bank", union), Node(tmp_path, "bureau", union)
    for node in (bank, bureau):
        node.start()
        node.register()
    board, other = bank.stub("board"), bureau.stub("board")
    until(lambda: board.ProbePeer(pb.ProbePeerRequest(member="bureau")).reachable)
    until(lambda: other.ProbePeer(pb.ProbePeerRequest(member="bank")).reachable)
    yield bank, bureau
    bank.stop()
    bureau.stop()


@pytest.fixture
def opened(pair: tuple[Node, Node]) -> tuple[Node, Node]:
    for node in pair:
        node.open_task(PARTIES)
    return pair


def test_a_message_arrives_whole_and_once(opened: tuple[Node, Node]) -> None:
    bank, bureau = opened
    payload = secrets.token_bytes(3_500_000)
    message = key("bureau", "bank")
    sender, receiver = bureau.stub("kernel"), bank.stub("kernel")
    assert not sender.Send(parts(message, payload)).duplicate
    assert receive(receiver, message) == payload
    assert receive(receiver, message) == payload  # a restarted kernel reads again
    assert sender.Send(parts(message, payload)).duplicate
    with pytest.raises(e.MessageConflictError):
        sender.Send(parts(message, payload[:-1] + b"x"))
    empty = key("bureau", "bank", step="empty")
    sender.Send(parts(empty, b""))
    assert receive(receiver, empty) == b""


def test_what_left_is_recorded(opened: tuple[Node, Node]) -> None:
    bank, bureau = opened
    payload = b"12345"
    bureau.stub("kernel").Send(parts(key("bureau", "bank"), payload))
    receive(bank.stub("kernel"), key("bureau", "bank"))
    board = bureau.stub("board")
    (line,) = board.ListEgress(pb.ListEgressRequest(job="j")).lines
    assert (line.member, line.component, line.message, line.kind, line.bytes) == (
        "bank",
        "toy",
        "gradient",
        "ciphertext",
        5,
    )
    assert line.sha256 == hashlib.sha256(payload).digest()
    assert dict(board.SumEgress(pb.SumEgressRequest(job="j")).bytes_by_kind) == {"ciphertext": 5}
    assert not bank.stub("board").ListEgress(pb.ListEgressRequest(job="j")).lines


def test_a_receiver_waits_and_is_woken_at_once(opened: tuple[Node, Node]) -> None:
    bank, bureau = opened
    sender, receiver = bureau.stub("kernel"), bank.stub("kernel")
    took = []
    with ThreadPoolExecutor(1) as pool:
        for step in range(30):
            message = key("bureau", "bank", str(step))
            waiting = pool.submit(receive, receiver, message)
            started = time.perf_counter()
            sender.Send(parts(message, b"x" * 1000))
            waiting.result(10)
            took.append(time.perf_counter() - started)
    # 15 ms on a quiet machine; the bound here only catches a sleeping loop on a busy one.
    assert statistics.median(took) < 0.045


def test_an_unsent_message_is_not_found_after_the_wait(opened: tuple[Node, Node]) -> None:
    with pytest.raises(e.NoMessageYetError) as caught:
        receive(opened[0].stub("kernel"), key("bureau", "bank"), 50)
    assert (caught.value.code, caught.value.party) == ("HAN-3404", "bureau")


def test_the_grant_is_law(opened: tuple[Node, Node]) -> None:
    bank, bureau = opened
    kernel = bureau.stub("kernel")
    wrong = [
        (key("bureau", "bank", message="secrets"), e.NotGrantedError),
        (key("bureau", "bank", message="weights"), e.NotGrantedError),  # not this role's message
        (key("bureau", "retailer"), e.NotGrantedError),
        (key("bank", "bureau"), e.NotYourMessageError),
        (key("bureau", "bank", task="other"), e.NotOpenYetError),
        (key("bureau", "bank", attempt=2), e.NotOpenYetError),
        (key("bureau", "bank", step="x" * 200), e.MessageShapeError),
    ]
    for message, error in wrong:
        with pytest.raises(error):
            kernel.Send(parts(message, b"x"))
    with pytest.raises(e.NotYourMessageError):
        receive(bank.stub("kernel"), key("bank", "bureau"))
    bureau.open_task(PARTIES, task="small", max_bytes=10)
    with pytest.raises(e.NotGrantedError, match="10 are granted"):
        kernel.Send(parts(key("bureau", "bank", task="small"), b"x" * 11))
    assert not bureau.stub("board").ListEgress(pb.ListEgressRequest()).lines


def test_a_lying_kernel_spools_nothing(opened: tuple[Node, Node]) -> None:
    bureau = opened[1]
    kernel = bureau.stub("kernel")
    good = list(parts(key("bureau", "bank"), b"12345"))
    for bad in ([good[0]], [good[0], pb.SendRequest(chunk=b"54321")], [*good, pb.SendRequest(chunk=b"6")]):
        with pytest.raises(e.DigestMismatchError):
            kernel.Send(iter(bad))
    with pytest.raises(e.MessageShapeError):
        kernel.Send(iter(good[1:]))
    assert not [p for p in (bureau.home / "gateway" / "spool" / "out").rglob("*") if p.is_file()]


def test_the_receivers_flow_has_its_own_word(pair: tuple[Node, Node]) -> None:
    bank, bureau = pair
    bureau.open_task(PARTIES)
    bank.open_task(PARTIES, max_bytes=10)  # bank's people allowed less
    kernel = bureau.stub("kernel")
    kernel.Send(parts(key("bureau", "bank"), b"x" * 11))

    def refused() -> bool:
        try:
            kernel.Send(parts(key("bureau", "bank", secrets.token_hex(4)), b"x"))
        except e.DeliveryRefusedError as error:
            return error.party == "bank"
        return False

    until(refused)


def test_a_delivery_waits_until_the_receivers_flow_opens(pair: tuple[Node, Node]) -> None:
    bank, bureau = pair
    bureau.open_task(PARTIES)
    bureau.stub("kernel").Send(parts(key("bureau", "bank"), b"early"))
    threading.Event().wait(0.3)  # some refused tries
    bank.open_task(PARTIES)
    started = time.monotonic()
    assert receive(bank.stub("kernel"), key("bureau", "bank")) == b"early"
    assert time.monotonic() - started < 1.0


def test_a_greater_attempt_drops_the_messages_of_lower_ones(opened: tuple[Node, Node]) -> None:
    bank, bureau = opened
    sender, receiver = bureau.stub("kernel"), bank.stub("kernel")
    sender.Send(parts(key("bureau", "bank"), b"old"))
    receive(receiver, key("bureau", "bank"))
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(receive, receiver, key("bureau", "bank", "never"))
        threading.Event().wait(0.1)
        for node in opened:
            node.open_task(PARTIES, attempt=2)
        with pytest.raises(e.StaleAttemptError):
            waiting.result(5)
    with pytest.raises(e.StaleAttemptError):
        receive(receiver, key("bureau", "bank"))
    with pytest.raises(e.StaleAttemptError):
        sender.Send(parts(key("bureau", "bank", "2"), b"old"))
    with pytest.raises(e.StaleAttemptError):
        bank.open_task(PARTIES, attempt=1)
    sender.Send(parts(key("bureau", "bank", attempt=2), b"new"))
    assert receive(receiver, key("bureau", "bank", attempt=2)) == b"new"


def test_closing_a_task_empties_the_spool(opened: tuple[Node, Node]) -> None:
    bank, bureau = opened
    bureau.stub("kernel").Send(parts(key("bureau", "bank"), b"x" * 100))
    receive(bank.stub("kernel"), key("bureau", "bank"))
    for node in opened:
        node.stub("flow").CloseTask(pb.CloseTaskRequest(job="j", task="t"))
        assert not [p for p in (node.home / "gateway" / "spool").rglob("*") if p.is_file()]
        with pytest.raises(e.TaskClosedError):
            node.stub("kernel").Send(parts(key(node.member, "bank" if node is bureau else "bureau"), b"x"))
    with pytest.raises(e.TaskClosedError):
        bank.open_task(PARTIES)
    assert bureau.stub("board").ListEgress(pb.ListEgressRequest(job="j")).lines


def test_messages_wait_for_a_member_that_is_away(opened: tuple[Node, Node]) -> None:
    bank, bureau = opened
    bank.stop()
    kernel = bureau.stub("kernel")
    for step in range(5):
        kernel.Send(parts(key("bureau", "bank", str(step)), b"%d" % step))
    bureau.stop()
    bureau.start()
    bank.start()
    receiver = bank.stub("kernel")
    assert [receive(receiver, key("bureau", "bank", str(step))) for step in range(5)] == [b"0", b"1", b"2", b"3", b"4"]
    lines = bureau.stub("board").ListEgress(pb.ListEgressRequest(job="j")).lines
    assert len(lines) == 5


def test_a_dead_peer_is_told_within_two_seconds_and_forgiven(opened: tuple[Node, Node]) -> None:
    bank, bureau = opened
    receiver = bank.stub("kernel")
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(receive, receiver, key("bureau", "bank"), 30_000)
        threading.Event().wait(0.2)
        started = time.monotonic()
        bureau.stop()
        with pytest.raises(e.PeerGoneError) as caught:
            waiting.result(10)
    assert time.monotonic() - started < 4.0  # includes stopping the other gateway
    assert (caught.value.code, caught.value.party) == ("HAN-3405", "bureau")
    bureau.start()
    bureau.stub("kernel").Send(parts(key("bureau", "bank"), b"back"))

    def arrived() -> bool:
        try:
            return receive(receiver, key("bureau", "bank")) == b"back"
        except e.PeerGoneError:
            return False

    until(arrived)


def peer_stub(node: Node, other: Node, **changes: Any) -> gateway_pb2_grpc.GatewayPeerServiceStub:
    identity = changes.get("identity") or load_member(node.home)
    tls = TlsClient(changes.get("own_tls") or load_tls(node.home), changes.get("pin") or load_tls(other.home).cert_der)
    channel = connect(f"127.0.0.1:{other.ports[1]}", identity, other.member, load_trust(other.home), tls=tls, retries=0)
    node._channels.append(channel)
    return gateway_pb2_grpc.GatewayPeerServiceStub(channel)


def test_a_broken_stream_goes_on_at_the_last_verified_byte(opened: tuple[Node, Node]) -> None:
    bank, bureau = opened
    stub = peer_stub(bureau, bank)
    payload = secrets.token_bytes(2_500_000)
    header = pb.DeliverHeader(
        key=key("bureau", "bank"), total_bytes=len(payload), sha256=hashlib.sha256(payload).digest()
    )

    def broken() -> Iterator[pb.DeliverRequest]:
        yield pb.DeliverRequest(header=header)
        yield pb.DeliverRequest(chunk=payload[:1_000_000])
        spool = bank.home / "gateway" / "spool" / "in"
        until(lambda: sum(path.stat().st_size for path in spool.rglob("*.part")) == 1_000_000)
        raise ConnectionError("the line breaks")

    with pytest.raises(ConnectionError):
        stub.Deliver(broken())
    assert stub.ResumePoint(pb.ResumePointRequest(header=header)).bytes == 1_000_000
    with pytest.raises(e.NoMessageYetError):
        receive(bank.stub("kernel"), key("bureau", "bank"), 50)

    def rest(start: int) -> Iterator[pb.DeliverRequest]:
        yield pb.DeliverRequest(header=header_from(header, start))
        yield pb.DeliverRequest(chunk=payload[start:2_000_000])
        yield pb.DeliverRequest(chunk=payload[2_000_000:])

    with pytest.raises(e.ResumeMismatchError):
        stub.Deliver(rest(1_500_000))
    assert not stub.Deliver(rest(1_000_000)).duplicate
    assert receive(bank.stub("kernel"), key("bureau", "bank")) == payload
    assert stub.ResumePoint(pb.ResumePointRequest(header=header)).delivered
    assert stub.Deliver(rest(0)).duplicate


def header_from(header: pb.DeliverHeader, start: int) -> pb.DeliverHeader:
    copy = pb.DeliverHeader()
    copy.CopyFrom(header)
    copy.from_byte = start
    return copy


def test_content_that_is_not_as_announced_never_arrives(opened: tuple[Node, Node]) -> None:
    bank, bureau = opened
    stub = peer_stub(bureau, bank)
    header = pb.DeliverHeader(key=key("bureau", "bank"), total_bytes=5, sha256=hashlib.sha256(b"12345").digest())
    for content in (b"54321", b"1234", b"123456"):
        with pytest.raises(e.DigestMismatchError):
            stub.Deliver(iter([pb.DeliverRequest(header=header), pb.DeliverRequest(chunk=content)]))
    stub.Deliver(iter([pb.DeliverRequest(header=header), pb.DeliverRequest(chunk=b"12345")]))
    assert receive(bank.stub("kernel"), key("bureau", "bank")) == b"12345"


def test_nobody_delivers_for_another_member(opened: tuple[Node, Node]) -> None:
    bank, bureau = opened
    stub = peer_stub(bureau, bank)
    header = pb.DeliverHeader(key=key("retailer", "bank"), total_bytes=0, sha256=hashlib.sha256(b"").digest())
    with pytest.raises(e.NotYourMessageError):
        stub.Deliver(iter([pb.DeliverRequest(header=header)]))


def test_the_door_knows_certificates(pair: tuple[Node, Node], tmp_path: Path) -> None:
    bank, bureau = pair
    create_member(tmp_path / "villain", "villain", "V", [])
    strange = load_tls(tmp_path / "villain")
    hello = pb.HelloRequest()
    assert peer_stub(bureau, bank).Hello(hello).version
    with pytest.raises(Unavailable):  # the handshake fails: a certificate that nobody pinned
        peer_stub(bureau, bank, own_tls=strange).Hello(hello, timeout=3)
    with pytest.raises(Unavailable):  # and so it does at the client when the server shows another one
        peer_stub(bureau, bank, pin=strange.cert_der).Hello(hello, timeout=3)
    with grpc.insecure_channel(f"127.0.0.1:{bank.ports[1]}") as channel, pytest.raises(grpc.RpcError):
        gateway_pb2_grpc.GatewayPeerServiceStub(channel).Hello(hello, timeout=1)


def test_a_known_certificate_does_not_lend_another_members_name(
    pair: tuple[Node, Node], tmp_path: Path, union: SmallUnion
) -> None:
    bank, bureau = pair
    third = Node(tmp_path, "retailer", union)
    third.ports = (0, 9)
    third.register()
    until(lambda: "no admitted" not in bank.stub("board").ProbePeer(pb.ProbePeerRequest(member="retailer")).problem)
    with pytest.raises(rpc_errors.CertificateMismatchError):
        peer_stub(bureau, bank, identity=load_member(third.home)).Hello(pb.HelloRequest())
    assert peer_stub(third, bank).Hello(pb.HelloRequest()).version  # a member that joined is let in without a restart
    third.register("frozen")
    with pytest.raises(HanseError) as caught:
        until(lambda: not peer_stub(third, bank).Hello(pb.HelloRequest()).version)
    assert caught.value.code in {rpc_errors.CallerFrozenError.code, Unavailable.code}


def test_policy_is_edited_and_kept(opened: tuple[Node, Node]) -> None:
    bank, bureau = opened
    bank.stub("board").SetPolicy(pb.SetPolicyRequest(policy=pb.Policy(blacklist=["bureau"])))
    bank.stop()
    bank.start()
    stub = peer_stub(bureau, bank)
    with pytest.raises(rpc_errors.CallerBlacklistedError):
        stub.Hello(pb.HelloRequest())
    board = bank.stub("board")
    with pytest.raises(e.BadPolicyError):
        board.SetPolicy(pb.SetPolicyRequest(policy=pb.Policy(allow_ips=["everywhere"])))
    board.SetPolicy(pb.SetPolicyRequest(policy=pb.Policy(allow_ips=["10.0.0.0/8"])))
    with pytest.raises(rpc_errors.AddressNotAllowedError):
        stub.Hello(pb.HelloRequest())
    board.SetPolicy(pb.SetPolicyRequest(policy=pb.Policy()))
    assert stub.Hello(pb.HelloRequest()).version
    assert list(board.GetPolicy(pb.GetPolicyRequest()).policy.blacklist) == []


def test_services_have_their_own_methods_only(pair: tuple[Node, Node]) -> None:
    bank = pair[0]
    with pytest.raises(rpc_errors.MethodNotAllowedError):
        bank.stub("kernel").OpenTask(pb.OpenTaskRequest(grant=grant(PARTIES)))
    with pytest.raises(rpc_errors.MethodNotAllowedError):
        bank.stub("flow").Send(parts(key("bank", "bureau"), b"x"))
    with pytest.raises(rpc_errors.MethodNotAllowedError):
        bank.stub("serving").SumEgress(pb.SumEgressRequest())


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
        return flow_pb2.PeerJobResponse(state="running")


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


def test_known_members_stay_while_the_union_is_away(opened: tuple[Node, Node], union: SmallUnion) -> None:
    bank, bureau = opened
    union.stop()
    for node in opened:
        node.stop()
    for node in opened:
        node.start()
    bureau.stub("kernel").Send(parts(key("bureau", "bank"), b"x"))
    assert receive(bank.stub("kernel"), key("bureau", "bank")) == b"x"


def refusal(node: Node) -> HanseError | None:
    try:
        node.app.directory.sync()
    except HanseError as error:
        return error
    return None


def test_the_register_cannot_go_back_or_lie(pair: tuple[Node, Node], union: SmallUnion) -> None:
    bank, bureau = pair
    directory = bank.app.directory
    before = directory.member("bureau")
    bureau.register()
    assert refusal(bank) is None
    assert directory.member("bureau").nonce == 1
    union.head -= 1
    assert isinstance(refusal(bank), e.RollbackError)
    union.head += 5
    # an older record of the same owner under a newer sequence
    union.put("bureau", bureau.body(), load_ledger_key(bureau.home), nonce=0)
    # a stranger's record for a known member
    union.put("bank", bank.body(), secrets.token_hex(32))
    assert refusal(bank) is None
    assert directory.member("bureau").nonce == 1
    union.put("bureau", bureau.body() | {"gateway": "127.0.0.1:1"}, secrets.token_hex(32), nonce=9)
    assert refusal(bank) is None
    assert directory.member("bureau").gateway == before.gateway
    # a body changed after signing
    union.put("bureau", bureau.body(), load_ledger_key(bureau.home), nonce=10)
    union.entries["bureau"].record.body = union.entries["bureau"].record.body.replace(b"127.0.0.1", b"127.0.0.9")
    assert refusal(bank) is None
    assert directory.member("bureau").gateway == before.gateway
    # a member that governance never admitted, whatever the union's status says
    ghost = {**bureau.body(), "member": "ghost"}
    union.put("ghost", ghost, secrets.token_hex(32))
    union.decide("ghost", "admit", key=secrets.token_hex(32))
    assert refusal(bank) is None
    assert directory.find("ghost") is None
    # a lost ledger key, replaced under governance's signature
    fresh = secrets.token_hex(32)
    union.put("bureau", bureau.body(), fresh)
    union.decide("bureau", "rotate", successor=address_of(fresh).lower())
    assert refusal(bank) is None
    assert directory.member("bureau").owner == address_of(fresh)
    union.salt = bytes(32)
    union.head += 1
    assert isinstance(refusal(bank), e.RollbackError)
    assert directory.member("bureau").gateway == before.gateway


def test_a_full_outbox_makes_the_kernel_wait(tmp_path: Path, union: SmallUnion) -> None:
    bureau = Node(tmp_path, "bureau", union, outbox_quota_bytes=1000)
    bureau.start()
    try:
        bureau.open_task(PARTIES)
        kernel = bureau.stub("kernel")
        kernel.Send(parts(key("bureau", "bank", "1"), b"x" * 800))
        with pytest.raises(e.SpoolFullError):
            kernel.Send(parts(key("bureau", "bank", "2"), b"x" * 800), timeout=1.5)
        with ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(lambda: kernel.Send(parts(key("bureau", "bank", "3"), b"x" * 800), timeout=20))
            threading.Event().wait(0.2)
            assert not waiting.done()
            bureau.open_task(PARTIES, attempt=2)
            with pytest.raises(e.StaleAttemptError):
                waiting.result(10)
    finally:
        bureau.stop()


def test_killed_processes_lose_and_repeat_nothing(tmp_path: Path, union: SmallUnion) -> None:
    nodes = Node(tmp_path, "bank", union), Node(tmp_path, "bureau", union)
    bank, bureau = nodes
    processes = {node.member: Process(node, tmp_path) for node in nodes}
    payload = secrets.token_bytes(1_000_000) * 40

    def reachable(node: Node, other: str) -> bool:
        try:
            return node.stub("board", retries=0).ProbePeer(pb.ProbePeerRequest(member=other)).reachable
        except Unavailable:
            return False

    def arrived(step: str) -> bool:
        try:
            return receive(bank.stub("kernel"), key("bureau", "bank", step)) == payload
        except (Unavailable, e.PeerGoneError, e.NoMessageYetError):
            return False

    try:
        for node in nodes:
            processes[node.member].start()
            node.register()
        until(lambda: reachable(bank, "bureau") and reachable(bureau, "bank"), 30)
        for node in nodes:
            node.open_task(PARTIES)
        for victim in ("bank", "bureau"):
            bureau.stub("kernel").Send(parts(key("bureau", "bank", victim), payload))
            processes[victim].kill()
            processes[victim].start()
            until(lambda step=victim: arrived(step), 40)  # type: ignore[misc]  # the default binds the step
        lines = bureau.stub("board").ListEgress(pb.ListEgressRequest(job="j")).lines
        assert len(lines) == 2
        assert processes["bank"].kill(signal.SIGTERM) == 0
    finally:
        for process in processes.values():
            process.stop()
        for node in nodes:
            node.stop()
