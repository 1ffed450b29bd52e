"""The evidence of a job or model as one file, for `hanse audit verify`."""

from flask import Response

from board.api.http.operation import Resource, download
from board.domain.accounts import Account, Role
from board.service.evidence import Evidence
from common import canonical


def evidence(service: Evidence) -> Resource:
    """Make the resource."""
    resource = Resource("evidence")

    @resource.operation(
        "GET",
        "/evidence/{subject}",
        "The evidence of a job, or of a model's job: canonical JSON with all records, digests and our seal",
        role=Role.ADMIN,
        media="application/octet-stream",
    )
    def show(subject: str, account: Account) -> Response:
        told = canonical.dumps(service.of(subject, account.account))
        return download([told], "application/json", f"{subject}.evidence.json")

    return resource
