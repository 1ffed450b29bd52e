"""Fields that several resources have in common, as they travel over HTTP."""

from typing import Annotated

import pydantic

from common.http.models import View

Text = Annotated[str, pydantic.Field(max_length=200)]


Columns = Annotated[list[Text], pydantic.Field(max_length=16)]


ColumnsOfResult = Annotated[list[Annotated[str, pydantic.Field(max_length=200)]], pydantic.Field(max_length=1000)]


HashedHere = Annotated[
    bool, pydantic.Field(description="Our columns hold hashes already, made by the rule; `hash` is not applied again.")
]


ValueColumn = Annotated[
    str, pydantic.Field(max_length=200, description="Of a sum: the sender's column whose values are added.")
]


EmptyAsZero = Annotated[
    bool, pydantic.Field(description="Of a sum, at the sender: an empty value of a row with an id counts as zero.")
]


_LAST_MS = 2**53  # beyond which JSON has no whole numbers


Moment = Annotated[int, pydantic.Field(ge=0, lt=_LAST_MS, description="Milliseconds since 1970.")]


class FailureOut(View):
    """Why an alignment failed, or what it waits for."""

    code: str
    detail: str
    hint: str
    party: str
