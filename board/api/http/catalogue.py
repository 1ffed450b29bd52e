"""Components, and graphs to start from."""

from board.api.http.component_views import ComponentPage, TemplatePage
from board.api.http.operation import Paging, Resource
from board.domain.templates import TEMPLATES
from board.service.catalogue import Catalogue


def catalogue(service: Catalogue) -> Resource:
    """Make the resource."""
    resource = Resource("catalogue")

    @resource.operation("GET", "/components", "The components that this member has", answer=ComponentPage)
    def components(query: Paging) -> dict[str, object]:  # noqa: ARG001  few enough for one page
        return {"items": service.all()}

    @resource.operation("GET", "/flow-templates", "Graphs to start from", answer=TemplatePage)
    def templates(query: Paging) -> dict[str, object]:  # noqa: ARG001  few enough for one page
        return {"items": TEMPLATES}

    return resource
