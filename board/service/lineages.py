"""Where models come from: flow, data versions, consents, code versions, and how good they were."""

from collections.abc import Mapping

import structlog

from board.domain.columns import DATA_SET
from board.domain.lineage import Lineage, Step, UsedData
from board.service.models import Models
from board.service.ports import Flow, Kernel
from board.store.base import ConsentStore, DataSetStore, FlowStore, ProjectStore
from common import canonical
from common.errors import HanseError
from proto.flow.v1 import flow_pb2 as pb

log = structlog.get_logger()
_DONE = ("succeeded", "reused")


class Lineages:
    """Reads a model's origin from the job that trained it."""

    def __init__(
        self,
        models: Models,
        flow: Flow,
        kernel: Kernel,
        consents: ConsentStore,
        data_sets: DataSetStore,
        flows: FlowStore,
        projects: ProjectStore,
    ) -> None:
        self._models, self._flow, self._kernel = models, flow, kernel
        self._consents, self._data_sets = consents, data_sets
        self._flows, self._projects = flows, projects

    def of(self, model: str) -> Lineage:
        """Return a model's lineage; raises UnknownModel."""
        found = self._models.find(model)
        job = self._flow.get(found.job)
        nodes = {node.id: node for node in job.spec.nodes}
        tasks = {task.task: task for task in job.tasks}
        drawn, project = self._flows.find(job.spec.flow), self._projects.find(found.project)
        offered = {offer.data_set: offer.name for offer in self._projects.offers(found.project)}
        before, after = _before(found.task, nodes), _after(found.task, nodes)
        return Lineage(
            model=model,
            job=found.job,
            flow=job.spec.flow,
            flow_name=drawn.name if drawn else "",
            project=found.project,
            project_name=project.terms.name if project else "",
            started_by=job.spec.created_by,
            steps=tuple(
                Step(
                    node.id,
                    node.title,
                    node.component,
                    node.component_version,
                    node.component_hash.hex(),
                    (tasks[node.id].reused_from if node.id in tasks else "") or found.job,
                )
                for node in job.spec.nodes
                if node.id in before
            ),
            data=self._data([nodes[name] for name in before], dict(job.spec.data_versions), offered),
            consents=tuple(c for c in self._consents.of_project(found.project) if found.job in c.used_by),
            metrics=self._metrics([tasks[name] for name in after if name in tasks], found.job),
        )

    def _data(
        self, nodes: list[pb.Node], versions: Mapping[str, str], offered: Mapping[str, str]
    ) -> tuple[UsedData, ...]:
        used = []
        for node in nodes:
            for member, params in sorted(node.own_params.items()):
                data_set = str(canonical.loads(params or b"{}").get(DATA_SET, ""))
                if data_set:
                    ours = self._data_sets.find(data_set)
                    version = versions.get(data_set, "")
                    used.append(UsedData(member, data_set, version, ours.name if ours else offered.get(data_set, "")))
        return tuple(used)

    def _metrics(self, tasks: list[pb.Task], job: str) -> dict[str, float]:
        """Figures of the tasks that came after the training, the model's own first."""
        found: dict[str, float] = {}
        for task in tasks:
            if task.state not in _DONE:
                continue
            try:
                blocks = self._kernel.report(task.reused_from or job, task.task)
            except HanseError as error:
                log.info("report_away", job=job, task=task.task, code=error.code)
                continue
            for block in blocks:
                if block["kind"] == "metrics":
                    found |= {name: value for name, value in block["values"].items() if name != "rows"}
        return found


def _before(node: str, nodes: Mapping[str, pb.Node]) -> list[str]:
    """Find the node and all that it depends on."""
    found, waiting = [], [node]
    while waiting:
        name = waiting.pop(0)
        if name in nodes and name not in found:
            found.append(name)
            waiting += [item.node for item in nodes[name].inputs]
    return found


def _after(node: str, nodes: Mapping[str, pb.Node]) -> list[str]:
    """Find the node and all that depend on it, in the flow's order."""
    found = {node}
    for name, other in nodes.items():
        if any(item.node in found for item in other.inputs):
            found.add(name)
    return [name for name in nodes if name in found]
