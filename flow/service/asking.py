"""A provider asks the promoter how the job and all its parts get on: soon while something moves, else now and then."""

from dataclasses import dataclass

import structlog

from common.errors import HanseError
from flow.domain.conclusion import Ended, concluded
from flow.domain.job import Job
from flow.domain.render import failure_of
from flow.domain.states import ENDED, RETRYABLE, State
from flow.domain.telling import heard
from flow.service.jobs import Jobs, now_ms
from flow.service.ports import Peers
from proto.flow.v1 import flow_pb2 as pb

log = structlog.get_logger()
_SOON_S, _SELDOM_S = 2.0, 10.0


@dataclass(frozen=True, slots=True)
class _Asked:
    at_ms: int
    pause_s: float
    revision: int  # of the job as it was then; -1: no change of ours makes us ask sooner


class Asking:
    """Asks about every job that another member promotes; nobody but its promoter tells us of a job unasked."""

    def __init__(self, jobs: Jobs, peers: Peers) -> None:
        self._jobs, self._peers = jobs, peers
        self._asked: dict[str, _Asked] = {}

    def ask(self, job: Job) -> float:
        """Ask when it is time to, also in case the promoter's last word was lost; returns when to come again."""
        last = self._asked.setdefault(job.id, _Asked(now_ms(), _SOON_S, job.revision))
        quiet = last.revision in (job.revision, -1)
        pause_s = last.pause_s if quiet else min(_SOON_S, last.pause_s)
        left_s = pause_s - (now_ms() - last.at_ms) / 1000
        if left_s > 0:
            return left_s
        try:
            told = self._peers.job(job.promoter, job.id)
        except HanseError as error:
            if error.code not in RETRYABLE:
                log.warning("promoter_denies_job", job=job.id, code=error.code)
            self._asked[job.id] = _Asked(now_ms(), _SELDOM_S, -1)
            return _SELDOM_S
        after = self._jobs.change(job.id, lambda now: _taken(now, told))
        moved = after.tasks != job.tasks
        pause_s = min(_SOON_S if moved else 2 * pause_s, _SELDOM_S)
        self._asked[job.id] = _Asked(now_ms(), pause_s, after.revision)
        return pause_s

    def forget(self, job: str) -> None:
        """Ask no more about a job that has ended."""
        self._asked.pop(job, None)


def _taken(job: Job, told: pb.PeerJobResponse) -> Job:
    if job.ended:  # in between we have heard of the end, and how all stood then
        return job
    after = heard(job, told.tasks, now_ms())
    if told.state not in ENDED:
        return after
    failure = failure_of(told.failure) if told.HasField("failure") else None
    return concluded(after, Ended("", 0, State(told.state), failure), now_ms())
