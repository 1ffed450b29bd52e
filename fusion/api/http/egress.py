"""The record of what left this node."""

from common.http.operation import Resource
from fusion.api.http.paths import BASE, OWN
from fusion.api.http.schema_egress import EgressOut, EgressPage, EgressQuery
from fusion.service.egress import Egress


def egress_resource(egress: Egress) -> Resource:
    """Declare what is told of it."""
    resource = Resource("egress", BASE)

    @resource.declare(
        "GET", "/tasks/{task}/egress", "List what left this node for an alignment.", access=OWN, answer=EgressPage
    )
    def of_task(task: str) -> EgressPage:
        return EgressPage(items=[EgressOut.model_validate(sent) for sent in egress.of(task)], next_after="")

    @resource.declare(
        "GET", "/egress", "List what left this node, newest first; it stays.", access=OWN, answer=EgressPage
    )
    def every(query: EgressQuery) -> EgressPage:
        found = egress.page(int(query.after or 0), query.limit + 1)
        more = str(found[query.limit - 1].number) if len(found) > query.limit else ""
        return EgressPage(items=[EgressOut.model_validate(sent) for sent in found[: query.limit]], next_after=more)

    return resource
