"""A PSI of spu as a peer, in an environment of its own: two processes, two CSV files of argv[1] ids, loopback.

argv[2] names the protocol: RR22, or ECDH, which is on Curve25519.

Started by `benchmarks.psi_peers` with the interpreter that HANSE_SPU_PYTHON names; imports nothing of Hanse. Bytes are
the loopback device's, so whatever else went over it meanwhile is in them, and TCP's and IP's headers are.
"""

import json
import multiprocessing
import resource
import socket
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from spu import libspu, psi


def loopback_bytes() -> int:
    """Bytes that the loopback device has sent."""
    return int(Path("/sys/class/net/lo/statistics/tx_bytes").read_text("ascii"))


def side(rank: int, protocol: str, folder: str, ports: list[int], told: Any) -> None:
    """Run one side."""
    description = libspu.link.Desc()
    for place, port in enumerate(ports):
        description.add_party(f"p{place}", f"127.0.0.1:{port}")
    link = libspu.link.create_brpc(description, rank)
    config = psi.PsiExecuteConfig(
        protocol_conf=psi.PsiProtocolConfig(
            protocol=getattr(psi.PsiProtocol, f"PROTOCOL_{protocol}"),
            receiver_rank=0,
            ecdh_params=psi.EcdhParams(curve=psi.EllipticCurveType.CURVE_25519),
        ),
        input_params=psi.InputParams(path=f"{folder}/in{rank}.csv", selected_keys=["id"], keys_unique=True),
        output_params=psi.OutputParams(path=f"{folder}/out{rank}.csv", disable_alignment=True),
    )
    start, clock = time.perf_counter(), time.process_time()
    report = psi.psi_execute(config, link)
    wall, processor = time.perf_counter() - start, time.process_time() - clock
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    told.put((rank, wall, processor, peak, report.intersection_count))
    link.stop_link()


def main(count: int, protocol: str) -> None:
    """Write the files, run both sides, print the figures."""
    doors = [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]
    ports = [door.getsockname()[1] for door in doors]
    for door in doors:
        door.close()
    context = multiprocessing.get_context("spawn")
    told = context.Queue()
    with tempfile.TemporaryDirectory() as folder:
        for rank in range(2):
            first = rank * (count // 2)
            lines = "".join(f"{number:020d}\n" for number in range(first, first + count))
            Path(folder, f"in{rank}.csv").write_text("id\n" + lines, "ascii")
        before = loopback_bytes()
        processes = [context.Process(target=side, args=(rank, protocol, folder, ports, told)) for rank in range(2)]
        for process in processes:
            process.start()
        results = sorted(told.get() for _ in processes)
        n_bytes = loopback_bytes() - before
        for process in processes:
            process.join()
    _, walls, processor, peaks, found = zip(*results, strict=True)
    if found[0] != count - count // 2:
        raise SystemExit(f"{found[0]} of {count - count // 2}")
    figures = {
        "wall_s": max(walls),
        "sender_s": processor[1],
        "receiver_s": processor[0],
        "n_bytes": n_bytes,
        "sender_peak_bytes": peaks[1],
        "receiver_peak_bytes": peaks[0],
    }
    print(json.dumps(figures))  # noqa: T201 - the answer itself


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
