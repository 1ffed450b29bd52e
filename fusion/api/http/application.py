"""The Flask application of a node: everything that people and programs of the own house do with it."""

import base64
import hashlib
import hmac
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
from flask import Flask, Response, request

from common.http import application
from common.http.models import BYTES, Health
from common.http.openapi import About
from common.http.operation import Door, Entrance, Operation, Resource, download
from common.http.reading import bearer
from fusion.api.http.schema import (
    AnswerIn,
    DataSetOut,
    DataSetsOut,
    IdentityOut,
    PartnerIn,
    PartnerOut,
    PartnersOut,
    ProtocolOut,
    ProtocolsOut,
    ResultQuery,
    TaskIn,
    TaskOut,
    TasksOut,
    TasksQuery,
    UploadQuery,
)
from fusion.domain.errors import BadToken
from fusion.domain.models import NewTask, Partner, Task
from fusion.service.data_sets import DataSets
from fusion.service.partners import Partners
from fusion.service.tasks import Tasks
from kernel.protocol.psi import protocols

BASE = "/fusion-service/api/v1"
_CHUNK = 1 << 20
_MAX_JSON_BYTES = 1 << 20
_OWN = "own house"  # who shows the token
_ABOUT = About(
    "Hanse fusion", "Private set intersection between two nodes.", {"token": {"type": "http", "scheme": "bearer"}}
)


@dataclass(frozen=True, slots=True)
class Node:
    """The node as partners see it; the certificate as DER."""

    node: str
    address: str
    signing_key: bytes
    stream_key: bytes
    tls_cert: bytes


@dataclass(frozen=True, slots=True)
class UseCases:
    """What the application calls."""

    partners: Partners
    data_sets: DataSets
    tasks: Tasks
    offer: Callable[[Task], None]
    check: Callable[[], None]


class TokenDoor(Door):
    """Lets in whoever shows the node's token."""

    def __init__(self, token: Callable[[], str]) -> None:
        self._token = token

    def admit(self, operation: Operation, variables: Mapping[str, str]) -> Mapping[str, Any]:
        """Let a request in, or raise BadToken."""
        del variables
        if operation.access is not None and not hmac.compare_digest(bearer().encode(), self._token().encode()):
            raise BadToken("no token, or a wrong one")
        return {}


def create_application(node: Callable[[], Node], use: UseCases, token: Callable[[], str]) -> Flask:
    """Make the application; `token` reads the secret that every request must show."""
    resources = [_node(node, use.check), _partners(use.partners), _data_sets(use.data_sets), _tasks(use)]
    entrance = Entrance(TokenDoor(token), most_json_bytes=_MAX_JSON_BYTES)
    return application.create_application("fusion", BASE, resources, entrance, _ABOUT)


def _node(node: Callable[[], Node], check: Callable[[], None]) -> Resource:
    resource = Resource("node", BASE)

    @resource.declare("GET", "/health", "Say whether the node can answer.", access=None, answer=Health)
    def health() -> Health:
        check()
        return Health()

    @resource.declare(
        "GET", "/identity", "Tell what a partner needs to trust this node.", access=_OWN, answer=IdentityOut
    )
    def identity() -> IdentityOut:
        own = node()
        return IdentityOut(**_identity(own.node, own.address, own.signing_key, own.stream_key, own.tls_cert))

    @resource.declare("GET", "/protocols", "List the protocols.", access=_OWN, answer=ProtocolsOut)
    def every_protocol() -> ProtocolsOut:
        known = [
            ProtocolOut(name=psi.name, learns=sorted(psi.learns), assumption=psi.assumption)
            for psi in protocols().values()
        ]
        return ProtocolsOut(items=known, next_after="")

    return resource


def _partners(partners: Partners) -> Resource:
    resource = Resource("partners", BASE)

    @resource.declare("GET", "/partners", "List the partners.", access=_OWN, answer=PartnersOut)
    def every() -> PartnersOut:
        return PartnersOut(items=[_partner(found) for found in partners.all()], next_after="")

    @resource.declare("POST", "/partners", "Trust a partner.", access=_OWN, answer=PartnerOut, status=201)
    def add(body: PartnerIn) -> PartnerOut:
        return _partner(partners.add(**body.model_dump()))

    @resource.declare("DELETE", "/partners/{node}", "Talk to a partner no more.", access=_OWN)
    def delete(node: str) -> None:
        partners.delete(node)

    return resource


def _data_sets(data_sets: DataSets) -> Resource:
    resource = Resource("data_sets", BASE)

    @resource.declare("GET", "/data-sets", "List the data sets.", access=_OWN, answer=DataSetsOut)
    def every() -> DataSetsOut:
        return DataSetsOut(items=[DataSetOut(**asdict(found)) for found in data_sets.all()], next_after="")

    @resource.declare(
        "POST",
        "/data-sets",
        "Give the node a CSV or Parquet file.",
        access=_OWN,
        answer=DataSetOut,
        status=201,
        raw_body=True,
    )
    def add(query: UploadQuery) -> DataSetOut:
        chunks = iter(lambda: request.stream.read(_CHUNK), b"")
        made = data_sets.add(query.name, query.file_name or query.name or "data.csv", chunks)
        return DataSetOut(**asdict(made))

    @resource.declare("GET", "/data-sets/{data_set}", "Describe a data set.", access=_OWN, answer=DataSetOut)
    def show(data_set: str) -> DataSetOut:
        return DataSetOut(**asdict(data_sets.get(data_set)))

    @resource.declare("DELETE", "/data-sets/{data_set}", "Delete a data set.", access=_OWN)
    def delete(data_set: str) -> None:
        data_sets.delete(data_set)

    return resource


def _tasks(use: UseCases) -> Resource:
    resource = Resource("tasks", BASE)

    @resource.declare("GET", "/tasks", "List alignments, newest first.", access=_OWN, answer=TasksOut)
    def every(query: TasksQuery) -> TasksOut:
        found = use.tasks.page(query.after, query.limit + 1)
        more = found[query.limit - 1].task if len(found) > query.limit else ""
        return TasksOut(items=[_task(task) for task in found[: query.limit]], next_after=more)

    @resource.declare("POST", "/tasks", "Propose an alignment.", access=_OWN, answer=TaskOut, status=202)
    def propose(body: TaskIn) -> TaskOut:
        values = {**body.model_dump(), "columns": tuple(body.columns)}
        return _task(use.tasks.propose(NewTask(**values), use.offer))

    @resource.declare("GET", "/tasks/{task}", "Describe an alignment.", access=_OWN, answer=TaskOut)
    def show(task: str) -> TaskOut:
        return _task(use.tasks.get(task))

    @resource.declare(
        "POST", "/tasks/{task}/answer", "Accept or refuse a partner's proposal.", access=_OWN, answer=TaskOut
    )
    def answer(task: str, body: AnswerIn) -> TaskOut:
        if body.accept:
            return _task(use.tasks.accept(task, body.data_set, body.columns))
        return _task(use.tasks.refuse(task, body.reason))

    @resource.declare(
        "POST", "/tasks/{task}/stop", "Stop an alignment; the partner is told.", access=_OWN, answer=TaskOut
    )
    def stop(task: str) -> TaskOut:
        return _task(use.tasks.stop(task))

    @resource.declare(
        "GET",
        "/tasks/{task}/result",
        "Download one's own rows in the intersection.",
        access=_OWN,
        media=BYTES,
    )
    def result(task: str, query: ResultQuery) -> Response:
        path = use.tasks.result(task)
        as_csv = query.format == "csv"
        chunks, media = (_csv(path), "text/csv") if as_csv else (_raw(path), "application/vnd.apache.parquet")
        return download(chunks, media, f"{path.stem}.{query.format}")

    return resource


def _identity(node: str, address: str, signing: bytes, stream: bytes, cert: bytes) -> dict[str, Any]:
    return {
        "node": node,
        "address": address,
        "signing_key": signing.hex(),
        "stream_key": stream.hex(),
        "tls_cert": base64.b64encode(cert).decode(),
        "fingerprint": hashlib.sha256(b"hanse-fusion-node-v1" + signing + stream + cert).hexdigest(),
    }


def _partner(partner: Partner) -> PartnerOut:
    told = _identity(partner.node, partner.address, partner.signing_key, partner.stream_key, partner.tls_cert)
    return PartnerOut(**told, added_ms=partner.added_ms)


def _task(task: Task) -> TaskOut:
    values = {name: getattr(task, name) for name in TaskOut.model_fields if hasattr(task, name)}
    return TaskOut(
        **{
            **values,
            "columns": list(task.columns),
            "key_rule": task.key_rule.model_dump(),
            "failure": asdict(task.failure) if task.failure else None,
        }
    )


def _raw(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            yield chunk


def _csv(path: Path) -> Iterator[bytes]:
    with pa.parquet.ParquetFile(path) as file:
        yield _csv_of(pa.Table.from_batches([], file.schema_arrow), header=True)
        for batch in file.iter_batches():
            yield _csv_of(pa.Table.from_batches([batch]), header=False)


def _csv_of(table: pa.Table, *, header: bool) -> bytes:
    sink = pa.BufferOutputStream()
    pa.csv.write_csv(table, sink, pa.csv.WriteOptions(include_header=header))
    return bytes(sink.getvalue().to_pybytes())
