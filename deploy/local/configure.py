"""Makes the identities and the configuration files of a federation on one machine; what is there already stays."""

import json
import secrets
from collections.abc import Callable
from pathlib import Path

from common.errors import HanseError
from common.identity import add_trust, create_member, load_trust
from common.keyfiles import write_private
from deploy.local.errors import StartFailed
from deploy.local.run import python
from deploy.local.topology import MEMBER_SERVICES, Node, Topology

ADMIN = "admin"
_PASSWORD_BYTES = 12
_EMBEDDED_SPARK = "local[2]"


def configure(home: Path, topology: Topology) -> None:
    """Write everything that the processes need to start."""
    union_home = home / "union"
    if not (union_home / "federation.json").exists():
        python("-m", "union", "init", "--home", str(union_home), "--federation", topology.federation)
    for member in topology.members:
        if not (home / member / "identity").exists():
            create_member(home / member, member, topology.names.get(member, member.title()), MEMBER_SERVICES)
        keys = load_trust(union_home).find("union")
        if keys is None:
            raise StartFailed("the union has no identity")
        add_trust(home / member, "union", keys)
        password(home, member)
    for node in topology.nodes:
        if node.service == "fusion" and not (home / node.owner / "identity").exists():
            python("-m", "fusion", "init", "--home", str(home / node.owner), "--name", node.owner)
        _write(home / node.owner / f"{node.service}.toml", _settings(topology, node, _salt(union_home)))


def password(home: Path, member: str) -> str:
    """Return the first administrator's password, made at random the first time and kept in a file of mode 0600."""
    path = password_file(home, member)
    if not path.exists():
        write_private(path, secrets.token_urlsafe(_PASSWORD_BYTES).encode())
    return path.read_text("utf-8")


def password_file(home: Path, member: str) -> Path:
    """Return where the first administrator's password is kept."""
    return home / member / "admin.password"


def create_admins(home: Path, topology: Topology) -> None:
    """Give every board its first administrator; a board that has one keeps it."""
    for member in topology.members:
        config, file = home / member / "board.toml", password_file(home, member)
        try:
            python(
                "-m", "board", "create-admin", "--config", str(config), "--account", ADMIN, "--password-file", str(file)
            )
        except HanseError as error:
            if "HAN-1003" not in error.detail:
                raise


def _salt(union_home: Path) -> str:
    """Return the federation's salt, which a newcomer must know before it can ask the union anything."""
    return str(json.loads((union_home / "federation.json").read_text("utf-8"))["salt"])


def _settings(topology: Topology, node: Node, salt: str) -> dict[str, object]:
    owner = node.owner

    def at(service: str, use: str = "rpc") -> str:
        return topology.node(service, owner).address(use)

    common: dict[str, object] = {"home": ".", "data": f"data/{node.service}", "health_port": node.ports["health"]}
    if "rpc" in node.ports:
        common["listen"] = node.bind()
    union = topology.node("union", "union").address()
    own: dict[str, Callable[[], dict[str, object]]] = {
        "union": lambda: {"status_listen": node.bind("http")},
        "board": lambda: {
            "http_listen": node.bind("http"),
            "public_url": f"http://{node.address('http')}",
            "flow_address": at("flow"),
            "kernel_address": at("kernel"),
            "gateway_address": at("gateway"),
            "serving_address": at("serving"),
            "gateway_peer_address": at("gateway", "peer"),
            "union_address": union,
            "federation_salt": salt,
        },
        "flow": lambda: {
            "kernel_address": at("kernel"),
            "gateway_address": at("gateway"),
            "board_address": at("board"),
        },
        "kernel": lambda: {"gateway_address": at("gateway"), "spark_master": _EMBEDDED_SPARK},
        "gateway": lambda: {
            "peer_listen": node.bind("peer"),
            "union_address": union,
            "board_address": at("board"),
            "flow_address": at("flow"),
            "serving_address": at("serving"),
        },
        "serving": lambda: {"http_listen": node.bind("http"), "gateway_address": at("gateway")},
        "fusion": lambda: {"http_listen": node.bind("http"), "peer_listen": node.bind("peer")},
    }
    return {**common, **own[node.service]()}


def _write(path: Path, settings: dict[str, object]) -> None:
    lines = [f"{key} = {value}" if isinstance(value, int) else f'{key} = "{value}"' for key, value in settings.items()]
    write_private(path, ("\n".join(lines) + "\n").encode())
