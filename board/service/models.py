"""Models: our parts of what finished jobs trained, and their publication at our own serving."""

from collections.abc import Iterator, Mapping
from typing import Any

import structlog

from board.domain.columns import DATA_SET
from board.domain.errors import NoServing, UnknownModel
from board.domain.models import Model, Publication
from board.service.audit import Audit
from board.service.catalogue import Catalogue
from board.service.clock import now_ms
from board.service.ports import Flow, Kernel, Serving
from board.store.base import DataSetStore, ModelStore
from common import canonical
from common.errors import Conflict, HanseError
from proto.flow.v1 import flow_pb2
from proto.serving.v1 import serving_pb2 as pb

log = structlog.get_logger()
_DONE = ("succeeded", "reused")


class Models:
    """The models of which this member has a part."""

    def __init__(
        self,
        member: str,
        store: ModelStore,
        data_sets: DataSetStore,
        flow: Flow,
        kernel: Kernel,
        serving: Serving | None,
        catalogue: Catalogue,
        audit: Audit,
    ) -> None:
        self._member, self._store, self._data_sets = member, store, data_sets
        self._flow, self._kernel = flow, kernel
        self._serving, self._catalogue, self._audit = serving, catalogue, audit

    def page(self, after: str, limit: int) -> list[Model]:
        """Return a page, the newest first; finished jobs that are not known yet are looked at."""
        try:
            self._look_for_new()
        except HanseError as error:
            log.info("flow_away", code=error.code)
        return self._store.page(after, limit)

    def find(self, model: str) -> Model:
        """Return one; raises UnknownModel."""
        found = self._store.find(model)
        if found is None:
            self._look_for_new()
            found = self._store.find(model)
        if found is None:
            raise UnknownModel(f"there is no model {model}")
        return found

    def learn(self, job: str) -> None:
        """Take up the models of a job that has succeeded."""
        if not self._store.seen(job):
            self._store.add(job, self._models_of(self._flow.get(job)))

    def of_job(self, spec: flow_pb2.JobSpec) -> list[Model]:
        """Return our parts of the models that a job trained, in the order of its nodes."""
        found = (self._store.find(f"{spec.job}.{node.id}") for node in spec.nodes)
        return [model for model in found if model is not None]

    def publish(self, model: str, version: str, *, online: bool, by: str) -> Model:
        """Hand our part to our serving: the model, and at a provider the snapshot of its features."""
        found = self.find(model)
        serving = self._need_serving()
        known = [publication.version for publication in found.publications]
        version = version or str(1 + max((int(v) for v in known if v.isdigit()), default=0))
        exported = b"".join(self._kernel.output(found.job, found.task, found.output, "model"))
        part = pb.ModelPart(
            model=model,
            version=version,
            name=found.name,
            kind=str(canonical.loads(exported)["kind"]),
            role=found.role,
            promoter_and_providers=found.members,
            content=exported,
            id_column=self._id_column(found),
        )
        rows = serving.import_model(part, self._features(found))
        if online:
            serving.set_online(model, version)
        self._store.put_publication(model, Publication(version, online, now_ms(), by, rows))
        self._audit.note(by, "model_published", model, f"version {version}, online {online}")
        return self.find(model)

    def unpublish(self, model: str, by: str) -> None:
        """Take our part offline."""
        self.find(model)
        self._need_serving().set_online(model, "")
        self._store.set_online(model, "")
        self._audit.note(by, "model_unpublished", model)

    def predict(self, model: str, rows: list[tuple[str, dict[str, float | str]]]) -> pb.PredictResponse:
        """Score rows online, together with the partners."""
        found = self.find(model)
        if found.role != "promoter":
            raise Conflict(f"only {found.members[0]}, the promoter, asks for predictions of model {model}")
        return self._need_serving().predict(model, rows)

    def _id_column(self, model: Model) -> str:
        data_set = self._data_sets.find(model.data_set) if model.role != "promoter" else None
        return data_set.id_column if data_set else ""  # serving then takes the first column of text

    def _features(self, model: Model) -> Iterator[bytes]:
        if model.role == "promoter":
            return iter(())
        if not model.import_task:
            raise Conflict(f"model {model.model} has no node that read our data, so there is nothing to publish")
        return self._kernel.output(model.import_job, model.import_task, "table", "arrow")

    def _need_serving(self) -> Serving:
        if self._serving is None:
            raise NoServing("serving_address is not set")
        return self._serving

    def _look_for_new(self) -> None:
        after = ""
        while True:
            jobs, after = self._flow.page(state="succeeded", after=after, limit=100)
            fresh = [job for job in jobs if not self._store.seen(job.spec.job)]
            for job in fresh:
                self.learn(job.spec.job)
            # Jobs come newest first, but an old one may end late: stop at the first page without any new one.
            if not fresh or not after:
                return

    def _models_of(self, job: flow_pb2.Job) -> list[Model]:
        if job.state != "succeeded":
            return []
        tasks = {task.task: task for task in job.tasks}
        nodes = {node.id: node for node in job.spec.nodes}
        catalogue = self._catalogue.by_name()
        models = []
        for node in job.spec.nodes:
            manifest = catalogue.get(node.component)
            parties = list(node.parties) or list(job.spec.parties)
            role = next((party.role for party in parties if party.member == self._member), "")
            # A reused node's model is known from the job that trained it.
            if manifest is None or not role or node.id not in tasks or tasks[node.id].state != "succeeded":
                continue
            output = _model_port(manifest, role)
            if not output:
                continue
            source, data_set = self._import_of(node.id, nodes)
            models.append(
                Model(
                    model=f"{job.spec.job}.{node.id}",
                    job=job.spec.job,
                    task=node.id,
                    output=output,
                    project=job.spec.project,
                    name=f"{job.spec.name} · {node.title}" if node.title else job.spec.name,
                    kind=node.component,
                    role=role,
                    members=tuple(party.member for party in parties if _model_port(manifest, party.role)),
                    made_ms=tasks[node.id].ended_ms or job.ended_ms,
                    import_task=source,
                    import_job=(tasks[source].reused_from or job.spec.job) if source in tasks else "",
                    data_set=data_set,
                )
            )
        return models

    def _import_of(self, node: str, nodes: Mapping[str, flow_pb2.Node]) -> tuple[str, str]:
        """Return the node upstream that read our data set, and the data set."""
        waiting, seen = [node], set()
        while waiting:
            name = waiting.pop(0)
            if name in seen or name not in nodes:
                continue
            seen.add(name)
            own = canonical.loads(nodes[name].own_params.get(self._member, b"") or b"{}")
            if own.get(DATA_SET):
                return name, str(own[DATA_SET])
            waiting += [item.node for item in nodes[name].inputs]
        return "", ""


def _model_port(manifest: Mapping[str, Any], role: str) -> str:
    if manifest["group"] != "training":
        return ""
    ports = [port for port in manifest["outputs"] if port["kind"] == "model" and role in port["roles"]]
    return str(ports[0]["name"]) if ports else ""
