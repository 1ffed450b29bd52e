"""The node's machine, the protocols, and plans."""

from collections.abc import Callable

from common.http.operation import Resource
from fusion.api.http.paths import BASE, OWN
from fusion.api.http.schema_machine import MachineOut, PlanIn, PlanOut, ProtocolOut, ProtocolsOut
from fusion.domain.asking import Sketch
from fusion.service.planning import Planning
from fusion.service.terms import offered


def machine_resource(machine: Callable[[], MachineOut], planning: Planning) -> Resource:
    """Declare what is told of them."""
    resource = Resource("machine", BASE)

    @resource.declare("GET", "/node", "Describe the node and its machine.", access=OWN, answer=MachineOut)
    def show() -> MachineOut:
        return machine()

    @resource.declare("POST", "/plan", "Say what an alignment would take.", access=OWN, answer=PlanOut)
    def plan(body: PlanIn) -> PlanOut:
        given = body.model_dump(exclude={"bandwidth_mbit", "latency_ms"})
        sketch = Sketch(**{**given, "columns": tuple(body.columns)})
        return PlanOut(**planning.before(sketch, body.bandwidth_mbit, body.latency_ms))

    @resource.declare("GET", "/protocols", "List the protocols.", access=OWN, answer=ProtocolsOut)
    def every_protocol() -> ProtocolsOut:
        known = [
            ProtocolOut(name=psi.name, learns=sorted(psi.learns), assumption=psi.assumption)
            for psi in offered().values()
        ]
        return ProtocolsOut(items=known, next_after="")

    return resource
