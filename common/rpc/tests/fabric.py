"""What the tests of the signed calls share: a toy service, a server for it, and a proxy that alters what passes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc

from common.errors import HanseError, InvalidInput
from common.identity import Identity
from common.keys import CallerKeys, FixedKeys
from common.rpc import MemoryNonceStore, Server, caller_of
from proto.kernel.v1 import kernel_pb2 as pb
from proto.kernel.v1 import kernel_pb2_grpc

GET = "/hanse.kernel.v1.KernelService/GetDataSet"
ACCESS = {"/hanse.kernel.v1.KernelService/*": {"board@self", "bureau"}, GET: {"board@self", "member:*"}}
KERNEL = Identity.generate("kernel@bank")
BOARD = Identity.generate("board@bank")


class ToyKernel(kernel_pb2_grpc.KernelServiceServicer):
    """Answers enough of KernelService to exercise the three kinds of calls."""

    def __init__(self) -> None:
        self.callers: list[str] = []

    def GetDataSet(self, request: pb.GetDataSetRequest, context: Any) -> pb.GetDataSetResponse:  # noqa: N802
        self.callers.append(caller_of(context))
        if request.data_set == "none":
            raise InvalidInput("no such set", hint="choose another", party="bank", public_detail="no such")
        if request.data_set == "bug":
            raise ZeroDivisionError("secret 42")
        return pb.GetDataSetResponse(data_set=pb.DataSet(data_set=request.data_set, rows=3))

    def ReadOutput(self, request: pb.ReadOutputRequest, context: Any) -> Iterator[pb.ReadOutputResponse]:  # noqa: N802
        for number in range(int(request.output)):
            yield pb.ReadOutputResponse(chunk=b"%d" % number)
        if request.format == "broken":
            raise InvalidInput("half-way", hint="choose another")

    def Import(self, request_iterator: Iterator[pb.ImportRequest], context: Any) -> pb.ImportResponse:  # noqa: N802
        size = sum(len(part.chunk) for part in request_iterator)
        return pb.ImportResponse(data_set=pb.DataSet(bytes=size))


def serve(servicer: ToyKernel, keys: dict[str, CallerKeys], **options: Any) -> tuple[Server, int]:
    """Start a server for the toy service."""
    options.setdefault("nonces", MemoryNonceStore())
    server = Server("127.0.0.1:0", KERNEL, FixedKeys(keys), ACCESS, **options)
    server.add(kernel_pb2_grpc.add_KernelServiceServicer_to_server, servicer)
    return server, server.start()


class Proxy(grpc.GenericRpcHandler):  # type: ignore[type-arg]
    """Stands between client and server and alters what passes."""

    def __init__(self, target: int) -> None:
        self.request: Callable[[bytes], bytes] = lambda data: data
        self.requests: Callable[[Iterable[bytes]], Iterable[bytes]] = lambda frames: frames
        self.response: Callable[[bytes], bytes] = lambda data: data
        self.responses: Callable[[Iterable[bytes]], Iterable[bytes]] = lambda frames: frames
        self.trailing: Callable[[Any], Any] = lambda pairs: pairs
        self.detail: Callable[[str], str] = lambda text: text
        self._channel = grpc.insecure_channel(f"127.0.0.1:{target}")
        self._pool = ThreadPoolExecutor(4)
        self._server = grpc.server(self._pool, handlers=(self,))
        self.port = self._server.add_insecure_port("127.0.0.1:0")
        self._server.start()

    def service(self, handler_call_details: Any) -> Any:
        """Give a handler of the right kind."""
        method, metadata = handler_call_details.method, handler_call_details.invocation_metadata
        metadata = [pair for pair in metadata if pair[0].startswith("hanse-")]

        def failed(error: Any, context: Any) -> None:
            context.set_trailing_metadata(self.trailing(error.trailing_metadata()))
            context.abort(error.code(), self.detail(error.details()))

        def unary(data: bytes, context: Any) -> bytes:
            try:
                raw = self._channel.unary_unary(method, None, None)
                answer, call = raw.with_call(self.request(data), metadata=metadata, timeout=5)
            except grpc.RpcError as error:
                failed(error, context)
            context.set_trailing_metadata(self.trailing(call.trailing_metadata()))
            return self.response(answer)

        def sending(frames: Iterable[bytes], context: Any) -> bytes:
            try:
                raw = self._channel.stream_unary(method, None, None)
                answer, call = raw.with_call(iter(self.requests(frames)), metadata=metadata, timeout=5)
            except grpc.RpcError as error:
                failed(error, context)
            context.set_trailing_metadata(self.trailing(call.trailing_metadata()))
            return self.response(answer)

        def receiving(data: bytes, context: Any) -> Iterator[bytes]:
            call = self._channel.unary_stream(method, None, None)(data, metadata=metadata, timeout=5)
            try:
                yield from self.responses(call)
            except grpc.RpcError as error:
                failed(error, context)
            context.set_trailing_metadata(self.trailing(call.trailing_metadata()))

        if method.endswith("Import"):
            return grpc.stream_unary_rpc_method_handler(sending)
        if method.endswith("ReadOutput"):
            return grpc.unary_stream_rpc_method_handler(receiving)
        return grpc.unary_unary_rpc_method_handler(unary)

    def stop(self) -> None:
        """Stop the proxy."""
        self._server.stop(0).wait()
        self._channel.close()
        self._pool.shutdown()


def code_of(error: HanseError) -> str:
    """Code of an error."""
    return error.code
