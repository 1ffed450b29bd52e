"""Messages to people, with their read state."""

from pydantic import Field

from board.api.http.member import cursor, position
from board.api.http.operation import Empty, Paging, Resource, View
from board.domain.accounts import Account
from board.service.messages import Messages
from common.errors import NotFound


class MessageQuery(Paging):
    """Which messages to list."""

    unread: bool = Field(default=False, description="Only those that I have not read.")


class MessageView(View):
    """Something that people should know."""

    message: int
    at_ms: int
    kind: str = Field(description="Its words are in the page's catalogue under this name.")
    subject: str
    values: dict[str, str]
    read: bool


class MessagePage(View):
    """A page of messages, the newest first."""

    items: list[MessageView]
    next_after: str = ""


def messages(service: Messages) -> Resource:
    """Make the resource."""
    resource = Resource("messages")

    @resource.operation("GET", "/messages", "Messages, the newest first", answer=MessagePage)
    def index(account: Account, query: MessageQuery) -> dict[str, object]:
        found = service.page(account.account, position(query.after), query.limit + 1, unread=query.unread)
        page = found[: query.limit]
        return {"items": page, "next_after": cursor(page[-1].message if len(found) > query.limit else 0)}

    @resource.operation("POST", "/messages/read", "Note that I have read all messages")
    def read_all(account: Account, body: Empty) -> None:  # noqa: ARG001  an empty body is still checked
        service.read(account.account, 0)

    @resource.operation("POST", "/messages/{message}/read", "Note that I have read a message")
    def read(message: str, account: Account, body: Empty) -> None:  # noqa: ARG001  an empty body is still checked
        if not message.isdecimal() or not message.isascii() or len(message) > 9 or message.strip("0") == "":  # noqa: PLR2004  numbers of a list
            raise NotFound(f"{message[:80]!r} is no message")
        service.read(account.account, int(message))

    return resource
