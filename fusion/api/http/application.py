"""The Flask application of a node: everything that people and programs of the own house do with it."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeVar

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
import pydantic
from flask import Blueprint, Flask, Response, request

from common import canonical
from common.errors import InvalidInput
from fusion.api.http import problems
from fusion.api.http.schema import (
    AnswerIn,
    DataSetOut,
    DataSetsOut,
    HealthOut,
    IdentityOut,
    PartnerIn,
    PartnerOut,
    PartnersOut,
    TaskIn,
    TaskOut,
    TasksOut,
    openapi,
)
from fusion.domain import states
from fusion.domain.errors import BadToken
from fusion.domain.models import NewTask, Partner, Task
from fusion.service.data_sets import DataSets
from fusion.service.partners import Partners
from fusion.service.tasks import Tasks

BASE = "/fusion-service/api/v1"
_OPEN = ("v1.health", "v1.description")
_CHUNK = 1 << 20
_MAX_JSON_BYTES = 1 << 20
_PAGE = 100
_LONGEST_PAGE = 500
BodyT = TypeVar("BodyT", bound=pydantic.BaseModel)


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


def create_application(node: Callable[[], Node], use: UseCases, token: Callable[[], str]) -> Flask:
    """Make the application; `token` reads the secret that every request must show."""
    application = Flask("fusion")
    routes = Blueprint("v1", __name__, url_prefix=BASE)

    @application.before_request
    def admit() -> None:
        if request.endpoint in _OPEN:
            return
        scheme, _, shown = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not hmac.compare_digest(shown.strip().encode(), token().encode()):
            raise BadToken("no token, or a wrong one")

    @routes.get("/health")
    def health() -> Response:
        use.check()
        return _json(HealthOut(status="ok"))

    @routes.get("/openapi.json")
    def description() -> Response:
        return Response(json.dumps(openapi(BASE)), content_type="application/json")

    @routes.get("/identity")
    def identity() -> Response:
        own = node()
        return _json(IdentityOut(**_identity(own.node, own.address, own.signing_key, own.stream_key, own.tls_cert)))

    _add_partners(routes, use.partners)
    _add_data_sets(routes, use.data_sets)
    _add_tasks(routes, use)
    application.register_blueprint(routes)
    problems.install(application)

    @application.after_request
    def harden(response: Response) -> Response:
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Content-Security-Policy"] = "default-src 'none'"
        return response

    return application


def _add_partners(routes: Blueprint, partners: Partners) -> None:
    @routes.get("/partners")
    def list_partners() -> Response:
        return _json(PartnersOut(items=[_partner(found) for found in partners.all()], next_after=""))

    @routes.post("/partners")
    def add_partner() -> Response:
        body = _body(PartnerIn)
        return _json(_partner(partners.add(**body.model_dump())), 201)

    @routes.delete("/partners/<node>")
    def delete_partner(node: str) -> Response:
        partners.delete(node)
        return Response(status=204)


def _add_data_sets(routes: Blueprint, data_sets: DataSets) -> None:
    @routes.get("/data-sets")
    def list_data_sets() -> Response:
        return _json(DataSetsOut(items=[DataSetOut(**asdict(found)) for found in data_sets.all()], next_after=""))

    @routes.post("/data-sets")
    def add_data_set() -> Response:
        name, file_name = request.args.get("name", ""), request.args.get("file_name", "")
        made = data_sets.add(name, file_name or name or "data.csv", iter(lambda: request.stream.read(_CHUNK), b""))
        return _json(DataSetOut(**asdict(made)), 201)

    @routes.get("/data-sets/<data_set>")
    def get_data_set(data_set: str) -> Response:
        return _json(DataSetOut(**asdict(data_sets.get(data_set))))

    @routes.delete("/data-sets/<data_set>")
    def delete_data_set(data_set: str) -> Response:
        data_sets.delete(data_set)
        return Response(status=204)


def _add_tasks(routes: Blueprint, use: UseCases) -> None:
    @routes.get("/tasks")
    def list_tasks() -> Response:
        limit = request.args.get("limit", str(_PAGE))
        if not limit.isascii() or not limit.isdigit() or not 1 <= int(limit[:9]) <= _LONGEST_PAGE:
            raise InvalidInput(f"limit must be between 1 and {_LONGEST_PAGE}")
        found = use.tasks.page(request.args.get("after", ""), int(limit) + 1)
        more = found[int(limit) - 1].task if len(found) > int(limit) else ""
        return _json(TasksOut(items=[_task(task) for task in found[: int(limit)]], next_after=more))

    @routes.post("/tasks")
    def propose() -> Response:
        body = _body(TaskIn)
        values = {**body.model_dump(), "columns": tuple(body.columns)}
        return _json(_task(use.tasks.propose(NewTask(**values), use.offer)), 202)

    @routes.get("/tasks/<task>")
    def get_task(task: str) -> Response:
        return _json(_task(use.tasks.get(task)))

    @routes.post("/tasks/<task>/answer")
    def answer(task: str) -> Response:
        body = _body(AnswerIn)
        if body.accept:
            return _json(_task(use.tasks.accept(task, body.data_set, body.columns)))
        return _json(_task(use.tasks.refuse(task, body.reason)))

    @routes.post("/tasks/<task>/stop")
    def stop(task: str) -> Response:
        return _json(_task(use.tasks.stop(task)))

    @routes.get("/tasks/<task>/result")
    def result(task: str) -> Response:
        form = request.args.get("format", "csv")
        if form not in ("csv", "parquet"):
            raise InvalidInput("format is csv or parquet")
        path = use.tasks.result(task)
        chunks, kind = (_csv(path), "text/csv") if form == "csv" else (_raw(path), "application/vnd.apache.parquet")
        headers = {"Content-Disposition": f'attachment; filename="{path.stem}.{form}"'}
        return Response(chunks, content_type=kind, headers=headers)


def _body(model: type[BodyT]) -> BodyT:
    if request.mimetype != "application/json":
        raise InvalidInput("the body must be JSON", hint="Send Content-Type: application/json.")
    data = request.stream.read(_MAX_JSON_BYTES + 1)
    if len(data) > _MAX_JSON_BYTES:
        raise InvalidInput(f"the body has more than {_MAX_JSON_BYTES} bytes")
    try:
        return model.model_validate(canonical.loads(data))
    except pydantic.ValidationError as problem:
        first = problem.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"])) or "body"
        raise InvalidInput(f"{place}: {first['msg']}") from problem


def _json(body: pydantic.BaseModel, status: int = 200) -> Response:
    return Response(body.model_dump_json(), status, content_type="application/json")


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
            "partner_rows": task.sender_rows if task.role == states.RECEIVER else task.receiver_rows,
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
