"""A job as its starter or a provider sees it."""

import json
import secrets
import time
from collections.abc import Callable, Iterator
from typing import Any

from common.errors import DeadlineExceeded, HanseError, Unavailable, error_from
from hanse.http import Http

ENDED = ("succeeded", "failed", "refused", "stopped", "timed_out")
_AGAIN_S = 0.5


class Job:
    """One run of a flow; `state` and `tasks` are as of the last look."""

    def __init__(self, http: Http, api: str, about: dict[str, Any]) -> None:
        self._http, self._api, self.about = http, api, about

    @property
    def id(self) -> str:
        """The job's id."""
        return str(self.about["job"])

    @property
    def state(self) -> str:
        """One of the states of docs/explanation."""
        return str(self.about["state"])

    @property
    def tasks(self) -> list[dict[str, Any]]:
        """Tasks in the flow's order."""
        return list(self.about["tasks"])

    @property
    def waiting(self) -> str:
        """Whom or what the whole job waits for, in words; empty when it does not wait."""
        if self.about.get("decision_needed"):
            return f"waits for this member's approval: hanse job approve {self.id}"
        told = self.about.get("waiting")
        return f"waits for {told['whom'] or told['what']}: {told['text']}" if told else ""

    def refresh(self) -> "Job":
        """Look again."""
        self.about = self._http.call("GET", f"{self._api}/jobs/{self.id}")
        return self

    def wait(self, timeout_s: float = 3600.0, seen: Callable[["Job"], None] | None = None) -> "Job":
        """Follow the job to its end; `seen` is called after every change.

        Raises
        ------
        HanseError
            The job ended badly: the error carries its code, the party and the hint.
        DeadlineExceeded
            It has not ended in time; it goes on.
        """
        seen = seen or (lambda _job: None)
        end = time.monotonic() + timeout_s
        self._look_again(end)
        seen(self)
        while self.state not in ENDED:
            try:
                for data in self._http.events(f"{self._api}/jobs/{self.id}/events"):
                    if data:
                        self.about = json.loads(data)
                        seen(self)
                    if self.state in ENDED:
                        break
                    if time.monotonic() > end:
                        raise DeadlineExceeded(f"job {self.id} is still {self.state} after {timeout_s:.0f} s")
            except Unavailable:  # the stream was cut: the board restarts, or a proxy grew tired of it
                if time.monotonic() > end:
                    raise
            if self.state not in ENDED:
                time.sleep(_AGAIN_S)
                self._look_again(end)
                seen(self)
        if self.state != "succeeded":
            raise self.failure()
        return self

    def failure(self) -> HanseError:
        """Make the exception that says why the job ended without success."""
        told = self.about.get("failure") or {}
        return error_from(
            told.get("code") or "HAN-5003",
            told.get("detail") or f"job {self.id} ended as {self.state}",
            told.get("hint", ""),
            party=told.get("party", ""),
            component=told.get("component", ""),
        )

    def stop(self, reason: str = "") -> None:
        """Ask for the job's end at all members."""
        self._http.call("POST", f"{self._api}/jobs/{self.id}/stop", json={"reason": reason})

    def resume(self) -> None:
        """Go on with a failed, stopped or timed-out job."""
        self._http.call("POST", f"{self._api}/jobs/{self.id}/resume", json={})

    def decide(self, *, approve: bool, reason: str = "") -> None:
        """Approve or refuse, for our data owners, a job that waits for it."""
        self._http.call("POST", f"{self._api}/jobs/{self.id}/approval", json={"approve": approve, "reason": reason})

    def report(self, task: str) -> list[dict[str, Any]]:
        """Read the report blocks of a task at this member."""
        answer = self._http.call("GET", f"{self._api}/jobs/{self.id}/tasks/{task}/report")
        blocks: list[dict[str, Any]] = answer["blocks"] if isinstance(answer, dict) else answer
        return blocks

    def metrics(self, task: str) -> dict[str, float]:
        """Read the figures of a task's report."""
        return next((dict(block["values"]) for block in self.report(task) if block["kind"] == "metrics"), {})

    def output(self, task: str, port: str, form: str = "csv") -> Iterator[bytes]:
        """Download an output of this member: "csv", "arrow" or "model"."""
        return self._http.read(f"{self._api}/jobs/{self.id}/tasks/{task}/outputs/{port}", format=form)

    def reports(self) -> list[dict[str, Any]]:
        """Read all reports of the job that this member has, with the tasks that made them."""
        tasks: list[dict[str, Any]] = self._http.call("GET", f"{self._api}/jobs/{self.id}/report")["tasks"]
        return tasks

    def logs(self, task: str, *, text: str = "", level: str = "", attempt: int = 0) -> Iterator[dict[str, Any]]:
        """Yield the lines of our own log of a task; `level` and above, `attempt` 0 is the newest."""
        wanted: dict[str, Any] = {"attempt": attempt, "text": text, "level": level}
        wanted = {name: value for name, value in wanted.items() if value}
        after, matching = 0, 1
        while after < matching:
            params = {**wanted, "after_line": after}
            page = self._http.call("GET", f"{self._api}/jobs/{self.id}/tasks/{task}/logs", params=params)
            yield from page["lines"]
            if not page["lines"]:
                return
            after, matching = page["next_line"], page["matching"]

    def history(self, task: str = "", member: str = "") -> Iterator[dict[str, Any]]:
        """Yield what happened to the job, as far as this member may know it, the oldest first."""
        wanted = {name: value for name, value in (("task", task), ("member", member)) if value}
        return self._http.pages(f"{self._api}/jobs/{self.id}/history", **wanted)

    def rerun(self, node: str, name: str = "") -> "Job":
        """Run the job again from a node on; what stands before it is taken over."""
        headers = {"Idempotency-Key": secrets.token_hex(16)}
        body = {"node": node, "name": name}
        made = self._http.call("POST", f"{self._api}/jobs/{self.id}/reruns", json=body, headers=headers)
        return Job(self._http, self._api, made)

    def diagnosis(self) -> bytes:
        """Return a bundle (zip) for whoever helps: settings, states, failures, no rows and no keys."""
        return b"".join(self._http.read(f"{self._api}/jobs/{self.id}/diagnosis"))

    def egress(self) -> dict[str, int]:
        """Sum what left this member in this job, bytes by kind."""
        sums: dict[str, int] = self._http.call("GET", f"{self._api}/jobs/{self.id}/egress")["bytes_by_kind"]
        return sums

    def _look_again(self, end: float) -> None:
        try:
            self.refresh()
        except Unavailable:
            if time.monotonic() > end:
                raise
