"""Waitress in a thread of the service's process."""

import threading
from functools import partial
from typing import Any

from flask import Flask
from waitress import wasyncore  # type: ignore[import-untyped]
from waitress.server import create_server  # type: ignore[import-untyped]

from common.http.admission import check_body
from common.http.channel import Channel
from common.rpc.errors import AddressInUseError

_GRACE_S = 5


class HttpServer:
    """Serves a WSGI application.

    Parameters
    ----------
    what : str
        Who listens, for the message that says it cannot ("the board").
    listen : str
        host:port; port 0 picks one.
    application : Flask
        What is served.
    threads : int
        Requests at once; a live view holds one for as long as it is open.
    most_bytes : int
        Limit of a request's body; larger ones are refused while they arrive. One of more than a few KiB is read only
        once the application's door has let its headers in.

    Raises
    ------
    AddressInUseError
        When the address cannot be listened on.
    """

    def __init__(self, what: str, listen: str, application: Flask, threads: int, most_bytes: int) -> None:
        host, _, port = listen.rpartition(":")
        try:
            self._server: Any = create_server(
                application,
                host=host.strip("[]"),
                port=int(port),
                threads=threads,
                ident=None,
                channel_timeout=75,
                connection_limit=1000,
                max_request_body_size=most_bytes,
                clear_untrusted_proxy_headers=True,
            )
        except OSError as problem:
            raise AddressInUseError(f"{what} cannot listen on {listen}: {problem.strerror}") from problem
        self._server.channel_class = Channel
        self._server.ask = partial(check_body, application, most_bytes=most_bytes)
        self.address = f"{host}:{self._server.effective_port}"
        self._thread = threading.Thread(target=self._server.run, name="http", daemon=True)

    def start(self) -> None:
        """Answer from now on."""
        self._thread.start()

    def stop(self) -> None:
        """End running requests, then close all connections; the loop's own thread closes what it watches."""
        self._server.task_dispatcher.shutdown(timeout=_GRACE_S)
        if self._thread.is_alive():
            watched = self._server._map  # noqa: SLF001  waitress has no public way to close its connections
            self._server.trigger.pull_trigger(lambda: wasyncore.close_all(watched, ignore_all=True))
            self._thread.join(_GRACE_S)
        else:
            self._server.close()
