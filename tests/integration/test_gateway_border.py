"""What comes in from another member's gateway: certificates, names, contents, the policy, and who may call what."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator
from pathlib import Path

import grpc
import pytest

from common.errors import HanseError, Unavailable
from common.identity import create_member, load_member, load_tls
from common.rpc import errors as rpc_errors
from gateway.domain import errors as e
from proto.gateway.v1 import gateway_pb2 as pb
from proto.gateway.v1 import gateway_pb2_grpc
from tests.integration.gateways import PARTIES, Node, SmallUnion, grant, key, parts, peer_stub, receive, until


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
