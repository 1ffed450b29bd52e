"""A socket server that runs in a thread as long as a test needs it."""

from __future__ import annotations

import socketserver
import threading
from typing import Self


class InThread(socketserver.BaseServer):
    """Goes before a server class; `with` starts and ends it."""

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self.serve_forever, args=(0.01,))
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self._thread.join()
        self.server_close()
