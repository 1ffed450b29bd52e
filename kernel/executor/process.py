"""The kernel's side of an executor: start it, command it, hear from it."""

import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any


class ExecutorProcess:
    """A child process with a Spark session.

    Parameters
    ----------
    settings
        The kernel's settings as JSON; they travel over the link, so that no password shows in a process list.
    heard
        Called with every event, from a thread of ours; finally with ``{"event": "gone"}``.
    """

    def __init__(
        self, settings: str, log_file: Path, heard: Callable[["ExecutorProcess", dict[str, Any]], None]
    ) -> None:
        ours, theirs = socket.socketpair()
        self._link, self._heard = ours, heard
        self._writing = threading.Lock()
        log_file.parent.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "kernel.executor", "--link", str(theirs.fileno())]
        with log_file.open("ab") as log:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=(theirs.fileno(),),
                env=os.environ.copy(),
            )
        theirs.close()
        ours.sendall(settings.encode() + b"\n")
        self._listener = threading.Thread(target=self._listen, name=f"executor-{self._process.pid}", daemon=True)
        self._listener.start()

    @property
    def pid(self) -> int:
        """Process id."""
        return self._process.pid

    def command(self, do: str, spec: dict[str, Any]) -> None:
        """Send a command; a dead executor is heard of through `gone`."""
        line = json.dumps({"do": do, "spec": spec}).encode() + b"\n"
        with self._writing:
            try:
                self._link.sendall(line)
            except OSError:
                self._process.poll()

    def close(self, wait_s: float = 5.0) -> None:
        """End the process: first by closing the link, then by force."""
        try:
            self._link.shutdown(socket.SHUT_WR)
        except OSError:
            self._process.poll()
        try:
            self._process.wait(wait_s)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._listener.join(5.0)
        self._link.close()

    def _listen(self) -> None:
        with self._link.makefile("r", encoding="utf-8") as events:
            try:
                for line in events:
                    self._heard(self, json.loads(line))
            except OSError:
                self._process.poll()
        self._heard(self, {"event": "gone"})
