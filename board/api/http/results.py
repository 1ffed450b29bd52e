"""What jobs left at this member, and what of it left the house."""

from typing import Any, Literal

from flask import Response
from pydantic import Field

from board.api.http.logs import made_by
from board.api.http.member import cursor, position
from board.api.http.operation import Fields, Paging, Resource, View, download
from board.service.ports import Flow, Gateway, Kernel
from proto.gateway.v1 import gateway_pb2

_MEDIA = {"csv": "text/csv; charset=utf-8", "arrow": "application/vnd.apache.arrow.stream", "model": "application/json"}
_REPORTED = ("ready", "succeeded", "reused")
_ENDING = {"csv": "csv", "arrow": "arrows", "model": "json"}


class ReportView(View):
    """Blocks of a report: table, curve, histogram, tree, text, metrics."""

    blocks: list[dict[str, Any]]


class TaskReportView(ReportView):
    """A task's own report with what made it."""

    task: str
    component: str
    component_version: str


class JobReportView(View):
    """All reports of a job that this member has, in the flow's order."""

    tasks: list[TaskReportView]


class OutputQuery(Fields):
    """In which form."""

    format: Literal["csv", "arrow", "model"] = "csv"


class EgressView(View):
    """Something that left this member."""

    id: int
    time_ms: int
    member: str = Field(description="Who got it.")
    job: str
    task: str
    attempt: int
    component: str
    message: str
    kind: str
    sha256: str
    bytes: int


class TaskBytesView(View):
    """What left for a member in a task."""

    task: str
    member: str
    bytes: int
    messages: int


class EgressPage(View):
    """A page of the egress record, the newest first."""

    items: list[EgressView]
    next_after: str
    bytes_by_kind: dict[str, int]
    by_task: list[TaskBytesView] = Field(description="Of a job only: what left for whom in which task.")


def results(kernel: Kernel, gateway: Gateway, flow: Flow) -> Resource:
    """Make the resource."""
    resource = Resource("results")

    @resource.operation("GET", "/jobs/{job}/report", "All our own reports of a job", answer=JobReportView)
    def job_report(job: str) -> dict[str, object]:
        found = flow.get(job)
        nodes = {node.id: node for node in found.spec.nodes}
        return {
            "tasks": [
                {
                    "task": task.task,
                    "component": nodes[task.task].component,
                    "component_version": nodes[task.task].component_version,
                    "blocks": kernel.report(task.reused_from or job, task.task),
                }
                for task in found.tasks
                if task.state in _REPORTED
            ]
        }

    @resource.operation("GET", "/jobs/{job}/tasks/{task}/report", "Our own report of a task", answer=ReportView)
    def report(job: str, task: str) -> dict[str, object]:
        return {"blocks": kernel.report(made_by(flow, job, task), task)}

    @resource.operation(
        "GET", "/jobs/{job}/tasks/{task}/outputs/{port}", "Our own output of a task", media="application/octet-stream"
    )
    def output(job: str, task: str, port: str, query: OutputQuery) -> Response:
        chunks = kernel.output(made_by(flow, job, task), task, port, query.format)
        return download(chunks, _MEDIA[query.format], f"{job}.{task}.{port}.{_ENDING[query.format]}")

    @resource.operation("GET", "/jobs/{job}/egress", "What left this member in a job", answer=EgressPage)
    def job_egress(job: str, query: Paging) -> dict[str, object]:
        return _egress(gateway, job, query)

    @resource.operation("GET", "/egress", "What left this member", answer=EgressPage)
    def egress(query: Paging) -> dict[str, object]:
        return _egress(gateway, "", query)

    return resource


def _egress(gateway: Gateway, job: str, query: Paging) -> dict[str, object]:
    lines, after = gateway.egress(job, position(query.after), query.limit)
    by_kind, by_task = gateway.egress_sums(job)
    return {
        "items": [_egress_line(line) for line in lines],
        "next_after": cursor(after),
        "bytes_by_kind": by_kind,
        "by_task": by_task,
    }


def _egress_line(line: gateway_pb2.Egress) -> dict[str, object]:
    return {
        "id": line.id,
        "time_ms": line.time_ms,
        "member": line.member,
        "job": line.job,
        "task": line.task,
        "attempt": line.attempt,
        "component": line.component,
        "message": line.message,
        "kind": line.kind,
        "bytes": line.bytes,
        "sha256": bytes(line.sha256).hex(),
    }
