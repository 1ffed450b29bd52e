"""Models, their publication, and predictions."""

from typing import Annotated

from pydantic import Field

from board.api.http.operation import Fields, Paging, Reply, Resource, View
from board.api.http.predictions import Predictions, PredictionsView, told
from board.domain.accounts import Account
from board.domain.models import Model
from board.service.models import Models


class PublicationView(View):
    """A version at our serving."""

    version: str
    online: bool
    published_ms: int
    published_by: str
    rows: int


class ModelView(View):
    """A model of which this member has a part."""

    model: str
    job: str
    task: str
    project: str
    name: str
    kind: str
    role: str
    members: list[str]
    made_ms: int
    publications: list[PublicationView]


class ModelPage(View):
    """A page of models, the newest first."""

    items: list[ModelView]
    next_after: str = ""


class NewPublication(Fields):
    """How to publish."""

    version: Annotated[str, Field(pattern=r"^([A-Za-z0-9][A-Za-z0-9._-]{0,62})?$")] = Field(
        default="", description="Empty: the next number."
    )
    online: bool = True


def models(service: Models) -> Resource:
    """Make the resource."""
    resource = Resource("models")

    @resource.operation("GET", "/models", "Models of which this member has a part", answer=ModelPage)
    def index(query: Paging) -> dict[str, object]:
        found = service.page(query.after, query.limit + 1)
        page = found[: query.limit]
        return {"items": page, "next_after": page[-1].model if len(found) > query.limit else ""}

    @resource.operation("GET", "/models/{model}", "A model", answer=ModelView)
    def show(model: str) -> Model:
        return service.find(model)

    @resource.operation(
        "POST", "/models/{model}/publication", "Publish our part at our serving", answer=ModelView, status=201
    )
    def publish(model: str, account: Account, body: NewPublication) -> Reply:
        made = service.publish(model, body.version, online=body.online, by=account.account)
        return Reply(made, f"/models/{model}")

    @resource.operation("DELETE", "/models/{model}/publication", "Take our part offline")
    def unpublish(model: str, account: Account) -> None:
        service.unpublish(model, account.account)

    @resource.operation(
        "POST", "/models/{model}/predictions", "Score rows together with the partners", answer=PredictionsView
    )
    def predict(model: str, body: Predictions) -> dict[str, object]:
        return told(service.predict(model, [(row.id, row.features) for row in body.rows]))

    return resource
