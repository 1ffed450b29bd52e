"""One's own sign-ins and personal access tokens."""

from typing import Annotated, Literal

from pydantic import Field

from board.api.http.operation import Fields, Reply, Resource, View
from board.api.http.sessions import Text
from board.domain.accounts import Account, Token
from board.service.accounts import Accounts, token_hash
from board.service.tokens import Tokens

_SHORT = 16


class OwnSession(View):
    """A sign-in of mine."""

    session: str
    agent: str = Field(description="What the browser or program calls itself.")
    created_ms: int
    seen_ms: int
    expires_ms: int
    current: bool


class OwnSessions(View):
    """My sign-ins."""

    items: list[OwnSession]
    next_after: str = ""


class NewToken(Fields):
    """A token to make."""

    name: Annotated[Text, Field(min_length=1, max_length=200)] = Field(description="What it is for.")
    scope: Literal["read", "write"] = Field(
        default="read", description="read: only look; write: everything that the account may do."
    )
    days: Annotated[int, Field(ge=1, le=366)] = 90


class TokenView(View):
    """A personal access token, without its text."""

    token: str
    name: str
    scope: str
    created_ms: int
    expires_ms: int
    used_ms: int


class MadeToken(TokenView):
    """A fresh token."""

    text: str = Field(description="Shown this once; send it as `Authorization: Bearer`.")


class TokenPage(View):
    """My tokens."""

    items: list[TokenView]
    next_after: str = ""


def own_access(accounts: Accounts, tokens: Tokens) -> Resource:
    """Make the resource."""
    resource = Resource("own_access")

    @resource.operation("GET", "/me/sessions", "My sign-ins", answer=OwnSessions)
    def sessions(account: Account, token: str) -> dict[str, object]:
        current = token_hash(token)
        items = [
            {
                "session": session.token_hash[:_SHORT],
                "agent": session.agent,
                "created_ms": session.created_ms,
                "seen_ms": session.seen_ms,
                "expires_ms": session.expires_ms,
                "current": session.token_hash == current,
            }
            for session in accounts.sessions(account)
        ]
        return {"items": items}

    @resource.operation("DELETE", "/me/sessions", "End my other sign-ins", in_person=True)
    def end_others(account: Account, token: str) -> None:
        accounts.end_sessions(account, token)

    @resource.operation("DELETE", "/me/sessions/{session}", "End one of my other sign-ins", in_person=True)
    def end(session: str, account: Account, token: str) -> None:
        accounts.end_sessions(account, token, session)

    @resource.operation("GET", "/me/tokens", "My personal access tokens", answer=TokenPage)
    def index(account: Account) -> dict[str, list[Token]]:
        return {"items": tokens.all(account)}

    @resource.operation(
        "POST", "/me/tokens", "Make a personal access token", answer=MadeToken, status=201, in_person=True
    )
    def create(account: Account, body: NewToken) -> Reply:
        made, text = tokens.create(account, body.name, body.scope, body.days)
        return Reply(TokenView.model_validate(made).model_dump() | {"text": text}, "/me/tokens")

    @resource.operation("DELETE", "/me/tokens/{name}", "Delete a personal access token", in_person=True)
    def drop(name: str, account: Account) -> None:
        tokens.drop(account, name)

    return resource
