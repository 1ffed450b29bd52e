"""The sample project in one call."""

from board.api.http.operation import Empty, Reply, Resource, View
from board.domain.accounts import Account
from board.service.samples import Samples


class SampleView(View):
    """What was made."""

    data_set: str
    project: str
    flow: str
    job: str


def samples(service: Samples) -> Resource:
    """Make the resource."""
    resource = Resource("samples")

    @resource.operation(
        "POST", "/sample-project", "Make the sample project and run it", answer=SampleView, status=201, idempotent=True
    )
    def make(account: Account, body: Empty) -> Reply:  # noqa: ARG001  an empty body is still checked
        made = service.make(account.account)
        return Reply(made, f"/jobs/{made.job}")

    return resource
