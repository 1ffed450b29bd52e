"""Logs of our own part of a task, and what all parties may know of a job."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from flask import Response
from pydantic import Field

from board.api.http.consents import MemberId
from board.api.http.jobs import Id
from board.api.http.member import cursor, position
from board.api.http.operation import Fields, Paging, Resource, View, download
from board.api.http.sessions import Text
from board.service.ports import Flow, Kernel, LogSearch
from common import canonical
from common.canonical import NotCanonical
from proto.flow.v1 import flow_pb2 as pb

_FIXED = ("time_ms", "level", "event")


class LogQuery(Fields):
    """Which lines."""

    attempt: Annotated[int, Field(ge=0, lt=2**31)] = Field(default=0, description="0: the newest.")
    after_line: Annotated[int, Field(ge=0, lt=2**53)] = Field(default=0, description="Of the lines that match.")
    limit: Annotated[int, Field(ge=1, le=1000)] = 1000
    text: Annotated[Text, Field(max_length=200)] = Field(default="", description="Only lines that hold it.")
    level: Literal["", "info", "warning", "error"] = Field(default="", description="Only this level and above.")


class LogLine(View):
    """A line of a task's log."""

    number: int
    time_ms: int
    level: str
    event: str
    fields: dict[str, Any]


class LogView(View):
    """Lines of a task's log, and the number to go on from."""

    lines: list[LogLine]
    next_line: int
    matching: int = Field(description="How many lines match in all.")
    total: int = Field(description="How many lines the attempt has.")
    first_error: int = Field(description="Which of the matching lines is the first error, from 1; 0: none.")
    attempts: list[int] = Field(description="Those that have a log here.")


class DownloadQuery(Fields):
    """Of which attempt."""

    attempt: Annotated[int, Field(ge=0, lt=2**31)] = Field(default=0, description="0: the newest.")


class HistoryQuery(Paging):
    """Which part of what happened."""

    task: Id = ""
    member: MemberId | Literal[""] = ""


class EventView(View):
    """Something that happened to a job."""

    id: int
    time_ms: int
    task: str
    attempt: int
    member: str = Field(description="Whose part it was; empty: everybody's.")
    kind: Literal["state", "attempt", "part", "waits", "step"]
    state: str
    code: str
    text: str


class EventPage(View):
    """A page of what happened, the oldest first."""

    items: list[EventView]
    next_after: str = ""


def logs(kernel: Kernel, flow: Flow) -> Resource:
    """Make the resource."""
    resource = Resource("logs")

    @resource.operation("GET", "/jobs/{job}/tasks/{task}/logs", "Our own log of a task", answer=LogView)
    def show(job: str, task: str, query: LogQuery) -> dict[str, object]:
        wanted = LogSearch(query.attempt, query.text, query.level, query.after_line, query.limit)
        page = kernel.logs(made_by(flow, job, task), task, wanted)
        return {
            "lines": [_line(*each) for each in zip(page.numbers, page.lines, strict=True)],
            "next_line": page.next_line,
            "matching": page.matching,
            "total": page.total,
            "first_error": page.first_error,
            "attempts": page.attempts,
        }

    @resource.operation(
        "GET", "/jobs/{job}/tasks/{task}/log-file", "Our own log of a task, whole", media="application/octet-stream"
    )
    def whole(job: str, task: str, query: DownloadQuery) -> Response:
        chunks = _whole(kernel, made_by(flow, job, task), task, query.attempt)
        return download(chunks, "application/x-ndjson", f"{job}.{task}.log.jsonl")

    @resource.operation("GET", "/jobs/{job}/history", "What happened to a job, as we may know it", answer=EventPage)
    def history(job: str, query: HistoryQuery) -> dict[str, object]:
        events, after = flow.events(job, query.task, query.member, position(query.after), query.limit)
        return {"items": [_event(event) for event in events], "next_after": cursor(after)}

    return resource


def made_by(flow: Flow, job: str, task: str) -> str:
    """Return the job that made a task's results: another one, where the task was reused."""
    tasks = {told.task: told.reused_from for told in flow.get(job).tasks}
    return tasks.get(task) or job


def _whole(kernel: Kernel, job: str, task: str, attempt: int) -> Iterator[bytes]:
    after, total = 0, 1
    while after < total:
        page = kernel.logs(job, task, LogSearch(attempt, after=after))
        yield "".join(f"{line}\n" for line in page.lines).encode()
        if not page.lines:
            return
        after, total = page.next_line, page.matching


def _line(number: int, line: str) -> dict[str, object]:
    try:
        told = canonical.loads(line.encode(errors="replace"))
    except NotCanonical:
        told = None
    if not isinstance(told, dict):
        # One that a crash cut off, or that holds a number JSON has not, keeps nobody from the others.
        told = {"event": line}
    rest = {name: value for name, value in told.items() if name not in _FIXED}
    fixed = {"time_ms": told.get("time_ms", 0), "level": told.get("level", "info"), "event": told.get("event", "")}
    return {"number": number, **fixed, "fields": rest}


def _event(event: pb.JobEvent) -> dict[str, object]:
    names = ("id", "time_ms", "task", "attempt", "member", "kind", "state", "code", "text")
    return {name: getattr(event, name) for name in names}
