"""Plain signed calls: what passes, and what each check refuses."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

import grpc
import pytest

from common.errors import HanseError, Internal, InvalidInput, Unavailable
from common.identity import Identity
from common.keys import FixedKeys
from common.rpc import MemoryNonceStore, SignedChannel, connect, wire
from common.rpc import errors as e
from common.rpc.tests.fabric import BOARD, GET, KERNEL, Proxy, ToyKernel, serve
from proto.kernel.v1 import kernel_pb2 as pb
from proto.kernel.v1 import kernel_pb2_grpc

KEYS = FixedKeys({"kernel@bank": KERNEL.public})
KNOWN = {"board@bank": BOARD.public}


def ask(channel: SignedChannel, data_set: str = "d1") -> pb.GetDataSetResponse:
    with channel:
        answer = kernel_pb2_grpc.KernelServiceStub(channel).GetDataSet(pb.GetDataSetRequest(data_set=data_set))
    assert isinstance(answer, pb.GetDataSetResponse)
    return answer


def to(port: int, identity: Identity = BOARD, **options: Any) -> SignedChannel:
    return connect(f"127.0.0.1:{port}", identity, "kernel@bank", KEYS, **options)


@pytest.fixture
def toy() -> Iterator[tuple[ToyKernel, int]]:
    servicer = ToyKernel()
    server, port = serve(servicer, KNOWN)
    yield servicer, port
    server.stop(0)


@pytest.fixture
def proxy(toy: tuple[ToyKernel, int]) -> Iterator[Proxy]:
    between = Proxy(toy[1])
    yield between
    between.stop()


def test_answer_and_caller(toy: tuple[ToyKernel, int]) -> None:
    assert ask(to(toy[1])).data_set.rows == 3
    assert toy[0].callers == ["board@bank"]


def test_an_error_keeps_class_code_hint_and_party(toy: tuple[ToyKernel, int]) -> None:
    with pytest.raises(InvalidInput) as caught:
        ask(to(toy[1]), "none")
    assert (caught.value.detail, caught.value.hint, caught.value.party) == ("no such set", "choose another", "bank")


def test_a_bug_is_internal_and_tells_nothing(toy: tuple[ToyKernel, int]) -> None:
    with pytest.raises(Internal) as caught:
        ask(to(toy[1]), "bug")
    assert "42" not in str(caught.value)


def test_across_a_border_only_the_public_detail() -> None:
    server, port = serve(ToyKernel(), KNOWN, border=True)
    try:
        with pytest.raises(InvalidInput) as caught:
            ask(to(port), "none")
        assert caught.value.detail == "no such"
    finally:
        server.stop(0)


def test_tampered_request(proxy: Proxy) -> None:
    proxy.request = lambda _data: pb.GetDataSetRequest(data_set="other").SerializeToString()
    with pytest.raises(e.BadSignatureError):
        ask(to(proxy.port))


def test_tampered_response(proxy: Proxy) -> None:
    proxy.response = lambda _data: pb.GetDataSetResponse().SerializeToString()
    with pytest.raises(e.UntrustedAnswerError):
        ask(to(proxy.port))


def test_unsigned_success_is_refused(proxy: Proxy) -> None:
    proxy.trailing = lambda _pairs: ()
    with pytest.raises(e.UntrustedAnswerError):
        ask(to(proxy.port))


@pytest.mark.parametrize("what", ["detail", "code", "signature", "hint"])
def test_tampered_or_unsigned_error_is_no_answer(proxy: Proxy, what: str) -> None:
    if what == "detail":
        proxy.detail = lambda text: text + "!"
    elif what == "code":
        proxy.trailing = lambda pairs: tuple((k, "HAN-1002" if k == wire.CODE else v) for k, v in pairs)
    elif what == "hint":
        proxy.trailing = lambda pairs: tuple((k, b"pay me" if k == wire.HINT else v) for k, v in pairs)
    else:
        proxy.trailing = lambda pairs: tuple(pair for pair in pairs if pair[0] != wire.ANSWER_SIGNATURE)
    with pytest.raises(Unavailable):
        ask(to(proxy.port), "none")


def test_nobody_there_is_unavailable() -> None:
    with pytest.raises(Unavailable):
        ask(to(1, retries=0))


def test_a_channel_that_was_closed_meanwhile_is_no_answer() -> None:
    channel = to(1)
    call = kernel_pb2_grpc.KernelServiceStub(channel).GetDataSet
    channel.close()
    with pytest.raises(Unavailable, match="closed channel"):
        call(pb.GetDataSetRequest(data_set="d1"))


def test_unknown_audience() -> None:
    with pytest.raises(e.UnknownPeerError):
        ask(connect("127.0.0.1:1", BOARD, "flow@bank", KEYS))


def refused(port: int, identity: Identity = BOARD) -> str:
    with pytest.raises(HanseError) as caught:
        ask(to(port, identity))
    return caught.value.code


def test_who_may_call() -> None:
    bureau, stranger, flow = (Identity.generate(i) for i in ("bureau", "stranger", "flow@bank"))
    known = {
        **KNOWN,
        "bureau": bureau.public,
        "flow@bank": flow.public,
        "villain": dataclasses.replace(stranger.public, blacklisted=True),
        "sleeper": dataclasses.replace(stranger.public, frozen=True),
    }
    server, port = serve(ToyKernel(), known)
    try:
        assert ask(to(port, bureau)).data_set.rows == 3
        assert refused(port, stranger) == e.UnknownCallerError.code
        assert refused(port, flow) == e.MethodNotAllowedError.code
        assert refused(port, Identity.generate("board@bank")) == e.BadSignatureError.code
        assert refused(port, dataclasses.replace(stranger, id="villain")) == e.CallerBlacklistedError.code
        assert refused(port, dataclasses.replace(stranger, id="sleeper")) == e.CallerFrozenError.code
        other = kernel_pb2_grpc.KernelServiceStub(to(port))
        with pytest.raises(HanseError) as caught:
            other.Preview(pb.PreviewRequest())
        assert caught.value.code == Internal.code  # allowed, but the toy does not implement it
    finally:
        server.stop(0)


@pytest.mark.parametrize(
    ("skew_ms", "passes"), [(119_000, True), (121_000, False), (-119_000, True), (-121_000, False)]
)
def test_clock_window_is_two_sided(skew_ms: int, *, passes: bool) -> None:
    server, port = serve(ToyKernel(), KNOWN, clock=lambda: wire.now_ms() + skew_ms)
    try:
        if passes:
            assert ask(to(port)).data_set.rows == 3
        else:
            assert refused(port) == e.ClockSkewError.code
    finally:
        server.stop(0)


def test_wrong_audience() -> None:
    server, port = serve(ToyKernel(), KNOWN)
    keys = FixedKeys({"kernel@bureau": KERNEL.public})
    try:
        with pytest.raises(e.WrongAudienceError):
            ask(connect(f"127.0.0.1:{port}", BOARD, "kernel@bureau", keys))
    finally:
        server.stop(0)


@pytest.mark.parametrize(("networks", "passes"), [(["127.0.0.0/8"], True), (["10.0.0.0/8"], False), ([], False)])
def test_ip_allow_list(networks: list[str], *, passes: bool) -> None:
    server, port = serve(ToyKernel(), KNOWN, allow_ips=lambda: networks)
    try:
        if passes:
            assert ask(to(port)).data_set.rows == 3
        else:
            assert refused(port) == e.AddressNotAllowedError.code
    finally:
        server.stop(0)


def test_size_limit() -> None:
    server, port = serve(ToyKernel(), KNOWN, max_message_bytes=1000)
    try:
        with pytest.raises(e.MessageTooLargeError):
            ask(to(port), "x" * 2000)
        with pytest.raises(e.MessageTooLargeError):
            ask(to(port, max_message_bytes=1000), "x" * 2000)
    finally:
        server.stop(0)


def raw_call(port: int, metadata: list[tuple[str, str]], data: bytes) -> str:
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        try:
            channel.unary_unary(GET, None, None)(data, metadata=metadata, timeout=5)
        except grpc.RpcError as error:
            return str(dict(error.trailing_metadata())[wire.CODE])  # type: ignore[attr-defined]
    return "OK"


def signed(data: bytes) -> list[tuple[str, str]]:
    opening = wire.Opening.make(GET, "board@bank", "kernel@bank")
    return opening.metadata(BOARD.sign(opening.signed_bytes(data)))


def test_replay(toy: tuple[ToyKernel, int]) -> None:
    data = pb.GetDataSetRequest(data_set="d").SerializeToString()
    metadata = signed(data)
    assert raw_call(toy[1], metadata, data) == "OK"
    assert raw_call(toy[1], metadata, data) == e.NonceReusedError.code


def test_a_refused_call_does_not_use_up_its_nonce(toy: tuple[ToyKernel, int]) -> None:
    data = pb.GetDataSetRequest(data_set="d").SerializeToString()
    metadata = signed(data)
    assert raw_call(toy[1], metadata, b"") == e.BadSignatureError.code
    assert raw_call(toy[1], metadata, data) == "OK"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("version", "2"),
        ("nonce", "abc"),
        ("timestamp", "-1"),
        ("timestamp", "9" * 16),
        ("caller", ""),
        ("stream", "0" * 32),
    ],
)
def test_malformed_metadata(toy: tuple[ToyKernel, int], name: str, value: str) -> None:
    metadata = {**dict(signed(b"")), f"hanse-{name}": value}
    assert raw_call(toy[1], list(metadata.items()), b"") == e.MalformedCallError.code


@pytest.mark.parametrize("name", ["caller", "audience", "timestamp", "nonce"])
def test_every_signed_field_counts(name: str) -> None:
    twin = Identity.generate("twin")
    server, port = serve(ToyKernel(), {**KNOWN, "twin": twin.public})
    values = {"caller": "twin", "audience": "x", "timestamp": str(wire.now_ms() - 5), "nonce": "0" * 32}
    try:
        metadata = {**dict(signed(b"")), f"hanse-{name}": values[name]}
        code = e.WrongAudienceError.code if name == "audience" else e.BadSignatureError.code
        assert raw_call(port, list(metadata.items()), b"") == code
    finally:
        server.stop(0)


def test_an_unreadable_request_is_named(toy: tuple[ToyKernel, int]) -> None:
    data = b"\xff\xff\xff"
    assert raw_call(toy[1], signed(data), data) == e.MalformedMessageError.code


def test_a_second_server_on_the_port_is_refused(toy: tuple[ToyKernel, int]) -> None:
    from common.rpc import Server

    second = Server(f"127.0.0.1:{toy[1]}", KERNEL, FixedKeys({}), {}, MemoryNonceStore())
    with pytest.raises(e.AddressInUseError):
        second.start()
    second.stop(0)
