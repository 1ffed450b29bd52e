"""Waitress in a thread of the union's process."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from waitress.server import create_server  # type: ignore[import-untyped]

from common.rpc.errors import AddressInUseError

if TYPE_CHECKING:
    from flask import Flask


class PageServer:
    """Serves a WSGI application.

    Parameters
    ----------
    listen : str
        host:port; port 0 picks one.
    application : Flask
        What is served.
    """

    def __init__(self, listen: str, application: Flask) -> None:
        host, _, port = listen.rpartition(":")
        try:
            self._server = create_server(application, host=host, port=int(port), threads=2, ident=None)
        except OSError as problem:
            raise AddressInUseError(f"the status page cannot listen on {listen}: {problem.strerror}") from problem
        self.address = f"{host}:{self._server.effective_port}"
        self._thread = threading.Thread(target=self._server.run, name="status-page", daemon=True)

    def start(self) -> None:
        """Answer from now on."""
        self._thread.start()

    def stop(self) -> None:
        """Answer no more."""
        self._server.close()
        if self._thread.is_alive():
            self._thread.join(5)
