"""The processes that answer HTTP: granian in a process of its own, kept alive by the service and gone with it.

``python -m serving.api.http.workers FILE``, where FILE holds the service's settings, is what the service runs.
"""

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

from common import log
from common.rpc.errors import AddressInUseError
from serving.domain.errors import WebServerFailed
from serving.settings import ServingSettings

SETTINGS_FILE = "HANSE_SERVING_SETTINGS_FILE"
_TARGET = "serving.app:web_application"
_LOG = log.get(__name__)
_PR_SET_PDEATHSIG = 1
_START_S = 120.0  # nineteen services may be starting on two cores
_STOP_S = 10.0
_AGAIN_S = 1.0
_LOOK_S = 0.05


def die_with_parent(number: int = signal.SIGTERM) -> None:
    """Let the kernel of the operating system end this process when the one that started it ends, however it does."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, number)


class WebWorkers:
    """Starts granian, starts it again when it ends by itself, and stops it.

    Parameters
    ----------
    listen : str
        host:port; port 0 picks one, see `address` after `start`.
    settings_file : Path
        The settings that the workers read.
    """

    def __init__(self, listen: str, settings_file: Path) -> None:
        self._host, _, port = listen.rpartition(":")
        self._port = int(port)
        self._file = settings_file
        self._over = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._keep, name="web-workers", daemon=True)

    @property
    def address(self) -> str:
        """host:port."""
        return f"{self._host}:{self._port}"

    def start(self) -> None:
        """Return when HTTP is answered.

        Raises
        ------
        AddressInUseError, WebServerFailed
            Somebody else listens there; granian ends or does not come up.
        """
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((self._host, self._port))
            except OSError as problem:
                raise AddressInUseError(f"http_listen {self.address}: {problem.strerror}") from problem
            self._port = probe.getsockname()[1]
        # The signal of die_with_parent comes when the starting *thread* ends: this one lives as long as the service.
        self._thread.start()
        end = time.monotonic() + _START_S
        while not self.answers():
            if time.monotonic() > end or (self._process is not None and self._process.poll() is not None):
                raise WebServerFailed(f"nobody answers at {self.address}")
            self._over.wait(_LOOK_S)

    def answers(self) -> bool:
        """Whether somebody accepts connections."""
        with contextlib.suppress(OSError), socket.create_connection((self._host, self._port), timeout=1.0):
            return True
        return False

    def check(self) -> None:
        """Raise WebServerFailed when HTTP is not answered."""
        if not self.answers():
            raise WebServerFailed(f"nobody answers at {self.address}")

    def _keep(self) -> None:
        command = [sys.executable, "-m", __name__, str(self._file), self.address]
        while not self._over.is_set():
            self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL)
            status = self._process.wait()
            if not self._over.is_set():
                _LOG.error("web_workers_ended", status=status)
                self._over.wait(_AGAIN_S)

    def stop(self) -> None:
        """End granian and its workers."""
        self._over.set()
        process = self._process
        if process is not None and process.poll() is None:
            process.terminate()
            try:
                process.wait(_STOP_S)
            except subprocess.TimeoutExpired:
                process.kill()
        if self._thread.is_alive():
            self._thread.join(_STOP_S)


def main(file: str, address: str) -> None:
    """Run granian until a signal comes."""
    die_with_parent()
    # Late: only this process needs them.
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    settings = ServingSettings.model_validate_json(Path(file).read_bytes())
    os.environ[SETTINGS_FILE] = file
    host, _, port = address.rpartition(":")
    Granian(
        _TARGET,
        address=host,
        port=int(port),
        interface=Interfaces.WSGI,
        workers=settings.workers,
        blocking_threads=settings.threads,
        websockets=False,
        factory=True,
        # Its warning that threads outnumber the cores does not fit: ours wait for partners most of the time.
        log_level=LogLevels.error,
        respawn_failed_workers=True,
        workers_kill_timeout=5,
    ).serve()


if __name__ == "__main__":
    main(*sys.argv[1:])
