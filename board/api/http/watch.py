"""For operators: traffic by partner, room on disks, settings in force, a bundle that diagnoses a job."""

from typing import Annotated

from flask import Response
from pydantic import Field

from board.api.http.operation import Fields, Resource, View, download
from board.domain.accounts import Role
from board.service.clock import now_ms
from board.service.diagnosis import Diagnosis
from board.service.ports import Services
from common.disk import DiskUse
from common.errors import HanseError
from common.settings import Knob

_DAY_MS = 86_400_000


class TrafficQuery(Fields):
    """How far back."""

    days: Annotated[int, Field(ge=1, le=3650)] = 7


class TrafficView(View):
    """What went to one member, and what waits for it."""

    member: str
    sent_messages: int
    sent_bytes: int
    waiting_messages: int
    waiting_bytes: int
    waiting_since_ms: int


class TrafficList(View):
    """All members that something went to or waits for."""

    items: list[TrafficView]


class DiskView(View):
    """What lies in one place of a service, and the room there."""

    service: str
    what: str
    used_bytes: int
    free_bytes: int
    total_bytes: int


class DiskList(View):
    """All places; `problems` names services that did not tell."""

    items: list[DiskView]
    problems: dict[str, str]


class KnobView(View):
    """One setting of the board as it is in force."""

    name: str
    value: str
    description: str
    changed: bool


class KnobList(View):
    """All settings of the board."""

    items: list[KnobView]


def watch(services: Services, diagnosis: Diagnosis, settings: list[Knob]) -> Resource:
    """Make the resource."""
    resource = Resource("watch")

    @resource.operation("GET", "/traffic", "What went to each member and what waits for it", answer=TrafficList)
    def traffic(query: TrafficQuery) -> dict[str, object]:
        return {"items": services.gateway.traffic(now_ms() - query.days * _DAY_MS)}

    @resource.operation("GET", "/disks", "What our services keep, and the room on their disks", answer=DiskList)
    def disks() -> dict[str, object]:
        items: list[dict[str, object]] = []
        problems: dict[str, str] = {}
        for name, source in (("kernel", services.kernel), ("gateway", services.gateway)):
            try:
                items += [_disk(name, disk) for disk in source.disks()]
            except HanseError as error:
                problems[name] = error.code
        return {"items": items, "problems": problems}

    @resource.operation("GET", "/settings", "Settings of the board in force", role=Role.ADMIN, answer=KnobList)
    def knobs() -> dict[str, object]:
        return {"items": settings}

    @resource.operation(
        "GET", "/jobs/{job}/diagnosis", "A ZIP file that diagnoses a job, redacted", media="application/zip"
    )
    def bundle(job: str) -> Response:
        return download([diagnosis.bundle(job)], "application/zip", f"diagnosis-{job}.zip")

    return resource


def _disk(service: str, disk: DiskUse) -> dict[str, object]:
    return {
        "service": service,
        "what": disk.what,
        "used_bytes": disk.used_bytes,
        "free_bytes": disk.free_bytes,
        "total_bytes": disk.total_bytes,
    }
