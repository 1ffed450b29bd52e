"""The client side of signed gRPC: a channel for generated stubs that signs each call and verifies each answer."""

# ruff: noqa: ARG002, FBT001, FBT002 (the signatures of gRPC's channel)
from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, Self, cast

import grpc
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from common.errors import DeadlineExceeded, HanseError, InvalidInput, Unavailable, error_from
from common.rpc import wire
from common.rpc.errors import (
    BrokenChainError,
    MessageTooLargeError,
    TruncatedStreamError,
    UnknownPeerError,
    UntrustedAnswerError,
)
from common.rpc.server import DEFAULT_MAX_MESSAGE_BYTES
from common.rpc.wire import FrameReader, FrameWriter, Opening

if TYPE_CHECKING:
    from common.identity import Identity
    from common.keys import CallerKeys, KeyDirectory
    from common.rpc.tls import TlsClient

_SLACK_BYTES = 256 * 1024
_FIRST_BACKOFF_S = 0.05
_LONGEST_BACKOFF_S = 1.0
_RANDOM = secrets.SystemRandom()


def connect(
    address: str,
    identity: Identity,
    audience: str,
    keys: KeyDirectory,
    *,
    tls: TlsClient | None = None,
    timeout_s: float = 10.0,
    stream_timeout_s: float = 3600.0,
    retries: int = 2,
    max_message_bytes: int = DEFAULT_MAX_MESSAGE_BYTES,
) -> SignedChannel:
    """Open a channel that signs its calls; it connects when the first call is made.

    Parameters
    ----------
    address : str
        host:port of the peer.
    identity : Identity
        Who calls.
    audience : str
        Id of the party that is meant to answer; its answers are verified under its key.
    keys : KeyDirectory
        Must know the audience.
    tls : TlsClient, optional
        Mutual TLS with the peer's pinned certificate.
    timeout_s : float
        Deadline of a call without one of its own, all retries included.
    stream_timeout_s : float
        The same for streams; a watcher opens its stream anew on `DeadlineExceeded` and `Unavailable`.
    retries : int
        How often a plain call is made again, signed anew, when the peer cannot be reached.
    max_message_bytes : int
        Limit of one message.

    Returns
    -------
    SignedChannel
        To be given to generated stubs, for instance ``FlowServiceStub(connect(...))``. Errors of the peer come back as
        the `HanseError` subclass of their code; transport failures as `Unavailable`.
    """
    return SignedChannel(
        _dial(address, tls, max_message_bytes),
        identity,
        audience,
        keys,
        timeout_s,
        stream_timeout_s,
        retries,
        max_message_bytes,
    )


def _dial(address: str, tls: TlsClient | None, max_message_bytes: int) -> grpc.Channel:
    options: list[tuple[str, int | str]] = [
        ("grpc.max_receive_message_length", max_message_bytes + _SLACK_BYTES),
        ("grpc.max_send_message_length", max_message_bytes + _SLACK_BYTES),
        ("grpc.keepalive_time_ms", 20_000),
        ("grpc.keepalive_timeout_ms", 10_000),
        ("grpc.http2.max_pings_without_data", 0),
        # A peer that comes back is found within a second, not after gRPC's two minutes.
        ("grpc.initial_reconnect_backoff_ms", 100),
        ("grpc.min_reconnect_backoff_ms", 1000),
        ("grpc.max_reconnect_backoff_ms", 1000),
        ("grpc.enable_http_proxy", 0),
        # A connection of its own: two channels of one process must not share another's certificate.
        ("grpc.use_local_subchannel_pool", 1),
    ]
    if tls:
        return grpc.secure_channel(address, tls.credentials(), options=[*options, *tls.options()])
    return grpc.insecure_channel(address, options=options)


class _Caller:
    """What all calls of a channel share: whom they ask, as whom, and how they read the answer."""

    def __init__(
        self,
        identity: Identity,
        audience: str,
        keys: KeyDirectory,
        timeouts: tuple[float, float],
        retries: int,
        max_message_bytes: int,
    ) -> None:
        self.identity = identity
        self.audience = audience
        self.timeout_s, self.stream_timeout_s = timeouts
        self.retries = retries
        self.max_message_bytes = max_message_bytes
        self._keys = keys

    def peer(self) -> CallerKeys:
        """Keys of the audience."""
        found = self._keys.find(self.audience)
        if found is None:
            raise UnknownPeerError(f"no keys of {self.audience!r} are known here", party=self.audience)
        return found

    def accept(self, opening: Opening, response: bytes, trailing: wire.Metadata | None) -> None:
        """Verify a successful answer."""
        signature = wire.from_base64(wire.lookup(trailing).get(wire.ANSWER_SIGNATURE))
        if not wire.verify(self.peer().signing, signature, wire.answer_bytes(opening, 0, b"", response)):
            raise UntrustedAnswerError(f"{opening.method} at {self.audience}", party=self.audience)

    def failure(self, opening: Opening, error: grpc.RpcError) -> HanseError:
        """Turn a failed call into the peer's signed error, or a failure of the transport."""
        call = cast("grpc.Call", error)
        status, message = call.code(), call.details() or ""
        values = wire.lookup(cast("wire.Metadata | None", call.trailing_metadata()))

        def text(name: str) -> str:
            value = values.get(name, b"")
            return value.decode("utf-8", "replace") if isinstance(value, bytes) else value

        code, hint, party, component = (text(n) for n in (wire.CODE, wire.HINT, wire.PARTY, wire.COMPONENT))
        details = wire.error_details(code, message, hint, party, component)
        signature = wire.from_base64(values.get(wire.ANSWER_SIGNATURE))
        signed = wire.answer_bytes(opening, int(status.value[0]), details, b"")
        if code and wire.verify(self.peer().signing, signature, signed):
            return error_from(code, message, hint, party=party, component=component, status=status.name)
        what = f"{opening.method} at {self.audience}: {status.name} {message}"
        if status is grpc.StatusCode.DEADLINE_EXCEEDED:
            return DeadlineExceeded(what)
        return Unavailable(what)

    def sized(self, method: str, request: bytes) -> bytes:
        """Refuse here what the peer would refuse, since a far too large message gets no signed answer."""
        if len(request) > self.max_message_bytes:
            raise MessageTooLargeError(f"{method}: {len(request)} bytes; the limit is {self.max_message_bytes}")
        return request


class SignedChannel(grpc.Channel):
    """A channel whose calls are signed; made by `connect`."""

    def __init__(
        self,
        channel: grpc.Channel,
        identity: Identity,
        audience: str,
        keys: KeyDirectory,
        timeout_s: float,
        stream_timeout_s: float,
        retries: int,
        max_message_bytes: int,
    ) -> None:
        self._channel = channel
        self._caller = _Caller(identity, audience, keys, (timeout_s, stream_timeout_s), retries, max_message_bytes)

    def unary_unary(
        self,
        method: str,
        request_serializer: Any = None,
        response_deserializer: Any = None,
        _registered_method: Any = False,
    ) -> Any:
        """Make a plain call."""
        return _UnaryUnary(
            self._caller,
            method,
            self._channel.unary_unary(method, None, None),
            request_serializer,
            response_deserializer,
        )

    def unary_stream(
        self,
        method: str,
        request_serializer: Any = None,
        response_deserializer: Any = None,
        _registered_method: Any = False,
    ) -> Any:
        """Make a call whose answer is a stream."""
        return _UnaryStream(
            self._caller,
            method,
            self._channel.unary_stream(method, None, None),
            request_serializer,
            response_deserializer,
        )

    def stream_unary(
        self,
        method: str,
        request_serializer: Any = None,
        response_deserializer: Any = None,
        _registered_method: Any = False,
    ) -> Any:
        """Make a call whose request is a stream."""
        return _StreamUnary(
            self._caller,
            method,
            self._channel.stream_unary(method, None, None),
            request_serializer,
            response_deserializer,
        )

    def stream_stream(
        self,
        method: str,
        request_serializer: Any = None,
        response_deserializer: Any = None,
        _registered_method: Any = False,
    ) -> Any:
        """Give a function that refuses: Hanse has no bidirectional streams, though a stub may name one."""

        def refuse(*_args: object, **_kwargs: object) -> None:
            raise InvalidInput(f"{method}: Hanse has no bidirectional streams")

        return refuse

    def subscribe(
        self, callback: Callable[[grpc.ChannelConnectivity], None], try_to_connect: bool | None = False
    ) -> None:
        """Watch the connection."""
        self._channel.subscribe(callback, try_to_connect or False)

    def unsubscribe(self, callback: Callable[[grpc.ChannelConnectivity], None]) -> None:
        """Stop watching the connection."""
        self._channel.unsubscribe(callback)

    def close(self) -> None:
        """Close the connection; running calls fail."""
        self._channel.close()

    def __enter__(self) -> Self:
        """Use as a context that closes the channel."""
        return self

    def __exit__(self, *_exc: object) -> None:
        """Close the channel."""
        self.close()


class _Call:
    def __init__(
        self, caller: _Caller, method: str, raw: Any, serialise: Callable[[Any], bytes], parse: Callable[[bytes], Any]
    ) -> None:
        self._caller = caller
        self._method = method
        self._raw = raw
        self._serialise = serialise
        self._parse = parse

    def _open(self, request: bytes) -> tuple[Opening, list[tuple[str, str]]]:
        opening = Opening.make(self._method, self._caller.identity.id, self._caller.audience)
        return opening, opening.metadata(self._caller.identity.sign(opening.signed_bytes(request)))

    def _open_stream(self, request: bytes) -> tuple[Opening, list[tuple[str, str]], bytes, tuple[bytes, bytes]]:
        ephemeral = X25519PrivateKey.generate()
        public = ephemeral.public_key().public_bytes_raw().hex()
        opening = Opening.make(self._method, self._caller.identity.id, self._caller.audience, public)
        signature = self._caller.identity.sign(opening.signed_bytes(request))
        keys = wire.stream_keys(ephemeral, self._caller.peer().stream, opening.nonce)
        return opening, opening.metadata(signature), signature, keys


class _UnaryUnary(_Call):
    def __call__(self, request: Any, timeout: float | None = None, **_kwargs: object) -> Any:
        """Call and give the answer; an unreachable peer is tried again until the deadline."""
        data = self._caller.sized(self._method, self._serialise(request))
        self._caller.peer()
        deadline = time.monotonic() + (self._caller.timeout_s if timeout is None else timeout)
        backoff = _FIRST_BACKOFF_S
        for left in range(self._caller.retries, -1, -1):
            opening, metadata = self._open(data)
            try:
                response, call = self._raw.with_call(data, timeout=deadline - time.monotonic(), metadata=metadata)
            except grpc.RpcError as problem:
                error = self._caller.failure(opening, problem)
                pause = backoff * _RANDOM.uniform(0.5, 1.0)
                again = type(error) is Unavailable and left and time.monotonic() + pause < deadline
                if not again or cast("grpc.Call", problem).code() is not grpc.StatusCode.UNAVAILABLE:
                    raise error from None
            except ValueError as problem:
                if "closed channel" not in str(problem):
                    raise
                # Another thread has closed it: a call that was under way would have got no answer either.
                told = f"{self._method} at {self._caller.audience}: {problem}"
                raise Unavailable(told) from None
            else:
                self._caller.accept(opening, response, call.trailing_metadata())
                return self._parse(response)
            time.sleep(pause)
            backoff = min(2 * backoff, _LONGEST_BACKOFF_S)
        raise AssertionError("the last attempt returns or raises")


class _UnaryStream(_Call):
    def __call__(self, request: Any, timeout: float | None = None, **_kwargs: object) -> SignedStream:
        """Call and give an iterator over the answers."""
        data = self._caller.sized(self._method, self._serialise(request))
        opening, metadata, signature, keys = self._open_stream(data)
        call = self._raw(data, timeout=self._caller.stream_timeout_s if timeout is None else timeout, metadata=metadata)
        return SignedStream(self._caller, opening, FrameReader(keys[1], signature), call, self._parse)


class SignedStream:
    """The verified answers of a server's stream; it ends only after the closing frame and the signed status."""

    def __init__(
        self,
        caller: _Caller,
        opening: Opening,
        reader: FrameReader,
        call: Any,
        parse: Callable[[bytes], Any],
    ) -> None:
        self._caller = caller
        self._opening = opening
        self._reader = reader
        self._call = call
        self._parse = parse

    def __iter__(self) -> Iterator[Any]:
        """Iterate over the answers."""
        return self

    def __next__(self) -> Any:
        """Give the next answer; raises the peer's error, `BrokenChainError` or `TruncatedStreamError`."""
        try:
            while True:
                payload = self._reader.read(next(self._call))
                if not self._reader.closed:
                    return self._parse(payload)
        except grpc.RpcError as problem:
            raise self._caller.failure(self._opening, problem) from None
        except BrokenChainError:
            self.cancel()
            raise
        except StopIteration:
            self._reader.finish()
            self._caller.accept(self._opening, self._reader.value, self._call.trailing_metadata())
            raise

    def cancel(self) -> None:
        """Leave the stream; the server notices."""
        self._call.cancel()


class _StreamUnary(_Call):
    def __call__(self, requests: Iterable[Any], timeout: float | None = None, **_kwargs: object) -> Any:
        """Send all messages and give the answer; an error of the iterator itself is raised as it is."""
        opening, metadata, signature, keys = self._open_stream(b"")
        writer = FrameWriter(keys[0], signature)
        failed: list[Exception] = []

        def frames() -> Iterator[bytes]:
            # gRPC pulls these in a thread of its own and would swallow what the caller's iterator raises.
            try:
                for message in requests:
                    yield writer.frame(self._serialise(message))
                yield writer.close()
            except Exception as problem:  # whatever the caller's own iterator raises; raised again in its thread
                failed.append(problem)
                raise

        limit = self._caller.stream_timeout_s if timeout is None else timeout
        try:
            response, call = self._raw.with_call(frames(), timeout=limit, metadata=metadata)
        except grpc.RpcError as problem:
            if failed:
                raise failed[0] from None
            raise self._caller.failure(opening, problem) from None
        self._caller.accept(opening, response, call.trailing_metadata())
        return self._parse(response)


__all__ = ["SignedChannel", "SignedStream", "TruncatedStreamError", "connect"]
