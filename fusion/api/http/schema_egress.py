"""What travels over HTTP of the record of what left the node."""

from typing import Annotated

import pydantic

from common.http.models import Paging, View


class EgressQuery(Paging):
    """Where a page begins."""

    after: str = pydantic.Field(default="", pattern=r"^[0-9]{0,15}$", description="`next_after` of the page before.")


class EgressOut(View):
    """What left this node for one alignment in one kind of step."""

    task: str
    partner: str
    step: str
    what: str
    messages: int
    bytes: Annotated[int, pydantic.Field(description="Of the messages, without what signatures and TLS add.")]
    unanswered: Annotated[
        int, pydantic.Field(description="Further tries that got no answer: they may have left, or not.")
    ]
    first_ms: int
    last_ms: int


class EgressPage(View):
    """A page of it."""

    items: list[EgressOut]
    next_after: str
