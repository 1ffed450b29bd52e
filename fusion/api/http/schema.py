"""What travels over HTTP, as pydantic models; the OpenAPI description is made from them."""

from typing import Annotated, Any, Literal

import pydantic

_Text = Annotated[str, pydantic.Field(max_length=200)]
_Columns = Annotated[list[_Text], pydantic.Field(max_length=16)]


class _Body(pydantic.BaseModel, extra="forbid", frozen=True):
    """No unknown members: a misspelt name is told."""


class IdentityOut(_Body):
    """What a partner needs to trust this node."""

    node: str
    address: str
    signing_key: str
    stream_key: str
    tls_cert: str
    fingerprint: Annotated[
        str, pydantic.Field(description="SHA-256 over keys and certificate; compare it by telephone.")
    ]


class PartnerIn(_Body):
    """A partner, by what its identity says."""

    node: _Text
    address: Annotated[str, pydantic.Field(max_length=300)]
    signing_key: _Text
    stream_key: _Text
    tls_cert: Annotated[str, pydantic.Field(max_length=30_000, description="Base64 of the DER certificate.")]


class PartnerOut(IdentityOut):
    """A partner."""

    added_ms: int


class ColumnOut(_Body):
    """A column."""

    name: str
    type: str


class DataSetOut(_Body):
    """A data set."""

    data_set: str
    name: str
    file_name: str
    rows: int
    columns: list[ColumnOut]
    bytes: int
    added_ms: int


class KeyRuleIn(_Body):
    """How values become ids; both sides use the proposer's rule."""

    trim: bool = True
    case: Literal["keep", "lower", "upper"] = "keep"
    form: Literal["none", "NFC", "NFKC"] = "NFC"


class TaskIn(_Body):
    """A proposal."""

    partner: _Text
    data_set: _Text
    columns: Annotated[_Columns, pydantic.Field(min_length=1, description="Columns that make the id.")]
    name: _Text = ""
    role: Annotated[
        Literal["receiver", "sender"], pydantic.Field(description="Our role; the receiver learns the intersection.")
    ] = "receiver"
    key_bits: Literal[2048, 3072] = 2048
    share_result: Annotated[
        pydantic.StrictBool, pydantic.Field(description="The receiver also tells the sender the common ids.")
    ] = False
    key_rule: KeyRuleIn = KeyRuleIn()
    partner_rows_at_most: Annotated[
        int,
        pydantic.Field(ge=0, le=10**12, description="At a sender: most ids of the partner; 0: this node's max_rows."),
    ] = 0


class AnswerIn(_Body):
    """An answer to a partner's proposal."""

    accept: pydantic.StrictBool
    data_set: _Text = ""
    columns: _Columns = []
    reason: Annotated[str, pydantic.Field(max_length=500, description="Told to the partner.")] = ""


class FailureOut(_Body):
    """Why an alignment failed."""

    code: str
    detail: str
    hint: str
    party: str


class TaskOut(_Body):
    """An alignment as this node sees it."""

    task: str
    name: str
    partner: str
    role: str
    proposed_here: bool
    state: str
    phase: str
    progress: Annotated[float, pydantic.Field(ge=0, le=1)]
    waiting_for: str
    data_set: str
    columns: list[str]
    key_bits: int
    key_rule: dict[str, Any]
    share_result: bool
    rows: int
    ids: Annotated[int, pydantic.Field(description="Distinct ids.")]
    duplicates: Annotated[int, pydantic.Field(description="Rows beyond the first of their id; they are in the result.")]
    rows_without_id: int
    partner_rows: Annotated[int, pydantic.Field(description="The partner's distinct ids; 0: not known yet.")]
    intersection: int | None
    has_result: bool
    reason: str
    failure: FailureOut | None
    created_ms: int
    ended_ms: int
    expires_ms: int


class PartnersOut(_Body):
    """All partners."""

    items: list[PartnerOut]
    next_after: str


class DataSetsOut(_Body):
    """All data sets."""

    items: list[DataSetOut]
    next_after: str


class TasksOut(_Body):
    """A page of alignments, newest first; `next_after` is empty at the end."""

    items: list[TaskOut]
    next_after: str


class HealthOut(_Body):
    """Whether the node can answer."""

    status: str


class Problem(pydantic.BaseModel):
    """RFC 9457 problem details."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    hint: str
    party: str = ""
    component: str = ""
    request_id: str = ""


_MODELS = (
    IdentityOut,
    PartnerIn,
    PartnerOut,
    PartnersOut,
    DataSetOut,
    DataSetsOut,
    TaskIn,
    AnswerIn,
    TaskOut,
    TasksOut,
    HealthOut,
    Problem,
)
_REF = "#/components/schemas/{model}"
_JSON, _PROBLEM, _BYTES = "application/json", "application/problem+json", "application/octet-stream"


def openapi(base: str) -> dict[str, Any]:
    """Describe the API as OpenAPI 3.1."""
    _, definitions = pydantic.json_schema.models_json_schema(
        [(model, "serialization" if model.__name__.endswith("Out") else "validation") for model in _MODELS],
        ref_template=_REF,
    )
    upload = _operation("addDataSet", "Give the node a CSV or Parquet file.", DataSetOut, (400, 401, 413), status="201")
    upload["parameters"] = [_query("name"), _query("file_name")]
    upload["requestBody"] = {"required": True, "content": {_BYTES: {"schema": {"type": "string", "format": "binary"}}}}
    result = _operation("getResult", "Download one's own rows in the intersection.", None, (400, 401, 404))
    result["parameters"] = [_query("format", ["csv", "parquet"])]
    tasks = _operation("listTasks", "List alignments, newest first.", TasksOut, (400, 401))
    tasks["parameters"] = [
        _query("after"),
        {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 500}},
    ]
    health = {**_operation("health", "Say whether the node can answer.", HealthOut, (503,)), "security": []}
    paths: dict[str, Any] = {
        "/health": {"get": health},
        "/identity": {
            "get": _operation("getIdentity", "Tell what a partner needs to trust this node.", IdentityOut, (401,))
        },
        "/partners": {
            "get": _operation("listPartners", "List the partners.", PartnersOut, (401,)),
            "post": _operation(
                "addPartner", "Trust a partner.", PartnerOut, (400, 401, 409, 413, 415), PartnerIn, status="201"
            ),
        },
        "/partners/{node}": {
            "parameters": [_path("node")],
            "delete": _operation("deletePartner", "Talk to a partner no more.", None, (401, 404, 409), status="204"),
        },
        "/data-sets": {"get": _operation("listDataSets", "List the data sets.", DataSetsOut, (401,)), "post": upload},
        "/data-sets/{data_set}": {
            "parameters": [_path("data_set")],
            "get": _operation("getDataSet", "Describe a data set.", DataSetOut, (401, 404)),
            "delete": _operation("deleteDataSet", "Delete a data set.", None, (401, 404, 409), status="204"),
        },
        "/tasks": {
            "get": tasks,
            "post": _operation(
                "propose",
                "Propose an alignment.",
                TaskOut,
                (400, 401, 403, 404, 409, 413, 415, 503, 504),
                TaskIn,
                status="202",
            ),
        },
        "/tasks/{task}": {
            "parameters": [_path("task")],
            "get": _operation("getTask", "Describe an alignment.", TaskOut, (401, 404)),
        },
        "/tasks/{task}/answer": {
            "parameters": [_path("task")],
            "post": _operation(
                "answer", "Accept or refuse a partner's proposal.", TaskOut, (400, 401, 404, 409, 413, 415), AnswerIn
            ),
        },
        "/tasks/{task}/stop": {
            "parameters": [_path("task")],
            "post": _operation("stop", "Stop an alignment; the partner is told.", TaskOut, (401, 404, 409)),
        },
        "/tasks/{task}/result": {"parameters": [_path("task")], "get": result},
    }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Hanse fusion",
            "version": "1",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": base}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": definitions["$defs"],
        },
    }


def _path(name: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}


def _query(name: str, values: list[str] | None = None) -> dict[str, Any]:
    return {"name": name, "in": "query", "schema": {"type": "string"} | ({"enum": values} if values else {})}


def _content(model: type[pydantic.BaseModel], kind: str = _JSON) -> dict[str, Any]:
    return {"content": {kind: {"schema": {"$ref": _REF.format(model=model.__name__)}}}}


def _operation(
    name: str,
    summary: str,
    answer: type[pydantic.BaseModel] | None,
    problems: tuple[int, ...],
    body: type[pydantic.BaseModel] | None = None,
    *,
    status: str = "200",
) -> dict[str, Any]:
    told: dict[str, Any] = {"operationId": name, "summary": summary}
    if body is not None:
        told["requestBody"] = {"required": True, **_content(body)}
    told["responses"] = {status: {"description": "Done.", **(_content(answer) if answer else {})}} | {
        str(problem): {"description": "A problem.", **_content(Problem, _PROBLEM)} for problem in problems
    }
    return told
