"""What the use cases need of the member's other services and of the federation."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from google.protobuf.message import Message

from board.domain.data_sets import DataSet, Proof
from common.disk import DiskUse
from proto.flow.v1 import flow_pb2
from proto.gateway.v1 import gateway_pb2
from proto.serving.v1 import serving_pb2

AnswerT = TypeVar("AnswerT", bound=Message)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that is to become a data set."""

    data_set: str
    name: str
    file_name: str
    total_bytes: int
    id_column: str
    label_column: str
    encoding: str
    duplicates: str


@dataclass(frozen=True, slots=True)
class Staged:
    """A file at the kernel that waits to become a data set."""

    upload: str
    file_name: str
    total_bytes: int
    received: int
    sha256: str = ""
    expires_ms: int = 0


@dataclass(frozen=True, slots=True)
class Database:
    """Where rows are read from; the password is used for one call and kept nowhere."""

    system: str
    host: str
    port: int
    database: str
    user: str
    password: str = field(repr=False)
    query: str = ""
    table: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """How a text file is to be read; what is empty is found out."""

    encoding: str = ""
    delimiter: str = ""
    types: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be made of a staged file."""

    data_set: str
    name: str
    id_columns: tuple[str, ...] = ()
    label_column: str = ""
    duplicates: str = "refuse"
    leave_out: tuple[str, ...] = ()
    reading: Reading = field(default_factory=Reading)


@dataclass(frozen=True, slots=True)
class FolderEntry:
    """A file or folder that the operator has opened for imports."""

    path: str
    folder: bool
    bytes: int


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """A record as it stands on the ledger."""

    kind: str
    record_id: str
    member: str
    body: dict[str, Any]
    transaction: str
    block: int
    time_ms: int
    status: str
    sequence: int


@dataclass(frozen=True, slots=True)
class SignedEntry:
    """A record with all that proves it: what its owner signed, the signature, and where it stands."""

    kind: int
    record_id: str
    body: str
    owner: str
    nonce: str  # up to 2^64, which JSON's numbers do not hold
    signature: str  # hexadecimal
    sequence: int
    transaction: str
    block: int
    time_ms: int


@dataclass(frozen=True, slots=True)
class Federation:
    """The federation as the union tells it."""

    federation_id: str
    salt: bytes
    head: int
    block: int


@dataclass(frozen=True, slots=True)
class Page:
    """A page of ledger entries; `next_after` is 0 at the end."""

    entries: list[LedgerEntry]
    next_after: int = 0


@dataclass(frozen=True, slots=True)
class Identity:
    """The public half of this member, as it stands in its own record."""

    member: str
    name: str
    gateway: str
    signing_key: str
    stream_key: str
    tls_cert: str  # base64 of the DER certificate
    contact: str = ""


@dataclass(frozen=True, slots=True)
class LogSearch:
    """Which lines of a task's log; attempt 0 is the newest."""

    attempt: int = 0
    text: str = ""
    level: str = ""
    after: int = 0
    limit: int = 0  # 0: as many as the kernel gives at once


@dataclass(frozen=True, slots=True)
class LogPage:
    """Lines that match, with their numbers; `first_error` is its place among the matching ones, 0: none."""

    lines: list[str]
    numbers: list[int]
    next_line: int
    matching: int
    total: int
    first_error: int
    attempts: list[int]


@dataclass(frozen=True, slots=True)
class TaskBytes:
    """What left for a member in a task."""

    task: str
    member: str
    bytes: int
    messages: int


class Union(Protocol):
    """The federation's register."""

    def federation(self) -> Federation:
        """Describe the federation."""
        ...

    def submit(self, kind: str, record_id: str, body: dict[str, Any]) -> Proof:
        """Sign a record with the member's ledger key and put it on the ledger; returns where it stands."""
        ...

    def entry(self, kind: str, record_id: str, member: str = "") -> LedgerEntry | None:
        """Return the newest record of an id; `member` says whose, where ids are each member's own."""
        ...

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
        """Return records by ascending sequence."""
        ...

    def signed(self, member: str) -> list[SignedEntry]:
        """Return all records of a member, and the decisions about it, with their signatures."""
        ...

    def seal(self, name: str, digest: str) -> str:
        """Sign a digest with the member's ledger key, hexadecimal; no ledger takes this for a record."""
        ...


class Kernel(Protocol):
    """The own kernel."""

    def catalogue(self) -> list[dict[str, Any]]:
        """Return the manifests of all components."""
        ...

    def import_file(self, upload: Upload, chunks: Iterable[bytes]) -> DataSet:
        """Import a file and describe what came of it."""
        ...

    def begin_upload(self, upload: str, file_name: str, total_bytes: int, sha256: str) -> Staged:
        """Make room for a file that comes in pieces."""
        ...

    def put_upload(self, upload: str, offset: int, sha256: str, chunks: Iterable[bytes]) -> Staged:
        """Hand a piece on as it arrives."""
        ...

    def upload(self, upload: str) -> Staged:
        """Return how far it is."""
        ...

    def drop_upload(self, upload: str) -> None:
        """Delete it."""
        ...

    def folder(self, path: str) -> tuple[list[FolderEntry], list[str]]:
        """Return what lies in an opened folder ("": the opened folders), and the opened databases."""
        ...

    def stage_path(self, upload: str, path: str) -> Staged:
        """Let a file of an opened folder wait."""
        ...

    def stage_query(self, upload: str, source: Database) -> Staged:
        """Read rows from an opened database."""
        ...

    def detect(self, upload: str, reading: Reading) -> dict[str, Any]:
        """Return what the beginning of a staged file says."""
        ...

    def import_upload(self, upload: str, order: Order) -> DataSet:
        """Make a data set of a staged file."""
        ...

    def statistics(self, data_set: str) -> list[dict[str, Any]]:
        """Return the columns' numbers."""
        ...

    def preview(self, data_set: str, rows: int) -> bytes:
        """Return the first rows as an Arrow IPC stream."""
        ...

    def delete(self, data_set: str) -> None:
        """Delete a data set."""
        ...

    def report(self, job: str, task: str) -> list[dict[str, Any]]:
        """Return the report blocks of a task of this member."""
        ...

    def output(self, job: str, task: str, port: str, form: str) -> Iterator[bytes]:
        """Yield an output of this member in chunks."""
        ...

    def disks(self) -> list[DiskUse]:
        """Tell what data sets and jobs take."""
        ...

    def logs(self, job: str, task: str, wanted: LogSearch) -> LogPage:
        """Return lines of a task's log."""
        ...

    def version(self, data_set: str) -> str:
        """Return the version of a data set as it lies there now; raises NotFound."""
        ...

    def room(self) -> DiskUse:
        """Return the room of the disk on which tasks work; what lies there is not added up."""
        ...

    def ping(self) -> None:
        """Raise when it does not answer."""
        ...


class Flow(Protocol):
    """The own flow."""

    def create(self, spec: flow_pb2.JobSpec, anew: Sequence[str] = ()) -> flow_pb2.Job:
        """Start a job; the nodes of `anew` and all after them are not reused."""
        ...

    def plan(self, spec: flow_pb2.JobSpec, anew: Sequence[str] = ()) -> list[flow_pb2.NodePlan]:
        """Return what a job would reuse."""
        ...

    def events(self, job: str, task: str, member: str, after: int, limit: int) -> tuple[list[flow_pb2.JobEvent], int]:
        """Return what happened to a job, the oldest first, and the next cursor."""
        ...

    def get(self, job: str) -> flow_pb2.Job:
        """Return a job."""
        ...

    def page(
        self, *, project: str = "", state: str = "", flow: str = "", text: str = "", after: str = "", limit: int = 50
    ) -> tuple[list[flow_pb2.Job], str]:
        """Return a page of jobs without their nodes, and the next cursor."""
        ...

    def stop(self, job: str, reason: str) -> flow_pb2.Job:
        """Stop a job."""
        ...

    def resume(self, job: str) -> flow_pb2.Job:
        """Resume a job."""
        ...

    def decide(self, job: str, *, approve: bool, reason: str) -> flow_pb2.Job:
        """Tell our people's decision."""
        ...

    def watch(self) -> Iterator[flow_pb2.Job]:
        """Yield open jobs, then every change."""
        ...

    def run_schedule(self, schedule: str, job: str) -> flow_pb2.ScheduleRun:
        """Run a schedule now, as the job of this id; once, however often it is asked."""
        ...

    def put_schedule(self, schedule: flow_pb2.Schedule) -> flow_pb2.Schedule:
        """Add or replace a schedule."""
        ...

    def schedules(self) -> list[flow_pb2.Schedule]:
        """Return all schedules."""
        ...

    def delete_schedule(self, schedule: str) -> None:
        """Delete a schedule."""
        ...


@dataclass(frozen=True, slots=True)
class Reached:
    """Whether a member's gateway answers ours."""

    reachable: bool
    round_trip_ms: float = 0.0
    problem: str = ""


class Gateway(Protocol):
    """The own gateway."""

    def egress(self, job: str, after: int, limit: int) -> tuple[list[gateway_pb2.Egress], int]:
        """Return lines of the egress record."""
        ...

    def egress_sums(self, job: str) -> tuple[dict[str, int], list[TaskBytes]]:
        """Return bytes by kind, and of a job by task and receiver."""
        ...

    def probe(self, member: str) -> Reached:
        """Try to reach a member."""
        ...

    def call(self, member: str, method: str, request: bytes) -> None:
        """Call a method of another member's board whose answer is empty."""
        ...

    def ask(self, member: str, method: str, request: Message, answer: type[AnswerT]) -> AnswerT:
        """Ask another member's board and return its answer."""
        ...

    def traffic(self, from_ms: int) -> list[gateway_pb2.PartnerTraffic]:
        """Tell by member what left since then, and what waits for it."""
        ...

    def disks(self) -> list[DiskUse]:
        """Tell how full the spool is."""
        ...

    def policy(self) -> tuple[list[str], list[str]]:
        """Return the refused members and the allowed networks."""
        ...

    def set_policy(self, blacklist: list[str], allow_ips: list[str]) -> None:
        """Set them."""
        ...


class Serving(Protocol):
    """The own serving."""

    def import_model(self, part: serving_pb2.ModelPart, features: Iterable[bytes]) -> int:
        """Hand a model part over; returns the rows of its feature snapshot."""
        ...

    def set_online(self, model: str, version: str) -> None:
        """Put a version online; an empty one takes the model offline."""
        ...

    def predict(self, model: str, rows: list[tuple[str, dict[str, float | str]]]) -> serving_pb2.PredictResponse:
        """Score rows together with the partners."""
        ...

    def usage(self, model: str, from_ms: int) -> serving_pb2.GetUsageResponse:
        """Tell how calls went since then."""
        ...

    def create_key(self, model: str, client: str, calls_per_minute: int) -> serving_pb2.CreateKeyResponse:
        """Make an API key; it is shown this once."""
        ...

    def keys(self, model: str) -> list[serving_pb2.KeyInfo]:
        """List a model's API keys."""
        ...

    def revoke_key(self, model: str, key: str) -> None:
        """End an API key; raises NotFound."""
        ...

    def ping(self) -> None:
        """Raise when it does not answer."""
        ...


@dataclass(slots=True)
class Services:
    """The member's services; serving may be missing."""

    kernel: Kernel
    flow: Flow
    gateway: Gateway
    union: Union
    serving: Serving | None = field(default=None)
