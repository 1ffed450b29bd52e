"""Components, and graphs to start from."""

from collections.abc import Mapping, Sequence
from typing import Any

from board.api.http.component_views import ComponentPage, TemplatePage
from board.api.http.operation import Paging, Resource
from board.domain.templates import TEMPLATES
from board.service.catalogue import Catalogue


def catalogue(service: Catalogue) -> Resource:
    """Make the resource."""
    resource = Resource("catalogue")

    @resource.operation("GET", "/components", "The components that this member has", answer=ComponentPage)
    def components(query: Paging) -> dict[str, object]:
        return _page(service.all(), "name", query)

    @resource.operation("GET", "/flow-templates", "Graphs to start from", answer=TemplatePage)
    def templates(query: Paging) -> dict[str, object]:
        return _page(TEMPLATES, "template", query)

    return resource


def _page(items: Sequence[Mapping[str, Any]], key: str, query: Paging) -> dict[str, object]:
    """Cut a page out of a list whose order is its own; `after` that is not in it ends the list."""
    names = [item[key] for item in items]
    start = names.index(query.after) + 1 if query.after in names else len(items) if query.after else 0
    page = items[start : start + query.limit]
    return {"items": page, "next_after": page[-1][key] if start + len(page) < len(items) else ""}
