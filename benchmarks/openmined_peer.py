"""openmined.psi as a peer, in an environment of its own: aligns two sets of argv[1] ids in one process, no network.

Started by `benchmarks.psi_peers` with the interpreter that HANSE_OPENMINED_PYTHON names; imports nothing of Hanse.
"""

import json
import resource
import sys
import time

import private_set_intersection.python as psi

count = int(sys.argv[1])
theirs = [f"{number:020d}" for number in range(count)]
ours = [f"{number:020d}" for number in range(count // 2, count // 2 + count)]
start, clock = time.perf_counter(), time.process_time()
client, server = psi.client.CreateWithNewKey(True), psi.server.CreateWithNewKey(True)  # noqa: FBT003 - its signature
setup = server.CreateSetupMessage(1e-12, count, theirs, psi.DataStructure.RAW)
request = client.CreateRequest(ours)
response = server.ProcessRequest(request)
found = client.GetIntersection(setup, response)
wall, processor = time.perf_counter() - start, time.process_time() - clock
if len(found) != count - count // 2:
    raise SystemExit(f"{len(found)} of {count - count // 2}")
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
figures = {
    "wall_s": wall,
    "sender_s": processor,  # both sides are in this process
    "receiver_s": 0.0,
    "n_bytes": sum(len(message.SerializeToString()) for message in (setup, request, response)),
    "sender_peak_bytes": peak,
    "receiver_peak_bytes": peak,
}
print(json.dumps(figures))  # noqa: T201 - the answer itself
