"""Alignments."""

import time
from dataclasses import asdict, dataclass

from common.http.operation import Resource
from fusion.api.http.paths import BASE, OWN
from fusion.api.http.schema_keys import PreCheckIn, PreCheckOut
from fusion.api.http.schema_tasks import AnswerIn, TaskIn, TaskOut, TasksOut, TasksQuery
from fusion.domain.asking import AlsoNext, NewTask, Repeat, Taken
from fusion.domain.models import Task
from fusion.service.answering import Answering
from fusion.service.egress import Egress
from fusion.service.pausing import Pausing
from fusion.service.scheduling import Scheduling
from fusion.service.tasks import Tasks


@dataclass(frozen=True, slots=True)
class Doing:
    """The use cases of alignments."""

    tasks: Tasks
    scheduling: Scheduling
    answering: Answering
    pausing: Pausing
    egress: Egress


def task_resource(doing: Doing) -> Resource:
    """Declare what is done with alignments."""
    resource = Resource("tasks", BASE)

    @resource.declare("GET", "/tasks", "List alignments, newest first.", access=OWN, answer=TasksOut)
    def every(query: TasksQuery) -> TasksOut:
        found = doing.tasks.page(query.after, query.limit + 1, query.state, query.partner)
        more = found[query.limit - 1].task if len(found) > query.limit else ""
        return TasksOut(items=_all_told(doing, found[: query.limit]), next_after=more)

    @resource.declare("POST", "/tasks", "Propose an alignment.", access=OWN, answer=TaskOut, status=202)
    def propose(body: TaskIn) -> TaskOut:
        values = body.model_dump()
        lists = {name: tuple(values[name]) for name in ("columns", "columns_of_result")}
        repeat = Repeat(**values["repeat"]) if values["repeat"] else None
        return _told(doing, doing.scheduling.begin(NewTask(**{**values, **lists, "repeat": repeat})))

    @resource.declare("GET", "/tasks/{task}", "Describe an alignment.", access=OWN, answer=TaskOut)
    def show(task: str) -> TaskOut:
        return _told(doing, doing.tasks.get(task))

    @resource.declare(
        "POST", "/tasks/{task}/answer", "Accept or refuse a partner's proposal.", access=OWN, answer=TaskOut
    )
    def answer(task: str, body: AnswerIn) -> TaskOut:
        if not body.accept:
            return _told(doing, doing.answering.refuse(task, body.reason))
        also = AlsoNext(**body.also_next.model_dump()) if body.also_next else None
        values = (body.hashed_here, body.value_column, body.empty_as_zero)
        taken = Taken(body.data_set, tuple(body.columns), tuple(body.columns_of_result), *values)
        accepted = doing.answering.accept(task, taken, also, anyway=body.accept_anyway)
        return _told(doing, accepted)

    @resource.declare(
        "POST",
        "/tasks/{task}/pre-check",
        "Look whether our ids can match those of a partner's proposal at all.",
        access=OWN,
        answer=PreCheckOut,
    )
    def pre_check(task: str, body: PreCheckIn) -> PreCheckOut:
        taken = Taken(body.data_set, tuple(body.columns), hashed_here=body.hashed_here)
        return PreCheckOut.model_validate(doing.answering.look(task, taken))

    return resource


def control_resource(doing: Doing) -> Resource:
    """Declare how alignments are stopped and paused."""
    resource = Resource("control", BASE)

    @resource.declare(
        "POST", "/tasks/{task}/stop", "Stop an alignment; the partner is told.", access=OWN, answer=TaskOut
    )
    def stop(task: str) -> TaskOut:
        return _told(doing, doing.tasks.stop(task))

    @resource.declare(
        "POST", "/tasks/{task}/pause", "Pause an alignment; the partner is told.", access=OWN, answer=TaskOut
    )
    def pause(task: str) -> TaskOut:
        return _told(doing, doing.pausing.pause(task))

    @resource.declare("POST", "/tasks/{task}/resume", "End one's own pause.", access=OWN, answer=TaskOut)
    def resume(task: str) -> TaskOut:
        return _told(doing, doing.pausing.resume(task))

    return resource


def _all_told(doing: Doing, tasks: list[Task]) -> list[TaskOut]:
    sent = doing.egress.protocol_bytes([task.task for task in tasks])
    return [_task(task, sent.get(task.task, 0)) for task in tasks]


def _told(doing: Doing, task: Task) -> TaskOut:
    return _all_told(doing, [task])[0]


def _task(task: Task, bytes_sent: int) -> TaskOut:
    values = {name: getattr(task, name) for name in TaskOut.model_fields if hasattr(task, name)}
    known = task.intersection is not None and task.ids
    left_s = task.ends_about_ms / 1000 - time.time()
    repeat = {"cron": task.repeat_cron, "until_ms": task.repeat_until_ms} if task.schedule else None
    return TaskOut(
        **{
            **values,
            "columns": list(task.columns),
            "columns_of_result": list(task.columns_of_result),
            "key_rule": task.key_rule.model_dump(),
            "failure": asdict(task.failure) if task.failure else None,
            "trouble": asdict(task.trouble) if task.trouble else None,
            "actual": {
                "seconds": task.worked_ms / 1000,
                "bytes_sent": bytes_sent,
                "bytes_received": task.bytes_received,
            },
            # Overdue is not as good as done: then nobody knows.
            "remaining_s": round(left_s, 1) if task.ends_about_ms and left_s > 0 else None,
            "match_rate_percent": round(100 * (task.intersection or 0) / task.ids, 2) if known else None,
            "repeat": repeat,
        }
    )
