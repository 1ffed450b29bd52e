"""Flows and their jobs from Python: draw, look at versions, take elsewhere and back, check, run, compare."""

import secrets
from collections.abc import Iterator, Sequence
from typing import Any

from common.errors import InvalidInput
from hanse import comparing
from hanse.calls import API, Calls, Json
from hanse.jobs import Job


class Flows(Calls):
    """The part of the client that concerns flows and jobs."""

    def components(self) -> list[Json]:
        """List the components with their manifests."""
        return self._items("/components")

    def templates(self) -> list[Json]:
        """List the flow templates."""
        return self._items("/flow-templates")

    def create_flow(self, project: str, name: str, graph: Json) -> Json:
        """Save a flow."""
        return self._call("POST", "/flows", json={"project": project, "name": name, "graph": graph})

    def flows(self) -> list[Json]:
        """List the flows."""
        return self._items("/flows")

    def validate_flow(self, flow: str) -> list[Json]:
        """List the problems of a flow."""
        problems: list[Json] = self._call("POST", f"/flows/{flow}/validation", json={})["problems"]
        return problems

    def run(self, flow: str, *, name: str = "", deadline_s: int = 0, reuse_from: str = "") -> Job:
        """Start a job of a flow."""
        body: Json = {"flow": flow, "name": name}
        body |= {"deadline_s": deadline_s} if deadline_s else {}
        body |= {"reuse_from": reuse_from} if reuse_from else {}
        made = self._call("POST", "/jobs", json=body, headers={"Idempotency-Key": secrets.token_hex(16)})
        return Job(self.http, API, made)

    def job(self, job: str) -> Job:
        """Find a job."""
        return Job(self.http, API, self._call("GET", f"/jobs/{job}"))

    def jobs(self, **filters: str) -> Iterator[Json]:
        """List jobs, newest first; filters: project, state."""
        return self.http.pages(f"{API}/jobs", **filters)

    def check(self, flow: str, *, reuse: bool = True, **more: Any) -> Json:
        """Tell what stands in the way of a job and what it would take over; starts nothing."""
        return self._call("POST", "/job-checks", json={"flow": flow, "reuse": reuse, **more})

    def compare(self, jobs: Sequence[str]) -> list[Json]:
        """List the parameters, data versions and figures in which jobs differ, a value a job."""
        return comparing.differences([self.job(job) for job in jobs])

    def flow(self, flow: str) -> Json:
        """Describe a flow with its graph."""
        return self._call("GET", f"/flows/{flow}")

    def flow_versions(self, flow: str) -> list[Json]:
        """List what was saved under a flow's name, the newest first."""
        return self._items(f"/flows/{flow}/versions")

    def export_flow(self, flow: str, revision: int = 0) -> Json:
        """Return a flow as the file that the page and `import_flow` read; revision 0 is the present one."""
        found = self._call("GET", f"/flows/{flow}/versions/{revision}") if revision else self.flow(flow)
        return {"name": found["name"], "graph": found["graph"]}

    def import_flow(self, project: str, file: Json, *, name: str = "") -> Json:
        """Save a flow from an exported file.

        Raises
        ------
        InvalidInput
            The file holds no graph.
        """
        graph = file.get("graph") if isinstance(file, dict) else None
        if not isinstance(graph, dict) or not isinstance(graph.get("nodes"), list):
            raise InvalidInput("the file holds no flow", hint="A flow's file is what `hanse flow export FLOW` prints.")
        title = name or file.get("name")
        if not title:
            raise InvalidInput("the flow has no name", hint="Give it one: --name.")
        return self._call("POST", "/flows", json={"project": project, "name": title, "graph": graph})
