"""What comes before a job: the look at all that may stand in its way, and running an earlier one from a node on."""

from typing import Annotated, Literal

from pydantic import Field

from board.api.http.flows import NodeId, ProblemView
from board.api.http.job_views import JobDetail, job_detail
from board.api.http.jobs import NewJob
from board.api.http.operation import Fields, Reply, Resource, View
from board.api.http.sessions import Text
from board.domain.accounts import Account
from board.service.jobs import Jobs
from board.service.preflight import Preflight


class Wanted(NewJob):
    """A job that somebody wants to start."""

    reuse: bool = Field(
        default=True, description="Take over what the flow's newest job has made, where nothing changed."
    )


class Rerun(Fields):
    """From where on an earlier job runs again."""

    node: NodeId = Field(description="It and all nodes after it run; what stands before is taken over.")
    name: Annotated[Text, Field(max_length=200)] = Field(default="", description="Empty: the earlier job's.")


class CheckView(View):
    """One thing that was looked at."""

    what: Literal[
        "graph", "start", "answer", "partner", "versions", "data", "consent", "disk", "window", "runs", "newer", "until"
    ]
    state: Literal["ok", "warning", "failed", "unknown"]
    party: str
    about: str = Field(
        description="Data set, answer, milliseconds of the round trip, free bytes, runs left, number of problems."
    )
    code: str
    detail: str
    name: str = Field(description="Of the data set, when `about` is one and we know its name.")


class NodePlanView(View):
    """What becomes of a node."""

    node: str
    reused_from: str = Field(description="The job whose outputs it takes over; empty: it runs.")
    reason: Literal[
        "reused",
        "no_source",
        "new_node",
        "not_finished",
        "asked",
        "component",
        "params",
        "own_params",
        "data",
        "parties",
        "inputs",
    ]
    about: str = Field(description="The member or node that the reason speaks of.")


class OutlookView(View):
    """What would happen."""

    can_start: bool
    checks: list[CheckView]
    problems: list[ProblemView]
    nodes: list[NodePlanView]
    reuse_from: str


def job_starts(jobs: Jobs, preflight: Preflight) -> Resource:
    """Make the resource."""
    resource = Resource("job_starts")

    @resource.operation("POST", "/job-checks", "What stands in the way of a job; starts nothing", answer=OutlookView)
    def check(account: Account, body: Wanted) -> object:
        return preflight.look(body.order(), account.account, reuse=body.reuse)

    @resource.operation(
        "POST", "/jobs/{job}/reruns", "Run a job again from a node on", answer=JobDetail, status=202, idempotent=True
    )
    def rerun(job: str, account: Account, body: Rerun) -> Reply:
        made = jobs.again(job, body.node, body.name, account.account)
        return Reply(job_detail(made), f"/jobs/{made.spec.job}")

    return resource
