"""The bases of what travels over HTTP, as pydantic models: routes parse by them, descriptions are made from them."""

from pydantic import BaseModel, ConfigDict, Field

JSON = "application/json"
BYTES = "application/octet-stream"
PROBLEM = "application/problem+json"


class Fields(BaseModel):
    """Base of what requests carry: nothing unknown is taken."""

    model_config = ConfigDict(extra="forbid")


class View(BaseModel):
    """Base of what answers carry, read from the domain's values."""

    # What has a default is still always there in an answer.
    model_config = ConfigDict(from_attributes=True, json_schema_serialization_defaults_required=True)


class Paging(Fields):
    """Where a page begins and how long it is."""

    after: str = Field(
        default="", max_length=300, description="`next_after` of the page before; empty: the first page."
    )
    limit: int = Field(default=50, ge=1, le=500, description="Items of a page.")


class Empty(Fields):
    """A body without fields."""


class Health(View):
    """Whether the service can answer."""

    status: str = "ok"


class ProblemModel(View):
    """An error, RFC 9457; what is empty is left out."""

    model_config = ConfigDict(json_schema_serialization_defaults_required=False)

    type: str
    title: str
    status: int
    code: str = Field(description="HAN-nnnn; each has a page in docs/reference/errors.")
    detail: str = ""
    hint: str = ""
    party: str = ""
    component: str = ""
    request_id: str = ""
