"""Alignments from Python: plan, propose, answer, watch, pause, stop."""

import time
from collections.abc import Sequence
from typing import Any

from common.errors import DeadlineExceeded, error_from
from hanse.fusion_calls import LONG, FusionCalls, Json
from hanse.jobs import ENDED

_LOOK_S = 0.3


class FusionTasks(FusionCalls):
    """The part of the client that concerns alignments."""

    def plan(
        self,
        ids: int,
        partner_ids: int,
        *,
        learns: str = "receiver",
        role: str = "receiver",
        partner: str = "",
        bandwidth_mbit: float = 0,
        latency_ms: float = 0,
        **more: Any,
    ) -> Json:
        """Say what an alignment would take, by which protocol, and why.

        Parameters
        ----------
        partner
            Measure the way to it; empty: a usual one is assumed.
        bandwidth_mbit, latency_ms
            Take these in the place of what is measured or assumed.
        more
            data_set, columns, key_rule, hashed_here: as they would be proposed with to the partner; a prepared table is
            counted on then, if there is one.
        """
        body = {"ids": ids, "partner_ids": partner_ids, "learns": learns, "role": role, "partner": partner}
        return self._call(
            "POST", "/plan", json={**body, "bandwidth_mbit": bandwidth_mbit, "latency_ms": latency_ms, **more}
        )

    def align(
        self,
        partner: str,
        data_set: str,
        columns: Sequence[str],
        *,
        role: str = "receiver",
        protocol: str = "auto",
        learns: str = "receiver",
        repeat: Json | None = None,
        **more: Any,
    ) -> str:
        """Propose an alignment to a partner; returns the task's id.

        Parameters
        ----------
        protocol
            "auto": chosen by its plan when the partner accepts; or one of `protocols()`.
        learns
            "receiver": which ids are common; "both": each side does; "size": the receiver learns how many only; "sum":
            both learn how many, and the sum of a value of the sender's over them (`total` of the task), for at least
            ten common ids. Do not repeat sums with sets that differ in a few ids: the difference of two sums is the
            sum over these.
        repeat
            {"cron": five fields in UTC, "until_ms": …}: propose it again by the clock, each time with the data set of
            this one's name that is newest then.
        more
            name, partner_rows_at_most, columns_of_result; key_rule (see `key_check`; both sides use the proposer's);
            hashed_here: our columns hold hashes already, made by the rule; pre_check=False: tell the partner nothing of
            our ids' shapes. Of a sum: value_decimals (0 to 6), and where we are the sender value_column and
            empty_as_zero.
        """
        body = {
            "partner": partner,
            "data_set": data_set,
            "columns": list(columns),
            "role": role,
            "protocol": protocol,
            "learns": learns,
            "repeat": repeat,
            **more,
        }
        return str(self._call("POST", "/tasks", json=body, timeout=LONG)["task"])

    def tasks(self, *, state: str = "", partner: str = "") -> list[Json]:
        """List the tasks, newest first: all, or those in a state or with a partner."""
        return self._items("/tasks", state=state, partner=partner)

    def task(self, task: str) -> Json:
        """Describe a task."""
        return self._call("GET", f"/tasks/{task}")

    def wait_proposed(self, task: str, timeout_s: float = 600.0) -> Json:
        """Wait until the partner's node has our proposal: until then its people cannot answer."""
        end = time.monotonic() + timeout_s
        while (found := self.task(task))["state"] == "created":
            if time.monotonic() > end:
                raise DeadlineExceeded(f"the partner's node has not had the proposal {task} in {timeout_s:g} s")
            time.sleep(_LOOK_S)
        return found

    def accept(
        self, task: str, data_set: str, columns: Sequence[str], *, also_next: Json | None = None, **more: Any
    ) -> Json:
        """Accept a partner's proposal with a data set of one's own.

        Parameters
        ----------
        also_next
            {"until_ms": …, "runs_at_most": …}: accept later runs of its schedule too, on the same terms, with the same
            data set; with "runs_a_day_at_most" not more of them within 24 hours.
        more
            columns_of_result; hashed_here: our columns hold hashes already, made by the proposal's rule; accept_anyway:
            also where our ids look like none of the partner's. Where we are the sender of a sum: value_column, and
            empty_as_zero: an empty value of a row with an id counts as zero.
        """
        body = {"accept": True, "data_set": data_set, "columns": list(columns), "also_next": also_next, **more}
        return self._call("POST", f"/tasks/{task}/answer", json=body, timeout=LONG)

    def refuse(self, task: str, reason: str) -> Json:
        """Refuse a partner's proposal."""
        return self._call("POST", f"/tasks/{task}/answer", json={"accept": False, "reason": reason})

    def pause(self, task: str) -> Json:
        """Pause a task; the partner is told."""
        return self._call("POST", f"/tasks/{task}/pause")

    def resume(self, task: str) -> Json:
        """End one's own pause."""
        return self._call("POST", f"/tasks/{task}/resume")

    def stop(self, task: str) -> Json:
        """Stop a task; the partner is told."""
        return self._call("POST", f"/tasks/{task}/stop")

    def wait(self, task: str, timeout_s: float = 600.0) -> Json:
        """Wait for a task's end; raises its failure."""
        end = time.monotonic() + timeout_s
        while True:
            found = self.task(task)
            if found["state"] == "succeeded":
                return found
            if found["state"] in ENDED:
                told = found.get("failure") or {}
                raise error_from(
                    told.get("code") or "HAN-5003",
                    told.get("detail") or f"the alignment ended as {found['state']}",
                    told.get("hint", ""),
                    party=told.get("party", ""),
                )
            if time.monotonic() > end:
                raise DeadlineExceeded(f"task {task} is still {found['state']}")
            time.sleep(_LOOK_S)
