"""The member's other services and the federation, in memory, as the board's ports see them."""

import hashlib
import json
import queue
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa

from board.domain.data_sets import Column, DataSet, Proof
from board.service.ports import Federation, LedgerEntry, Page, Reached, SignedEntry, Upload
from common import canonical
from common.errors import Conflict, HanseError, InvalidInput, NotFound, Unavailable, error_from
from proto.flow.v1 import flow_pb2
from proto.gateway.v1 import gateway_pb2
from proto.serving.v1 import serving_pb2

_KINDS = ("", "member", "data_resource", "project", "consent", "admission", "anchor")
CATALOGUE: list[dict[str, Any]] = json.loads((Path(__file__).parent / "catalogue.json").read_text("utf-8"))


class Ledger:
    """A ledger that all members of a test share; who speaks is checked as the union does."""

    def __init__(self) -> None:
        self.log: list[LedgerEntry] = []
        self.away = False

    def admit(self, member: str, status: str = "admitted") -> None:
        self.add("member", member, member, {"member": member, "name": member.title(), "gateway": "h:1"}, status)

    def add(self, kind: str, record_id: str, member: str, body: dict[str, Any], status: str = "active") -> Proof:
        number = len(self.log) + 1
        digest = hashlib.sha256(canonical.dumps([number, body])).hexdigest()
        self.log.append(
            LedgerEntry(kind, record_id, member, body, f"0x{digest}", number, 1_000 + number, status, number)
        )
        return Proof(f"0x{digest}", number)


class MemoryUnion:
    """One member's view of the shared ledger."""

    def __init__(self, ledger: Ledger, member: str) -> None:
        self.ledger, self.member = ledger, member

    def _reach(self) -> None:
        if self.ledger.away:
            raise Unavailable("the union is away")

    def federation(self) -> Federation:
        self._reach()
        return Federation("test", b"\1" * 32, len(self.ledger.log), len(self.ledger.log))

    def submit(self, kind: str, record_id: str, body: dict[str, Any]) -> Proof:
        self._reach()
        speaker = body["promoter"] if kind == "project" else body["member"]
        assert speaker == self.member, "nobody speaks for another member"
        return self.ledger.add(kind, record_id, speaker, body, "pending" if kind == "member" else "active")

    def entry(self, kind: str, record_id: str) -> LedgerEntry | None:
        self._reach()
        found = [e for e in self.ledger.log if (e.kind, e.record_id) == (kind, record_id)]
        return found[-1] if found else None

    def entries(
        self,
        kind: str = "",
        *,
        after: int = 0,
        limit: int = 100,
        member: str = "",
        text: str = "",
        newest: bool = False,
    ) -> Page:
        self._reach()
        found = [
            e
            for e in self.ledger.log
            if e.sequence > after
            and kind in ("", e.kind)
            and member in ("", e.member)
            and text.casefold() in str(e.body.get("name", "")).casefold()
        ]
        if newest:
            found = [e for e in found if self.entry(e.kind, e.record_id) is e]
        page = found[:limit]
        return Page(page, page[-1].sequence if len(found) > limit else 0)

    def signed(self, member: str) -> list[SignedEntry]:
        self._reach()
        return [
            SignedEntry(
                kind=_KINDS.index(e.kind),
                record_id=e.record_id,
                body=canonical.dumps(e.body).decode(),
                owner="0x" + "11" * 20,
                nonce="0",
                signature="00" * 65,
                sequence=e.sequence,
                transaction=e.transaction,
                block=e.block,
                time_ms=e.time_ms,
            )
            for e in self.ledger.log
            if e.member == member
        ]

    def seal(self, name: str, digest: str) -> str:
        return hashlib.sha256(f"{self.member} {name} {digest}".encode()).hexdigest()


class MemoryKernel:
    """Data sets and results in dictionaries; a file is CSV of the simplest kind."""

    def __init__(self) -> None:
        self.data_sets: dict[str, tuple[DataSet, bytes]] = {}
        self.reports: dict[tuple[str, str], list[dict[str, Any]]] = {}
        self.outputs: dict[tuple[str, str, str, str], bytes] = {}
        self.lines: dict[tuple[str, str], list[str]] = {}

    def catalogue(self) -> list[dict[str, Any]]:
        return CATALOGUE

    def import_file(self, upload: Upload, chunks: Iterable[bytes]) -> DataSet:
        content = b"".join(chunks)
        if len(content) != upload.total_bytes:
            raise InvalidInput(f"{len(content)} of {upload.total_bytes} bytes arrived")
        try:
            head, *lines = content.decode().splitlines()
        except (UnicodeDecodeError, ValueError) as problem:
            raise InvalidInput("line 1: the file is not text") from problem
        names = head.split(",")
        if upload.id_column and upload.id_column not in names:
            raise InvalidInput(f"there is no column {upload.id_column[:80]!r}")
        made = DataSet(
            upload.data_set,
            upload.name,
            len(lines),
            tuple(Column(name[:200], "float", 0, len(lines)) for name in names),
            upload.id_column,
            upload.label_column,
            hashlib.sha256(content).hexdigest(),
            len(content),
        )
        self.data_sets[upload.data_set] = (made, content)
        return made

    def preview(self, data_set: str, rows: int) -> bytes:
        _, content = self.data_sets[data_set]
        head, *lines = content.decode().splitlines()
        cells = [line.split(",") for line in lines[:rows]]
        columns = {name: [row[i] if i < len(row) else None for row in cells] for i, name in enumerate(head.split(","))}
        table = pa.table(columns)
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, table.schema) as writer:
            writer.write_table(table)
        return bytes(sink.getvalue().to_pybytes())

    def delete(self, data_set: str) -> None:
        if self.data_sets.pop(data_set, None) is None:
            raise NotFound(f"there is no data set {data_set}")

    def report(self, job: str, task: str) -> list[dict[str, Any]]:
        if (job, task) not in self.reports:
            raise NotFound(f"task {task} of job {job} has not run here")
        return self.reports[job, task]

    def output(self, job: str, task: str, port: str, form: str) -> Iterator[bytes]:
        if (job, task, port, form) not in self.outputs:
            raise NotFound(f"task {task} has no output {port!r} at this member")
        yield self.outputs[job, task, port, form]

    def logs(self, job: str, task: str, attempt: int, after_line: int) -> tuple[list[str], int]:
        lines = self.lines.get((job, task))
        if lines is None or attempt > 1:
            raise NotFound(f"task {task} of job {job} has no log here")
        return lines[after_line:], len(lines)

    def ping(self) -> None:
        pass


class MemoryFlow:
    """Jobs that stand where the test puts them."""

    def __init__(self, member: str) -> None:
        self.member = member
        self.jobs: dict[str, flow_pb2.Job] = {}
        self.watchers: list[queue.SimpleQueue[flow_pb2.Job | None]] = []
        self.timed: dict[str, flow_pb2.Schedule] = {}
        self.decided: list[tuple[str, bool]] = []

    def put(self, spec: flow_pb2.JobSpec, state: str) -> flow_pb2.Job:
        role = next((party.role for party in spec.parties if party.member == self.member), "")
        job = flow_pb2.Job(spec=spec, state=state, revision=1, own_role=role)
        for node in spec.nodes:
            job.tasks.add(task=node.id, component=node.component, state="queued")
        self.jobs[spec.job] = job
        return job

    def change(self, job: str, state: str, task_state: str = "") -> None:
        found = flow_pb2.Job()  # a new one each time: what was handed out stays as it was
        found.CopyFrom(self.get(job))
        found.state, found.revision = state, found.revision + 1
        for task in found.tasks:
            task.state = task_state or task.state
        self.jobs[job] = found
        for watcher in self.watchers:
            watcher.put(found)

    def create(self, spec: flow_pb2.JobSpec) -> flow_pb2.Job:
        if spec.reuse_from:
            self.get(spec.reuse_from)
        return self.put(spec, "created")

    def get(self, job: str) -> flow_pb2.Job:
        if job not in self.jobs:
            raise error_from("HAN-5001", f"there is no job {job}", status="NOT_FOUND")
        return self.jobs[job]

    def page(
        self, *, project: str = "", state: str = "", after: str = "", limit: int = 50
    ) -> tuple[list[flow_pb2.Job], str]:
        found = [
            job
            for job in reversed(self.jobs.values())
            if project in ("", job.spec.project) and state in ("", job.state)
        ]
        names = [job.spec.job for job in found]
        start = names.index(after) + 1 if after in names else 0
        page = found[start : start + limit]
        return page, page[-1].spec.job if start + limit < len(found) else ""

    def stop(self, job: str, reason: str) -> flow_pb2.Job:
        return self._to(job, "stopping", ("created", "running", "pending_approval"))

    def resume(self, job: str) -> flow_pb2.Job:
        return self._to(job, "created", ("failed", "stopped", "timed_out"))

    def decide(self, job: str, *, approve: bool, reason: str) -> flow_pb2.Job:
        made = self._to(job, "queued" if approve else "refused", ("pending_approval",))
        self.decided.append((job, approve))
        return made

    def watch(self) -> Iterator[flow_pb2.Job]:
        inbox: queue.SimpleQueue[flow_pb2.Job | None] = queue.SimpleQueue()
        self.watchers.append(inbox)
        while (job := inbox.get()) is not None:
            yield job

    def hang_up(self) -> None:
        for watcher in self.watchers:
            watcher.put(None)

    def put_schedule(self, schedule: flow_pb2.Schedule) -> flow_pb2.Schedule:
        if len(schedule.cron.split()) != 5:
            raise InvalidInput(f"{schedule.cron!r} has not five fields")
        self.timed[schedule.schedule] = schedule
        return schedule

    def schedules(self) -> list[flow_pb2.Schedule]:
        return list(self.timed.values())

    def delete_schedule(self, schedule: str) -> None:
        del self.timed[schedule]

    def _to(self, job: str, state: str, allowed: tuple[str, ...]) -> flow_pb2.Job:
        found = self.get(job)
        if found.state not in allowed:
            raise error_from("HAN-5003", f"job {job} is {found.state}", status="FAILED_PRECONDITION")
        self.change(job, state)
        return self.jobs[job]


class MemoryGateway:
    """Hands calls to the other members of the test; `reachable` says to whom."""

    def __init__(self, member: str, boards: dict[str, Any]) -> None:
        self.member, self.boards = member, boards
        self.reachable = True
        self.lines: list[gateway_pb2.Egress] = []
        self.refused: tuple[list[str], list[str]] = ([], [])

    def egress(self, job: str, after: int, limit: int) -> tuple[list[gateway_pb2.Egress], int]:
        found = [line for line in self.lines if job in ("", line.job) and line.id > after]
        return found[:limit], found[limit - 1].id if len(found) > limit else 0

    def egress_sums(self, job: str) -> dict[str, int]:
        sums: dict[str, int] = {}
        for line in self.lines:
            if job in ("", line.job):
                sums[line.kind] = sums.get(line.kind, 0) + line.bytes
        return sums

    def probe(self, member: str) -> Reached:
        there = member in self.boards and self.boards[member].gateway.reachable
        return Reached(there, 1.5 if there else 0.0, "" if there else "it does not answer")

    def call(self, member: str, method: str, request: bytes) -> None:
        if member not in self.boards or not self.reachable or not self.boards[member].gateway.reachable:
            raise Unavailable(f"{member} cannot be reached", party=member)
        try:
            self.boards[member].relay(self.member, method, request)
        except HanseError as error:
            raise error.public() from error

    def policy(self) -> tuple[list[str], list[str]]:
        return self.refused

    def set_policy(self, blacklist: list[str], allow_ips: list[str]) -> None:
        self.refused = (blacklist, allow_ips)


class MemoryServing:
    """Keeps what it is given and scores everything the same."""

    def __init__(self) -> None:
        self.parts: dict[tuple[str, str], tuple[serving_pb2.ModelPart, bytes]] = {}
        self.online: dict[str, str] = {}

    def import_model(self, part: serving_pb2.ModelPart, features: Iterable[bytes]) -> int:
        if (part.model, part.version) in self.parts:
            raise Conflict(f"model {part.model} has a version {part.version} already")
        content = b"".join(features)
        self.parts[part.model, part.version] = (part, content)
        return len(content)

    def set_online(self, model: str, version: str) -> None:
        self.online[model] = version

    def predict(self, model: str, rows: list[tuple[str, dict[str, float | str]]]) -> serving_pb2.PredictResponse:
        if not self.online.get(model):
            raise Conflict(f"model {model} is not online")
        answer = serving_pb2.PredictResponse(model=model, version=self.online[model], bound=1e-6)
        for name, _ in rows:
            answer.predictions.add(id=name, score=0.5, probability=0.62)
        return answer

    def ping(self) -> None:
        pass
