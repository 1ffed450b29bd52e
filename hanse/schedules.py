"""Schedules from Python: flows that run again by the clock."""

from collections.abc import Mapping
from typing import Any

from hanse.calls import Calls, Json


class Schedules(Calls):
    """The part of the client that concerns schedules."""

    def schedules(self) -> list[Json]:
        """List the schedules with their next and last runs."""
        return self._items("/schedules")

    def create_schedule(
        self, flow: str, cron: str, *, timezone: str = "UTC", data: Mapping[str, str] | None = None, deadline_s: int = 0
    ) -> Json:
        """Freeze a flow as it is now and run it by the clock; `data` names other data sets by member."""
        body = {"flow": flow, "cron": cron, "timezone": timezone, "data": dict(data or {}), "deadline_s": deadline_s}
        return self._call("POST", "/schedules", json=body)

    def change_schedule(self, schedule: str, **changes: Any) -> Json:
        """Change cron, timezone or enabled."""
        return self._call("PATCH", f"/schedules/{schedule}", json=changes)

    def delete_schedule(self, schedule: str) -> None:
        """Delete a schedule; its jobs stay."""
        self._call("DELETE", f"/schedules/{schedule}")
