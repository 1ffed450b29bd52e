"""The sample project: real data, a flow and a run at this member alone, made in one go; a second time, another run."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from board.domain.data_sets import DataSet
from board.domain.projects import ACTIVE, Project
from board.service.audit import Audit
from board.service.data_sets import DataSets
from board.service.flows import Flows
from board.service.jobs import Jobs, Order
from board.service.ports import Upload
from board.service.projects import Projects

NAME = "Sample: credit clients"
PURPOSE = "To see a flow run from data to a result. At this member alone; nothing leaves it."
_ID, _LABEL = "ID", "default.payment.next.month"
_COMPONENTS = ("data_import", "fill_missing", "split", "standardise")


@dataclass(frozen=True, slots=True)
class Sample:
    """What was made."""

    data_set: str
    project: str
    flow: str
    job: str


class Samples:
    """Makes the sample project.

    Parameters
    ----------
    rows
        Returns the sample's CSV file.
    """

    def __init__(
        self,
        rows: Callable[[], bytes],
        data_sets: DataSets,
        projects: Projects,
        flows: Flows,
        jobs: Jobs,
        audit: Audit,
    ) -> None:
        self._rows, self._data_sets, self._projects = rows, data_sets, projects
        self._flows, self._jobs, self._audit = flows, jobs, audit
        self._lock = threading.Lock()

    def make(self, by: str) -> Sample:
        """Make data set, project and flow where they are missing, and start a job."""
        with self._lock:
            data_set = next((d for d in self._data_sets.page("", 500) if d.origin == NAME), None) or self._data(by)
            project = self._project(by)
            if all(offer.data_set != data_set.data_set for offer in self._projects.offers(project.terms.project)):
                self._projects.offer(project.terms.project, data_set, by)
            flow = next((f for f in self._flows.page("", 500) if f.project == project.terms.project), None)
            if flow is None:
                graph = sample_graph(self._projects.member, data_set.data_set)
                flow = self._flows.create(project.terms.project, NAME, graph, by)
            job = self._jobs.start(Order(flow.flow), by)
        self._audit.note(by, "sample_made", project.terms.project, job.spec.job)
        return Sample(data_set.data_set, project.terms.project, flow.flow, job.spec.job)

    def _data(self, by: str) -> DataSet:
        content = self._rows()
        upload = Upload("", NAME, NAME + ".csv", len(content), _ID, _LABEL, "utf-8", "refuse")
        return self._data_sets.add(upload, [content], "private", by, origin=NAME)

    def _project(self, by: str) -> Project:
        for project in self._projects.page("", 500):
            if project.terms.name == NAME and project.status == ACTIVE and not project.terms.providers:
                return project
        return self._projects.create(NAME, PURPOSE, (), _COMPONENTS, 0, by)


def sample_graph(member: str, data_set: str) -> dict[str, Any]:
    """Draw the sample's flow: what one member can do alone."""

    def node(name: str, component: str, *inputs: tuple[str, str, str], **more: Any) -> dict[str, Any]:
        fed = [{"port": port, "node": source, "output": output} for port, source, output in inputs]
        return {
            "id": name,
            "component": component,
            "title": "",  # the page says what the component is called
            "params": more.get("params", {}),
            "own": more.get("own", {}),
            "inputs": fed,
            "parties": None,
        }

    return {
        "nodes": [
            node("import", "data_import", own={member: {"data_set": data_set}}),
            node("hold_out", "split", ("table", "import", "table"), params={"test_fraction": 0.2, "seed": 1}),
            node("fill", "fill_missing", ("train", "hold_out", "train"), ("test", "hold_out", "test")),
            node(
                "scale",
                "standardise",
                ("train", "fill", "train"),
                ("test", "fill", "test"),
                ("pipeline", "fill", "pipeline"),
            ),
        ]
    }
