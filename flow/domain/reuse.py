"""Which nodes of a new job can take over an earlier job's outputs, and why the others cannot."""

from collections.abc import Collection
from dataclasses import dataclass

from common import canonical
from flow.domain.job import Job, fingerprint
from flow.domain.states import DONE
from proto.flow.v1 import flow_pb2 as pb


@dataclass(frozen=True, slots=True)
class NodePlan:
    """What becomes of a node: the job whose outputs it takes over, or why it runs."""

    node: str
    reused_from: str = ""
    reason: str = "reused"
    about: str = ""


def plan(spec: pb.JobSpec, before: Job | None, anew: Collection[str] = ()) -> list[NodePlan]:
    """Decide for every node, in order; a node after one that runs runs too.

    Parameters
    ----------
    before
        The earlier job; None: nothing is reused.
    anew
        Nodes that run again because somebody wants it.
    """
    plans: dict[str, NodePlan] = {}
    earlier = {node.id: node for node in before.spec.nodes} if before else {}
    for node in spec.nodes:
        plans[node.id] = _plan(spec, node, before, earlier.get(node.id), plans, anew)
    return list(plans.values())


def _plan(
    spec: pb.JobSpec,
    node: pb.Node,
    before: Job | None,
    made: pb.Node | None,
    plans: dict[str, NodePlan],
    anew: Collection[str],
) -> NodePlan:
    if before is None or made is None:
        return NodePlan(node.id, reason="new_node" if before else "no_source")
    if node.id in anew:
        return NodePlan(node.id, reason="asked")
    task = before.tasks[node.id]
    if task.state not in DONE:
        return NodePlan(node.id, reason="not_finished", about=str(task.state))
    running = next((item.node for item in node.inputs if not plans[item.node].reused_from), "")
    if running:
        return NodePlan(node.id, reason="inputs", about=running)
    members = [party.member for party in (node.parties or spec.parties)]
    # The fingerprints decide; what differs is only looked for to say why.
    if all(fingerprint(spec, node.id, m) == fingerprint(before.spec, node.id, m) for m in members):
        return NodePlan(node.id, task.reused_from or before.id)
    reason, about = _difference(spec, node, before.spec, made, members)
    return NodePlan(node.id, reason=reason, about=about)


def _difference(
    spec: pb.JobSpec, node: pb.Node, old_spec: pb.JobSpec, old: pb.Node, members: list[str]
) -> tuple[str, str]:
    def code(of: pb.Node) -> tuple[str, str, bytes]:
        return of.component, of.component_version, of.component_hash

    def parties(of: pb.Node, whole: pb.JobSpec) -> list[tuple[str, str]]:
        return [(party.member, party.role) for party in (of.parties or whole.parties)]

    if code(node) != code(old):
        return "component", node.component
    if parties(node, spec) != parties(old, old_spec):
        return "parties", ""
    if node.common_params != old.common_params:
        return "params", ""
    for member in members:
        if node.own_params.get(member, b"") != old.own_params.get(member, b""):
            return "own_params", member
        if _version(spec, node, member) != _version(old_spec, old, member):
            return "data", member
    return "inputs", ""


def _version(spec: pb.JobSpec, node: pb.Node, member: str) -> str:
    own = canonical.loads(node.own_params.get(member, b"") or b"{}")
    return str(spec.data_versions.get(str(own.get("data_set", "")), ""))
