"""Consents: what our people allow."""

from typing import Annotated

from pydantic import Field

from board.api.http.operation import Fields, Paging, Reply, Resource, View
from board.api.http.sessions import Text
from board.domain.accounts import Account, Role
from board.domain.projects import Consent
from board.service.consents import Consents
from board.service.data_sets import DataSets

MemberId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,62}$")]
ComponentId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}(==[0-9][0-9A-Za-z.+-]{0,31})?$")]
Time = Annotated[int, Field(ge=0, lt=2**53)]


class NewConsent(Fields):
    """What we allow."""

    data_set: Annotated[Text, Field(min_length=1, max_length=128)]
    components: Annotated[list[ComponentId], Field(max_length=500)] = Field(
        default=[], description='"name==version" of the project\'s components; empty: all of them.'
    )
    runs: Annotated[int, Field(ge=1, le=1_000_000)] | None = Field(
        default=None, description="null: any number of jobs."
    )
    expires_ms: Time = 0
    columns: Annotated[list[Annotated[Text, Field(min_length=1, max_length=200)]], Field(max_length=5000)] = Field(
        default=[], description="Columns that may be used; empty: all but the id."
    )
    newer_versions: bool = Field(
        default=False, description="Versions to come may be used, too, as far as they have the same columns."
    )


class ConsentView(View):
    """A consent of ours."""

    consent: str
    project: str
    data_set: str
    version: str
    newer_versions: bool
    columns: list[str]
    components: list[str]
    runs: int | None
    runs_left: int | None
    expires_ms: int
    status: str
    job: str
    created_ms: int
    created_by: str
    used_by: list[str]
    transaction: str
    block: int


class ConsentPage(View):
    """A page of consents, the newest first."""

    items: list[ConsentView]
    next_after: str = ""


def consents(service: Consents, data_sets: DataSets) -> Resource:
    """Make the resource."""
    resource = Resource("consents")

    @resource.operation(
        "POST",
        "/projects/{project}/consents",
        "Allow a data set to be used, on the ledger",
        role=Role.ADMIN,
        answer=ConsentView,
        status=201,
    )
    def consent(project: str, account: Account, body: NewConsent) -> Reply:
        data_set = data_sets.find(body.data_set)
        made = service.give(
            project,
            data_set,
            body.components,
            body.runs,
            body.expires_ms,
            account.account,
            columns=body.columns,
            newer_versions=body.newer_versions,
        )
        return Reply(consent_view(made), f"/consents/{made.consent}")

    @resource.operation("GET", "/consents", "This member's consents", answer=ConsentPage)
    def consent_index(query: Paging) -> dict[str, object]:
        found = service.page(query.after, query.limit + 1)
        page = found[: query.limit]
        after = page[-1].consent if len(found) > query.limit else ""
        return {"items": [consent_view(item) for item in page], "next_after": after}

    @resource.operation("GET", "/consents/{consent}", "A consent", answer=ConsentView)
    def consent_show(consent: str) -> dict[str, object]:
        return consent_view(service.find(consent))

    @resource.operation("DELETE", "/consents/{consent}", "Revoke a consent, on the ledger", role=Role.ADMIN)
    def revoke(consent: str, account: Account) -> None:
        service.revoke(consent, account.account)

    return resource


def consent_view(consent: Consent) -> dict[str, object]:
    """Render a consent."""
    return {
        "consent": consent.consent,
        "project": consent.project,
        "data_set": consent.data_set,
        "version": consent.version,
        "newer_versions": consent.newer_versions,
        "columns": consent.columns,
        "components": consent.components,
        "runs": consent.runs,
        "runs_left": consent.runs_left(),
        "expires_ms": consent.expires_ms,
        "status": consent.status,
        "job": consent.job,
        "created_ms": consent.created_ms,
        "created_by": consent.created_by,
        "used_by": consent.used_by,
        "transaction": consent.proof.transaction,
        "block": consent.proof.block,
    }
