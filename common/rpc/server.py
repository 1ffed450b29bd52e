"""The server side of signed gRPC: generated servicers behind raw-bytes methods that check first and parse after."""

from __future__ import annotations

import time
import weakref
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, NoReturn, cast

import grpc
from google.protobuf.message import DecodeError

from common import log
from common.errors import HanseError, Internal
from common.metrics import RPC_REFUSED, RPC_SECONDS, RPC_SERVED
from common.rpc import wire
from common.rpc.checks import AllowList, Checks, Count, Newcomers
from common.rpc.errors import (
    AddressInUseError,
    MalformedMessageError,
    MessageTooLargeError,
    TruncatedStreamError,
)
from common.rpc.wire import FrameReader, FrameWriter, Opening

if TYPE_CHECKING:
    from common.identity import Identity
    from common.keys import KeyDirectory
    from common.rpc.access import AccessTable
    from common.rpc.nonces import NonceStore
    from common.rpc.tls import TlsServer

DEFAULT_MAX_MESSAGE_BYTES = 16 * 1024 * 1024
#: gRPC's own limit lies a little higher, so that a message just too large gets a signed answer.
_SLACK_BYTES = 256 * 1024
_CALLERS: weakref.WeakKeyDictionary[object, str] = weakref.WeakKeyDictionary()
_LOG = log.get(__name__)


def caller_of(context: grpc.ServicerContext) -> str:
    """Id of the verified caller of the call that `context` belongs to."""
    return _CALLERS[context]


def _options(max_message_bytes: int) -> list[tuple[str, int]]:
    return [
        ("grpc.so_reuseport", 0),  # a second start must fail, not share the port
        ("grpc.max_receive_message_length", max_message_bytes + _SLACK_BYTES),
        ("grpc.max_send_message_length", max_message_bytes + _SLACK_BYTES),
        ("grpc.keepalive_time_ms", 20_000),
        ("grpc.keepalive_timeout_ms", 10_000),
        ("grpc.keepalive_permit_without_calls", 1),
        ("grpc.http2.min_recv_ping_interval_without_data_ms", 5_000),
    ]


class Server:
    """A gRPC server that takes signed calls only.

    Parameters
    ----------
    address : str
        host:port; port 0 picks one.
    identity : Identity
        Who answers; calls must name it as audience.
    keys : KeyDirectory
        Known callers.
    access : mapping
        Full method path to patterns of callers, see `common.rpc.access`.
    nonces : NonceStore
        Seen nonces.
    tls : TlsServer, optional
        Mutual TLS with pinned certificates; the caller's keys must then carry its certificate.
    allow_ips : sequence of networks or a function that lists them, optional
        Addresses from which calls are taken.
    max_message_bytes : int
        Limit of one request.
    newcomers : callable, optional
        Gives the keys of an unknown caller from its request, for methods open to "anyone".
    border : bool
        Callers are other members: errors then carry their public detail only.
    workers : int
        Threads; each call holds one until it is answered.
    clock : callable, optional
        Milliseconds since 1970.
    count : callable, optional
        Takes a method's name and the caller's network before a call is looked at; raises where they are too many.
    """

    def __init__(
        self,
        address: str,
        identity: Identity,
        keys: KeyDirectory,
        access: AccessTable,
        nonces: NonceStore,
        *,
        tls: TlsServer | None = None,
        allow_ips: AllowList = None,
        max_message_bytes: int = DEFAULT_MAX_MESSAGE_BYTES,
        newcomers: Newcomers | None = None,
        border: bool = False,
        workers: int = 64,
        clock: Callable[[], int] = wire.now_ms,
        count: Count | None = None,
    ) -> None:
        self._address = address
        self._identity = identity
        self._tls = tls
        self._border = border
        self._checks = Checks(
            identity.id, keys, access, nonces, max_message_bytes, tls is not None, allow_ips, newcomers, clock, count
        )
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="rpc")
        self._server = grpc.server(self._pool, options=_options(max_message_bytes))

    def add(self, register: Callable[[Any, Any], None], servicer: object) -> None:
        """Add a servicer with its generated function, for instance ``add_FlowServiceServicer_to_server``."""
        register(servicer, self)

    def add_generic_rpc_handlers(self, handlers: object) -> None:
        """Ignore these: the generated code gives the same methods again with their names, see below."""

    def add_registered_method_handlers(
        self, service: str, methods: Mapping[str, grpc.RpcMethodHandler[Any, Any]]
    ) -> None:
        """Take a service's methods from the generated code and serve them behind the checks."""
        wrapped = {name: self._wrap(f"/{service}/{name}", handler) for name, handler in methods.items()}
        self._server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(service, wrapped),))

    def start(self) -> int:
        """Listen; returns the bound port."""
        try:
            if self._tls:
                port = self._server.add_secure_port(self._address, self._tls.credentials())
            else:
                port = self._server.add_insecure_port(self._address)
        except RuntimeError as problem:
            raise AddressInUseError(f"{self._identity.id} cannot listen on {self._address}") from problem
        self._server.start()
        return int(port)

    def stop(self, grace_s: float = 2.0) -> None:
        """Take no more calls, let running ones end within the grace, and free all threads."""
        self._server.stop(grace_s).wait()
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _wrap(self, method: str, handler: grpc.RpcMethodHandler[Any, Any]) -> grpc.RpcMethodHandler[Any, Any]:
        # The attributes of a method handler are not in grpc-stubs.
        raw = cast("Any", handler)
        if raw.request_streaming and raw.response_streaming:
            msg = f"{method}: Hanse has no bidirectional streams"
            raise TypeError(msg)
        behaviour = raw.unary_unary or raw.unary_stream or raw.stream_unary
        served = _Method(self._identity, self._checks, method, behaviour, raw, border=self._border)
        if raw.unary_unary:
            return grpc.unary_unary_rpc_method_handler(served.unary_unary)
        if raw.unary_stream:
            return grpc.unary_stream_rpc_method_handler(served.unary_stream)
        return grpc.stream_unary_rpc_method_handler(served.stream_unary)


class _Method:
    """One method behind the checks."""

    def __init__(
        self,
        identity: Identity,
        checks: Checks,
        method: str,
        behaviour: Callable[..., Any],
        raw: Any,
        *,
        border: bool,
    ) -> None:
        self._identity = identity
        self._checks = checks
        self._method = method
        self._behaviour = behaviour
        self._parse: Callable[[bytes], Any] = raw.request_deserializer
        self._serialise: Callable[[Any], bytes] = raw.response_serializer
        self._border = border

    def unary_unary(self, data: bytes, context: grpc.ServicerContext) -> bytes:
        started = time.perf_counter()
        opening: Opening | None = None
        try:
            opening = self._open(context, streamed=False)
            self._admit(opening, data, context)
            response = self._serialise(self._behaviour(self._request(data), context))
            self._conclude(context, opening, response, started)
        except Exception as problem:  # noqa: BLE001 (whatever a servicer raises becomes a signed error)
            error = problem
        else:
            return response
        return self._refuse(context, opening, error)

    def unary_stream(self, data: bytes, context: grpc.ServicerContext) -> Iterator[bytes]:
        started = time.perf_counter()
        opening: Opening | None = None
        messages: Any = None
        try:
            opening = self._open(context, streamed=True)
            self._admit(opening, data, context)
            keys = wire.stream_keys(self._identity.stream, bytes.fromhex(opening.ephemeral), opening.nonce)
            writer = FrameWriter(keys[1], opening.signature)
            messages = self._behaviour(self._request(data), context)
            for message in messages:
                yield writer.frame(self._serialise(message))
            yield writer.close()
            self._conclude(context, opening, writer.value, started)
        except Exception as problem:  # noqa: BLE001 (whatever a servicer raises becomes a signed error)
            error = problem
        else:
            return
        finally:
            if hasattr(messages, "close"):  # a generator that the client left early
                messages.close()
        self._refuse(context, opening, error)

    def stream_unary(self, frames: Iterator[bytes], context: grpc.ServicerContext) -> bytes:
        started = time.perf_counter()
        opening: Opening | None = None
        try:
            opening = self._open(context, streamed=True)
            self._admit(opening, b"", context)
            keys = wire.stream_keys(self._identity.stream, bytes.fromhex(opening.ephemeral), opening.nonce)
            messages = self._messages(frames, FrameReader(keys[0], opening.signature))
            response = self._serialise(self._behaviour(messages, context))
            self._conclude(context, opening, response, started)
        except Exception as problem:  # noqa: BLE001 (whatever a servicer raises becomes a signed error)
            error = problem
        else:
            return response
        return self._refuse(context, opening, error)

    def _open(self, context: grpc.ServicerContext, *, streamed: bool) -> Opening:
        return Opening.parse(self._method, cast("wire.Metadata", context.invocation_metadata()), streamed=streamed)

    def _admit(self, opening: Opening, data: bytes, context: grpc.ServicerContext) -> None:
        try:
            self._checks.admit(opening, data, context)
        except HanseError as error:
            RPC_REFUSED.labels(error.code).inc()
            raise
        _CALLERS[context] = opening.caller

    def _request(self, data: bytes) -> Any:
        try:
            return self._parse(data)
        except DecodeError as problem:
            raise MalformedMessageError(f"not a request of {self._method}") from problem

    def _messages(self, frames: Iterator[bytes], reader: FrameReader) -> Iterator[Any]:
        try:
            for frame in frames:
                if len(frame) > wire.MAX_FRAME_BYTES:
                    raise MessageTooLargeError(f"a frame of {len(frame)} bytes; the limit is {wire.MAX_FRAME_BYTES}")
                payload = reader.read(frame)
                if reader.closed:
                    continue
                yield self._request(payload)
        except grpc.RpcError as problem:
            raise TruncatedStreamError("the caller broke off") from problem
        reader.finish()

    def _sign(self, opening: Opening, status: grpc.StatusCode, details: bytes, response: bytes) -> tuple[str, str]:
        signed = wire.answer_bytes(opening, int(status.value[0]), details, response)
        return wire.ANSWER_SIGNATURE, wire.to_base64(self._identity.sign(signed))

    def _conclude(self, context: grpc.ServicerContext, opening: Opening, response: bytes, started: float) -> None:
        context.set_trailing_metadata((self._sign(opening, grpc.StatusCode.OK, b"", response),))
        RPC_SERVED.labels(self._method, "OK").inc()
        RPC_SECONDS.labels(self._method).observe(time.perf_counter() - started)

    def _refuse(self, context: grpc.ServicerContext, opening: Opening | None, problem: Exception) -> NoReturn:
        if isinstance(problem, HanseError):
            error = problem
            _LOG.info("call_refused", method=self._method, code=error.code, caller=opening.caller if opening else "")
        else:
            _LOG.error("call_failed", method=self._method, exc_info=problem)
            error = Internal(f"{type(problem).__name__} in {self._method}")
        if self._border:
            error = error.public()
        status = grpc.StatusCode[error.status]
        detail, hint = error.detail[: wire.MAX_DETAIL], error.hint[: wire.MAX_HINT]
        trailing: list[tuple[str, str | bytes]] = [(wire.CODE, error.code), (wire.HINT, hint.encode())]
        trailing += [(wire.PARTY, error.party.encode()), (wire.COMPONENT, error.component.encode())]
        if opening is not None:
            details = wire.error_details(error.code, detail, hint, error.party, error.component)
            trailing.append(self._sign(opening, status, details, b""))
        RPC_SERVED.labels(self._method, status.name).inc()
        context.set_trailing_metadata(tuple(trailing))
        context.abort(status, detail)
        raise AssertionError("abort always raises")
