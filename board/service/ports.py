"""What the use cases need of the member's other services and of the federation."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

from board.domain.data_sets import DataSet, Proof
from proto.flow.v1 import flow_pb2
from proto.gateway.v1 import gateway_pb2
from proto.serving.v1 import serving_pb2


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


class Union(Protocol):
    """The federation's register."""

    def federation(self) -> Federation:
        """Describe the federation."""
        ...

    def submit(self, kind: str, record_id: str, body: dict[str, Any]) -> Proof:
        """Sign a record with the member's ledger key and put it on the ledger; returns where it stands."""
        ...

    def entry(self, kind: str, record_id: str) -> LedgerEntry | None:
        """Return the newest record of an id."""
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

    def logs(self, job: str, task: str, attempt: int, after_line: int) -> tuple[list[str], int]:
        """Return log lines and the number of the last one."""
        ...

    def ping(self) -> None:
        """Raise when it does not answer."""
        ...


class Flow(Protocol):
    """The own flow."""

    def create(self, spec: flow_pb2.JobSpec) -> flow_pb2.Job:
        """Start a job."""
        ...

    def get(self, job: str) -> flow_pb2.Job:
        """Return a job."""
        ...

    def page(
        self, *, project: str = "", state: str = "", after: str = "", limit: int = 50
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

    def egress_sums(self, job: str) -> dict[str, int]:
        """Return bytes by kind."""
        ...

    def probe(self, member: str) -> Reached:
        """Try to reach a member."""
        ...

    def call(self, member: str, method: str, request: bytes) -> None:
        """Call a method of another member's board; its answers are empty."""
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
