"""Makes the identities and the configuration files of a federation on one machine; what is there already stays."""

import json
import secrets
from collections.abc import Callable
from pathlib import Path

from common.errors import HanseError
from common.identity import add_trust, create_member, load_trust
from common.keyfiles import write_private
from common.keys import CallerKeys
from deploy.local.errors import NotSetUp
from deploy.local.run import python
from deploy.local.topology import MEMBER_SERVICES, Node, Topology

ADMIN = "admin"
_PASSWORD_BYTES = 12
_EMBEDDED_SPARK, _EMBEDDED_PARTITIONS = "local[2]", 2  # small machines: more partitions only cost their overhead


def configure(home: Path, topology: Topology) -> None:
    """Write everything that the processes need to start."""
    union = topology.union or _own_union(home, topology)
    for member in topology.members:
        if not (home / member / "identity").exists():
            create_member(home / member, member, topology.names.get(member, member.title()), MEMBER_SERVICES)
        keys = CallerKeys(bytes.fromhex(union["signing"]), bytes.fromhex(union["stream"]))
        add_trust(home / member, "union", keys)
        if not topology.union:
            password(home, member)  # a member of its own gets its administrator in the board's wizard, or by --admin
    for node in topology.nodes:
        if node.service == "fusion" and not (home / node.owner / "identity").exists():
            python("-m", "fusion", "init", "--home", str(home / node.owner), "--name", node.owner, "--no-try")
        _write(home / node.owner / f"{node.service}.toml", _settings(topology, node, union))


def _own_union(home: Path, topology: Topology) -> dict[str, str]:
    """Make the union's identity where there is none, and return what its members need to know of it."""
    union_home = home / "union"
    if not (union_home / "federation.json").exists():
        python("-m", "union", "init", "--home", str(union_home), "--federation", topology.federation)
    return union_card(union_home, topology.node("union", "union").address())


def union_card(union_home: Path, address: str) -> dict[str, str]:
    """Return all that a newcomer must know of a union before it can ask it anything."""
    keys = load_trust(union_home).find("union")
    if keys is None:
        raise NotSetUp(f"{union_home} holds no union")
    federation = json.loads((union_home / "federation.json").read_text("utf-8"))
    return {
        "address": address,
        "signing": keys.signing.hex(),
        "stream": keys.stream.hex(),
        "federation": federation["federation"],
        "salt": federation["salt"],
    }


def password(home: Path, member: str) -> str:
    """Return the first administrator's password, made at random the first time and kept in a file of mode 0600."""
    path = password_file(home, member)
    if not path.exists():
        write_private(path, secrets.token_urlsafe(_PASSWORD_BYTES).encode())
    return path.read_text("utf-8")


def password_file(home: Path, member: str) -> Path:
    """Return where the first administrator's password is kept, for members that got one at once."""
    return home / member / "admin.password"


def token_file(home: Path, member: str) -> Path:
    """Return where a board that waits for its first administrator keeps the token that makes one."""
    return home / member / "data" / "board" / "setup.token"


def from_here(path: Path) -> str:
    """Name a path from where the user stands, where it lies below."""
    return str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)


def create_admins(home: Path, topology: Topology) -> None:
    """Give every board for which there is a password its first administrator; a board that has one keeps it."""
    for member in topology.members:
        if not password_file(home, member).exists():
            continue
        config, file = home / member / "board.toml", password_file(home, member)
        try:
            python(
                "-m", "board", "create-admin", "--config", str(config), "--account", ADMIN, "--password-file", str(file)
            )
        except HanseError as error:
            if "HAN-1003" not in error.detail:
                raise


def _settings(topology: Topology, node: Node, union: dict[str, str]) -> dict[str, object]:
    owner = node.owner

    def at(service: str, use: str = "rpc") -> str:
        return topology.node(service, owner).address(use)

    common: dict[str, object] = {"home": ".", "data": f"data/{node.service}", "health_port": node.ports["health"]}
    if "rpc" in node.ports:
        common["listen"] = node.bind()
    own: dict[str, Callable[[], dict[str, object]]] = {
        "union": lambda: {"status_listen": node.bind("http")},
        "board": lambda: {
            "http_listen": node.bind("http"),
            "public_url": f"http://{node.address('http')}",
            "flow_address": at("flow"),
            "kernel_address": at("kernel"),
            "gateway_address": at("gateway"),
            "serving_address": at("serving"),
            "gateway_peer_address": _reached(topology, at("gateway", "peer")),
            "union_address": union["address"],
            "federation_salt": union["salt"],
        },
        "flow": lambda: {
            "kernel_address": at("kernel"),
            "gateway_address": at("gateway"),
            "board_address": at("board"),
        },
        "kernel": lambda: {
            "gateway_address": at("gateway"),
            "spark_master": _EMBEDDED_SPARK,
            "n_partitions": _EMBEDDED_PARTITIONS,
        },
        "gateway": lambda: {
            "peer_listen": _outside(topology, node),
            "union_address": union["address"],
            "board_address": at("board"),
            "flow_address": at("flow"),
            "serving_address": at("serving"),
        },
        "serving": lambda: {"http_listen": node.bind("http"), "gateway_address": at("gateway")},
        "fusion": lambda: {"http_listen": node.bind("http"), "peer_listen": node.bind("peer")},
    }
    return {**common, **own[node.service]()}


def _reached(topology: Topology, address: str) -> str:
    """Return the gateway's address as the other members reach it; it stands on the ledger."""
    host = topology.union.get("host")
    return f"{host}:{address.rpartition(':')[2]}" if host else address


def _outside(topology: Topology, node: Node) -> str:
    """Return where the gateway's door for other members listens: on all addresses when they are on other machines."""
    return f"0.0.0.0:{node.ports['peer']}" if topology.union.get("host") else node.bind("peer")


def _write(path: Path, settings: dict[str, object]) -> None:
    lines = [f"{key} = {value}" if isinstance(value, int) else f'{key} = "{value}"' for key, value in settings.items()]
    write_private(path, ("\n".join(lines) + "\n").encode())
