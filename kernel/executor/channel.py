"""The parties' channel through the member's own gateway."""

import hashlib
import threading
import time
from collections.abc import Iterator

from common.errors import HanseError
from kernel.core.channel import MessageKey
from kernel.core.errors import Cancelled, PeerGone, UndeclaredMessage
from proto.gateway.v1 import gateway_pb2 as pb
from proto.gateway.v1.gateway_pb2_grpc import GatewayServiceStub

_CHUNK = 1 << 20
_WAIT_MS = 1_000  # how long one Receive blocks in the gateway; bounds the time to notice a cancellation
_NOT_YET = "HAN-3404"
_PEER_GONE = "HAN-3405"
_NO_GRANT = "HAN-3403"


class GatewayChannel:
    """Sends to and receives from the own gateway; retried until the deadline, never delivered twice."""

    def __init__(self, gateway: GatewayServiceStub, cancelled: threading.Event, deadline_s: float) -> None:
        self._gateway = gateway
        self._cancelled = cancelled
        self._deadline_s = deadline_s

    def send(self, key: MessageKey, payload: bytes) -> None:
        """See `Channel.send`."""
        header = pb.SendHeader(key=_key(key), total_bytes=len(payload), sha256=hashlib.sha256(payload).digest())

        def parts() -> Iterator[pb.SendRequest]:
            yield pb.SendRequest(header=header)
            for start in range(0, len(payload), _CHUNK):
                yield pb.SendRequest(chunk=payload[start : start + _CHUNK])

        try:
            self._gateway.Send(parts())
        except HanseError as error:
            if error.code == _NO_GRANT:
                raise UndeclaredMessage(error.detail) from error
            raise

    def recv(self, key: MessageKey) -> bytes:
        """See `Channel.recv`."""
        request = pb.ReceiveRequest(key=_key(key), wait_ms=_WAIT_MS)
        end = time.monotonic() + self._deadline_s
        while not self._cancelled.is_set():
            try:
                return b"".join(part.chunk for part in self._gateway.Receive(request))
            except HanseError as error:
                if error.code == _PEER_GONE:
                    raise PeerGone(f"{key.sender} cannot be reached", party=key.sender) from error
                if error.code != _NOT_YET:
                    raise
            if time.monotonic() > end:
                raise PeerGone(f"{key.sender} sent no {key.message} in {self._deadline_s:.0f} s", party=key.sender)
        raise Cancelled("the task was stopped while it waited for a message")


def _key(key: MessageKey) -> pb.MessageKey:
    return pb.MessageKey(
        job=key.job,
        task=key.task,
        attempt=key.attempt,
        message=key.message,
        step=key.step,
        sender=key.sender,
        receiver=key.receiver,
    )
