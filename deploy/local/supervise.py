"""Runs the processes under supervisor: generated configuration, start, wait until healthy, stop."""

import configparser
import http.client
import json
import os
import subprocess
import sys
import tempfile
import time
import xmlrpc.client
from collections.abc import Callable, Iterable
from hashlib import sha256
from pathlib import Path
from typing import Any

from supervisor.xmlrpc import SupervisorTransport

from deploy.local.errors import PortTaken, StartFailed
from deploy.local.topology import Node, port_free

_GRACE_S = 15


def quiet(_name: str) -> None:
    """Say nothing about a process that has become ready."""


class Supervisor:
    """The supervisor of one federation folder, reached over a Unix socket that only this user may open."""

    def __init__(self, home: Path) -> None:
        self.home = home.resolve()
        # A socket's path may have 107 bytes; a project may lie deeper than that.
        digest = sha256(str(self.home).encode()).hexdigest()[:16]
        self._run = Path(tempfile.gettempdir()) / f"hanse-{os.getuid()}" / digest
        self._socket = self._run / "supervisor.sock"

    @property
    def running(self) -> bool:
        """Whether a supervisor answers."""
        if not self._socket.exists():
            return False
        try:
            with self._rpc() as rpc:
                rpc.supervisor.getState()
        except (OSError, http.client.HTTPException, xmlrpc.client.Error):
            return False
        return True

    def start(self, nodes: Iterable[Node]) -> None:
        """Start supervisor with these processes, or add those that it does not run yet.

        Raises
        ------
        PortTaken
            Another program listens where one of ours should.
        """
        wanted = list(nodes)
        running = self.states() if self.running else {}
        for node in wanted:
            if running.get(node.name) != "RUNNING":
                taken = [port for port in node.ports.values() if not port_free(port)]
                if taken:
                    raise PortTaken(f"{node.name} needs port {taken[0]}, where another program listens")
        self._write(wanted)
        if not running:
            self._run.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._socket.unlink(missing_ok=True)
            command = [sys.executable, "-m", "supervisor.supervisord", "-c", str(self.home / "supervisor.conf")]
            subprocess.run(command, check=True, cwd=self.home)
            _until(lambda: self.running, 20, "supervisor does not answer")
            return
        with self._rpc() as proxy:
            rpc = proxy.supervisor
            for group in rpc.reloadConfig()[0][0]:
                rpc.addProcessGroup(group)
            for node in wanted:
                if running.get(node.name) not in ("RUNNING", "STARTING", None):
                    rpc.startProcess(node.name, False)  # noqa: FBT003  XML-RPC has no keywords

    def stop(self) -> None:
        """Stop all processes and supervisor itself."""
        if self.running:
            with self._rpc() as rpc:
                rpc.supervisor.shutdown()
            _until(lambda: not self._socket.exists(), _GRACE_S * 8, "supervisor does not end")

    def states(self) -> dict[str, str]:
        """Return process name → supervisor's state of it; empty when it does not run."""
        if not self.running:
            return {}
        with self._rpc() as rpc:
            return {info["name"]: info["statename"] for info in rpc.supervisor.getAllProcessInfo()}

    def pid(self, name: str) -> int:
        """Return a process's id."""
        with self._rpc() as rpc:
            return int(rpc.supervisor.getProcessInfo(name)["pid"])

    def log_tail(self, name: str, lines: int = 15) -> str:
        """Return the end of a process's log."""
        path = self.home / "logs" / f"{name}.log"
        return "\n".join(path.read_text("utf-8", "replace").splitlines()[-lines:]) if path.exists() else ""

    def wait_healthy(self, nodes: Iterable[Node], timeout_s: float, seen: Callable[[str], None] = quiet) -> None:
        """Wait until every process says that it is healthy.

        Raises
        ------
        StartFailed
            One has ended or is not ready in time; with the end of its log.
        """
        end = time.monotonic() + timeout_s
        waiting = {node.name: node for node in nodes}
        while waiting:
            states = self.states()
            for name, node in list(waiting.items()):
                if states.get(name) in ("FATAL", "EXITED", "STOPPED"):
                    raise StartFailed(f"{name} ended at once. Its log ({self.home / 'logs'}):\n{self.log_tail(name)}")
                if health(node) is True:
                    del waiting[name]
                    seen(name)
            if time.monotonic() > end:
                name = next(iter(waiting))
                raise StartFailed(f"{name} is not ready after {timeout_s:.0f} s. Its log:\n{self.log_tail(name)}")
            if waiting:
                time.sleep(0.1)

    def _rpc(self) -> Any:  # XML-RPC answers have no types
        return xmlrpc.client.ServerProxy(
            "http://supervisor", transport=SupervisorTransport(serverurl=f"unix://{self._socket}")
        )

    def _write(self, nodes: list[Node]) -> None:
        logs = self.home / "logs"
        logs.mkdir(exist_ok=True, mode=0o700)
        config = configparser.RawConfigParser()
        config["unix_http_server"] = {"file": str(self._socket), "chmod": "0600"}
        config["supervisord"] = {
            "logfile": str(logs / "supervisor.log"),
            "pidfile": str(self._run / "supervisor.pid"),
            "childlogdir": str(logs),
            "minfds": "1024",
        }
        config["rpcinterface:supervisor"] = {
            "supervisor.rpcinterface_factory": "supervisor.rpcinterface:make_main_rpcinterface"
        }
        for node in nodes:
            folder = self.home / node.owner
            config[f"program:{node.name}"] = {
                "command": f'"{sys.executable}" -m {node.service} --config "{folder / (node.service + ".toml")}"',
                "directory": str(self.home),
                "environment": 'PYTHONSAFEPATH="1"',  # a member's folder must not be taken for a package of that name
                "autorestart": "unexpected",
                "exitcodes": "0,78",  # 78: wrong configuration; starting again would not mend it
                "startretries": "3",
                "startsecs": "1",
                "stopwaitsecs": str(_GRACE_S),
                "stopasgroup": "false",
                "killasgroup": "true",
                "redirect_stderr": "true",
                "stdout_logfile": str(logs / f"{node.name}.log"),
                "stdout_logfile_maxbytes": "20MB",
                "stdout_logfile_backups": "3",
            }
        with (self.home / "supervisor.conf").open("w", encoding="utf-8") as stream:
            config.write(stream)


def health(node: Node) -> bool | dict[str, object]:
    """Return True when the process is healthy, else what it says is wrong (an empty dict when it does not answer)."""
    connection = http.client.HTTPConnection("127.0.0.1", node.ports["health"], timeout=2)
    try:
        connection.request("GET", "/health")
        answer = connection.getresponse()
        told = json.loads(answer.read())
    except (OSError, http.client.HTTPException, ValueError):
        return {}
    finally:
        connection.close()
    return True if answer.status == http.client.OK else dict(told)


def _until(condition: Callable[[], bool], timeout_s: float, problem: str) -> None:
    end = time.monotonic() + timeout_s
    while not condition():
        if time.monotonic() > end:
            raise StartFailed(problem)
        time.sleep(0.05)
