"""Three servings behind three gateways over real TLS: one joint prediction, and what a partner that is down causes."""

import socket

import pytest

from common.errors import Unavailable
from common.identity import load_service, load_trust
from common.rpc import connect
from proto.serving.v1 import serving_pb2 as pb
from proto.serving.v1.serving_pb2_grpc import ServingServiceStub
from serving.app import ServingApp
from serving.settings import ServingSettings
from serving.tests.federation import IDS, MEMBERS, MODEL, ROWS, arrow, exact, model_bytes
from tests.integration.gateways import Node, SmallUnion, until


@pytest.fixture
def free_ports():
    probes = [socket.socket() for _ in MEMBERS]
    for probe in probes:
        probe.bind(("127.0.0.1", 0))
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports


@pytest.fixture
def federation(tmp_path, free_ports):
    union = SmallUnion()
    nodes, apps, channels = {}, {}, []
    try:
        for member, port in zip(MEMBERS, free_ports, strict=True):
            nodes[member] = node = Node(tmp_path, member, union, serving_address=f"127.0.0.1:{port}")
            node.start()
            node.register()
            gateway = f"127.0.0.1:{node.ports[0]}"
            app = ServingApp(
                ServingSettings(
                    home=node.home,
                    data=node.home / "serving",
                    listen=f"127.0.0.1:{port}",
                    http_listen="127.0.0.1:0",
                    gateway_address=gateway,
                )
            )
            apps[member] = app
            app.start()
            identity, trust = load_service(node.home, "board"), load_trust(node.home)
            channels.append(connect(f"127.0.0.1:{port}", identity, f"serving@{member}", trust, timeout_s=30))
        for node in nodes.values():
            until(lambda node=node: len(node.app.directory.pins()) == len(MEMBERS) - 1)
        yield nodes, apps, dict(zip(MEMBERS, map(ServingServiceStub, channels), strict=True))
    finally:
        for channel in channels:
            channel.close()
        for app in apps.values():
            app.stop()
        for node in nodes.values():
            node.stop()
        union.stop()


def test_one_joint_prediction_over_signed_grpc(federation):
    nodes, apps, boards = federation
    for member, board in boards.items():
        header = pb.ModelPart(
            model=MODEL,
            version="1",
            kind="vert_lr",
            role="promoter" if member == "bank" else "provider",
            promoter_and_providers=MEMBERS,
            content=model_bytes(member),
            id_column="client",
        )
        messages = [pb.ImportModelRequest(header=header)]
        if member != "bank":
            messages.append(pb.ImportModelRequest(features_chunk=arrow(member)))
        board.ImportModel(iter(messages))
        board.SetOnline(pb.SetOnlineRequest(model=MODEL, version="1"))
    rows = [pb.FeatureRow(id=name, features=ROWS["bank"][name]) for name in IDS[:5]]
    told = boards["bank"].Predict(pb.PredictRequest(model=MODEL, rows=rows))
    for line in told.predictions:
        assert not line.problem
        assert abs(line.score - exact(line.id)) <= told.bound
    apps["retailer"].stop()
    with pytest.raises(Unavailable) as caught:
        boards["bank"].Predict(pb.PredictRequest(model=MODEL, rows=rows))
    assert caught.value.party == "retailer"
    nodes["retailer"].stop()
    with pytest.raises(Unavailable) as caught:
        boards["bank"].Predict(pb.PredictRequest(model=MODEL, rows=rows))
    assert caught.value.party == "retailer"
