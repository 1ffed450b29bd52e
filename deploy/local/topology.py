"""Which services run where: ids, folders and ports, picked once and kept in `federation.json`."""

import json
import secrets
import socket
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from deploy.local.errors import NotSetUp

MEMBER_SERVICES = ("board", "flow", "kernel", "gateway", "serving")
_PORTS = {
    "union": ("rpc", "http", "health"),
    "board": ("rpc", "http", "health"),
    "flow": ("rpc", "health"),
    "kernel": ("rpc", "health"),
    "gateway": ("rpc", "peer", "health"),
    "serving": ("rpc", "http", "health"),
    "fusion": ("peer", "http", "health"),
}
_FIRST_BOARD_PORT = 8081
_CONTAINER_PORTS = {"rpc": 7000, "peer": 7001, "http": 8080, "health": 7009}
_FILE = "federation.json"


@dataclass(frozen=True, slots=True)
class Node:
    """One process: its service, its owner (a member, "union" or a fusion node), its ports by use, and its host."""

    service: str
    owner: str
    ports: dict[str, int]
    host: str = "127.0.0.1"

    @property
    def name(self) -> str:
        """Name under supervisor, for instance "bank-board", "union" or "fusion-bank"."""
        alone = self.owner.partition("-")[0] == self.service
        return self.owner if alone else f"{self.owner}-{self.service}"

    def address(self, use: str = "rpc") -> str:
        """Return host:port of one of its doors, as others reach it."""
        return f"{self.host}:{self.ports[use]}"

    def bind(self, use: str = "rpc") -> str:
        """Return host:port on which it listens: loopback, or all of a container's addresses."""
        return f"{'127.0.0.1' if self.host == '127.0.0.1' else '0.0.0.0'}:{self.ports[use]}"  # noqa: S104


@dataclass(frozen=True, slots=True)
class Topology:
    """A federation on this machine."""

    federation: str
    members: tuple[str, ...]
    nodes: tuple[Node, ...]
    names: dict[str, str] = field(default_factory=dict)  # member → name for people
    union: dict[str, str] = field(default_factory=dict)  # a union elsewhere: address, signing, stream, salt

    def node(self, service: str, owner: str) -> Node:
        """Return one process."""
        return next(node for node in self.nodes if (node.service, node.owner) == (service, owner))

    def save(self, home: Path) -> None:
        """Keep it."""
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = home / f"{_FILE}.draft"  # a full disk must not take the ports away, which stand on the ledger
        draft.write_text(json.dumps(asdict(self), indent=2), encoding="utf-8")
        draft.replace(home / _FILE)

    @classmethod
    def load(cls, home: Path) -> "Topology":
        """Read what `save` kept.

        Raises
        ------
        NotSetUp
            There is nothing.
        """
        try:
            told = json.loads((home / _FILE).read_text("utf-8"))
        except FileNotFoundError:
            raise NotSetUp(f"{home} holds no federation") from None
        nodes = tuple(Node(**node) for node in told["nodes"])
        return cls(told["federation"], tuple(told["members"]), nodes, told["names"], told["union"])


def plan(members: Sequence[str], names: dict[str, str], fusions: Sequence[str] = ()) -> Topology:
    """Pick ports for a union, the members and the fusion nodes; boards get the well-known ones where they are free."""
    taken: set[int] = set()
    nodes = [_node("union", "union", taken)]
    for index, member in enumerate(members):
        for service in MEMBER_SERVICES:
            wish = _FIRST_BOARD_PORT + index if service == "board" else 0
            nodes.append(_node(service, member, taken, wish))
    nodes.extend(_node("fusion", owner, taken) for owner in fusions)
    return Topology(f"local-{secrets.token_hex(4)}", tuple(members), tuple(nodes), names)


def with_fusions(topology: Topology, fusions: Sequence[str]) -> Topology:
    """Add the fusion nodes that a topology does not have yet; all that it has keeps its ports."""
    taken = {port for node in topology.nodes for port in node.ports.values()}
    known = {node.owner for node in topology.nodes}
    new = tuple(_node("fusion", owner, taken) for owner in fusions if owner not in known)
    return replace(topology, nodes=topology.nodes + new)


def plan_member(member: str, name: str, host: str, union: dict[str, str]) -> Topology:
    """Plan one member alone, whose union is elsewhere; `host` is how the other members reach this machine."""
    taken: set[int] = set()
    nodes = [
        _node(service, member, taken, _FIRST_BOARD_PORT if service == "board" else 0) for service in MEMBER_SERVICES
    ]
    return Topology(union["federation"], (member,), tuple(nodes), {member: name}, {**union, "host": host})


def containers(members: Sequence[str], names: dict[str, str]) -> Topology:
    """Plan one container a process: hosts named as in docker-compose.yml, the same ports everywhere."""
    services = [("union", "union"), *((service, member) for member in members for service in MEMBER_SERVICES)]
    nodes = []
    for service, owner in services:
        ports = {use: _CONTAINER_PORTS[use] for use in _PORTS[service]}
        nodes.append(Node(service, owner, ports, "union" if owner == "union" else f"{owner}-{service}"))
    return Topology("compose", tuple(members), tuple(nodes), names)


def port_free(port: int) -> bool:
    """Whether nobody listens on this loopback port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _node(service: str, owner: str, taken: set[int], wish: int = 0) -> Node:
    ports = {use: _pick(taken, wish if use == "http" else 0) for use in _PORTS[service]}
    return Node(service, owner, ports)


def _pick(taken: set[int], wish: int) -> int:
    while True:
        port = wish if wish and wish not in taken and port_free(wish) else _any_port()
        if port not in taken:
            taken.add(port)
            return port


def _any_port() -> int:
    """Pick a free port below the range from which the system takes ports of outgoing connections."""
    while True:
        port = 10_000 + secrets.randbelow(20_000)
        if port_free(port):
            return port
