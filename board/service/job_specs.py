"""Freezes a flow into the specification of a job: parties, versions, hashes, data."""

import secrets
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from board.domain.columns import DATA_SET
from board.domain.errors import InvalidFields, InvalidFlow
from board.domain.flows import Flow, Node, in_order, read_graph
from board.domain.projects import Project
from board.domain.validation import problems_of
from board.service.catalogue import Catalogue
from board.service.clock import now_ms
from board.service.known_columns import KnownColumns
from board.store.base import DataSetStore, ProjectStore
from common import canonical
from proto.flow.v1 import flow_pb2 as pb

DEFAULT_DEADLINE_S = 7 * 24 * 3600


class JobSpecs:
    """Makes specifications."""

    def __init__(
        self, member: str, data_sets: DataSetStore, projects: ProjectStore, catalogue: Catalogue, columns: KnownColumns
    ) -> None:
        self._member, self._data_sets, self._projects, self._catalogue = member, data_sets, projects, catalogue
        self._columns = columns

    def make(
        self,
        flow: Flow,
        project: Project,
        *,
        name: str,
        by: str,
        deadline_s: int = 0,
        reuse_from: str = "",
        data: Mapping[str, str] | None = None,
    ) -> pb.JobSpec:
        """Freeze a flow.

        Parameters
        ----------
        data
            Member → data set that takes the place of the drawn one in all nodes that read data.

        Raises
        ------
        InvalidFlow
            The graph cannot run; the first problems are named.
        """
        catalogue = self._catalogue.by_name()
        nodes = [_with_data(node, catalogue, data or {}) for node in read_graph(flow.graph)]
        problems = problems_of(nodes, catalogue, project.members, to_run=True, find=self._columns.of(flow.project))
        if problems:
            raise InvalidFlow("; ".join(f"{p.node or 'graph'} {p.field}: {p.text}" for p in problems[:5]))
        now = now_ms()
        spec = pb.JobSpec(
            job=f"job-{secrets.token_hex(8)}",
            project=project.terms.project,
            flow=flow.flow,
            name=name or flow.name,
            created_ms=now,
            created_by=by,
            deadline_ms=now + 1000 * (deadline_s or DEFAULT_DEADLINE_S),
            reuse_from=reuse_from,
        )
        for index, member in enumerate(project.members):
            spec.parties.add(member=member, role="provider" if index else "promoter")
        for node in in_order(nodes):
            manifest = catalogue[node.component]
            made = spec.nodes.add(
                id=node.id,
                component=node.component,
                component_version=manifest["version"],
                component_hash=bytes.fromhex(manifest["hash"]),
                title=node.title,
                common_params=canonical.dumps(dict(node.params)),
            )
            for item in node.inputs:
                made.inputs.add(port=item.port, node=item.node, output=item.output)
            chosen = node.among(project.members)
            if node.parties is not None or node.arbiter:
                made.parties.extend(pb.JobParty(member=name, role=node.role(name, project.members)) for name in chosen)
            for member in chosen:
                made.own_params[member] = canonical.dumps(dict(node.own.get(member, {})))
        self._versions(spec, nodes, project)
        return spec

    def _versions(self, spec: pb.JobSpec, nodes: list[Node], project: Project) -> None:
        offers = {(o.member, o.data_set): o.version for o in self._projects.offers(project.terms.project)}
        for node in nodes:
            for member, own in node.own.items():
                data_set = own.get(DATA_SET)
                if not data_set:
                    continue
                version = offers.get((member, data_set))
                if member == self._member:
                    found = self._data_sets.find(data_set)
                    version = found.version if found else None
                if version is None:
                    raise InvalidFlow(
                        f"{node.id} own.{member}: {member} does not offer data set {data_set} in this project"
                    )
                spec.data_versions[data_set] = version


def _with_data(node: Node, catalogue: Mapping[str, Mapping[str, Any]], data: Mapping[str, str]) -> Node:
    manifest = catalogue.get(node.component)
    if not data or manifest is None or not any(port["name"] == DATA_SET for port in manifest["inputs"]):
        return node
    unknown = sorted(set(data) - set(node.parties or data))
    if unknown:
        raise InvalidFields(f"data: {', '.join(unknown)} takes no part in node {node.id}")
    own = {**node.own, **{member: {**node.own.get(member, {}), DATA_SET: name} for member, name in data.items()}}
    return replace(node, own=own)
