"""Alignments."""

from collections.abc import Callable
from dataclasses import asdict

from flask import Response

from common.http.models import BYTES
from common.http.operation import Resource
from fusion.api.http.paths import BASE, OWN
from fusion.api.http.results import sent
from fusion.api.http.schema import (
    AnswerIn,
    PreCheckIn,
    PreCheckOut,
    ProtocolOut,
    ProtocolsOut,
    ResultQuery,
    TaskIn,
    TaskOut,
    TasksOut,
    TasksQuery,
)
from fusion.domain.models import NewTask, Task
from fusion.service.tasks import Tasks
from kernel.protocol.psi import protocols


def task_resource(tasks: Tasks, offer: Callable[[Task], None]) -> Resource:
    """Declare what is done with alignments."""
    resource = Resource("tasks", BASE)

    @resource.declare("GET", "/tasks", "List alignments, newest first.", access=OWN, answer=TasksOut)
    def every(query: TasksQuery) -> TasksOut:
        found = tasks.page(query.after, query.limit + 1)
        more = found[query.limit - 1].task if len(found) > query.limit else ""
        return TasksOut(items=[_task(task) for task in found[: query.limit]], next_after=more)

    @resource.declare("POST", "/tasks", "Propose an alignment.", access=OWN, answer=TaskOut, status=202)
    def propose(body: TaskIn) -> TaskOut:
        values = {**body.model_dump(), "columns": tuple(body.columns)}
        return _task(tasks.propose(NewTask(**values), offer))

    @resource.declare("GET", "/tasks/{task}", "Describe an alignment.", access=OWN, answer=TaskOut)
    def show(task: str) -> TaskOut:
        return _task(tasks.get(task))

    @resource.declare(
        "POST", "/tasks/{task}/answer", "Accept or refuse a partner's proposal.", access=OWN, answer=TaskOut
    )
    def answer(task: str, body: AnswerIn) -> TaskOut:
        if body.accept:
            looked = {"hashed_here": body.hashed_here, "accept_anyway": body.accept_anyway}
            return _task(tasks.accept(task, body.data_set, body.columns, **looked))
        return _task(tasks.refuse(task, body.reason))

    @resource.declare(
        "POST",
        "/tasks/{task}/pre-check",
        "Look whether our ids can match those of a partner's proposal at all.",
        access=OWN,
        answer=PreCheckOut,
    )
    def pre_check(task: str, body: PreCheckIn) -> PreCheckOut:
        found = tasks.pre_check(task, body.data_set, body.columns, hashed_here=body.hashed_here)
        return PreCheckOut.model_validate(found)

    @resource.declare(
        "POST", "/tasks/{task}/stop", "Stop an alignment; the partner is told.", access=OWN, answer=TaskOut
    )
    def stop(task: str) -> TaskOut:
        return _task(tasks.stop(task))

    @resource.declare(
        "GET",
        "/tasks/{task}/result",
        "Download one's own rows in the intersection.",
        access=OWN,
        media=BYTES,
    )
    def result(task: str, query: ResultQuery) -> Response:
        return sent(tasks.result(task), query.format)

    @resource.declare("GET", "/protocols", "List the protocols.", access=OWN, answer=ProtocolsOut)
    def every_protocol() -> ProtocolsOut:
        known = [
            ProtocolOut(name=psi.name, learns=sorted(psi.learns), assumption=psi.assumption)
            for psi in protocols().values()
        ]
        return ProtocolsOut(items=known, next_after="")

    return resource


def _task(task: Task) -> TaskOut:
    values = {name: getattr(task, name) for name in TaskOut.model_fields if hasattr(task, name)}
    return TaskOut(
        **{
            **values,
            "columns": list(task.columns),
            "key_rule": task.key_rule.model_dump(),
            "failure": asdict(task.failure) if task.failure else None,
        }
    )
