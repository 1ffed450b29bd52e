"""Jobs and schedules in a relational database, by SQLAlchemy Core."""

import dataclasses
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from common import canonical
from flow.domain.errors import NoSuchJob
from flow.domain.job import Failure, Job, Task, Waiting
from flow.domain.states import ENDED, State
from flow.store.base import Schedule
from proto.flow.v1 import flow_pb2 as pb

metadata = sa.MetaData()
jobs = sa.Table(
    "jobs",
    metadata,
    sa.Column("job", sa.String(64), primary_key=True),
    sa.Column("member", sa.String(64), nullable=False),
    sa.Column("project", sa.String(64), nullable=False, index=True),
    sa.Column("state", sa.String(32), nullable=False, index=True),
    sa.Column("created_ms", sa.BigInteger, nullable=False, index=True),
    sa.Column("revision", sa.BigInteger, nullable=False),
    sa.Column("spec", sa.LargeBinary(16 << 20), nullable=False),
    sa.Column("body", sa.LargeBinary(16 << 20), nullable=False),
    sa.Column("tidied", sa.Boolean, nullable=False),
    sa.Column("lease_holder", sa.String(64), nullable=False),
    sa.Column("lease_until_ms", sa.BigInteger, nullable=False),
)
schedules = sa.Table(
    "schedules",
    metadata,
    sa.Column("schedule", sa.String(64), primary_key=True),
    sa.Column("cron", sa.String(128), nullable=False),
    sa.Column("timezone", sa.String(64), nullable=False),
    sa.Column("template", sa.LargeBinary(16 << 20), nullable=False),
    sa.Column("enabled", sa.Boolean, nullable=False),
    sa.Column("last_job", sa.String(64), nullable=False),
    sa.Column("last_problem", sa.Text, nullable=False),
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
                    return after

    def find(self, *, project: str = "", state: str = "", after: str = "", limit: int = 50) -> list[Job]:
        """See `JobStore.find`."""
        query = sa.select(jobs).order_by(jobs.c.created_ms.desc(), jobs.c.job.desc()).limit(limit)
        if project:
            query = query.where(jobs.c.project == project)
        if state:
            query = query.where(jobs.c.state == state)
        with self._engine.connect() as connection:
            if after:
                mark = connection.execute(sa.select(jobs.c.created_ms).where(jobs.c.job == after)).scalar_one_or_none()
                if mark is None:
                    raise NoSuchJob(f"there is no job {after} to go on from")
                query = query.where(sa.tuple_(jobs.c.created_ms, jobs.c.job) < sa.tuple_(mark, after))
            return [_load(row) for row in connection.execute(query)]

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


class SqlScheduleStore:
    """See `ScheduleStore`."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def put(self, schedule: Schedule) -> None:
        """See `ScheduleStore.put`."""
        with self._engine.begin() as connection:
            connection.execute(schedules.delete().where(schedules.c.schedule == schedule.schedule))
            connection.execute(schedules.insert().values(**dataclasses.asdict(schedule)))

    def all(self) -> list[Schedule]:
        """See `ScheduleStore.all`."""
        with self._engine.connect() as connection:
            rows = connection.execute(sa.select(schedules).order_by(schedules.c.schedule))
            return [Schedule(**row._mapping) for row in rows]  # noqa: SLF001  SQLAlchemy's public name for it

    def delete(self, schedule: str) -> None:
        """See `ScheduleStore.delete`."""
        with self._engine.begin() as connection:
            connection.execute(schedules.delete().where(schedules.c.schedule == schedule))


def _dump(job: Job) -> dict[str, Any]:
    body = {
        "tasks": [dataclasses.asdict(task) for task in job.tasks.values()],
        "waiting": dataclasses.asdict(job.waiting) if job.waiting else None,
        "failure": dataclasses.asdict(job.failure) if job.failure else None,
        "started_ms": job.started_ms,
        "ended_ms": job.ended_ms,
        "answers": job.answers,
    }
    return {
        "member": job.member,
        "project": job.spec.project,
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
    )


def _task(value: dict[str, Any]) -> Task:
    value["state"] = State(value["state"])
    value["waiting"] = Waiting(**value["waiting"]) if value["waiting"] else None
    value["failure"] = Failure(**value["failure"]) if value["failure"] else None
    value["failures"] = {member: Failure(**failure) for member, failure in value["failures"].items()}
    return Task(**value)
