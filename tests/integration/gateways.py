"""A small federation of gateways on loopback: real doors over mutual TLS, and a union that shows the members."""

from __future__ import annotations

import base64
import hashlib
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from common import canonical
from common.identity import (
    Identity,
    add_trust,
    create_member,
    load_ledger_key,
    load_member,
    load_service,
    load_tls,
    load_trust,
)
from common.keys import CallerKeys
from common.records import address_of, sign_record
from common.rpc import MemoryNonceStore, Server, SignedChannel, TlsClient, connect
from gateway.app import GatewayApp
from gateway.settings import GatewaySettings
from proto.gateway.v1 import gateway_pb2 as pb
from proto.gateway.v1 import gateway_pb2_grpc
from proto.union.v1 import union_pb2, union_pb2_grpc

PARTIES = {"bank": "promoter", "bureau": "provider"}
SERVICES = ["board", "flow", "kernel", "gateway", "serving"]
_UnionServicer: Any = union_pb2_grpc.UnionServiceServicer


class SmallUnion(_UnionServicer):  # type: ignore[misc]  # the generated base is abstract
    """The register's reading side with nothing behind it: the entries that a test puts in."""

    def __init__(self) -> None:
        self.identity = Identity.generate("union")
        self.salt = secrets.token_bytes(32)
        self.head = 0
        self.governor = secrets.token_hex(32)
        self.entries: dict[str, union_pb2.Entry] = {}
        self.decisions: list[union_pb2.Entry] = []
        self._keys: dict[str, CallerKeys] = {}
        self._listening()

    def _listening(self, address: str = "127.0.0.1:0") -> None:
        access = {"/hanse.union.v1.UnionService/*": {"member:*"}}
        self._server = Server(address, self.identity, self, access, MemoryNonceStore(), workers=4)
        self._server.add(union_pb2_grpc.add_UnionServiceServicer_to_server, self)
        self.port = self._server.start()

    def find(self, caller_id: str) -> CallerKeys | None:
        """Keys of members."""
        return self._keys.get(caller_id)

    def know(self, identity: Identity) -> None:
        """Take calls of a member."""
        self._keys[identity.id] = identity.public

    def _sign(self, kind: Any, member: str, body: dict[str, str], key: str, nonce: int, status: str) -> union_pb2.Entry:
        self.head += 1
        record = union_pb2.SignedRecord(kind=kind, record_id=member, body=canonical.dumps(body), nonce=nonce)
        sign_record(self.salt, record, key)
        return union_pb2.Entry(record=record, status=status, sequence=self.head)

    def put(self, member: str, body: dict[str, str], ledger_key: str, nonce: int = 0, status: str = "admitted") -> None:
        """Put a member's entry at the head."""
        self.entries[member] = self._sign(union_pb2.RECORD_KIND_MEMBER, member, body, ledger_key, nonce, status)

    def decide(self, member: str, action: str, key: str = "", **more: str) -> None:
        """Put a governor's decision at the head."""
        body = {"member": member, "action": action, **more}
        kind = union_pb2.RECORD_KIND_ADMISSION
        self.decisions.append(self._sign(kind, member, body, key or self.governor, len(self.decisions), "active"))

    def GetFederation(self, request: Any, context: Any) -> union_pb2.GetFederationResponse:  # noqa: N802
        governance = [address_of(self.governor)]
        return union_pb2.GetFederationResponse(salt=self.salt, head=self.head, governance=governance, threshold=1)

    def ListEntries(self, request: Any, context: Any) -> union_pb2.ListEntriesResponse:  # noqa: N802
        members = request.kind == union_pb2.RECORD_KIND_MEMBER
        entries = list(self.entries.values()) if members else self.decisions
        return union_pb2.ListEntriesResponse(entries=entries, head=self.head)

    def stop(self) -> None:
        """Stop answering."""
        self._server.stop(0)

    def back(self) -> None:
        """Answer again at the same address."""
        self._listening(f"127.0.0.1:{self.port}")


class Node:
    """One member's gateway with clients for its own services."""

    def __init__(self, home: Path, member: str, union: SmallUnion, **knobs: Any) -> None:
        self.home = home / member
        self.member = member
        self.union = union
        self.knobs = knobs
        create_member(self.home, member, member.title(), SERVICES)
        add_trust(self.home, "union", union.identity.public)
        union.know(load_member(self.home))
        self.nonce = 0
        self.ports: tuple[int, int] = (0, 0)
        self._channels: list[SignedChannel] = []
        self.app = self._make()

    def _make(self) -> GatewayApp:
        settings = GatewaySettings(
            home=self.home,
            data=self.home / "gateway",
            listen=f"127.0.0.1:{self.ports[0]}",
            peer_listen=f"127.0.0.1:{self.ports[1]}",
            union_address=f"127.0.0.1:{self.union.port}",
            union_refresh_s=0.05,
            workers=24,
            **self.knobs,
        )
        return GatewayApp(settings)

    def start(self) -> None:
        """Start, at the same ports as before."""
        self.app = self._make()
        self.app.start()
        self.ports = (self.app.port, self.app.peer_port)

    def stop(self) -> None:
        """Stop the gateway and the clients."""
        for channel in self._channels:
            channel.close()
        self._channels.clear()
        self.app.stop()

    def body(self) -> dict[str, str]:
        """Body of the member's record."""
        identity = load_member(self.home)
        return {
            "member": self.member,
            "name": self.member.title(),
            "gateway": f"127.0.0.1:{self.ports[1]}",
            "signing_key": identity.public.signing.hex(),
            "stream_key": identity.public.stream.hex(),
            "tls_cert": base64.b64encode(load_tls(self.home).cert_der).decode(),
        }

    def register(self, status: str = "admitted") -> None:
        """Stand in the register."""
        if not self.nonce:
            self.union.decide(self.member, "admit")
        self.union.put(self.member, self.body(), load_ledger_key(self.home), self.nonce, status)
        self.nonce += 1

    def channel(self, service: str, **options: Any) -> SignedChannel:
        """A channel of an own service to the gateway."""
        audience = f"gateway@{self.member}"
        identity = load_service(self.home, service)
        made = connect(f"127.0.0.1:{self.ports[0]}", identity, audience, load_trust(self.home), **options)
        self._channels.append(made)
        return made

    def stub(self, service: str, **options: Any) -> gateway_pb2_grpc.GatewayServiceStub:
        """A stub of an own service to the gateway."""
        return gateway_pb2_grpc.GatewayServiceStub(self.channel(service, **options))

    def open_task(self, parties: dict[str, str], attempt: int = 1, task: str = "t", max_bytes: int = 0) -> None:
        """Open a task whose component sends "gradient" from provider to promoter and "weights" back."""
        self.stub("flow").OpenTask(pb.OpenTaskRequest(grant=grant(parties, attempt, task, max_bytes)))


def grant(parties: dict[str, str], attempt: int = 1, task: str = "t", max_bytes: int = 0) -> pb.TaskGrant:
    """A task grant."""
    return pb.TaskGrant(
        job="j",
        task=task,
        attempt=attempt,
        component="toy",
        component_version="1",
        component_hash=b"h" * 32,
        parties=[pb.GrantedParty(member=m, role=r) for m, r in parties.items()],
        messages=[
            pb.GrantedMessage(
                name="gradient", from_role="provider", to_role="promoter", carries="ciphertext", max_bytes=max_bytes
            ),
            pb.GrantedMessage(name="weights", from_role="promoter", to_role="provider", carries="share"),
        ],
    )


def key(
    sender: str, receiver: str, step: str = "1", message: str = "", attempt: int = 1, task: str = "t"
) -> pb.MessageKey:
    """A message's key; providers send gradients, the bank weights."""
    name = message or ("weights" if sender == "bank" else "gradient")
    return pb.MessageKey(job="j", task=task, attempt=attempt, message=name, step=step, sender=sender, receiver=receiver)


def parts(message: pb.MessageKey, payload: bytes, size: int = 1 << 20) -> Iterator[pb.SendRequest]:
    """A message as its kernel sends it."""
    header = pb.SendHeader(key=message, total_bytes=len(payload), sha256=hashlib.sha256(payload).digest())
    yield pb.SendRequest(header=header)
    for start in range(0, len(payload), size):
        yield pb.SendRequest(chunk=payload[start : start + size])


def receive(stub: gateway_pb2_grpc.GatewayServiceStub, message: pb.MessageKey, wait_ms: int = 10_000) -> bytes:
    """A message as its kernel receives it."""
    got = list(stub.Receive(pb.ReceiveRequest(key=message, wait_ms=wait_ms), timeout=60))
    payload = b"".join(part.chunk for part in got)
    assert got[0].total_bytes == len(payload)
    return payload


def until(holds: Callable[[], bool], within_s: float = 10.0) -> None:
    """Wait until something holds."""
    end = time.monotonic() + within_s
    pause = threading.Event()
    while not holds():
        assert time.monotonic() < end, "it does not come to hold"
        pause.wait(0.01)


class Process:
    """A node's gateway as a process of its own, which can be killed."""

    def __init__(self, node: Node, folder: Path) -> None:
        node.ports = (_free_port(), _free_port())
        self._log = folder / f"{node.member}.log"
        self._config = folder / f"{node.member}.toml"
        self._config.write_text(
            f'home = "{node.home}"\ndata = "{node.home / "gateway"}"\nlisten = "127.0.0.1:{node.ports[0]}"\n'
            f'peer_listen = "127.0.0.1:{node.ports[1]}"\nunion_address = "127.0.0.1:{node.union.port}"\n'
            "union_refresh_s = 0.1\n"
        )
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it."""
        command = [sys.executable, "-m", "gateway", "--config", str(self._config)]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log, cwd=Path(__file__).parents[2])

    def kill(self, number: int = signal.SIGKILL) -> int:
        """Kill it, with no chance to tidy up."""
        assert self._process is not None
        self._process.send_signal(number)
        return self._process.wait(20)

    def stop(self) -> None:
        """End it if it runs."""
        if self._process is not None and self._process.poll() is None:
            self.kill(signal.SIGTERM)


def peer_stub(node: Node, other: Node, **changes: Any) -> gateway_pb2_grpc.GatewayPeerServiceStub:
    identity = changes.get("identity") or load_member(node.home)
    tls = TlsClient(changes.get("own_tls") or load_tls(node.home), changes.get("pin") or load_tls(other.home).cert_der)
    channel = connect(f"127.0.0.1:{other.ports[1]}", identity, other.member, load_trust(other.home), tls=tls, retries=0)
    node._channels.append(channel)
    return gateway_pb2_grpc.GatewayPeerServiceStub(channel)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
