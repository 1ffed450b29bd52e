"""Flows: saved graphs, and what keeps them from running."""

import secrets
from dataclasses import replace
from typing import Any

from board.domain.errors import Changed, UnknownFlow
from board.domain.flows import Flow, Problem, Version, read_graph
from board.domain.validation import problems_of
from board.service.audit import Audit
from board.service.catalogue import Catalogue
from board.service.clock import now_ms
from board.service.known_columns import KnownColumns
from board.service.projects import Projects
from board.store.base import FlowStore


class Flows:
    """The flows of this member."""

    def __init__(
        self, store: FlowStore, projects: Projects, catalogue: Catalogue, columns: KnownColumns, audit: Audit
    ) -> None:
        self._store, self._projects, self._catalogue, self._audit = store, projects, catalogue, audit
        self._columns = columns

    def create(self, project: str, name: str, graph: dict[str, Any], by: str) -> Flow:
        """Save a flow; it may still be unfinished."""
        self._projects.find(project)
        now = now_ms()
        flow = Flow(f"flw-{secrets.token_hex(8)}", project, name, graph, 1, now, now, by)
        self._store.add(flow)
        return flow

    def find(self, flow: str) -> Flow:
        """Return one; raises UnknownFlow."""
        found = self._store.find(flow)
        if found is None:
            raise UnknownFlow(f"there is no flow {flow}")
        return found

    def page(self, after: str, limit: int, project: str = "", text: str = "") -> list[Flow]:
        """Return a page, the newest first."""
        return self._store.page(after, limit, project, text)

    def replace(self, flow: str, name: str, graph: dict[str, Any], revision: int, by: str) -> Flow:
        """Save a change that is based on `revision`; raises Changed."""
        found = self.find(flow)
        changed = replace(found, name=name, graph=graph, revision=revision + 1, changed_ms=now_ms())
        if not self._store.replace(changed, revision, by):
            raise Changed(f"flow {flow} has revision {self.find(flow).revision}, your change is based on {revision}")
        return changed

    def delete(self, flow: str, revision: int, by: str) -> None:
        """Delete one with its versions; its jobs stay."""
        if not self._store.delete(flow, revision):
            raise Changed(f"flow {flow} has revision {self.find(flow).revision}, you have read {revision}")
        self._audit.note(by, "flow_deleted", flow)

    def versions(self, flow: str) -> list[Version]:
        """List the versions that are kept, the newest first."""
        self.find(flow)
        return self._store.versions(flow)

    def version(self, flow: str, revision: int) -> Version:
        """Return one with its graph; raises UnknownFlow."""
        found = self._store.version(flow, revision)
        if found is None:
            raise UnknownFlow(f"flow {flow} has no version {revision}, or it is kept no longer")
        return found

    def problems(self, flow: str, graph: dict[str, Any] | None = None, *, to_run: bool = True) -> list[Problem]:
        """List what keeps a flow from running, or would when it had another graph."""
        found = self.find(flow)
        members = self._projects.find(found.project).members
        drawn = found.graph if graph is None else graph
        find = self._columns.of(found.project)
        return problems_of(read_graph(drawn), self._catalogue.by_name(), members, to_run=to_run, find=find)
