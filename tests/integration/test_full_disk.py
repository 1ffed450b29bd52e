"""A gateway whose spool lies on a disk that is full: a small tmpfs, so the errors are the system's own."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gateway.domain import errors as e
from proto.gateway.v1 import gateway_pb2 as pb
from tests.integration.gateways import Node, SmallUnion, key, parts, receive, until

PARTIES = {"bank": "promoter", "bureau": "provider"}
DISK_BYTES = 1 << 20
PAYLOAD = bytes(2 * DISK_BYTES)


@pytest.fixture
def small_disk() -> Iterator[Callable[[Path], Path]]:
    """Give a function that puts a disk of 1 MiB at a folder."""
    mounted: list[Path] = []

    def mount(folder: Path) -> Path:
        folder.mkdir(parents=True)
        command = ["/usr/bin/mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "tmpfs", str(folder)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            assert "CI" not in os.environ, f"CI needs root to mount a small disk: {done.stderr}"
            pytest.skip(f"needs root to mount a small disk: {done.stderr}")
        mounted.append(folder)
        return folder

    yield mount
    for folder in mounted:
        subprocess.run(["/usr/bin/umount", str(folder)], check=True)


@pytest.fixture
def federation(
    tmp_path: Path, small_disk: Callable[[Path], Path], request: pytest.FixtureRequest
) -> Iterator[tuple[Node, Node]]:
    """The bank, whose spool of this direction is small, and the bureau."""
    small_disk(tmp_path / "bank" / "gateway" / "spool" / request.param)
    union = SmallUnion()
    nodes = [Node(tmp_path, member, union) for member in ("bank", "bureau")]
    for node in nodes:
        node.start()
        node.register()
    boards = [node.stub("board") for node in nodes]
    until(lambda: boards[0].ProbePeer(pb.ProbePeerRequest(member="bureau")).reachable)
    until(lambda: boards[1].ProbePeer(pb.ProbePeerRequest(member="bank")).reachable)
    for node in nodes:
        node.open_task(PARTIES)
    yield nodes[0], nodes[1]
    for node in nodes:
        node.stop()
    union.stop()


def left_over(node: Node, direction: str) -> list[Path]:
    return [path for path in (node.home / "gateway" / "spool" / direction).rglob("*") if path.is_file()]


@pytest.mark.parametrize("federation", ["in"], indirect=True)
def test_the_receiver_learns_that_its_disk_is_full_and_a_new_attempt_works(federation: tuple[Node, Node]) -> None:
    bank, bureau = federation
    bureau.stub("kernel").Send(parts(key("bureau", "bank"), PAYLOAD))
    with pytest.raises(e.SpoolBrokenError, match="No space left") as caught:
        receive(bank.stub("kernel"), key("bureau", "bank"))
    assert "Free disk space" in caught.value.hint
    for node in federation:
        node.open_task(PARTIES, attempt=2)
    until(lambda: not left_over(bank, "in"))
    again = key("bureau", "bank", attempt=2)
    bureau.stub("kernel").Send(parts(again, b"small enough"))
    assert receive(bank.stub("kernel"), again) == b"small enough"


@pytest.mark.parametrize("federation", ["out"], indirect=True)
def test_the_sender_is_refused_at_once_and_nothing_half_written_remains(federation: tuple[Node, Node]) -> None:
    bank, bureau = federation
    with pytest.raises(e.SpoolBrokenError, match="No space left"):
        bank.stub("kernel").Send(parts(key("bank", "bureau"), PAYLOAD))
    assert left_over(bank, "out") == []
    bank.stub("kernel").Send(parts(key("bank", "bureau"), b"small enough"))
    assert receive(bureau.stub("kernel"), key("bank", "bureau")) == b"small enough"
