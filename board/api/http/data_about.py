"""What is known of a data set: what people say, its versions, its numbers, where it is used."""

from typing import Annotated, Any, Literal

from pydantic import Field

from board.api.http.consents import MemberId
from board.api.http.data_sets import DataSetView, NameLine, Tag
from board.api.http.operation import Fields, Resource, View
from board.domain.accounts import Account
from board.domain.data_sets import DataSet
from board.service.data_sets import DataSets


class DataSetChange(Fields):
    """What people say about a data set."""

    name: NameLine | None = None
    tags: Annotated[list[Tag], Field(max_length=32)] | None = None
    visibility: Literal["private", "members", "federation"] | None = None
    readers: Annotated[list[MemberId], Field(max_length=100)] | None = Field(
        default=None, description="Members that may read the description when `visibility` is members."
    )


class ChangeView(View):
    """How a column differs from the version before."""

    name: str
    change: str = Field(description="added, removed or retyped.")
    before: str
    after: str


class DataVersionView(View):
    """A version of a data set."""

    data_set: str
    number: int
    version: str
    rows: int
    created_ms: int
    created_by: str
    changes: list[ChangeView]


class VersionPage(View):
    """All versions, the newest first."""

    items: list[DataVersionView]
    next_after: str = ""


class StatisticsView(View):
    """The columns' numbers; for the owner only."""

    columns: list[dict[str, Any]]


class OfferUse(View):
    """A project to which it is offered."""

    project: str
    at_ms: int


class ConsentUse(View):
    """A consent in force that names it."""

    consent: str
    project: str
    runs_left: int | None
    expires_ms: int


class JobUseView(View):
    """A job that was allowed to read it."""

    job: str
    project: str
    member: str
    at_ms: int


class UsageView(View):
    """Where a data set is used."""

    offers: list[OfferUse]
    consents: list[ConsentUse]
    jobs: list[JobUseView]


def data_about(service: DataSets) -> Resource:
    """Make the resource."""
    resource = Resource("data_about")

    @resource.operation("PATCH", "/data-sets/{data_set}", "Change what is said about it", answer=DataSetView)
    def change(data_set: str, account: Account, body: DataSetChange) -> DataSet:
        return service.change(
            data_set,
            account.account,
            name=body.name,
            tags=body.tags,
            visibility=body.visibility,
            readers=body.readers,
        )

    @resource.operation("GET", "/data-sets/{data_set}/versions", "All versions", answer=VersionPage)
    def versions(data_set: str) -> dict[str, object]:
        found = service.versions(data_set)
        names = [name for name in DataVersionView.model_fields if name != "changes"]
        return {"items": [{n: getattr(v, n) for n in names} | {"changes": changes} for v, changes in found]}

    @resource.operation("GET", "/data-sets/{data_set}/statistics", "The columns' numbers", answer=StatisticsView)
    def statistics(data_set: str) -> dict[str, object]:
        return {"columns": service.statistics(data_set)}

    @resource.operation("GET", "/data-sets/{data_set}/usage", "Where it is used", answer=UsageView)
    def usage(data_set: str) -> dict[str, object]:
        used = service.usage(data_set)
        consents = [
            {
                "consent": consent.consent,
                "project": consent.project,
                "runs_left": consent.runs_left(),
                "expires_ms": consent.expires_ms,
            }
            for consent in used.consents
        ]
        return {"offers": used.offers, "consents": consents, "jobs": used.jobs}

    return resource
