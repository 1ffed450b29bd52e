"""The member's other services and the federation, in memory, as the board's ports see them."""

import hashlib
import json
import queue
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
from google.protobuf.message import Message

from board.domain.data_sets import Column, DataSet, Proof
from board.service.ports import (
    AnswerT,
    Database,
    Federation,
    FolderEntry,
    LedgerEntry,
    LogPage,
    LogSearch,
    Order,
    Page,
    Reached,
    Reading,
    SignedEntry,
    Staged,
    TaskBytes,
    Upload,
)
from common import canonical
from common.disk import DiskUse
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
        ended = {body.get("status"), body.get("visibility"), body.get("decision")} & {"closed", "withdrawn"}
        status = "pending" if kind == "member" else "closed" if ended else "active"
        return self.ledger.add(kind, record_id, speaker, body, status)

    def entry(self, kind: str, record_id: str, member: str = "") -> LedgerEntry | None:
        self._reach()
        assert member or kind in ("member", "project", "admission"), "ids of this kind are each member's own"
        found = [e for e in self.ledger.log if (e.kind, e.record_id) == (kind, record_id) and member in ("", e.member)]
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
            found = [e for e in found if self.entry(e.kind, e.record_id, e.member) is e]
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
        self.staged: dict[str, tuple[Staged, bytes]] = {}
        self.free = 50 << 30

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

    def begin_upload(self, upload: str, file_name: str, total_bytes: int, sha256: str) -> Staged:
        self.staged[upload] = (Staged(upload, file_name, total_bytes, 0), b"")
        return self.staged[upload][0]

    def put_upload(self, upload: str, offset: int, sha256: str, chunks: Iterable[bytes]) -> Staged:
        about, content = self._staged(upload)
        if offset != about.received:
            raise error_from("HAN-4210", f"{about.received} bytes have arrived", status="FAILED_PRECONDITION")
        try:
            for chunk in chunks:
                content += chunk
        finally:
            self.staged[upload] = (replace(about, received=len(content)), content)
        return self.staged[upload][0]

    def upload(self, upload: str) -> Staged:
        return self._staged(upload)[0]

    def drop_upload(self, upload: str) -> None:
        self._staged(upload)
        del self.staged[upload]

    def folder(self, path: str) -> tuple[list[FolderEntry], list[str]]:
        if path not in ("", "/opened"):
            raise NotFound(f"there is no {path[:200]!r}")
        found = (
            FolderEntry("/opened/a.csv", folder=False, bytes=9)
            if path
            else FolderEntry("/opened", folder=True, bytes=0)
        )
        return [found], ["db:5432"]

    def stage_path(self, upload: str, path: str) -> Staged:
        if path != "/opened/a.csv":
            raise NotFound(f"there is no {path[:200]!r}")
        return self._stage(upload, "a.csv", b"id,x\na,1\n")

    def stage_query(self, upload: str, source: Database) -> Staged:
        if f"{source.host}:{source.port}" != "db:5432":
            raise error_from("HAN-4214", "this address is not opened", status="PERMISSION_DENIED")
        return self._stage(upload, f"{source.table or 'query'}.csv", b"id,x\na,1\n")

    def detect(self, upload: str, reading: Reading) -> dict[str, Any]:
        _, content = self._staged(upload)
        head, *lines = content.decode("utf-8", "replace").splitlines() or [""]
        return {
            "encoding": reading.encoding or "utf-8",
            "delimiter": reading.delimiter or ",",
            "columns": [{"name": n, "type": "float", "missing": 0, "distinct": 1} for n in head.split(",")],
            "rows": [line.split(",") for line in lines[:20]],
            "sampled": len(lines),
            "complete": True,
            "problem": None,
            "notes": [],
        }

    def import_upload(self, upload: str, order: Order) -> DataSet:
        about, content = self._staged(upload)
        if about.received != about.total_bytes:
            raise Conflict(f"{about.received} of {about.total_bytes} bytes have arrived")
        id_column = "|".join(order.id_columns)
        made = self.import_file(
            Upload(
                order.data_set,
                order.name,
                about.file_name,
                len(content),
                id_column,
                order.label_column,
                order.reading.encoding,
                order.duplicates,
            ),
            [content],
        )
        self.drop_upload(upload)
        return made

    def statistics(self, data_set: str) -> list[dict[str, Any]]:
        made, _ = self.data_sets[data_set]
        return [{"name": column.name, "type": column.type, "missing": 0, "distinct": 1} for column in made.columns]

    def _stage(self, upload: str, file_name: str, content: bytes) -> Staged:
        self.staged[upload] = (Staged(upload, file_name, len(content), len(content)), content)
        return self.staged[upload][0]

    def _staged(self, upload: str) -> tuple[Staged, bytes]:
        if upload not in self.staged:
            raise NotFound(f"there is no upload {upload}")
        return self.staged[upload]

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

    def disks(self) -> list[DiskUse]:
        return [DiskUse("data_sets", 10, 20, 30)]

    def logs(self, job: str, task: str, wanted: LogSearch) -> LogPage:
        lines = self.lines.get((job, task))
        if lines is None or wanted.attempt > 1:
            raise NotFound(f"task {task} of job {job} has no log here")
        found = [
            (number, line)
            for number, line in enumerate(lines, 1)
            if wanted.text.lower() in line.lower()
            and (wanted.level in ("", "info") or any(f'"{level}"' in line for level in (wanted.level, "error")))
        ]
        page = found[wanted.after :][: wanted.limit or None]
        first = next((place for place, (_, line) in enumerate(found, 1) if '"error"' in line), 0)
        numbers, texts = [number for number, _ in page], [line for _, line in page]
        return LogPage(texts, numbers, wanted.after + len(page), len(found), len(lines), first, [1])

    def version(self, data_set: str) -> str:
        if data_set not in self.data_sets:
            raise NotFound(f"there is no data set {data_set}")
        return self.data_sets[data_set][0].version

    def room(self) -> DiskUse:
        return DiskUse("data", 0, self.free, 100 << 30)

    def ping(self) -> None:
        pass


class MemoryFlow:
    """Jobs that stand where the test puts them."""

    def __init__(self, member: str) -> None:
        self.member = member
        self.jobs: dict[str, flow_pb2.Job] = {}
        self.watchers: list[queue.SimpleQueue[flow_pb2.Job | None]] = []
        self.timed: dict[str, flow_pb2.Schedule] = {}
        self.history: dict[str, list[flow_pb2.JobEvent]] = {}
        self.decided: list[tuple[str, bool]] = []
        self.prepare: Callable[[str, flow_pb2.JobSpec, int], flow_pb2.JobSpec] = lambda *_: flow_pb2.JobSpec()

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

    def create(self, spec: flow_pb2.JobSpec, anew: Sequence[str] = ()) -> flow_pb2.Job:
        for node in self.plan(spec, anew):
            if node.reused_from:
                spec.reused[node.node] = node.reused_from
        return self.put(spec, "created")

    def plan(self, spec: flow_pb2.JobSpec, anew: Sequence[str] = ()) -> list[flow_pb2.NodePlan]:
        before = self.get(spec.reuse_from) if spec.reuse_from else None
        done = {task.task for task in before.tasks if task.state == "succeeded"} if before else set()
        made: list[flow_pb2.NodePlan] = []
        for node in spec.nodes:
            again = node.id in anew or any(not plan.reused_from for plan in made)
            reused = node.id in done and not again
            asked = "asked" if node.id in anew else "inputs"
            reason = "reused" if reused else asked if before else "no_source"
            made.append(flow_pb2.NodePlan(node=node.id, reused_from=spec.reuse_from if reused else "", reason=reason))
        return made

    def events(self, job: str, task: str, member: str, after: int, limit: int) -> tuple[list[flow_pb2.JobEvent], int]:
        self.get(job)
        found = [
            event
            for event in self.history.get(job, [])
            if event.id > after and task in ("", event.task) and (not member or event.member in ("", member))
        ]
        return found[:limit], found[limit - 1].id if len(found) > limit else 0

    def get(self, job: str) -> flow_pb2.Job:
        if job not in self.jobs:
            raise error_from("HAN-5001", f"there is no job {job}", status="NOT_FOUND")
        return self.jobs[job]

    def page(
        self, *, project: str = "", state: str = "", flow: str = "", text: str = "", after: str = "", limit: int = 50
    ) -> tuple[list[flow_pb2.Job], str]:
        found = [
            job
            for job in reversed(self.jobs.values())
            if project in ("", job.spec.project)
            and state in ("", job.state)
            and flow in ("", job.spec.flow)
            and text.lower() in f"{job.spec.name} {job.spec.job}".lower()
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

    def run_schedule(self, schedule: str, job: str) -> flow_pb2.ScheduleRun:
        """Do as flow does: with the window newest its board prepares the run."""
        timed = self.timed[schedule]
        run = flow_pb2.ScheduleRun(time_ms=len(timed.runs) + 1, job=job, state="created")
        try:
            spec = timed.template
            if timed.window == "newest":
                spec = self.prepare(schedule, timed.template, timed.max_age_days)
        except HanseError as error:
            run = flow_pb2.ScheduleRun(
                time_ms=run.time_ms, state="refused", problem=error.detail, code=error.code, party=error.party
            )
        else:
            started = flow_pb2.JobSpec()
            started.CopyFrom(spec)
            started.job = job
            self.put(started, "created")
            run.data_versions.update(started.data_versions)
        timed.runs.insert(0, run)
        return run

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
        found = [line for line in self.lines[::-1] if job in ("", line.job) and (not after or line.id < after)]
        return found[:limit], found[limit - 1].id if len(found) > limit else 0

    def egress_sums(self, job: str) -> tuple[dict[str, int], list[TaskBytes]]:
        sums: dict[str, int] = {}
        by_task: dict[tuple[str, str], tuple[int, int]] = {}
        for line in self.lines:
            if job in ("", line.job):
                sums[line.kind] = sums.get(line.kind, 0) + line.bytes
                size, count = by_task.get((line.task, line.member), (0, 0))
                by_task[line.task, line.member] = (size + line.bytes, count + 1)
        return sums, [TaskBytes(*key, *value) for key, value in by_task.items()] if job else []

    def probe(self, member: str) -> Reached:
        there = member in self.boards and self.boards[member].gateway.reachable
        return Reached(there, 1.5 if there else 0.0, "" if there else "it does not answer")

    def call(self, member: str, method: str, request: bytes) -> None:
        if member not in self.boards or not self.reachable or not self.boards[member].gateway.reachable:
            raise Unavailable(f"{member} cannot be reached", party=member)
        self._relayed(member, method, request)

    def ask(self, member: str, method: str, request: Message, answer: type[AnswerT]) -> AnswerT:
        if member not in self.boards or not self.boards[member].gateway.reachable:
            raise Unavailable(f"{member} cannot be reached", party=member)
        return answer.FromString(self._relayed(member, method, request.SerializeToString()))

    def _relayed(self, member: str, method: str, request: bytes) -> bytes:
        try:
            told: bytes = self.boards[member].relay(self.member, method, request)
        except HanseError as error:
            raise error.public() from error
        return told

    def traffic(self, from_ms: int) -> list[gateway_pb2.PartnerTraffic]:
        sent: dict[str, int] = {}
        for line in self.lines:
            if line.time_ms >= from_ms:
                sent[line.member] = sent.get(line.member, 0) + line.bytes
        return [gateway_pb2.PartnerTraffic(member=member, sent_bytes=size) for member, size in sent.items()]

    def disks(self) -> list[DiskUse]:
        if not self.reachable:
            raise Unavailable("the gateway does not answer")
        return [DiskUse("spool_out", 1, 2, 3)]

    def policy(self) -> tuple[list[str], list[str]]:
        return self.refused

    def set_policy(self, blacklist: list[str], allow_ips: list[str]) -> None:
        self.refused = (blacklist, allow_ips)


class MemoryServing:
    """Keeps what it is given and scores everything the same."""

    def __init__(self) -> None:
        self.parts: dict[tuple[str, str], tuple[serving_pb2.ModelPart, bytes]] = {}
        self.online: dict[str, str] = {}
        self.api_keys: dict[str, list[serving_pb2.KeyInfo]] = {}
        self.told = serving_pb2.GetUsageResponse(latency_ms=[10, 100])

    def usage(self, model: str, from_ms: int) -> serving_pb2.GetUsageResponse:
        lines = [line for line in self.told.lines if line.minute_ms >= from_ms]
        return serving_pb2.GetUsageResponse(lines=lines, latency_ms=self.told.latency_ms)

    def create_key(self, model: str, client: str, calls_per_minute: int) -> serving_pb2.CreateKeyResponse:
        known = self.api_keys.setdefault(model, [])
        made = serving_pb2.KeyInfo(key_id=f"{len(known):016x}", client=client, calls_per_minute=calls_per_minute)
        known.insert(0, made)
        return serving_pb2.CreateKeyResponse(key=f"hanse_{made.key_id}_secret", key_id=made.key_id)

    def keys(self, model: str) -> list[serving_pb2.KeyInfo]:
        return self.api_keys.get(model, [])

    def revoke_key(self, model: str, key: str) -> None:
        kept = [known for known in self.keys(model) if known.key_id != key]
        if len(kept) == len(self.keys(model)):
            raise NotFound(f"model {model} has no key {key}")
        self.api_keys[model] = kept

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


class MemoryToken:
    """A setup token that lies nowhere."""

    def __init__(self) -> None:
        self.text = ""

    def write(self, text: str) -> None:
        self.text = text

    def read(self) -> str:
        return self.text

    def delete(self) -> None:
        self.text = ""
