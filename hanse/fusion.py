"""A fusion node from Python: sample alignment with a partner, without the rest of Hanse."""

import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from common.errors import DeadlineExceeded, error_from
from hanse.fusion_calls import API, LONG, Json
from hanse.fusion_data import FusionData
from hanse.fusion_partners import FusionPartners
from hanse.jobs import ENDED

_LOOK_S = 0.3


class FusionNode(FusionPartners, FusionData):
    """One fusion node, by its address and the token that its operator finds in its home folder."""

    def protocols(self) -> list[Json]:
        """List the protocols, and what each can be agreed on for."""
        return self._all("/protocols")

    def align(
        self,
        partner: str,
        data_set: str,
        columns: Sequence[str],
        *,
        role: str = "receiver",
        protocol: str = "curve25519",
        learns: str = "receiver",
        key_rule: Mapping[str, Any] | None = None,
        hashed_here: bool = False,
        pre_check: bool = True,
    ) -> str:
        """Propose an alignment to a partner; returns the task's id.

        Parameters
        ----------
        protocol
            One of `protocols()`.
        learns
            "receiver": which ids are common; "both": each side does; "size": the receiver learns how many only.
        key_rule
            How values become ids, see `key_check`; both sides use the proposer's.
        hashed_here
            Our columns hold hashes already, made by the rule.
        pre_check
            Tell the partner keyed shapes of some ids, so that it sees a rule amiss before it accepts.
        """
        body = {
            "partner": partner,
            "data_set": data_set,
            "columns": list(columns),
            "role": role,
            "protocol": protocol,
            "learns": learns,
            "key_rule": dict(key_rule or {}),
            "hashed_here": hashed_here,
            "pre_check": pre_check,
        }
        return str(self._call("POST", "/tasks", json=body, timeout=LONG)["task"])

    def tasks(self) -> list[Json]:
        """List the tasks."""
        return self._all("/tasks")

    def task(self, task: str) -> Json:
        """Describe a task."""
        return self._call("GET", f"/tasks/{task}")

    def accept(
        self,
        task: str,
        data_set: str,
        columns: Sequence[str],
        *,
        hashed_here: bool = False,
        accept_anyway: bool = False,
    ) -> Json:
        """Accept a partner's proposal with a data set of one's own.

        Parameters
        ----------
        hashed_here
            Our columns hold hashes already, made by the proposal's rule.
        accept_anyway
            Also where our ids look like none of the partner's.
        """
        body = {"accept": True, "data_set": data_set, "columns": list(columns), "reason": ""}
        looked = {"hashed_here": hashed_here, "accept_anyway": accept_anyway}
        return self._call("POST", f"/tasks/{task}/answer", json={**body, **looked}, timeout=LONG)

    def refuse(self, task: str, reason: str) -> Json:
        """Refuse a partner's proposal."""
        return self._call("POST", f"/tasks/{task}/answer", json={"accept": False, "reason": reason})

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

    def result(self, task: str, form: str = "csv") -> Iterator[bytes]:
        """Download one's own rows in the intersection, as "csv" or "parquet"."""
        return self._http.read(f"{API}/tasks/{task}/result", format=form)
