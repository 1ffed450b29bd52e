"""Jobs in a relational database, by SQLAlchemy Core."""

import dataclasses
import time
from collections.abc import Callable, Collection
from typing import Any

import sqlalchemy as sa

from common import canonical
from flow.domain.errors import NoSuchJob
from flow.domain.history import Event, events_between
from flow.domain.job import Attempt, Failure, Job, Lane, Task, Waiting
from flow.domain.states import ENDED, State
from flow.store.base import Recorded
from proto.flow.v1 import flow_pb2 as pb

metadata = sa.MetaData()
jobs = sa.Table(
    "jobs",
    metadata,
    sa.Column("job", sa.String(64), primary_key=True),
    sa.Column("member", sa.String(64), nullable=False),
    sa.Column("project", sa.String(64), nullable=False),
    sa.Column("state", sa.String(32), nullable=False),
    sa.Column("created_ms", sa.BigInteger, nullable=False),
    sa.Column("flow", sa.String(128), nullable=False),
    sa.Column("search", sa.String(500), nullable=False),  # name and id in small letters
    sa.Column("revision", sa.BigInteger, nullable=False),
    sa.Column("spec", sa.LargeBinary(16 << 20), nullable=False),
    sa.Column("body", sa.LargeBinary(16 << 20), nullable=False),
    sa.Column("tidied", sa.Boolean, nullable=False),
    sa.Column("lease_holder", sa.String(64), nullable=False),
    sa.Column("lease_until_ms", sa.BigInteger, nullable=False),
    # A list reads one of these in its order; the blobs are fetched for the rows of one page only.
    sa.Index("ix_jobs_listed", "created_ms", "job", "search"),
    sa.Index("ix_jobs_project", "project", "created_ms", "job"),
    sa.Index("ix_jobs_state", "state", "created_ms", "job"),
    sa.Index("ix_jobs_flow", "flow", "created_ms", "job"),
    sa.Index("ix_jobs_untidied", "tidied", "created_ms"),
)
job_events = sa.Table(
    "job_events",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("job", sa.String(64), nullable=False),
    sa.Column("time_ms", sa.BigInteger, nullable=False),
    sa.Column("task", sa.String(128), nullable=False),
    sa.Column("attempt", sa.Integer, nullable=False),
    sa.Column("member", sa.String(64), nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("state", sa.String(32), nullable=False),
    sa.Column("code", sa.String(32), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Index("ix_job_events_job", "job", "id"),
)


class SqlJobStore:
    """See `JobStore`."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def add(self, job: Job) -> Job:
        """See `JobStore.add`."""
        with self._engine.begin() as connection:
            row = connection.execute(sa.select(jobs).where(jobs.c.job == job.id)).one_or_none()
            if row is not None:
                return _load(row)
            values = {"job": job.id, "lease_holder": "", "lease_until_ms": 0, "created_ms": job.spec.created_ms}
            connection.execute(jobs.insert().values(**values, **_dump(job)))
            _record(connection, None, job)
        return job

    def get(self, job: str) -> Job:
        """See `JobStore.get`."""
        with self._engine.connect() as connection:
            row = connection.execute(sa.select(jobs).where(jobs.c.job == job)).one_or_none()
        if row is None:
            raise NoSuchJob(f"there is no job {job}")
        return _load(row)

    def change(self, job: str, change: Callable[[Job], Job]) -> Job:
        """See `JobStore.change`: compare and swap on the revision, so that no change is lost."""
        while True:
            before = self.get(job)
            after = change(before)
            if after == before:
                return before
            after = after.changed(revision=before.revision + 1)
            with self._engine.begin() as connection:
                swap = jobs.update().where(jobs.c.job == job, jobs.c.revision == before.revision).values(**_dump(after))
                if connection.execute(swap).rowcount == 1:
                    _record(connection, before, after)
                    return after

    def find(
        self, *, project: str = "", state: str = "", flow: str = "", text: str = "", after: str = "", limit: int = 50
    ) -> list[Job]:
        """See `JobStore.find`."""
        with self._engine.connect() as connection:
            mark = None
            if after:
                mark = connection.execute(sa.select(jobs.c.created_ms).where(jobs.c.job == after)).scalar_one_or_none()
                if mark is None:
                    raise NoSuchJob(f"there is no job {after} to go on from")
            names = list_query(project, state, flow, text, (mark, after) if mark is not None else None, limit)
            order = list(connection.execute(names).scalars())
            found = {row.job: row for row in connection.execute(sa.select(jobs).where(jobs.c.job.in_(order)))}
            return [_load(found[name]) for name in order if name in found]

    def events(self, job: str, *, task: str = "", member: str = "", after: int = 0, limit: int = 500) -> list[Recorded]:
        """See `JobStore.events`."""
        query = sa.select(job_events).where(job_events.c.job == job, job_events.c.id > after)
        if task:
            query = query.where(job_events.c.task == task)
        if member:
            query = query.where(job_events.c.member.in_((member, "")))
        with self._engine.connect() as connection:
            rows = connection.execute(query.order_by(job_events.c.id).limit(limit))
            return [
                Recorded(
                    row.id,
                    row.time_ms,
                    Event(row.kind, row.task, row.attempt, row.member, row.state, row.code, row.text),
                )
                for row in rows
            ]

    def states(self, names: Collection[str]) -> dict[str, State]:
        """See `JobStore.states`."""
        with self._engine.connect() as connection:
            query = sa.select(jobs.c.job, jobs.c.state).where(jobs.c.job.in_(names))
            return {row.job: State(row.state) for row in connection.execute(query)}

    def open_jobs(self) -> list[str]:
        """See `JobStore.open_jobs`."""
        with self._engine.connect() as connection:
            query = sa.select(jobs.c.job).where(sa.not_(jobs.c.tidied)).order_by(jobs.c.created_ms)
            return list(connection.execute(query).scalars())

    def claim(self, job: str, holder: str, now_ms: int, until_ms: int) -> bool:
        """See `JobStore.claim`."""
        free = sa.or_(jobs.c.lease_holder == holder, jobs.c.lease_until_ms < now_ms)
        take = (
            jobs.update()
            .where(jobs.c.job == job, sa.not_(jobs.c.tidied), free)
            .values(lease_holder=holder, lease_until_ms=until_ms)
        )
        with self._engine.begin() as connection:
            return connection.execute(take).rowcount == 1

    def release(self, job: str, holder: str, *, tidied: bool) -> None:
        """See `JobStore.release`."""
        give = jobs.update().where(jobs.c.job == job, jobs.c.lease_holder == holder)
        values: dict[str, Any] = {"lease_holder": "", "lease_until_ms": 0}
        if tidied:  # only an ended job: one that was resumed a moment ago must be driven again
            give = give.where(jobs.c.state.in_(sorted(ENDED)))
            values["tidied"] = True
        with self._engine.begin() as connection:
            connection.execute(give.values(**values))


def list_query(
    project: str, state: str, flow: str, text: str, after: tuple[int, str] | None, limit: int
) -> sa.Select[tuple[str]]:
    """Select the ids of a page from an index alone and in its order: a list of many jobs stays fast."""
    query = sa.select(jobs.c.job).order_by(jobs.c.created_ms.desc(), jobs.c.job.desc()).limit(limit)
    for column, value in ((jobs.c.project, project), (jobs.c.state, state), (jobs.c.flow, flow)):
        if value:
            query = query.where(column == value)
    if text:
        query = query.where(jobs.c.search.contains(text.lower(), autoescape=True))
    if after:
        query = query.where(sa.tuple_(jobs.c.created_ms, jobs.c.job) < sa.tuple_(*after))
    return query


def _record(connection: sa.Connection, before: Job | None, after: Job) -> None:
    found = events_between(before, after)
    if found:
        fixed = {"job": after.id, "time_ms": int(time.time() * 1000)}
        connection.execute(job_events.insert(), [fixed | dataclasses.asdict(event) for event in found])


def _dump(job: Job) -> dict[str, Any]:
    body = {
        "tasks": [dataclasses.asdict(task) for task in job.tasks.values()],
        "waiting": dataclasses.asdict(job.waiting) if job.waiting else None,
        "failure": dataclasses.asdict(job.failure) if job.failure else None,
        "started_ms": job.started_ms,
        "ended_ms": job.ended_ms,
        "answers": job.answers,
        "heard_ms": job.heard_ms,
    }
    return {
        "member": job.member,
        "project": job.spec.project,
        "flow": job.spec.flow,
        "search": f"{job.spec.name} {job.id}".lower()[:500],
        "state": str(job.state),
        "revision": job.revision,
        "spec": job.spec.SerializeToString(),
        "body": canonical.dumps(body),
        "tidied": False,
    }


def _load(row: sa.Row[Any]) -> Job:
    body = canonical.loads(row.body)
    tasks = [_task(value) for value in body["tasks"]]
    return Job(
        spec=pb.JobSpec.FromString(row.spec),
        member=row.member,
        state=State(row.state),
        tasks={task.task: task for task in tasks},
        waiting=Waiting(**body["waiting"]) if body["waiting"] else None,
        failure=Failure(**body["failure"]) if body["failure"] else None,
        started_ms=body["started_ms"],
        ended_ms=body["ended_ms"],
        revision=row.revision,
        answers=body["answers"],
        heard_ms=body.get("heard_ms", 0),
    )


def _task(value: dict[str, Any]) -> Task:
    value["state"] = State(value["state"])
    value["waiting"] = Waiting(**value["waiting"]) if value["waiting"] else None
    value["failure"] = Failure(**value["failure"]) if value["failure"] else None
    value["failures"] = {member: Failure(**failure) for member, failure in value["failures"].items()}
    value["past"] = tuple(_attempt(attempt) for attempt in value.get("past", ()))
    value["lanes"] = {member: Lane(**lane) for member, lane in value.get("lanes", {}).items()}
    return Task(**value)


def _attempt(value: dict[str, Any]) -> Attempt:
    failure = Failure(**value["failure"]) if value["failure"] else None
    return Attempt(**value | {"state": State(value["state"]), "failure": failure})
