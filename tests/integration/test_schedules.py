"""A schedule's run through the real doors: board to flow, flow back to its board, both by signed gRPC."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from board.api.rpc.board import BoardServicer
from board.api.rpc.flow import FlowClient
from board.app import _ACCESS
from board.tests.doubles import Ledger
from board.tests.house import House
from board.tests.test_windows import Two, newer
from common.identity import create_member, load_service, load_trust
from common.rpc import Server, SqlNonceStore, connect
from flow.app import FlowApp
from flow.settings import FlowSettings
from proto.board.v1.board_pb2_grpc import add_BoardServiceServicer_to_server
from proto.flow.v1.flow_pb2_grpc import FlowServiceStub

NOBODY = "127.0.0.1:9"  # a port where nobody listens


class LateBoard(BoardServicer):
    """The servicer of a board that is put together after its door is open."""

    def __init__(self) -> None:
        pass

    def serve(self, house: House) -> None:
        board = house.board
        super().__init__(board.proposals, board.models, board.anchors, board.windows)


@pytest.fixture
def two(tmp_path: Path) -> Iterator[Two]:
    """A bank whose flow is a real process's, and a bureau in memory."""
    create_member(tmp_path / "bank", "bank", "Bank", ["board", "flow", "kernel", "gateway"])
    home, trust = tmp_path / "bank", load_trust(tmp_path / "bank")
    late, nonces = LateBoard(), SqlNonceStore(tmp_path / "nonces.db")
    door = Server("127.0.0.1:0", load_service(home, "board"), trust, _ACCESS, nonces)
    door.add(add_BoardServiceServicer_to_server, late)
    flow = FlowApp(
        FlowSettings(
            home=home,
            data=tmp_path / "flow",
            board_address=f"127.0.0.1:{door.start()}",
            kernel_address=NOBODY,
            gateway_address=NOBODY,
        )
    )
    flow.start()
    channel = connect(f"127.0.0.1:{flow.port}", load_service(home, "board"), "flow@bank", trust)
    ledger, houses = Ledger(), dict[str, House]()
    for member in ("bank", "bureau"):
        ledger.admit(member)
    bank = House("bank", tmp_path, houses, ledger, flow=FlowClient(FlowServiceStub(channel)))
    bureau = House("bureau", tmp_path, houses, ledger)
    late.serve(bank)
    yield Two(bank, bureau)
    channel.close()
    flow.stop()
    door.stop(0.1)
    for house in houses.values():
        house.close()


def test_runs_read_the_newest_versions_or_say_who_can_act(two: Two) -> None:
    refused = two.run()
    assert (refused["code"], refused["party"], refused["job"]) == ("HAN-6081", "bureau", "")
    assert "no consent covers" in refused["problem"]
    two.consent(newer_versions=True)
    fresh = newer(two.bureau, two.data["bureau"], b"id,x,y\nb,2,2\n")
    run = two.run()
    assert run["state"] == "created"
    assert fresh in two.us.get(f"/jobs/{run['job']}")["data_versions"]
    (shown,) = two.us.get("/schedules")["items"]
    assert [(told["job"], told["code"]) for told in shown["runs"]] == [(run["job"], ""), ("", "HAN-6081")]
    assert fresh in shown["runs"][0]["data_versions"]
    assert len(shown["next_runs_ms"]) == 5
    changed = two.us.call("PATCH", f"/schedules/{two.schedule}", json={"window": "fixed"})[1]
    assert (changed["window"], len(changed["runs"])) == ("fixed", 2), "what has run stays known"
    assert set(two.us.get(f"/jobs/{two.run()['job']}")["data_versions"]) == set(two.data.values())
    status, told = two.us.call("POST", "/schedules/sch-none/runs", json={})
    assert (status, told["code"]) == (404, "HAN-1002")
