"""Signed streams in both directions: whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import pytest

from common.errors import HanseError, InvalidInput, Unavailable
from common.keys import FixedKeys
from common.rpc import connect
from common.rpc import errors as e
from common.rpc.tests.fabric import BOARD, KERNEL, Proxy, ToyKernel, serve
from proto.common.v1 import signing_pb2
from proto.kernel.v1 import kernel_pb2 as pb
from proto.kernel.v1 import kernel_pb2_grpc

KEYS = FixedKeys({"kernel@bank": KERNEL.public})


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    server, port = serve(ToyKernel(), {"board@bank": BOARD.public})
    between = Proxy(port)
    yield between
    between.stop()
    server.stop(0)


@pytest.fixture
def stub(proxy: Proxy) -> Iterator[kernel_pb2_grpc.KernelServiceStub]:
    with connect(f"127.0.0.1:{proxy.port}", BOARD, "kernel@bank", KEYS, stream_timeout_s=5) as channel:
        yield kernel_pb2_grpc.KernelServiceStub(channel)


def parts(count: int = 4) -> Iterator[pb.ImportRequest]:
    for _ in range(count):
        yield pb.ImportRequest(chunk=b"12345")


def read(stub: kernel_pb2_grpc.KernelServiceStub, output: str = "4", form: str = "") -> list[bytes]:
    return [part.chunk for part in stub.ReadOutput(pb.ReadOutputRequest(output=output, format=form))]


def test_both_directions(stub: kernel_pb2_grpc.KernelServiceStub) -> None:
    assert stub.Import(parts()).data_set.bytes == 20
    assert stub.Import(iter(())).data_set.bytes == 0
    assert read(stub) == [b"0", b"1", b"2", b"3"]
    assert read(stub, "0") == []


def test_an_error_in_the_middle_arrives_after_the_good_part(stub: kernel_pb2_grpc.KernelServiceStub) -> None:
    got = []
    with pytest.raises(InvalidInput) as caught:  # noqa: PT012 (what came before the error counts)
        for part in stub.ReadOutput(pb.ReadOutputRequest(output="2", format="broken")):
            got.append(part.chunk)  # noqa: PERF401 (what came before the error counts)
    assert got == [b"0", b"1"]
    assert caught.value.hint == "choose another"


def test_the_callers_own_error_comes_back(stub: kernel_pb2_grpc.KernelServiceStub) -> None:
    def failing() -> Iterator[pb.ImportRequest]:
        yield pb.ImportRequest(chunk=b"1")
        raise KeyError("own")

    with pytest.raises(KeyError, match="own"):
        stub.Import(failing())


def drop_second(frames: Iterable[bytes]) -> Iterator[bytes]:
    for number, frame in enumerate(frames):
        if number != 1:
            yield frame


def swap(frames: Iterable[bytes]) -> Iterator[bytes]:
    held = list(frames)
    held[1], held[2] = held[2], held[1]
    yield from held


def truncate(frames: Iterable[bytes]) -> Iterator[bytes]:
    for number, frame in enumerate(frames):
        if number < 2:
            yield frame


def alter(frames: Iterable[bytes]) -> Iterator[bytes]:
    for frame in frames:
        message = signing_pb2.Frame.FromString(frame)
        message.payload = message.payload.replace(b"12345", b"12346").replace(b"1", b"7")
        yield message.SerializeToString()


def close_early(frames: Iterable[bytes]) -> Iterator[bytes]:
    first = signing_pb2.Frame.FromString(next(iter(frames)))
    first.last = True
    yield first.SerializeToString()


def repeat(frames: Iterable[bytes]) -> Iterator[bytes]:
    for frame in frames:
        yield frame
        yield frame


def add_after_end(frames: Iterable[bytes]) -> Iterator[bytes]:
    last = b""
    for last in frames:
        yield last
    yield last


CASES: list[tuple[Callable[[Iterable[bytes]], Iterable[bytes]], type[HanseError]]] = [
    (drop_second, e.BrokenChainError),
    (swap, e.BrokenChainError),
    (truncate, e.TruncatedStreamError),
    (alter, e.BrokenChainError),
    (close_early, e.BrokenChainError),
    (repeat, e.BrokenChainError),
    (add_after_end, e.BrokenChainError),
]


@pytest.mark.parametrize(("change", "error"), CASES)
def test_a_changed_request_stream(
    stub: kernel_pb2_grpc.KernelServiceStub,
    proxy: Proxy,
    change: Callable[[Iterable[bytes]], Iterable[bytes]],
    error: type[HanseError],
) -> None:
    proxy.requests = change
    with pytest.raises(error):
        stub.Import(parts())


@pytest.mark.parametrize(("change", "error"), CASES)
def test_a_changed_answer_stream(
    stub: kernel_pb2_grpc.KernelServiceStub,
    proxy: Proxy,
    change: Callable[[Iterable[bytes]], Iterable[bytes]],
    error: type[HanseError],
) -> None:
    proxy.responses = change
    with pytest.raises(error):
        read(stub)


def test_an_answer_stream_needs_its_signed_status(stub: kernel_pb2_grpc.KernelServiceStub, proxy: Proxy) -> None:
    proxy.trailing = lambda _pairs: ()
    with pytest.raises(e.UntrustedAnswerError):
        read(stub)


def test_a_watcher_may_leave(stub: kernel_pb2_grpc.KernelServiceStub) -> None:
    stream = stub.ReadOutput(pb.ReadOutputRequest(output="100000"))
    assert next(stream).chunk == b"0"
    stream.cancel()
    with pytest.raises(Unavailable):
        for _ in stream:
            pass
