"""Waitress in a thread of the node's process."""

import threading

from flask import Flask
from waitress.server import create_server  # type: ignore[import-untyped]

from common.rpc.errors import AddressInUseError


class WebServer:
    """Serves a WSGI application.

    Parameters
    ----------
    listen : str
        host:port; port 0 picks one.
    application : Flask
        What is served.
    max_body_bytes : int
        Greater requests are refused before they are read.
    """

    def __init__(self, listen: str, application: Flask, max_body_bytes: int) -> None:
        host, _, port = listen.rpartition(":")
        try:
            self._server = create_server(
                application, host=host, port=int(port), threads=8, ident=None, max_request_body_size=max_body_bytes
            )
        except OSError as problem:
            raise AddressInUseError(f"http_listen {listen}: {problem.strerror}") from problem
        self.address = f"{host}:{self._server.effective_port}"
        self._thread = threading.Thread(target=self._server.run, name="web-server", daemon=True)

    def start(self) -> None:
        """Answer from now on."""
        self._thread.start()

    def stop(self) -> None:
        """Answer no more."""
        self._server.close()
        if self._thread.is_alive():
            self._thread.join(5)
        self._server.task_dispatcher.shutdown()
