"""For operators and auditors: status, the gateway's policy, the audit log."""

import csv
import io
import ipaddress
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from importlib import metadata
from typing import Annotated

from flask import Response
from pydantic import Field

from board.api.http.consents import Time
from board.api.http.member import cursor, position
from board.api.http.operation import Fields, Paging, Resource, View, download
from board.domain.accounts import Account, Role
from board.domain.audit import Line, Wanted
from board.domain.errors import InvalidFields
from board.service.audit import Audit
from board.service.ports import Gateway, Services
from board.service.status import look_at


class ServiceView(View):
    """A service as the board reaches it."""

    service: str
    ok: bool
    ms: float
    code: str
    detail: str
    hint: str = Field(description="What mends it, when it does not answer.")


class StatusView(View):
    """The member's services."""

    version: str
    services: list[ServiceView]


class PolicyModel(Fields):
    """From where our gateway takes calls; refused members are a resource of their own, each with a reason."""

    allow_ips: Annotated[list[str], Field(max_length=1000)] = Field(description="Networks that may call; empty: all.")


class PolicyView(View):
    """From where our gateway takes calls."""

    allow_ips: list[str]


class LineView(View):
    """A line of the audit log."""

    sequence: int
    time_ms: int
    account: str
    action: str
    subject: str
    detail: str
    previous: str
    hash: str


class AuditPage(View):
    """A page of the audit log, the newest first."""

    items: list[LineView]
    next_after: str = ""


class AuditFilter(Fields):
    """Which lines to read."""

    account: str = Field(default="", max_length=64)
    action: str = Field(default="", max_length=64)
    text: str = Field(default="", max_length=200, description="In the subject or the detail.")
    since_ms: Time = 0
    until_ms: Time = 0

    def wanted(self) -> Wanted:
        """Return it as the use cases take it."""
        return Wanted(self.account, self.action, self.text, self.since_ms, self.until_ms)


class AuditQuery(AuditFilter, Paging):
    """Which lines to list."""


class ChainView(View):
    """Whether the audit log's chain of hashes holds."""

    intact: bool
    broken_at: int


def operations(services: Services, gateway: Gateway, audit: Audit) -> Resource:
    """Make the resource."""
    resource = Resource("operations")

    @resource.operation("GET", "/status", "Health and version of the member's services", answer=StatusView)
    def status() -> dict[str, object]:
        return {"version": metadata.version("hanse"), "services": look_at(services)}

    @resource.operation(
        "GET", "/gateway-policy", "Networks that may call our gateway", role=Role.ADMIN, answer=PolicyView
    )
    def policy() -> dict[str, object]:
        return {"allow_ips": gateway.policy()[1]}

    @resource.operation(
        "PUT", "/gateway-policy", "Set the networks that may call our gateway", role=Role.ADMIN, answer=PolicyView
    )
    def set_policy(account: Account, body: PolicyModel) -> PolicyModel:
        for network in body.allow_ips:
            try:
                ipaddress.ip_network(network)
            except ValueError as problem:
                raise InvalidFields(f"allow_ips: {network[:80]!r} is no network: {problem}") from problem
        gateway.set_policy(gateway.policy()[0], body.allow_ips)
        audit.note(account.account, "gateway_policy_set", "", f"{body.allow_ips}")
        return body

    @resource.operation("GET", "/audit", "The audit log", role=Role.ADMIN, answer=AuditPage)
    def lines(query: AuditQuery) -> dict[str, object]:
        found = audit.page(position(query.after), query.limit + 1, query.wanted())
        page = found[: query.limit]
        return {"items": page, "next_after": cursor(page[-1].sequence if len(found) > query.limit else 0)}

    @resource.operation("GET", "/audit/export", "The audit log as CSV", role=Role.ADMIN, media="text/csv")
    def export(account: Account, query: AuditFilter) -> Response:
        audit.note(account.account, "audit_exported")
        return download(_csv(audit.every(query.wanted())), "text/csv; charset=utf-8", "audit.csv")

    @resource.operation("GET", "/audit/chain", "Check the audit log's chain", role=Role.ADMIN, answer=ChainView)
    def chain() -> dict[str, object]:
        broken = audit.broken_at()
        return {"intact": broken == 0, "broken_at": broken}

    return resource


def _csv(lines: Iterable[Line]) -> Iterator[bytes]:
    names = [field for field in LineView.model_fields if field != "previous"]
    yield _row(["time", *names])
    for line in lines:
        time = datetime.fromtimestamp(line.time_ms / 1000, UTC).isoformat(timespec="milliseconds")
        yield _row([time, *(getattr(line, name) for name in names)])


def _row(values: Iterable[object]) -> bytes:
    text = io.StringIO()
    # A cell that begins like a formula is none: spreadsheets would compute it.
    csv.writer(text, lineterminator="\n").writerow(
        f"'{v}" if str(v)[:1] in "=+-@\t\r" and str(v) else v for v in values
    )
    return text.getvalue().encode()
