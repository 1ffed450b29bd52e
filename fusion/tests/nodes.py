"""Nodes with real doors on loopback, in this process or in one of their own."""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from common.identity import load_member, load_tls
from common.rpc import FixedKeys, SignedChannel, TlsClient, connect
from fusion.app import FusionApp
from fusion.home import create_node, read_token
from fusion.settings import FusionSettings
from proto.fusion.v1.fusion_pb2_grpc import FusionPeerServiceStub

BASE = "/fusion-service/api/v1"


class Node:
    """One node and its operator."""

    def __init__(self, folder: Path, name: str, **knobs: Any) -> None:
        self.name, self.home = name, folder / name
        create_node(self.home, name)
        self.knobs = knobs
        self.app = self._make(("127.0.0.1:0", "127.0.0.1:0"))
        self.http: httpx.Client

    def _make(self, addresses: tuple[str, str]) -> FusionApp:
        peer, web = addresses
        data = self.home / "data"
        return FusionApp(FusionSettings(home=self.home, data=data, peer_listen=peer, http_listen=web, **self.knobs))

    def start(self) -> "Node":
        self.app.start()
        headers = {"Authorization": f"Bearer {read_token(self.home)}"}
        base = f"http://{self.app.http_address}{BASE}"
        self.http = httpx.Client(base_url=base, headers=headers, trust_env=False, timeout=60)
        return self

    def stop(self) -> None:
        self.http.close()
        self.app.stop()

    def restart(self) -> None:
        addresses = self.app.peer_address, self.app.http_address
        self.stop()
        self.app = self._make(addresses)
        self.start()

    def call(self, method: str, path: str, status: int = 200, **arguments: Any) -> Any:
        answer = self.http.request(method, path, **arguments)
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content else None

    def trust(self, other: "Node") -> None:
        told = other.call("GET", "/identity")
        self.call("POST", "/partners", 201, json={"invitation": told["invitation"]})
        self.call("POST", f"/partners/{told['node']}/confirm", json={"fingerprint": told["fingerprint_groups"]})

    def upload(self, ids: Sequence[str], column: str = "id") -> str:
        lines = "".join(f"{name},{index}\n" for index, name in enumerate(ids))
        params = {"name": "set", "file_name": "set.csv"}
        made = self.call("POST", "/data-sets", 201, params=params, content=f"{column},v\n{lines}".encode())
        return str(made["data_set"])

    def propose(self, partner: str, data_set: str, columns: Sequence[str] = ("id",), **more: Any) -> str:
        body = {"partner": partner, "data_set": data_set, "columns": list(columns), **more}
        return str(self.call("POST", "/tasks", 202, json=body)["task"])

    def accept(self, task: str, data_set: str, columns: Sequence[str] = ("id",)) -> None:
        body = {"accept": True, "data_set": data_set, "columns": list(columns)}
        self.call("POST", f"/tasks/{task}/answer", json=body)

    def task(self, task: str) -> dict[str, Any]:
        told: dict[str, Any] = self.call("GET", f"/tasks/{task}")
        return told

    def secrets(self) -> list[Path]:
        return list((self.home / "data" / "secret").iterdir())

    def wait(self, task: str, state: str, within_s: float = 120.0) -> dict[str, Any]:
        until(lambda: self.task(task)["state"] == state, within_s, lambda: str(self.task(task)))
        return self.task(task)

    def result(self, task: str) -> list[list[str]]:
        text = self.http.get(f"/tasks/{task}/result").text
        return [line.replace('"', "").split(",") for line in text.splitlines()]

    def channel_to(self, other: "Node") -> SignedChannel:
        """Speak to another node as this one, without its software: as somebody dishonest would."""
        theirs = load_member(other.home)
        tls = TlsClient(load_tls(self.home), load_tls(other.home).cert_der)
        keys = FixedKeys({other.name: theirs.public})
        return connect(other.app.peer_address, load_member(self.home), other.name, keys, tls=tls, timeout_s=30)

    def stub_to(self, other: "Node", channels: list[SignedChannel]) -> FusionPeerServiceStub:
        channels.append(self.channel_to(other))
        return FusionPeerServiceStub(channels[-1])


@contextmanager
def trusting_pair(folder: Path) -> Iterator[tuple[Node, Node]]:
    """Run alpha and beta, which have confirmed each other."""
    alpha, beta = (Node(folder, name).start() for name in ("alpha", "beta"))
    try:
        alpha.trust(beta)
        beta.trust(alpha)
        yield alpha, beta
    finally:
        alpha.stop()
        beta.stop()


class Process(Node):
    """A node in a process of its own, which can be killed."""

    def start(self) -> "Process":
        config = self.home / "fusion.toml"
        knobs = {"peer_listen": "127.0.0.1:0", "http_listen": "127.0.0.1:0", **self.knobs}
        lines = [f"{name} = {json.dumps(value)}\n" for name, value in knobs.items()]
        config.write_text('home = "."\ndata = "data"\n' + "".join(lines))
        log = self.home / "log"
        with log.open("ab") as stream:
            start = log.stat().st_size
            command = [sys.executable, "-m", "fusion", "--config", str(config)]
            self.process = subprocess.Popen(command, stderr=stream)
        opened: dict[str, str] = {}

        def is_open() -> bool:
            assert self.process.poll() is None, log.read_text()
            for line in log.read_bytes()[start:].splitlines():
                if b"doors_open" in line:
                    opened.update(json.loads(line))
            return bool(opened)

        until(is_open, 60)
        self.app.peer_address, self.app.http_address = opened["peer"], opened["http"]
        self.knobs |= {"peer_listen": opened["peer"], "http_listen": opened["http"]}
        headers = {"Authorization": f"Bearer {read_token(self.home)}"}
        base = f"http://{self.app.http_address}{BASE}"
        self.http = httpx.Client(base_url=base, headers=headers, trust_env=False, timeout=60)
        return self

    def kill(self) -> None:
        self.http.close()
        self.process.kill()
        self.process.wait(20)

    def stop(self) -> None:
        self.http.close()
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(30)


def until(holds: Callable[[], bool], within_s: float = 30.0, told: Callable[[], str] = str) -> None:
    """Wait until something holds."""
    end = time.monotonic() + within_s
    pause = threading.Event()
    while not holds():
        assert time.monotonic() < end, f"it does not come to hold: {told()}"
        pause.wait(0.05)
