"""The board with much in it: 10,000 jobs, a log of a million lines, and what a browser has to do for it.

Jobs lie in flow's own SQLite store and go through its servicer, plain gRPC, the board's client and its HTTP server.
"""

import http.client
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from itertools import cycle
from pathlib import Path
from typing import Any

import grpc
import numpy as np

from benchmarks import browser
from benchmarks.measure import Row, compare, seconds
from board.api.http.operation import API
from board.api.rpc.flow import FlowClient
from board.tests.doubles import Ledger
from board.tests.house import House
from common.http.server import HttpServer
from common.sql import open_database
from flow.api.rpc.flow import FlowServicer
from flow.domain.job import Job, Task
from flow.domain.states import State
from flow.service.jobs import Jobs
from flow.store.sql import SqlJobStore
from kernel.service.logs import read_page
from proto.flow.v1 import flow_pb2 as pb
from proto.flow.v1.flow_pb2_grpc import FlowServiceStub, add_FlowServiceServicer_to_server

JOBS, LINES, GOAL_MS = 10_000, 1_000_000, 300.0
_NO_PAGES = "the whole list read, no index, no page (one call)"
MIGRATIONS = Path(__file__).parents[1] / "flow" / "store" / "migrations"
_STATES = (State.SUCCEEDED, State.SUCCEEDED, State.FAILED, State.STOPPED)
_CALLS = 40


class WholeListStore(SqlJobStore):
    """The peer: reads every job and picks the page in Python, as boards without indexes and pages do."""

    def find(
        self, *, project: str = "", state: str = "", flow: str = "", text: str = "", after: str = "", limit: int = 50
    ) -> list[Job]:
        """See `JobStore.find`."""
        everything = super().find(limit=10 * JOBS)
        found = [
            job
            for job in everything
            if project in ("", job.spec.project)
            and state in ("", job.state)
            and flow in ("", job.spec.flow)
            and text.lower() in f"{job.spec.name} {job.id}".lower()
        ]
        start = [job.id for job in found].index(after) + 1 if after else 0
        return found[start : start + limit]


def measure() -> list[Row]:
    """Measure the list of jobs, the search in a log, the page's size and its work."""
    with tempfile.TemporaryDirectory() as folder:
        return [*_lists(Path(folder)), *_searches(Path(folder)), *browser.measure()]


def job(number: int) -> Job:
    """Make a job of six tasks that two members have ended."""
    spec = pb.JobSpec(job=f"job-{number:016x}", project=f"p{number % 7}", flow=f"flow-{number % 40}")
    spec.name, spec.created_by, spec.created_ms = f"Credit scoring {number}", "alice", 1_700_000_000_000 + number
    spec.parties.add(member="bank", role="promoter")
    spec.parties.add(member="bureau", role="provider")
    tasks = {}
    for name in ("import", "align", "split", "train", "score", "evaluate"):
        spec.nodes.add(id=name, component=name, title=name.title(), common_params=b'{"rounds":20}')
        tasks[name] = Task(name, name, State.SUCCEEDED, 1, progress=1.0, parties={"bank": "ready", "bureau": "ready"})
    return Job(spec, "bank", _STATES[number % len(_STATES)], tasks, started_ms=1, ended_ms=2)


def write_log(path: Path, lines: int) -> None:
    """Write a log as a kernel's task writes it: mostly steps, now and then a warning, one error near the end."""
    with path.open("w", encoding="utf-8") as stream:
        for number in range(lines):
            level = "error" if number == lines - 10 else "warning" if number % 1000 == 0 else "info"
            step = f"tree {number % 300}, layer {number % 7}, message {number}"
            stream.write(f'{{"time_ms": {number}, "level": "{level}", "event": "step", "step": "{step}"}}\n')


@contextmanager
def listed(folder: Path, name: str, store: Jobs) -> Iterator[Callable[[str], float]]:
    """Serve a board over a store; yields a function that tells how many milliseconds a GET takes."""
    with ExitStack() as stack:
        pool: Any = stack.enter_context(ThreadPoolExecutor(4))
        server = grpc.server(pool)
        nobody: Any = None
        add_FlowServiceServicer_to_server(FlowServicer(store, nobody, nobody), server)
        port = server.add_insecure_port("127.0.0.1:0")
        server.start()
        stack.callback(lambda: server.stop(0).wait())
        channel = stack.enter_context(grpc.insecure_channel(f"127.0.0.1:{port}"))
        ledger = Ledger()
        ledger.admit(name)
        house = House(name, folder, {}, ledger, flow=FlowClient(FlowServiceStub(channel)))
        stack.callback(house.close)
        headers = {"Authorization": f"Bearer {house.admin().token}"}
        web = HttpServer("the board", "127.0.0.1:0", house.app, 4, 1 << 20)
        web.start()
        stack.callback(web.stop)
        connection = http.client.HTTPConnection(web.address, timeout=120)
        stack.callback(connection.close)

        def get(path: str) -> float:
            def ask() -> None:
                connection.request("GET", f"{API}{path}", headers=headers)
                answer = connection.getresponse()
                content = answer.read()
                if answer.status != http.client.OK:
                    raise RuntimeError(content.decode())

            return 1000 * seconds(ask)

        yield get


def p95(figures: list[float]) -> float:
    """Return the value that 95 % of the figures do not exceed."""
    return float(np.percentile(figures, 95))


def _lists(folder: Path) -> Iterator[Row]:
    engine = open_database(f"sqlite:///{folder}/flow.db", migrations=MIGRATIONS)
    store = SqlJobStore(engine)
    for number in range(JOBS):
        store.add(job(number))
    middle = f"after=job-{JOBS // 2:016x}"
    with (
        listed(folder, "bank", Jobs(store)) as ours,
        listed(folder, "peer", Jobs(WholeListStore(engine))) as whole,
    ):
        for about, query in (
            ("first page", "limit=50"),
            ("page in the middle", f"limit=50&{middle}"),
            ("by state and flow", "state=failed&flow=flow-2"),
            ("text that only the oldest has", "text=scoring%200"),
        ):
            path = f"/jobs?{query}"
            ours(path)
            yield compare(
                f"p95 of GET /jobs of 10,000: {about}",
                lambda path=path: p95([ours(path) for _ in range(_CALLS)]),  # type: ignore[misc]
                lambda path=path: whole(path),  # type: ignore[misc]
                unit="ms",
                peer_name=_NO_PAGES,
                better="lower",
                rounds=3,
            )
        paths = cycle(("/jobs", f"/jobs?{middle}", "/jobs?state=failed", "/jobs?text=scoring"))
        yield compare(
            "p95 of GET /jobs of 10,000: against the goal",
            lambda: p95([ours(next(paths)) for _ in range(_CALLS)]),
            lambda: GOAL_MS,
            unit="ms",
            peer_name="the goal, not a measurement",
            better="lower",
        )
    engine.dispose()


def _searches(folder: Path) -> Iterator[Row]:
    path = folder / "log.jsonl"
    write_log(path, LINES)
    for about, wanted, pattern in (
        ("a word of one line", {"text": f"message {LINES - 1}"}, f"message {LINES - 1}"),
        ("a word of 1 line in 300", {"text": "Tree 299,"}, "Tree 299,"),
        ("warnings and errors", {"level": "warning"}, '"level": "warning"'),
        ("the last page, no search", {"after": LINES - 100}, "message"),
    ):
        command = ["grep", "-ciF", pattern, str(path)]
        yield compare(
            f"log of 1,000,000 lines: {about}",
            lambda wanted=wanted: seconds(lambda: read_page(path, **wanted)),  # type: ignore[misc]
            lambda command=command: seconds(lambda: subprocess.run(command, check=True, capture_output=True)),  # type: ignore[misc]
            unit="s",
            peer_name="grep -ciF in a process of its own",
            better="lower",
            rounds=3,
        )
