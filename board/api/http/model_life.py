"""A model after its training: card, lineage, online version, API keys, usage."""

from typing import Annotated, Any

from pydantic import Field

from board.api.http.arrow import rows_of
from board.api.http.etags import based_on, etag
from board.api.http.models import ModelView
from board.api.http.operation import Fields, Reply, Resource, View
from board.api.http.sessions import Text
from board.domain.accounts import Account
from board.domain.lineage import Lineage
from board.domain.models import Card, Model, Stage
from board.domain.usage import Usage
from board.service.lineages import Lineages
from board.service.model_life import ModelLife
from board.service.trial_rows import TrialRow, TrialRows

_LONGEST = 20_000
_VERSION = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$"


class CardFields(Fields):
    """What people should know of the model."""

    purpose: Annotated[Text, Field(max_length=_LONGEST)] = ""
    limits: Annotated[Text, Field(max_length=_LONGEST)] = ""
    notes: Annotated[Text, Field(max_length=_LONGEST)] = ""
    stage: Stage = Stage.DRAFT


class CardView(View):
    """A model's card."""

    purpose: str
    limits: str
    notes: str
    stage: Stage
    revision: int
    changed_ms: int
    changed_by: str


class OnlineVersion(Fields):
    """Which published version is to answer."""

    version: Annotated[str, Field(pattern=_VERSION)]


class StepView(View):
    """A node that the model depends on, and the code that ran."""

    node: str
    title: str
    component: str
    version: str
    hash: str
    job: str


class UsedDataView(View):
    """A data set that a member brought."""

    member: str
    data_set: str
    version: str
    name: str


class UsedConsentView(View):
    """One of our consents that the job used."""

    consent: str
    data_set: str
    version: str
    components: list[str]
    created_by: str
    created_ms: int
    transaction: str
    block: int


class LineageView(View):
    """Where a model comes from."""

    model: str
    job: str
    flow: str
    flow_name: str
    project: str
    project_name: str
    started_by: str
    steps: list[StepView]
    data: list[UsedDataView]
    consents: list[UsedConsentView]
    metrics: dict[str, float]


class TrialRowView(View):
    """A row of ours, as a prediction wants it."""

    id: str
    features: dict[str, Any]


class UsageQuery(Fields):
    """How far back."""

    hours: Annotated[int, Field(ge=1, le=720)] = 24


class PointView(View):
    """Calls of one stretch of time."""

    at_ms: int
    calls: int
    errors: int
    mean_ms: float


class UsageView(View):
    """How calls for predictions went; percentiles are upper ends of latency classes."""

    from_ms: int
    calls: int
    errors: int
    rows: int
    p50_ms: int | None
    p95_ms: int | None
    points: list[PointView]
    clients: dict[str, int]
    codes: dict[str, int]


class NewKey(Fields):
    """For whom, and how often it may ask."""

    client: Annotated[Text, Field(min_length=1, max_length=200)]
    calls_per_minute: Annotated[int, Field(ge=1, le=1_000_000)] = 600


class KeyView(View):
    """An API key without what opens anything."""

    key_id: str
    client: str
    calls_per_minute: int
    created_ms: int


class KeyList(View):
    """All API keys of a model, the newest first."""

    items: list[KeyView]


class MadeKey(View):
    """A new API key, shown this once."""

    key: str
    key_id: str


def model_life(life: ModelLife, lineages: Lineages, trial_rows: TrialRows) -> Resource:
    """Make the resource."""
    resource = Resource("models-life")

    @resource.operation("GET", "/models/{model}/card", "What our people say of a model", answer=CardView)
    def card(model: str) -> Reply:
        found = life.card(model)
        return Reply(found, etag=etag(model, found.revision))

    @resource.operation(
        "PUT", "/models/{model}/card", "Change a card that was read before", answer=CardView, conditional=True
    )
    def write_card(model: str, body: CardFields, account: Account) -> Reply:
        known = based_on(model, life.card(model).revision)
        kept = life.write_card(model, Card(body.purpose, body.limits, body.notes, body.stage), known, account.account)
        return Reply(kept, etag=etag(model, kept.revision))

    @resource.operation("GET", "/models/{model}/lineage", "Where a model comes from", answer=LineageView)
    def lineage(model: str) -> dict[str, object]:
        return _lineage(lineages.of(model))

    @resource.operation(
        "GET", "/models/{model}/trial-row", "A row that every party knows, to try a model with", answer=TrialRowView
    )
    def trial_row(model: str) -> dict[str, object]:
        return _trial_row(trial_rows.first(model))

    @resource.operation("POST", "/models/{model}/online", "Put a published version online", answer=ModelView)
    def online(model: str, body: OnlineVersion, account: Account) -> Model:
        return life.put_online(model, body.version, account.account)

    @resource.operation("GET", "/models/{model}/usage", "How calls for predictions went", answer=UsageView)
    def usage(model: str, query: UsageQuery) -> Usage:
        return life.usage(model, query.hours)

    @resource.operation("GET", "/models/{model}/keys", "API keys of a model", answer=KeyList)
    def keys(model: str) -> dict[str, object]:
        return {"items": life.keys(model)}

    @resource.operation("POST", "/models/{model}/keys", "Make an API key", answer=MadeKey, status=201)
    def create_key(model: str, body: NewKey, account: Account) -> object:
        return life.create_key(model, body.client, body.calls_per_minute, account.account)

    @resource.operation("DELETE", "/models/{model}/keys/{key}", "End an API key")
    def revoke_key(model: str, key: str, account: Account) -> None:
        life.revoke_key(model, key, account.account)

    return resource


def _trial_row(found: TrialRow) -> dict[str, object]:
    row = rows_of(found.stream)
    values = dict(zip(row["columns"], row["rows"][0], strict=True))
    apart = (found.id_column, found.label_column)
    features = {name: value for name, value in values.items() if name not in apart and value is not None}
    return {"id": str(values[found.id_column]), "features": features}


def _lineage(found: Lineage) -> dict[str, object]:
    consents = [
        {
            "consent": consent.consent,
            "data_set": consent.data_set,
            "version": consent.version,
            "components": list(consent.components),
            "created_by": consent.created_by,
            "created_ms": consent.created_ms,
            "transaction": consent.proof.transaction,
            "block": consent.proof.block,
        }
        for consent in found.consents
    ]
    fields = {name: getattr(found, name) for name in LineageView.model_fields if name != "consents"}
    return {**fields, "consents": consents}
