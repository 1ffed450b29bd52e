"""Whether the member's own services and the union answer."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from board.service.ports import Services
from common.errors import HanseError


@dataclass(frozen=True, slots=True)
class ServiceStatus:
    """One service as the board reaches it."""

    service: str
    ok: bool
    ms: float
    code: str = ""
    detail: str = ""
    hint: str = ""  # what mends it


def look_at(services: Services) -> list[ServiceStatus]:
    """Ask each service something small."""
    checks: dict[str, Callable[[], object]] = {
        "kernel": services.kernel.ping,
        "flow": lambda: services.flow.page(limit=1),
        "gateway": services.gateway.policy,
        "union": services.union.federation,
    }
    if services.serving is not None:
        checks["serving"] = services.serving.ping
    return [_look(name, check) for name, check in checks.items()]


def _look(name: str, check: Callable[[], object]) -> ServiceStatus:
    start = time.perf_counter()
    try:
        check()
    except HanseError as error:
        return ServiceStatus(name, ok=False, ms=_since(start), code=error.code, detail=error.detail, hint=error.hint)
    return ServiceStatus(name, ok=True, ms=_since(start))


def _since(start: float) -> float:
    return round(1000 * (time.perf_counter() - start), 1)
