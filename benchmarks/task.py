"""From the command to start a task until its outputs are on disk: warm executor against a Spark session a task."""

import json
import socket
import subprocess
import sys
import tempfile
import threading
from itertools import count
from pathlib import Path
from typing import Any

import pyarrow as pa

from benchmarks.measure import Row, compare, seconds
from kernel.data import Schema
from kernel.data.spark import SparkEngine
from kernel.executor.session import start_session
from kernel.executor.worker import Worker
from kernel.store.layout import Layout
from kernel.store.outputs import save_table

_PEER = (
    "from kernel.executor.session import start_session as s; print(s(master='local[2]', name='p').range(100).count())"
)


def measure() -> list[Row]:
    """Measure a data_import of 1,000 rows."""
    session = start_session(master="local[2]", name="benchmark")
    with tempfile.TemporaryDirectory() as folder:
        layout = Layout(Path(folder))
        engine = SparkEngine(session.sparkContext)
        table = pa.table({"id": [f"c{n}" for n in range(1000)], "x": [float(n) for n in range(1000)]})
        save_table(engine, layout.data_set("set-1"), engine.from_arrow(table, Schema.of(table.schema, "id")))
        ours, theirs = socket.socketpair()
        worker = Worker(theirs, layout, engine, lambda: None, 60.0)
        commands, events = theirs.makefile("r"), ours.makefile("r")
        thread = threading.Thread(target=worker.serve, args=(commands,))
        thread.start()
        numbers = count()

        def run() -> None:
            ours.sendall(json.dumps({"do": "start", "spec": _spec(f"t{next(numbers)}")}).encode() + b"\n")
            while json.loads(events.readline())["event"] not in ("done", "failed"):
                pass

        try:
            run()
            return [
                compare(
                    "start of a task, warm executor",
                    lambda: seconds(run),
                    lambda: seconds(
                        lambda: subprocess.run([sys.executable, "-c", _PEER], check=True, capture_output=True)
                    ),
                    unit="s",
                    peer_name="a new Spark session for each task",
                    better="lower",
                    rounds=3,
                )
            ]
        finally:
            ours.shutdown(socket.SHUT_WR)
            thread.join(10)
            session.stop()


def _spec(task: str) -> dict[str, Any]:
    return {
        "job": "j",
        "task": task,
        "attempt": 1,
        "component": "data_import",
        "component_version": "",
        "params": {"own": {"data_set": "set-1"}},
        "parties": [{"member": "bank", "role": "promoter", "index": 0}],
        "member": "bank",
        "inputs": [{"port": "data_set", "task": "", "output": "set-1", "job": ""}],
        "resume": False,
    }
