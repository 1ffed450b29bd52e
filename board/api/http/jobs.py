"""Jobs: start, look, stop, resume, decide."""

from typing import Annotated, Literal

from pydantic import Field

from board.api.http.consents import MemberId
from board.api.http.flows import NodeId
from board.api.http.job_views import JobDetail, JobPage, JobState, job_detail, job_view
from board.api.http.operation import Empty, Fields, Paging, Reply, Resource
from board.api.http.sessions import Text
from board.domain.accounts import Account, Role
from board.service.jobs import Filter, Jobs, Order

Id = Annotated[str, Field(pattern=r"^([A-Za-z0-9][A-Za-z0-9._-]{0,127})?$")]
State = Literal["", JobState]


class NewJob(Fields):
    """A job to start."""

    flow: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$")]
    name: Annotated[Text, Field(max_length=200)] = Field(default="", description="Empty: the flow's name.")
    deadline_s: Annotated[int, Field(ge=0, le=365 * 24 * 3600)] = Field(default=0, description="0: seven days.")
    reuse_from: Id = Field(default="", description="A job whose unchanged nodes are taken over.")
    anew: Annotated[list[NodeId], Field(max_length=200)] = Field(
        default=[], description="Nodes that run, with all after them, though they could be taken over."
    )
    data: dict[MemberId, Id] = Field(default={}, description="Member → data set that takes the drawn one's place.")

    def order(self) -> Order:
        """Say the same to the use case."""
        return Order(self.flow, self.name, self.deadline_s, self.reuse_from, self.data, tuple(self.anew))


class Why(Fields):
    """Why."""

    reason: Annotated[Text, Field(max_length=2000)] = ""


class JobDecision(Fields):
    """Our people's decision about a partner's job."""

    approve: bool
    reason: Annotated[Text, Field(max_length=2000)] = ""


class JobQuery(Paging):
    """Which jobs to list."""

    project: Id = ""
    state: State = ""
    flow: Id = ""
    text: Annotated[Text, Field(max_length=200)] = Field(default="", description="Searched in names and ids.")


def jobs(service: Jobs) -> Resource:
    """Make the resource."""
    resource = Resource("jobs")

    @resource.operation("POST", "/jobs", "Start a job of a flow", answer=JobDetail, status=202, idempotent=True)
    def create(account: Account, body: NewJob) -> Reply:
        job = service.start(body.order(), account.account)
        return Reply(job_detail(job), f"/jobs/{job.spec.job}")

    @resource.operation("GET", "/jobs", "Jobs of this member, the newest first", answer=JobPage)
    def index(query: JobQuery) -> dict[str, object]:
        wanted = Filter(query.project, query.state, query.flow, query.text)
        found, after = service.page(wanted, query.after, query.limit)
        return {"items": [job_view(job) for job in found], "next_after": after}

    @resource.operation("GET", "/jobs/{job}", "A job", answer=JobDetail)
    def show(job: str) -> dict[str, object]:
        return job_detail(service.get(job))

    @resource.operation("POST", "/jobs/{job}/stop", "Stop a job at all members", answer=JobDetail, status=202)
    def stop(job: str, account: Account, body: Why) -> dict[str, object]:
        return job_detail(service.stop(job, body.reason, account.account))

    @resource.operation("POST", "/jobs/{job}/resume", "Go on with a job that ended early", answer=JobDetail, status=202)
    def resume(job: str, account: Account, body: Empty) -> dict[str, object]:  # noqa: ARG001  still checked
        return job_detail(service.resume(job, account.account))

    @resource.operation(
        "POST", "/jobs/{job}/approval", "Approve or refuse a partner's job", role=Role.ADMIN, answer=JobDetail
    )
    def approval(job: str, account: Account, body: JobDecision) -> dict[str, object]:
        decided = service.decide(job, approve=body.approve, reason=body.reason, by=account.account)
        return job_detail(decided)

    return resource
