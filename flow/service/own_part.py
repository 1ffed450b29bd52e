"""Our own part of a task, whatever our role: grant, kernel, and what the kernel says."""

from dataclasses import replace

import structlog

from common.errors import HanseError
from common.loops import Loop
from flow.domain.errors import OtherVersion
from flow.domain.job import Failure, Job, Lane, Task, Waiting
from flow.domain.states import RETRYABLE, State
from flow.service.jobs import Jobs, now_ms
from flow.service.ports import Gateway, Kernel, KernelStatus

log = structlog.get_logger()
STARTING = "starting"
_AGAIN_S = 0.5
_KEEP_PROGRESS_S = 0.3  # smaller steps of progress are not worth a transaction


class OwnPart:
    """Starts, stops and follows tasks in the own kernel."""

    def __init__(self, jobs: Jobs, kernel: Kernel, gateway: Gateway) -> None:
        self._jobs, self._kernel, self._gateway = jobs, kernel, gateway
        self._progress_kept: dict[str, int] = {}
        self._loop = Loop("kernel-watch", self._follow)

    def check_versions(self, job: Job) -> None:
        """Compare the job's components with ours.

        Raises
        ------
        OtherVersion
            One is missing or has another manifest.
        """
        catalogue = self._kernel.catalogue()
        for node in job.spec.nodes:
            ours = catalogue.get(node.component)
            if ours is None or ours["version"] != node.component_version or ours["hash"] != node.component_hash.hex():
                have = ours["version"] if ours else "none"
                raise OtherVersion(
                    f"{node.component}: the job asks for {node.component_version}, {job.member} has {have}",
                    party=job.member,
                    public_detail=f"{node.component}: this member has {have}",
                )

    def start(self, job: Job, task: Task) -> None:
        """Start the present attempt; a passing trouble leaves it `starting`, to be tried again."""
        try:
            self._gateway.open(job, task, self._kernel.catalogue()[task.component])
            self._kernel.start(job, task)
        except HanseError as error:
            if error.code in RETRYABLE or error.code == "HAN-4103":
                self._wait(job, task, "slot" if error.code == "HAN-4103" else "kernel", error)
                return
            self._note(
                job,
                task,
                "failed",
                Failure(error.code, error.detail, error.hint, job.member, task.component, error.public_detail),
            )
        else:
            self._note(job, task, "running", None)

    def stop(self, job: Job, task: Task) -> None:
        """Ask the kernel to stop our part; one that cannot be asked has ended with its kernel."""
        try:
            self._kernel.stop(job.id, task.task)
        except HanseError as error:
            log.warning("kernel_stop_failed", job=job.id, task=task.task, code=error.code)

    def tidy(self, job: Job) -> None:
        """Free what an ended job holds here."""
        for task in job.tasks.values():
            if task.attempt and job.member in [party.member for party in job.parties_of(task.task)]:
                self._gateway.close(job.id, task.task)
        self._kernel.release(job.id)

    def start_following(self) -> None:
        """Take the kernel's word from now on."""
        self._loop.start()

    def close(self) -> None:
        """Follow no more; a stream that says nothing ends with its channel."""
        self._loop.close(0)

    def _follow(self) -> float:
        try:
            for status in self._kernel.watch():
                self._take(status)
                if self._loop.closing:
                    break
        except HanseError as error:
            log.info("kernel_away", code=error.code)
        return _AGAIN_S

    def _take(self, status: KernelStatus) -> None:
        key = f"{status.job}/{status.task}"
        now = now_ms()
        if status.state == "running" and now - self._progress_kept.get(key, 0) < _KEEP_PROGRESS_S * 1000:
            return
        self._progress_kept[key] = now

        def change(job: Job) -> Job:
            task = job.tasks.get(status.task)
            if task is None or task.attempt != status.attempt or task.state is not State.RUNNING:
                return job
            waiting = None
            if status.waiting_for:
                since = task.waiting.since_ms if task.waiting and task.waiting.whom == status.waiting_for else now
                waiting = Waiting("message", status.waiting_for, since)
            failures = task.failures
            if status.failure:
                failures = {**failures, job.member: replace(status.failure, component=task.component)}
            return job.with_task(
                task.changed(
                    progress=status.progress,
                    step=status.step,
                    waiting=waiting,
                    parties={**task.parties, job.member: status.state},
                    failures=failures,
                    lanes={**task.lanes, job.member: Lane(status.progress, status.step, status.waiting_for)},
                )
            )

        try:
            self._jobs.change(status.job, change)
        except HanseError:
            log.info("status_of_unknown_job", job=status.job)

    def _note(self, job: Job, task: Task, state: str, failure: Failure | None) -> None:
        def change(now: Job) -> Job:
            present = now.tasks[task.task]
            if present.attempt != task.attempt or present.parties.get(now.member) != STARTING:
                return now
            failures = {**present.failures, now.member: failure} if failure else present.failures
            parties = {**present.parties, now.member: state}
            return now.with_task(present.changed(parties=parties, failures=failures, waiting=None))

        self._jobs.change(job.id, change)

    def _wait(self, job: Job, task: Task, what: str, error: HanseError) -> None:
        def change(now: Job) -> Job:
            present = now.tasks[task.task]
            if present.waiting and present.waiting.what == what:
                return now
            return now.with_task(present.changed(waiting=Waiting(what, now.member, now_ms(), text=error.detail)))

        self._jobs.change(job.id, change)
