"""Signed against plain gRPC: small calls, and a stream, both between two processes on loopback."""

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Any

import grpc

from benchmarks.measure import Row, compare, per_second, seconds
from common.identity import Identity
from common.keys import FixedKeys
from common.rpc import MemoryNonceStore, Server, connect
from proto.kernel.v1 import kernel_pb2 as pb
from proto.kernel.v1 import kernel_pb2_grpc as rpc

_CALLS, CHUNKS, _CHUNK = 300, 64, 1 << 20
_TEXT = "x" * 1000


_Servicer: Any = rpc.KernelServiceServicer  # abstract to type checkers; two methods are enough here


class _Echo(_Servicer):  # type: ignore[misc]
    def GetDataSet(self, request: pb.GetDataSetRequest, context: grpc.ServicerContext) -> pb.GetDataSetResponse:
        return pb.GetDataSetResponse(data_set=pb.DataSet(data_set=request.data_set))

    def Import(self, request_iterator: Iterator[pb.ImportRequest], context: grpc.ServicerContext) -> pb.ImportResponse:
        return pb.ImportResponse(data_set=pb.DataSet(bytes=sum(len(part.chunk) for part in request_iterator)))


def measure() -> list[Row]:
    """Measure calls a second and MiB a second."""
    with served() as (signed, plain):
        return [
            compare(
                "unary call, 1 kB, one after the other",
                lambda: per_second(_CALLS, lambda: signed.GetDataSet(pb.GetDataSetRequest(data_set=_TEXT))),
                lambda: per_second(_CALLS, lambda: plain.GetDataSet(pb.GetDataSetRequest(data_set=_TEXT))),
                unit="calls/s",
                peer_name="plain gRPC",
                better="higher",
            ),
            compare(
                "client stream, 64 × 1 MiB",
                lambda: CHUNKS / seconds(lambda: signed.Import(stream_of_chunks())),
                lambda: CHUNKS / seconds(lambda: plain.Import(stream_of_chunks())),
                unit="MiB/s",
                peer_name="plain gRPC",
                better="higher",
            ),
        ]


def stream_of_chunks() -> Iterator[pb.ImportRequest]:
    """Yield 64 requests of 1 MiB."""
    chunk = bytes(_CHUNK)
    return (pb.ImportRequest(chunk=chunk) for _ in range(CHUNKS))


@contextmanager
def served() -> Iterator[tuple[rpc.KernelServiceStub, rpc.KernelServiceStub]]:
    """Serve the same methods signed and plain in another process; yields a stub of each."""
    caller, callee = Identity.generate("board@bank"), Identity.generate("kernel@bank")
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe()
    keys = (callee.signing.private_bytes_raw(), callee.stream.private_bytes_raw())
    process = spawn.Process(target=_serve, args=(theirs, keys, caller.public.signing, caller.public.stream))
    process.start()
    try:
        signed_port, plain_port = ours.recv_bytes().decode().split()
        directory = FixedKeys({callee.id: callee.public})
        channel = connect(f"127.0.0.1:{signed_port}", caller, callee.id, directory, timeout_s=60.0)
        options = [("grpc.max_receive_message_length", -1)]
        with grpc.insecure_channel(f"127.0.0.1:{plain_port}", options) as plain:
            yield rpc.KernelServiceStub(channel), rpc.KernelServiceStub(plain)
        channel.close()
    finally:
        ours.close()
        process.join(10)


def _serve(link: Connection, keys: tuple[bytes, bytes], signing: bytes, stream: bytes) -> None:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

    from common.keys import CallerKeys

    private = Ed25519PrivateKey.from_private_bytes(keys[0]), X25519PrivateKey.from_private_bytes(keys[1])
    identity = Identity("kernel@bank", *private)
    directory = FixedKeys({"board@bank": CallerKeys(signing, stream)})
    access = {"/hanse.kernel.v1.KernelService/*": {"board@self"}}
    signed = Server("127.0.0.1:0", identity, directory, access, MemoryNonceStore())
    signed.add(rpc.add_KernelServiceServicer_to_server, _Echo())
    pool: Any = ThreadPoolExecutor(8)
    plain = grpc.server(pool)
    rpc.add_KernelServiceServicer_to_server(_Echo(), plain)
    plain_port = plain.add_insecure_port("127.0.0.1:0")
    plain.start()
    link.send_bytes(f"{signed.start()} {plain_port}".encode())
    try:
        link.recv_bytes()
    except EOFError:
        signed.stop(0)
        plain.stop(0).wait()
        pool.shutdown()
