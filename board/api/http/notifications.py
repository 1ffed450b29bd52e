"""Notifications outside the browser: mail servers and webhooks, what they are told of, and a test."""

from typing import Annotated, Literal

from pydantic import Field

from board.api.http.operation import Empty, Fields, Paging, Reply, Resource, View
from board.api.http.sessions import Text
from board.domain.accounts import Account, Role
from board.domain.notices import Channel
from board.service.channels import Channels

Event = Literal["decision_waits", "job_succeeded", "job_failed", "run_refused", "service_unhealthy"]
Mail = Annotated[str, Field(max_length=254, pattern=r"^[^@\s,;<>\"]+@[^@\s,;<>\"]+$")]
Secret = Annotated[str, Field(max_length=1000, pattern=r"^[ -~]*$")]


class NewChannel(Fields):
    """A way out of the house; its address must be one that the operator has opened (notify_allow)."""

    kind: Literal["mail", "webhook"]
    name: Annotated[Text, Field(min_length=1, max_length=200)]
    address: Annotated[str, Field(min_length=3, max_length=500, pattern=r"^[!-~]+$")] = Field(
        description="host:port of the mail server, or the webhook's URL."
    )
    events: Annotated[list[Event], Field(min_length=1, max_length=5)]
    language: Literal["en", "zh"] = "en"
    security: Literal["starttls", "tls", "none"] = Field(
        default="starttls", description="Of mail; none is for a server on this machine alone."
    )
    sender: Mail | Literal[""] = ""
    recipients: Annotated[list[Mail], Field(max_length=50)] = Field(default=[])
    user: Annotated[str, Field(max_length=254, pattern=r"^[!-~]*$")] = ""
    secret: Secret = Field(
        default="",
        description="The mail password, or the key of the webhook's signature; empty in a change: it stays.",
    )
    enabled: bool = True

    def channel(self) -> Channel:
        """Return it as the service takes it, without its secret."""
        return Channel(
            channel="",
            kind=self.kind,
            name=self.name,
            address=self.address,
            events=tuple(dict.fromkeys(self.events)),
            language=self.language,
            security=self.security,
            sender=self.sender,
            recipients=tuple(self.recipients),
            user=self.user,
            enabled=self.enabled,
        )


class ChannelView(View):
    """A channel; its secret is told to nobody."""

    channel: str
    kind: str
    name: str
    address: str
    events: list[str]
    language: str
    security: str
    sender: str
    recipients: list[str]
    user: str
    has_secret: bool
    enabled: bool
    created_ms: int
    created_by: str
    sent_ms: int = Field(description="When the last notice arrived; 0: none has.")
    problem: str = Field(description="Of the last try; empty: it arrived.")
    waiting: int


class ChannelPage(View):
    """All channels."""

    items: list[ChannelView]
    next_after: str = ""


def notifications(service: Channels) -> Resource:
    """Make the resource."""
    resource = Resource("notifications")

    @resource.operation(
        "GET", "/notification-channels", "Mail servers and webhooks", role=Role.ADMIN, answer=ChannelPage
    )
    def index(query: Paging) -> dict[str, object]:  # noqa: ARG001  few enough for one page
        return {"items": [_view(channel, waiting) for channel, waiting in service.all()]}

    @resource.operation("POST", "/notification-channels", "Set one up", role=Role.ADMIN, answer=ChannelView, status=201)
    def create(account: Account, body: NewChannel) -> Reply:
        made = service.create(body.channel(), body.secret, account.account)
        return Reply(_view(made, 0), "/notification-channels")

    @resource.operation("PUT", "/notification-channels/{channel}", "Change one", role=Role.ADMIN, answer=ChannelView)
    def change(channel: str, account: Account, body: NewChannel) -> dict[str, object]:
        return _view(service.change(channel, body.channel(), body.secret, account.account), 0)

    @resource.operation("DELETE", "/notification-channels/{channel}", "Delete one", role=Role.ADMIN)
    def delete(channel: str, account: Account) -> None:
        service.delete(channel, account.account)

    @resource.operation("POST", "/notification-channels/{channel}/tests", "Send a test now", role=Role.ADMIN)
    def test(channel: str, account: Account, body: Empty) -> None:  # noqa: ARG001  an empty body is still checked
        service.test(channel, account.account)

    return resource


def _view(channel: Channel, waiting: int) -> dict[str, object]:
    fields = {name: getattr(channel, name) for name in ChannelView.model_fields if hasattr(channel, name)}
    return fields | {"has_secret": bool(channel.secret), "waiting": waiting}
