"""Several flows in one process over real databases; kernels whose outcomes the tests decide."""

import queue
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from common.errors import HanseError, Unavailable
from common.sql import open_database
from flow.api.rpc.outbound import PeerClient
from flow.api.rpc.peer import FlowPeer
from flow.domain.job import Failure, Job, Task
from flow.domain.states import State
from flow.service.coordinator import Coordinator
from flow.service.driver import Driver
from flow.service.jobs import Jobs, now_ms
from flow.service.own_part import OwnPart
from flow.service.participant import Participant
from flow.service.ports import KernelStatus
from flow.service.requests import Requests
from flow.store.sql import SqlJobStore
from flow.store.sql_schedules import metadata
from proto.flow.v1 import flow_pb2 as pb

HASH = b"\x11" * 32
MANIFEST = {"name": "noop", "version": "1", "hash": HASH.hex(), "messages": []}
Outcome = Callable[[Job, Task], Failure | None]


class ScriptedKernel:
    """Ends each attempt as the test's `outcome` says: None is success; an attempt it holds back runs on."""

    def __init__(self) -> None:
        self.outcome: Outcome = lambda job, task: None
        self.hold = threading.Event()
        self.hold.set()
        self.started: list[tuple[str, str, int, bool]] = []
        self.stopped: list[str] = []
        self.released: list[str] = []
        self.manifest = MANIFEST
        self.step, self.waits_for = "half", ""
        self._status: dict[tuple[str, str], KernelStatus] = {}
        self._inboxes: list[queue.SimpleQueue[KernelStatus]] = []

    def catalogue(self) -> dict[str, dict[str, Any]]:
        return {"noop": self.manifest}

    def start(self, job: Job, task: Task) -> None:
        known = self._status.get((job.id, task.task))
        if known is not None and known.attempt >= task.attempt:
            return
        self.started.append((job.id, task.task, task.attempt, task.resume))
        self._tell(KernelStatus(job.id, task.task, task.attempt, "running", 0.5, self.step, self.waits_for, None))
        threading.Thread(target=self._finish, args=(job, task), daemon=True).start()

    def stop(self, job: str, task: str) -> None:
        self.stopped.append(task)

    def release(self, job: str) -> None:
        self.released.append(job)

    def watch(self) -> Iterator[KernelStatus]:
        inbox: queue.SimpleQueue[KernelStatus] = queue.SimpleQueue()
        self._inboxes.append(inbox)
        yield from list(self._status.values())
        while True:
            try:
                yield inbox.get(timeout=0.1)
            except queue.Empty:
                return

    def _finish(self, job: Job, task: Task) -> None:
        self.hold.wait()
        failure = self.outcome(job, task)
        state = "failed" if failure else "ready"
        self._tell(KernelStatus(job.id, task.task, task.attempt, state, 1.0, "", "", failure))

    def _tell(self, status: KernelStatus) -> None:
        self._status[status.job, status.task] = status
        for inbox in list(self._inboxes):
            inbox.put(status)


class OpenGateway:
    """Grants everything and remembers what is open."""

    def __init__(self) -> None:
        self.open_tasks: dict[str, int] = {}

    def open(self, job: Job, task: Task, manifest: dict[str, Any]) -> None:
        self.open_tasks[task.task] = task.attempt

    def close(self, job: str, task: str) -> None:
        self.open_tasks.pop(task, None)


class ScriptedBoard:
    """Answers what the test sets."""

    def __init__(self) -> None:
        self.answer = ("allowed", "")
        self.told: list[tuple[str, str]] = []
        self.asked: list[tuple[str, int]] = []
        self.refusal: HanseError | None = None

    def check(self, spec: pb.JobSpec, origin: str) -> tuple[str, str]:
        return self.answer

    def ended(self, job: str, state: str) -> None:
        self.told.append((job, state))

    def prepare(self, schedule: str, template: pb.JobSpec, max_age_days: int) -> pb.JobSpec:
        self.asked.append((schedule, max_age_days))
        if self.refusal is not None:
            raise self.refusal
        made = pb.JobSpec()
        made.CopyFrom(template)
        made.data_versions["bank"] = f"version {len(self.asked)}"
        return made


class Member:
    """One member's flow; `start` after `close` is a restart over the same database."""

    def __init__(self, name: str, folder: Path, members: "dict[str, Member]") -> None:
        self.name, self.members, self.reachable = name, members, True
        self.engine = open_database(f"sqlite:///{folder}/{name}.db", metadata)
        self.kernel, self.gateway, self.board = ScriptedKernel(), OpenGateway(), ScriptedBoard()

    def start(self) -> "Member":
        self.jobs = Jobs(SqlJobStore(self.engine))
        peers = DirectPeers(self)
        self.own = OwnPart(self.jobs, self.kernel, self.gateway)
        self.requests = Requests(self.jobs, peers, self.name)
        participant = Participant(self.jobs, self.own, self.board, peers, self.name)
        self.peer = FlowPeer(self.jobs, participant, self.requests)
        self.driver = Driver(self.jobs, Coordinator(self.jobs, self.own, self.board, peers), participant)
        self.own.start_following()
        self.driver.start()
        return self

    def close(self) -> None:
        self.own.close()
        self.driver.close()

    def wait(self, job: str, *states: State, seconds: float = 15.0) -> Job:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                found = self.jobs.get(job)
            except HanseError:
                found = None
            if found is not None and found.state in states:
                return found
            time.sleep(0.02)
        raise AssertionError(f"{self.name}: {job} is {found and found.state}, not {states}: {found}")

    def see(self, job: str, right: Callable[[Job], bool], seconds: float = 15.0) -> Job:
        wanted = Until(time.monotonic() + seconds)
        found = next((now for now in self.jobs.watch(job, wanted) if right(now)), None)
        assert found is not None, f"{self.name}: {self.jobs.get(job)}"
        return found


class Until(threading.Event):
    """Set until a time."""

    def __init__(self, end_s: float) -> None:
        super().__init__()
        self._end_s = end_s

    def is_set(self) -> bool:
        return time.monotonic() < self._end_s


_HANDLERS = {
    "ProposeJob": "propose",
    "StartAttempt": "start_attempt",
    "ReportTask": "report",
    "Conclude": "conclude",
    "PeerJob": "job",
    "PeerStop": "stop",
}


class DirectPeers(PeerClient):
    """Calls other members' FlowPeer in this process; messages are really serialised."""

    def __init__(self, me: Member) -> None:
        self._me = me

    def _call(self, member: str, method: str, request: Any, answer: type[Any]) -> Any:
        peer = self._me.members[member]
        if not peer.reachable or not self._me.reachable:
            raise Unavailable(f"{member} cannot be reached", party=member)
        message = type(request).FromString(request.SerializeToString())
        try:
            told = getattr(peer.peer, _HANDLERS[method])(self._me.name, message)
        except HanseError as error:
            raise error.public() from error
        return answer.FromString(told.SerializeToString())


@contextmanager
def running(folder: Path, *names: str) -> Iterator[dict[str, Member]]:
    """The flows of so many members, at work."""
    members: dict[str, Member] = {}
    for name in names:
        members[name] = Member(name, folder, members).start()
    yield members
    for member in members.values():
        member.kernel.hold.set()
        member.close()
        member.engine.dispose()


def spec(job: str = "job-1", members: tuple[str, ...] = ("bank", "bureau"), **values: Any) -> pb.JobSpec:
    """A flow a → b."""
    made = pb.JobSpec(job=job, project="p", name="test", created_by="alice", **{"created_ms": now_ms(), **values})
    for index, member in enumerate(members):
        made.parties.add(member=member, role="provider" if index else "promoter")
    for name in ("a", "b"):
        node = made.nodes.add(
            id=name, component="noop", component_version="1", component_hash=HASH, common_params=b"{}"
        )
        for member in members:
            node.own_params[member] = b'{"data_set":"' + member.encode() + b'"}'
    made.nodes[1].inputs.add(port="x", node="a", output="x")
    return made
