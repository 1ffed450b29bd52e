"""A federation on one machine as one thing: up, stop, status, clean."""

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from deploy.local.configure import ADMIN, configure, create_admins, password, union_card
from deploy.local.errors import NotSetUp
from deploy.local.run import python
from deploy.local.supervise import Supervisor, health, quiet
from deploy.local.topology import Node, Topology, plan, plan_member, with_fusions

Seen = Callable[[str], None]
_READY_S = 180.0


class Federation:
    """The federation in a folder."""

    def __init__(self, home: Path) -> None:
        self.home = home.resolve()
        self.supervisor = Supervisor(self.home)

    @property
    def topology(self) -> Topology:
        """Its processes; raises NotSetUp."""
        return Topology.load(self.home)

    def set_up(self, members: Sequence[str], names: dict[str, str], fusions: Sequence[str]) -> Topology:
        """Make identities and configuration; a folder that has them keeps them, and gets fusion nodes that it lacks."""
        try:
            known = self.topology
            topology = with_fusions(known, fusions)
        except NotSetUp:
            known, topology = None, plan(members, names, fusions)
        if topology != known:
            topology.save(self.home)
        configure(self.home, topology)
        return topology

    def set_up_member(self, member: str, name: str, host: str, union: dict[str, str], *, admin: bool) -> Topology:
        """Make one member alone, for a federation whose union is elsewhere; its board's wizard makes the administrator.

        Parameters
        ----------
        admin
            Whether to make the administrator at once instead, with a password in a file.
        """
        topology = plan_member(member, name, host, union)
        topology.save(self.home)
        configure(self.home, topology)
        if admin:
            password(self.home, member)
        return topology

    def union_card(self) -> dict[str, str]:
        """Return what a new member on another machine must know of this federation's union."""
        return union_card(self.home / "union", self.topology.node("union", "union").address())

    def start(self, seen: Seen = quiet) -> None:
        """Start union and members and wait until all are healthy; fusion nodes start alone, see `start_fusions`."""
        topology = self.topology
        nodes = [node for node in topology.nodes if node.service != "fusion"]
        if not self.supervisor.running:
            create_admins(self.home, topology)
        self._start(nodes, seen)

    def start_fusions(self, seen: Seen = quiet) -> None:
        """Start the fusion nodes."""
        self._start([node for node in self.topology.nodes if node.service == "fusion"], seen)

    def stop(self) -> None:
        """End all processes; everything is kept."""
        self.supervisor.stop()

    def clean(self) -> None:
        """End all processes and delete everything."""
        self.stop()
        shutil.rmtree(self.home, ignore_errors=True)

    def admit(self, member: str) -> None:
        """Let the union's governance admit a member."""
        python("-m", "union", "admit", member, "--config", str(self.home / "union" / "union.toml"))

    def board(self, member: str) -> tuple[str, str, str]:
        """Return a board's address, its first account and the account's password."""
        return self.board_address(member), ADMIN, password(self.home, member)

    def board_address(self, member: str) -> str:
        """Return where a board's pages are."""
        return f"http://{self.topology.node('board', member).address('http')}"

    def status(self) -> list[dict[str, object]]:
        """Tell each process's state and what its health check says."""
        states = self.supervisor.states()
        return [
            {
                "name": node.name,
                "state": states.get(node.name, "NOT RUNNING"),
                "health": _healthy(node),
                "ports": node.ports,
            }
            for node in self.topology.nodes
        ]

    def _start(self, nodes: list[Node], seen: Seen) -> None:
        self.supervisor.start(nodes)
        self.supervisor.wait_healthy(nodes, _READY_S, seen)


def _healthy(node: Node) -> object:
    told = health(node)
    return "ok" if told is True else told or "no answer"
