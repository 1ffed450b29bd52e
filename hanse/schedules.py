"""Schedules from Python: flows that run again by the clock."""

import secrets
from collections.abc import Mapping
from typing import Any

from common.errors import NotFound
from hanse.calls import Calls, Json


class Schedules(Calls):
    """The part of the client that concerns schedules."""

    def schedules(self) -> list[Json]:
        """List the schedules with their next and last runs."""
        return self._items("/schedules")

    def schedule(self, schedule: str) -> Json:
        """Describe a schedule; raises NotFound."""
        found = next((item for item in self.schedules() if item["schedule"] == schedule), None)
        if found is None:
            raise NotFound(f"there is no schedule {schedule}")
        return found

    def create_schedule(
        self,
        flow: str,
        cron: str,
        *,
        timezone: str = "UTC",
        window: str = "fixed",
        max_age_days: int = 0,
        retries: int = 0,
        data: Mapping[str, str] | None = None,
        deadline_s: int = 0,
    ) -> Json:
        """Freeze a flow as it is now and run it by the clock.

        Parameters
        ----------
        window
            "fixed": each run reads the versions of now; "newest": the newest of each data set of each party.
        max_age_days
            A run is refused whose newest version is older; 0: any age.
        retries
            How often (0 to 3) a run is tried again whose job failed, or that reached nobody.
        data
            Member → data set in the place of the drawn one.
        """
        body = {"flow": flow, "window": window, "max_age_days": max_age_days, "data": dict(data or {})}
        body |= {"cron": cron, "timezone": timezone, "retries": retries, "deadline_s": deadline_s}
        return self._call("POST", "/schedules", json=body)

    def check_schedule(
        self, flow: str, *, window: str = "fixed", max_age_days: int = 0, data: Mapping[str, str] | None = None
    ) -> Json:
        """Say what stands in the way of a schedule's runs and how many the consents allow; nothing is kept."""
        body = {"flow": flow, "window": window, "max_age_days": max_age_days, "data": dict(data or {})}
        return self._call("POST", "/schedule-checks", json=body)

    def change_schedule(self, schedule: str, **changes: Any) -> Json:
        """Change cron, timezone, enabled, window, max_age_days or retries."""
        return self._call("PATCH", f"/schedules/{schedule}", json=changes)

    def run_schedule(self, schedule: str) -> Json:
        """Run a schedule now; `code` and `problem` say why it could not, `job` which job it started."""
        headers = {"Idempotency-Key": secrets.token_hex(16)}
        return self._call("POST", f"/schedules/{schedule}/runs", json={}, headers=headers)

    def delete_schedule(self, schedule: str) -> None:
        """Delete a schedule; its jobs stay."""
        self._call("DELETE", f"/schedules/{schedule}")
