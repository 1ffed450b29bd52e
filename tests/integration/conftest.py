"""Two members' gateways, for all that is tested between them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from proto.gateway.v1 import gateway_pb2 as pb
from tests.integration.gateways import PARTIES, Node, SmallUnion, until


@pytest.fixture
def union() -> Iterator[SmallUnion]:
    made = SmallUnion()
    yield made
    made.stop()


@pytest.fixture
def pair(tmp_path: Path, union: SmallUnion) -> Iterator[tuple[Node, Node]]:
    bank, bureau = Node(tmp_path, "bank", union), Node(tmp_path, "bureau", union)
    for node in (bank, bureau):
        node.start()
        node.register()
    board, other = bank.stub("board"), bureau.stub("board")
    until(lambda: board.ProbePeer(pb.ProbePeerRequest(member="bureau")).reachable)
    until(lambda: other.ProbePeer(pb.ProbePeerRequest(member="bank")).reachable)
    yield bank, bureau
    bank.stop()
    bureau.stop()


@pytest.fixture
def opened(pair: tuple[Node, Node]) -> tuple[Node, Node]:
    for node in pair:
        node.open_task(PARTIES)
    return pair
