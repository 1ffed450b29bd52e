"""Waitress reads a whole body before it calls the application; here a large one waits until its headers are let in.

A body of more than `FREE_BYTES`, or of unknown length, is not read until a thread of the pool has asked the
application. Where it does not take the body, the application answers from the headers alone, and the connection is
closed: what the caller still sends is thrown away for a moment, so that the answer gets through.
"""

import copy
import socket
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import Any

from waitress.channel import HTTPChannel  # type: ignore[import-untyped]
from waitress.parser import HTTPRequestParser  # type: ignore[import-untyped]

from common import log
from common.errors import HanseError, Internal
from common.http.admission import FREE_BYTES, Withheld

_LOG = log.get(__name__)
_LINGER_S, _LINGER_BYTES = 2.0, 1 << 20
#: WSGI's environ → bytes that are taken, or raises HanseError.
Asked = Callable[[Mapping[str, Any]], int]


class Request(HTTPRequestParser):  # type: ignore[misc]  # waitress has no types
    """A request that stands still behind its headers while it `waits`."""

    adj: Any
    expect_continue: bool
    waits = False
    asked = False
    refused: HanseError | None = None

    def __init__(self, adj: Any) -> None:
        super().__init__(adj)
        self._held = bytearray()  # came with the headers; no more is read meanwhile
        self._expects = False

    def received(self, data: bytes) -> int:
        """Take bytes in; returns how many."""
        if self.waits:
            self._held += data
            return len(data)
        consumed: int = super().received(data)
        if self.headers_finished and not self.completed and not self.asked:
            self.waits = self.chunked or self.content_length > FREE_BYTES
            if self.waits:  # "100 Continue" is the word that the body is taken
                self._expects, self.expect_continue = self.expect_continue, False
        return consumed

    def take(self, most_bytes: int) -> bytes:
        """Go on; returns what came meanwhile."""
        self.adj = copy.copy(self.adj)
        self.adj.max_request_body_size = most_bytes + 1  # reaching it is too much already
        self.waits, self.expect_continue = False, self._expects
        return bytes(self._held)

    def refuse(self, why: HanseError) -> None:
        """Stay without a body."""
        self.waits, self.completed, self.refused = False, True, why
        self.close()
        self._held.clear()
        self.headers["CONNECTION"], self.connection_close = "close", True

    def get_body_stream(self) -> Any:
        """Return what the application reads."""
        return super().get_body_stream() if self.refused is None else Withheld(self.refused)


class Channel(HTTPChannel):  # type: ignore[misc]
    """A connection whose large bodies are asked about."""

    parser_class = Request
    request: Request | None
    will_close: bool
    close_when_flushed: bool
    _without_body = False
    _until, _thrown_away = 0.0, 0  # how long it still listens after a refusal

    @property
    def ask(self) -> Asked:
        """What says whether a body is taken."""
        return self.server.ask  # type: ignore[no-any-return]  # see HttpServer

    def received(self, data: bytes) -> bool:
        """Take bytes in."""
        done = bool(super().received(data))
        request = self.request
        if request is not None and request.waits and not request.asked:
            request.asked = True
            self.server.add_task(_Question(self, request))
        return done

    def readable(self) -> bool:
        """Whether more is read now."""
        if self._until:
            self.will_close = self.will_close or time.monotonic() > self._until
            return not self.will_close
        return not (self.request is not None and self.request.waits) and bool(super().readable())

    def answered(self, request: Request, verdict: int | HanseError) -> None:
        """Go on as the application says; in the loop's own thread."""
        if self.request is not request:
            return
        if isinstance(verdict, int):
            held = request.take(verdict)
            if request.expect_continue and not self.requests:
                with self.requests_lock:
                    self.send_continue()
            self.received(held)
            return
        request.refuse(verdict)
        with self.requests_lock:
            self.request = None
            self.requests.append(request)
            if len(self.requests) == 1:
                self.server.add_task(self)

    def service(self) -> None:
        """Answer a request, in a thread of the pool."""
        self._without_body = self._without_body or self.requests[0].refused is not None
        super().service()

    def handle_write(self) -> None:
        """Send what is to be sent; after a refusal, listen for a moment before the end."""
        lingers = self._without_body and self.close_when_flushed and not self._until
        if lingers:
            self.close_when_flushed = False  # else it would be closed in the very moment in which all is sent
        super().handle_write()
        if lingers:
            self.close_when_flushed = True
            if self.connected and not self.total_outbufs_len:
                self._until = time.monotonic() + _LINGER_S
                with suppress(OSError):
                    self.socket.shutdown(socket.SHUT_WR)

    def writable(self) -> bool:
        """Whether there is something to send, or to end."""
        return bool(self.will_close if self._until else super().writable())

    def handle_read(self) -> None:
        """Read what has come; after a refusal, throw it away."""
        if not self._until:
            super().handle_read()
            return
        try:
            self._thrown_away += len(self.recv(self.adj.recv_bytes))
        except OSError:
            self.will_close = True
        self.will_close = self.will_close or self._thrown_away > _LINGER_BYTES


class _Question:
    """Asks the application, in a thread of the pool: it may have to ask its database."""

    def __init__(self, channel: Channel, request: Request) -> None:
        self._channel, self._request = channel, request

    def service(self) -> None:
        """Ask, and tell the loop."""
        verdict: int | HanseError
        try:
            verdict = self._channel.ask(self._channel.task_class(self._channel, self._request).get_environment())
        except HanseError as error:
            verdict = error
        except Exception as problem:  # noqa: BLE001  whatever it is, nothing is read of a body that nobody let in
            _LOG.error("body_not_asked", exc_info=problem)
            verdict = Internal("whether the body is taken could not be found out")
        self._channel.server.trigger.pull_trigger(partial(self._channel.answered, self._request, verdict))

    def cancel(self) -> None:
        """End the connection: the server stops."""
        self._channel.cancel()
