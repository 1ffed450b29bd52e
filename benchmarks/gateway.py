"""A message from kernel to kernel through two gateways against a bare gRPC stream.

The gateways spool it to disk at both ends, check grants, sign, use mutual TLS and write the egress record.
"""

import tempfile
from itertools import count
from pathlib import Path

from benchmarks.measure import Row, compare, seconds
from benchmarks.rpc import CHUNKS, served, stream_of_chunks
from tests.integration.gateways import Node, SmallUnion, key, parts, receive, until

_PAYLOAD = bytes(CHUNKS << 20)


def measure() -> list[Row]:
    """Measure latency of a small message and throughput of a large one."""
    steps = count()
    with tempfile.TemporaryDirectory() as folder, served() as (_, plain):
        union = SmallUnion()
        bank, bureau = (Node(Path(folder), name, union) for name in ("bank", "bureau"))
        try:
            for node in (bank, bureau):
                node.start()
                node.register()
            until(lambda: bank.app.peer_port > 0 and bureau.app.peer_port > 0)
            for node in (bank, bureau):
                node.open_task({"bank": "promoter", "bureau": "provider"})
            sender, receiver = bureau.stub("kernel", timeout_s=60.0), bank.stub("kernel", timeout_s=60.0)

            def through(payload: bytes) -> None:
                message = key("bureau", "bank", str(next(steps)))
                sender.Send(parts(message, payload))
                receive(receiver, message)

            through(b"warm up")
            return [
                compare(
                    "message of 1 kB, kernel to kernel",
                    lambda: 1000 * seconds(lambda: through(bytes(1000))),
                    lambda: 1000 * seconds(lambda: plain.Import(iter([next(stream_of_chunks())]))),
                    unit="ms",
                    peer_name="plain gRPC stream of one chunk",
                    better="lower",
                    rounds=15,
                ),
                compare(
                    "message of 64 MiB, kernel to kernel",
                    lambda: CHUNKS / seconds(lambda: through(_PAYLOAD)),
                    lambda: CHUNKS / seconds(lambda: plain.Import(stream_of_chunks())),
                    unit="MiB/s",
                    peer_name="plain gRPC stream",
                    better="higher",
                ),
            ]
        finally:
            for node in (bank, bureau):
                node.stop()
            union.stop()
