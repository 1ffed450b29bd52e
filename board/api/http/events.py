"""Live views: jobs as server-sent events."""

import queue
import threading
import time
from collections.abc import Iterator
from typing import Any

from flask import Response, request

from board.api.http.job_views import JobDetail, job_detail
from board.api.http.operation import Resource
from board.domain.errors import TooManyViews
from board.service.job_feed import JobFeed
from board.service.jobs import Filter, Jobs
from common.errors import HanseError
from proto.flow.v1 import flow_pb2 as pb

_ENDED = ("succeeded", "failed", "refused", "stopped", "timed_out")
_HEARTBEAT_S = 15.0
_LOOK_S = 0.5
_LONGEST_S = 3600.0  # then the client opens it anew, which proves that its sign-in still counts
_STREAM = "text/event-stream"


class Views:
    """Counts the open live views, since each holds a thread of the HTTP server."""

    def __init__(self, most: int) -> None:
        self._free = threading.BoundedSemaphore(most)

    def enter(self) -> None:
        """Take a place; raises TooManyViews."""
        if not self._free.acquire(blocking=False):
            raise TooManyViews

    def leave(self) -> None:
        """Give it back."""
        self._free.release()


def events(jobs: Jobs, feed: JobFeed, views: Views) -> Resource:
    """Make the resource."""
    resource = Resource("events")

    @resource.operation("GET", "/jobs/{job}/events", "Follow a job to its end", media=_STREAM)
    def one(job: str) -> Response:
        jobs.get(job)  # an unknown job is a problem, not an empty stream
        seen = request.headers.get("Last-Event-ID", "")
        return _stream(views, _follow(jobs, feed, job, int(seen) if seen.isdecimal() and seen.isascii() else -1))

    @resource.operation("GET", "/events", "Follow all jobs", media=_STREAM)
    def every() -> Response:
        return _stream(views, _follow_all(jobs, feed))

    return resource


def _stream(views: Views, events: Iterator[str]) -> Response:
    views.enter()

    def guarded() -> Iterator[str]:
        yield "retry: 1000\n\n"
        yield from events

    response = Response(guarded(), content_type=_STREAM)
    response.call_on_close(views.leave)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Accel-Buffering"] = "no"  # nginx would wait for more
    return response


def _follow(jobs: Jobs, feed: JobFeed, name: str, seen: int) -> Iterator[str]:
    inbox = feed.watch()
    try:
        for job in _changes(jobs, inbox, feed, name, jobs.get(name)):
            if job is None:
                yield ": still here\n\n"
            elif job.revision > seen:
                seen = job.revision
                yield _event(job)
            if job is not None and job.state in _ENDED:
                return
    finally:
        feed.leave(inbox)


def _follow_all(jobs: Jobs, feed: JobFeed) -> Iterator[str]:
    inbox = feed.watch()
    seen: dict[str, int] = {}
    try:
        for job in _changes(jobs, inbox, feed, "", None):
            if job is None:
                yield ": still here\n\n"
            elif seen.get(job.spec.job, -1) < job.revision:
                seen[job.spec.job] = job.revision
                yield _event(job)
    finally:
        feed.leave(inbox)


def _changes(
    jobs: Jobs, inbox: "queue.Queue[pb.Job | None]", feed: JobFeed, name: str, first: pb.Job | None
) -> Iterator[pb.Job | None]:
    """Yield a job's changes, or all jobs' (no name), and None as a heartbeat."""
    if first is not None:
        yield first
    else:
        yield from _present(jobs)
    end, beat = time.monotonic() + _LONGEST_S, time.monotonic() + _HEARTBEAT_S
    while not feed.closed and time.monotonic() < end:
        try:
            change = inbox.get(timeout=_LOOK_S)
        except queue.Empty:
            if time.monotonic() >= beat:
                beat = time.monotonic() + _HEARTBEAT_S
                yield None
            continue
        if change is None:
            try:
                yield from [jobs.get(name)] if name else _present(jobs)
            except HanseError:
                continue  # flow is away; its return is told by the feed
        elif not name or change.spec.job == name:
            yield change


def _present(jobs: Jobs) -> list[pb.Job]:
    """Return the newest jobs with their nodes, the oldest of them first."""
    page, _ = jobs.page(Filter(), "", 20)
    return [jobs.get(job.spec.job) for job in reversed(page)]


def _event(job: pb.Job) -> str:
    view: Any = JobDetail.model_validate(job_detail(job))
    return f"event: job\nid: {job.revision}\ndata: {view.model_dump_json()}\n\n"
