"""Two gateways over real mutual TLS: messages, grants, members that are away, full outboxes and crashes."""

from __future__ import annotations

import hashlib
import secrets
import signal
import statistics
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from common.errors import Unavailable
from gateway.domain import errors as e
from proto.gateway.v1 import gateway_pb2 as pb
from tests.integration.gateways import PARTIES, Node, Process, SmallUnion, key, parts, receive, until


def test_a_message_arrives_whole_and_once(opened: tuple[Node, Node]) -> None:
    bank, bureau = opened
    payload = secrets.token_bytes(3_500_000)
    message = key("bureau", "bank")
    sender, receiver = bureau.stub("kernel"), bank.stub("kernel")
    assert not sender.Send(parts(message, payload)).duplicate
    assert receive(receiver, message) == payload
    assert receive(receiver, message) == payload  # a restarted kernel reads again
    assert sender.Send(parts(message, payload)).duplicate
    with pytest.raises(e.MessageConflictError):
        sender.Send(parts(message, payload[:-1] + bytes([payload[-1] ^ 1])))
    empty = key("bureau", "bank", step="empty")
    sender.Send(parts(empty, b""))
    assert receive(receiver, empty) == b""


def test_what_left_is_recorded(opened: tuple[Node, Node]) -> None:
    bank, bureau = opened
    payload = b"12345"
    bureau.stub("kernel").Send(parts(key("bureau", "bank"), payload))
    receive(bank.stub("kernel"), key("bureau", "bank"))
    board = bureau.stub("board")
    (line,) = board.ListEgress(pb.ListEgressRequest(job="j")).lines
    assert (line.member, line.component, line.message, line.kind, line.bytes) == (
        "bank",
        "toy",
        "gradient",
        "ciphertext",
        5,
    )
    assert line.sha256 == hashlib.sha256(payload).digest()
    assert dict(board.SumEgress(pb.SumEgressRequest(job="j")).bytes_by_kind) == {"ciphertext": 5}
    assert not bank.stub("board").ListEgress(pb.ListEgressRequest(job="j")).lines


def test_a_receiver_waits_and_is_woken_at_once(opened: tuple[Node, Node]) -> None:
    bank, bureau = opened
    sender, receiver = bureau.stub("kernel"), bank.stub("kernel")
    took = []
    with ThreadPoolExecutor(1) as pool:
        for step in range(30):
            message = key("bureau", "bank", str(step))
            waiting = pool.submit(receive, receiver, message)
            started = time.perf_counter()
            sender.Send(parts(message, b"x" * 1000))
            waiting.result(10)
            took.append(time.perf_counter() - started)
    # 15 ms on a quiet machine; the bound here only catches a sleeping loop on a busy one.
    assert statistics.median(took) < 0.045


def test_an_unsent_message_is_not_found_after_the_wait(opened: tuple[Node, Node]) -> None:
    with pytest.raises(e.NoMessageYetError) as caught:
        receive(opened[0].stub("kernel"), key("bureau", "bank"), 50)
    assert (caught.value.code, caught.value.party) == ("HAN-3404", "bureau")


def test_the_grant_is_law(opened: tuple[Node, Node]) -> None:
    bank, bureau = opened
    kernel = bureau.stub("kernel")
    wrong = [
        (key("bureau", "bank", message="secrets"), e.NotGrantedError),
        (key("bureau", "bank", message="weights"), e.NotGrantedError),  # not this role's message
        (key("bureau", "retailer"), e.NotGrantedError),
        (key("bank", "bureau"), e.NotYourMessageError),
        (key("bureau", "bank", task="other"), e.NotOpenYetError),
        (key("bureau", "bank", attempt=2), e.NotOpenYetError),
        (key("bureau", "bank", step="x" * 200), e.MessageShapeError),
    ]
    for message, error in wrong:
        with pytest.raises(error):
            kernel.Send(parts(message, b"x"))
    with pytest.raises(e.NotYourMessageError):
        receive(bank.stub("kernel"), key("bank", "bureau"))
    bureau.open_task(PARTIES, task="small", max_bytes=10)
    with pytest.raises(e.NotGrantedError, match="10 are granted"):
        kernel.Send(parts(key("bureau", "bank", task="small"), b"x" * 11))
    assert not bureau.stub("board").ListEgress(pb.ListEgressRequest()).lines


def test_a_lying_kernel_spools_nothing(opened: tuple[Node, Node]) -> None:
    bureau = opened[1]
    kernel = bureau.stub("kernel")
    good = list(parts(key("bureau", "bank"), b"12345"))
    for bad in ([good[0]], [good[0], pb.SendRequest(chunk=b"54321")], [*good, pb.SendRequest(chunk=b"6")]):
        with pytest.raises(e.DigestMismatchError):
            kernel.Send(iter(bad))
    with pytest.raises(e.MessageShapeError):
        kernel.Send(iter(good[1:]))
    assert not [p for p in (bureau.home / "gateway" / "spool" / "out").rglob("*") if p.is_file()]


def test_the_receivers_flow_has_its_own_word(pair: tuple[Node, Node]) -> None:
    bank, bureau = pair
    bureau.open_task(PARTIES)
    bank.open_task(PARTIES, max_bytes=10)  # bank's people allowed less
    kernel = bureau.stub("kernel")
    kernel.Send(parts(key("bureau", "bank"), b"x" * 11))

    def refused() -> bool:
        try:
            kernel.Send(parts(key("bureau", "bank", secrets.token_hex(4)), b"x"))
        except e.DeliveryRefusedError as error:
            return error.party == "bank"
        return False

    until(refused)


def test_a_delivery_waits_until_the_receivers_flow_opens(pair: tuple[Node, Node]) -> None:
    bank, bureau = pair
    bureau.open_task(PARTIES)
    bureau.stub("kernel").Send(parts(key("bureau", "bank"), b"early"))
    threading.Event().wait(0.3)  # some refused tries
    bank.open_task(PARTIES)
    started = time.monotonic()
    assert receive(bank.stub("kernel"), key("bureau", "bank")) == b"early"
    assert time.monotonic() - started < 1.0


def test_a_greater_attempt_drops_the_messages_of_lower_ones(opened: tuple[Node, Node]) -> None:
    bank, bureau = opened
    sender, receiver = bureau.stub("kernel"), bank.stub("kernel")
    sender.Send(parts(key("bureau", "bank"), b"old"))
    receive(receiver, key("bureau", "bank"))
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(receive, receiver, key("bureau", "bank", "never"))
        threading.Event().wait(0.1)
        for node in opened:
            node.open_task(PARTIES, attempt=2)
        with pytest.raises(e.StaleAttemptError):
            waiting.result(5)
    with pytest.raises(e.StaleAttemptError):
        receive(receiver, key("bureau", "bank"))
    with pytest.raises(e.StaleAttemptError):
        sender.Send(parts(key("bureau", "bank", "2"), b"old"))
    with pytest.raises(e.StaleAttemptError):
        bank.open_task(PARTIES, attempt=1)
    sender.Send(parts(key("bureau", "bank", attempt=2), b"new"))
    assert receive(receiver, key("bureau", "bank", attempt=2)) == b"new"


def test_closing_a_task_empties_the_spool(opened: tuple[Node, Node]) -> None:
    bank, bureau = opened
    bureau.stub("kernel").Send(parts(key("bureau", "bank"), b"x" * 100))
    receive(bank.stub("kernel"), key("bureau", "bank"))
    for node in opened:
        node.stub("flow").CloseTask(pb.CloseTaskRequest(job="j", task="t"))
        assert not [p for p in (node.home / "gateway" / "spool").rglob("*") if p.is_file()]
        with pytest.raises(e.TaskClosedError):
            node.stub("kernel").Send(parts(key(node.member, "bank" if node is bureau else "bureau"), b"x"))
    with pytest.raises(e.TaskClosedError):
        bank.open_task(PARTIES)
    assert bureau.stub("board").ListEgress(pb.ListEgressRequest(job="j")).lines


def test_messages_wait_for_a_member_that_is_away(opened: tuple[Node, Node]) -> None:
    bank, bureau = opened
    bank.stop()
    kernel = bureau.stub("kernel")
    for step in range(5):
        kernel.Send(parts(key("bureau", "bank", str(step)), b"%d" % step))
    bureau.stop()
    bureau.start()
    bank.start()
    receiver = bank.stub("kernel")
    assert [receive(receiver, key("bureau", "bank", str(step))) for step in range(5)] == [b"0", b"1", b"2", b"3", b"4"]
    lines = bureau.stub("board").ListEgress(pb.ListEgressRequest(job="j")).lines
    assert len(lines) == 5


def test_a_dead_peer_is_told_within_two_seconds_and_forgiven(opened: tuple[Node, Node]) -> None:
    bank, bureau = opened
    receiver = bank.stub("kernel")
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(receive, receiver, key("bureau", "bank"), 30_000)
        threading.Event().wait(0.2)
        started = time.monotonic()
        bureau.stop()
        with pytest.raises(e.PeerGoneError) as caught:
            waiting.result(10)
    assert time.monotonic() - started < 4.0  # includes stopping the other gateway
    assert (caught.value.code, caught.value.party) == ("HAN-3405", "bureau")
    bureau.start()
    bureau.stub("kernel").Send(parts(key("bureau", "bank"), b"back"))

    def arrived() -> bool:
        try:
            return receive(receiver, key("bureau", "bank")) == b"back"
        except e.PeerGoneError:
            return False

    until(arrived)


def test_a_full_outbox_makes_the_kernel_wait(tmp_path: Path, union: SmallUnion) -> None:
    bureau = Node(tmp_path, "bureau", union, outbox_quota_bytes=1000)
    bureau.start()
    try:
        bureau.open_task(PARTIES)
        kernel = bureau.stub("kernel")
        kernel.Send(parts(key("bureau", "bank", "1"), b"x" * 800))
        with pytest.raises(e.SpoolFullError):
            kernel.Send(parts(key("bureau", "bank", "2"), b"x" * 800), timeout=1.5)
        with ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(lambda: kernel.Send(parts(key("bureau", "bank", "3"), b"x" * 800), timeout=20))
            threading.Event().wait(0.2)
            assert not waiting.done()
            bureau.open_task(PARTIES, attempt=2)
            with pytest.raises(e.StaleAttemptError):
                waiting.result(10)
    finally:
        bureau.stop()


def test_killed_processes_lose_and_repeat_nothing(tmp_path: Path, union: SmallUnion) -> None:
    nodes = Node(tmp_path, "bank", union), Node(tmp_path, "bureau", union)
    bank, bureau = nodes
    processes = {node.member: Process(node, tmp_path) for node in nodes}
    payload = secrets.token_bytes(1_000_000) * 40

    def reachable(node: Node, other: str) -> bool:
        try:
            return node.stub("board", retries=0).ProbePeer(pb.ProbePeerRequest(member=other)).reachable
        except Unavailable:
            return False

    def arrived(step: str) -> bool:
        try:
            return receive(bank.stub("kernel"), key("bureau", "bank", step)) == payload
        except (Unavailable, e.PeerGoneError, e.NoMessageYetError):
            return False

    try:
        for node in nodes:
            processes[node.member].start()
            node.register()
        until(lambda: reachable(bank, "bureau") and reachable(bureau, "bank"), 30)
        for node in nodes:
            node.open_task(PARTIES)
        for victim in ("bank", "bureau"):
            bureau.stub("kernel").Send(parts(key("bureau", "bank", victim), payload))
            processes[victim].kill()
            processes[victim].start()
            until(lambda step=victim: arrived(step), 40)  # type: ignore[misc]  # the default binds the step
        lines = bureau.stub("board").ListEgress(pb.ListEgressRequest(job="j")).lines
        assert len(lines) == 2
        assert processes["bank"].kill(signal.SIGTERM) == 0
    finally:
        for process in processes.values():
            process.stop()
        for node in nodes:
            node.stop()
