"""A fusion node from Python: sample alignment with a partner, without the rest of Hanse."""

import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from common.errors import DeadlineExceeded, error_from
from hanse.http import Http
from hanse.jobs import ENDED

API = "/fusion-service/api/v1"
Json = dict[str, Any]
_LOOK_S = 0.3


class FusionNode:
    """One fusion node, by its address and the token that its operator finds in its home folder."""

    def __init__(self, url: str, token: str) -> None:
        self._http = Http(url, token)

    def identity(self) -> Json:
        """Describe the node: id, address, keys, fingerprint; this is what partners need."""
        return self._call("GET", "/identity")

    def add_partner(self, identity: Json) -> Json:
        """Trust a partner by what its `identity()` says; compare the fingerprint over another channel first."""
        wanted = ("node", "address", "signing_key", "stream_key", "tls_cert")
        return self._call("POST", "/partners", json={name: identity[name] for name in wanted})

    def partners(self) -> list[Json]:
        """List the partners."""
        return list(self._http.pages(f"{API}/partners"))

    def protocols(self) -> list[Json]:
        """List the protocols, and what each can be agreed on for."""
        return list(self._http.pages(f"{API}/protocols"))

    def upload(self, path: str | Path, name: str = "") -> Json:
        """Give the node a CSV or Parquet file."""
        file = Path(path)
        params = {"name": name or file.stem, "file_name": file.name}
        headers = {"Content-Type": "application/octet-stream"}
        return self._call("POST", "/data-sets", params=params, headers=headers, content=file.read_bytes())

    def align(
        self,
        partner: str,
        data_set: str,
        columns: Sequence[str],
        *,
        role: str = "receiver",
        protocol: str = "curve25519",
        learns: str = "receiver",
    ) -> str:
        """Propose an alignment to a partner; returns the task's id.

        Parameters
        ----------
        protocol
            One of `protocols()`.
        learns
            "receiver": which ids are common; "both": each side does; "size": the receiver learns how many only.
        """
        body = {
            "partner": partner,
            "data_set": data_set,
            "columns": list(columns),
            "role": role,
            "protocol": protocol,
            "learns": learns,
        }
        return str(self._call("POST", "/tasks", json=body)["task"])

    def tasks(self) -> list[Json]:
        """List the tasks."""
        return list(self._http.pages(f"{API}/tasks"))

    def task(self, task: str) -> Json:
        """Describe a task."""
        return self._call("GET", f"/tasks/{task}")

    def accept(self, task: str, data_set: str, columns: Sequence[str]) -> Json:
        """Accept a partner's proposal with a data set of one's own."""
        body = {"accept": True, "data_set": data_set, "columns": list(columns), "reason": ""}
        return self._call("POST", f"/tasks/{task}/answer", json=body)

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

    def _call(self, method: str, path: str, **arguments: Any) -> Json:
        told: Json = self._http.call(method, f"{API}{path}", **arguments)
        return told
