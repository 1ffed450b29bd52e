"""A job's specification as plain data: what its digest is made of, the same at all members."""

from collections.abc import Iterable
from typing import Any

from common import canonical
from proto.flow.v1 import flow_pb2 as pb


def frozen(spec: pb.JobSpec) -> dict[str, Any]:
    """Return what all parties know of a job: neither a member's own parameters nor the account that started it."""
    return {
        "job": spec.job,
        "project": spec.project,
        "flow": spec.flow,
        "name": spec.name,
        "parties": _parties(spec.parties),
        "nodes": [
            {
                "id": node.id,
                "component": node.component,
                "version": node.component_version,
                "hash": node.component_hash.hex(),
                "title": node.title,
                "params": canonical.loads(node.common_params or b"{}"),
                "inputs": [{"port": i.port, "node": i.node, "output": i.output} for i in node.inputs],
                "parties": _parties(node.parties),
            }
            for node in spec.nodes
        ],
        "data_versions": dict(spec.data_versions),
        "created_ms": spec.created_ms,
        "deadline_ms": spec.deadline_ms,
        "reuse_from": spec.reuse_from,
        "reused": dict(spec.reused),
    }


def own_part(spec: pb.JobSpec, member: str) -> dict[str, Any]:
    """Return a member's own parameters by node; no other member knows them."""
    return {node.id: canonical.loads(node.own_params.get(member) or b"{}") for node in spec.nodes}


def _parties(parties: Iterable[pb.JobParty]) -> list[dict[str, str]]:
    return [{"member": party.member, "role": party.role} for party in parties]
