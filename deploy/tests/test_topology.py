"""Ports are picked once and kept; every service's configuration is one that it accepts."""

import socket
from pathlib import Path

import pytest
from rich.console import Console

from deploy.demo.run import Demo
from deploy.local.configure import configure, password_file
from deploy.local.errors import NotSetUp, OtherMembers, PortTaken
from deploy.local.federation import Federation
from deploy.local.supervise import Supervisor
from deploy.local.topology import Topology, containers, plan, plan_member, with_fusions
from flow.settings import FlowSettings
from gateway.settings import GatewaySettings
from kernel.settings import KernelSettings
from union.settings import UnionSettings


def test_three_members_are_sixteen_processes_with_ports_of_their_own() -> None:
    topology = plan(["bank", "bureau", "retailer"], {}, ["fusion-bank", "fusion-bureau"])
    assert len(topology.nodes) == 18
    ports = [port for node in topology.nodes for port in node.ports.values()]
    assert len(set(ports)) == len(ports)


def test_a_plan_is_kept(tmp_path: Path) -> None:
    with pytest.raises(NotSetUp):
        Topology.load(tmp_path)
    topology = plan(["bank"], {"bank": "Bank"})
    topology.save(tmp_path)
    assert Topology.load(tmp_path) == topology


def test_configuration_is_what_the_services_accept(tmp_path: Path) -> None:
    topology = plan(["bank"], {})
    configure(tmp_path, topology)
    for name, settings in (("flow", FlowSettings), ("kernel", KernelSettings), ("gateway", GatewaySettings)):
        settings.load(tmp_path / "bank" / f"{name}.toml")
    UnionSettings.load(tmp_path / "union" / "union.toml")
    assert password_file(tmp_path, "bank").stat().st_mode & 0o077 == 0
    before = password_file(tmp_path, "bank").read_bytes()
    configure(tmp_path, topology)
    assert password_file(tmp_path, "bank").read_bytes() == before


def test_a_member_alone_is_reached_from_outside_by_its_gateway_only(tmp_path: Path) -> None:
    union = {
        "address": "union.example:7000",
        "signing": "11" * 32,
        "stream": "22" * 32,
        "federation": "f",
        "salt": "33" * 32,
    }
    topology = plan_member("clinic", "City Clinic", "clinic.example", union)
    configure(tmp_path, topology)
    gateway = GatewaySettings.load(tmp_path / "clinic" / "gateway.toml")
    assert gateway.peer_listen.startswith("0.0.0.0:")
    assert gateway.listen.startswith("127.0.0.1:")
    assert gateway.union_address == "union.example:7000"
    assert "clinic.example" in (tmp_path / "clinic" / "board.toml").read_text("utf-8")


def test_containers_reach_each_other_by_name() -> None:
    topology = containers(["bank"], {})
    assert topology.node("gateway", "bank").address("peer") == "bank-gateway:7001"
    assert topology.node("gateway", "bank").bind("peer") == "0.0.0.0:7001"


def test_a_taken_port_is_named(tmp_path: Path) -> None:
    topology = plan(["bank"], {})
    node = topology.node("flow", "bank")
    with socket.socket() as other:
        other.bind(("127.0.0.1", node.ports["rpc"]))
        other.listen()
        with pytest.raises(PortTaken, match=str(node.ports["rpc"])):
            Supervisor(tmp_path).start([node])
    assert not Supervisor(tmp_path).running


def test_fusion_nodes_join_a_federation_that_has_none() -> None:
    topology = plan(["a", "b"], {})
    more = with_fusions(topology, ["fusion-a", "fusion-b"])
    assert more.nodes[: len(topology.nodes)] == topology.nodes
    assert [node.name for node in more.nodes[len(topology.nodes) :]] == ["fusion-a", "fusion-b"]
    ports = [port for node in more.nodes for port in node.ports.values()]
    assert len(ports) == len(set(ports))
    assert with_fusions(more, ["fusion-a"]) == more


@pytest.mark.parametrize("members", [("bank",), ("bank", "bureau", "retailer")])
def test_the_demo_leaves_a_federation_of_other_members_alone(tmp_path: Path, members: tuple[str, ...]) -> None:
    plan(members, {}).save(tmp_path)
    before = (tmp_path / "federation.json").read_bytes()
    with pytest.raises(OtherMembers, match="bank"):
        Demo(Federation(tmp_path), Console(quiet=True), n_members=2).run()
    assert [path.name for path in tmp_path.iterdir()] == ["federation.json"]
    assert (tmp_path / "federation.json").read_bytes() == before
