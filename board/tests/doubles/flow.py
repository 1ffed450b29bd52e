"""The own flow in memory."""

import queue
from collections.abc import Callable, Iterator, Sequence

from common.errors import HanseError, InvalidInput, error_from
from proto.flow.v1 import flow_pb2


class MemoryFlow:
    """Jobs that stand where the test puts them."""

    def __init__(self, member: str) -> None:
        self.member = member
        self.jobs: dict[str, flow_pb2.Job] = {}
        self.watchers: list[queue.SimpleQueue[flow_pb2.Job | None]] = []
        self.timed: dict[str, flow_pb2.Schedule] = {}
        self.history: dict[str, list[flow_pb2.JobEvent]] = {}
        self.decided: list[tuple[str, bool]] = []
        self.prepare: Callable[[str, flow_pb2.JobSpec, int], flow_pb2.JobSpec] = lambda *_: flow_pb2.JobSpec()

    def put(self, spec: flow_pb2.JobSpec, state: str) -> flow_pb2.Job:
        role = next((party.role for party in spec.parties if party.member == self.member), "")
        job = flow_pb2.Job(spec=spec, state=state, revision=1, own_role=role)
        for node in spec.nodes:
            job.tasks.add(task=node.id, component=node.component, state="queued")
        self.jobs[spec.job] = job
        return job

    def change(self, job: str, state: str, task_state: str = "") -> None:
        found = flow_pb2.Job()  # a new one each time: what was handed out stays as it was
        found.CopyFrom(self.get(job))
        found.state, found.revision = state, found.revision + 1
        for task in found.tasks:
            task.state = task_state or task.state
        self.jobs[job] = found
        for watcher in self.watchers:
            watcher.put(found)

    def create(self, spec: flow_pb2.JobSpec, anew: Sequence[str] = ()) -> flow_pb2.Job:
        for node in self.plan(spec, anew):
            if node.reused_from:
                spec.reused[node.node] = node.reused_from
        return self.put(spec, "created")

    def plan(self, spec: flow_pb2.JobSpec, anew: Sequence[str] = ()) -> list[flow_pb2.NodePlan]:
        before = self.get(spec.reuse_from) if spec.reuse_from else None
        done = {task.task for task in before.tasks if task.state == "succeeded"} if before else set()
        made: list[flow_pb2.NodePlan] = []
        for node in spec.nodes:
            again = node.id in anew or any(not plan.reused_from for plan in made)
            reused = node.id in done and not again
            asked = "asked" if node.id in anew else "inputs"
            reason = "reused" if reused else asked if before else "no_source"
            made.append(flow_pb2.NodePlan(node=node.id, reused_from=spec.reuse_from if reused else "", reason=reason))
        return made

    def events(self, job: str, task: str, member: str, after: int, limit: int) -> tuple[list[flow_pb2.JobEvent], int]:
        self.get(job)
        found = [
            event
            for event in self.history.get(job, [])
            if event.id > after and task in ("", event.task) and (not member or event.member in ("", member))
        ]
        return found[:limit], found[limit - 1].id if len(found) > limit else 0

    def get(self, job: str) -> flow_pb2.Job:
        if job not in self.jobs:
            raise error_from("HAN-5001", f"there is no job {job}", status="NOT_FOUND")
        return self.jobs[job]

    def page(
        self, *, project: str = "", state: str = "", flow: str = "", text: str = "", after: str = "", limit: int = 50
    ) -> tuple[list[flow_pb2.Job], str]:
        found = [
            job
            for job in reversed(self.jobs.values())
            if project in ("", job.spec.project)
            and state in ("", job.state)
            and flow in ("", job.spec.flow)
            and text.lower() in f"{job.spec.name} {job.spec.job}".lower()
        ]
        names = [job.spec.job for job in found]
        start = names.index(after) + 1 if after in names else 0
        page = found[start : start + limit]
        return page, page[-1].spec.job if start + limit < len(found) else ""

    def stop(self, job: str, reason: str) -> flow_pb2.Job:
        return self._to(job, "stopping", ("created", "running", "pending_approval"))

    def resume(self, job: str) -> flow_pb2.Job:
        return self._to(job, "created", ("failed", "stopped", "timed_out"))

    def decide(self, job: str, *, approve: bool, reason: str) -> flow_pb2.Job:
        made = self._to(job, "queued" if approve else "refused", ("pending_approval",))
        self.decided.append((job, approve))
        return made

    def watch(self) -> Iterator[flow_pb2.Job]:
        inbox: queue.SimpleQueue[flow_pb2.Job | None] = queue.SimpleQueue()
        self.watchers.append(inbox)
        while (job := inbox.get()) is not None:
            yield job

    def hang_up(self) -> None:
        for watcher in self.watchers:
            watcher.put(None)

    def put_schedule(self, schedule: flow_pb2.Schedule) -> flow_pb2.Schedule:
        if len(schedule.cron.split()) != 5:
            raise InvalidInput(f"{schedule.cron!r} has not five fields")
        self.timed[schedule.schedule] = schedule
        return schedule

    def run_schedule(self, schedule: str, job: str) -> flow_pb2.ScheduleRun:
        """Do as flow does: with the window newest its board prepares the run."""
        timed = self.timed[schedule]
        run = flow_pb2.ScheduleRun(time_ms=len(timed.runs) + 1, job=job, state="created")
        try:
            spec = timed.template
            if timed.window == "newest":
                spec = self.prepare(schedule, timed.template, timed.max_age_days)
        except HanseError as error:
            run = flow_pb2.ScheduleRun(
                time_ms=run.time_ms, state="refused", problem=error.detail, code=error.code, party=error.party
            )
        else:
            started = flow_pb2.JobSpec()
            started.CopyFrom(spec)
            started.job = job
            self.put(started, "created")
            run.data_versions.update(started.data_versions)
        timed.runs.insert(0, run)
        return run

    def schedules(self) -> list[flow_pb2.Schedule]:
        return list(self.timed.values())

    def delete_schedule(self, schedule: str) -> None:
        del self.timed[schedule]

    def _to(self, job: str, state: str, allowed: tuple[str, ...]) -> flow_pb2.Job:
        found = self.get(job)
        if found.state not in allowed:
            raise error_from("HAN-5003", f"job {job} is {found.state}", status="FAILED_PRECONDITION")
        self.change(job, state)
        return self.jobs[job]
