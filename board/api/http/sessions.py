"""Sign-in, and who one is."""

from typing import Annotated

from flask import Response, request
from pydantic import AfterValidator, Field

from board.api.http.guard import COOKIE
from board.api.http.operation import Fields, Reply, Resource, View
from board.domain.accounts import Account, Role, Status
from board.service.accounts import Accounts, csrf_of

_NAME = r"^[a-z0-9][a-z0-9._-]{0,62}$"
Password = Annotated[str, Field(max_length=1000)]


def _no_separator(value: str) -> str:
    if "\x00" in value:
        raise ValueError("a NUL character has no place here")
    return value


Text = Annotated[str, AfterValidator(_no_separator)]
AccountName = Annotated[str, Field(pattern=_NAME, description="Lower-case letters, digits, dot, dash, underscore.")]


class Credentials(Fields):
    """What a sign-in needs."""

    account: Annotated[Text, Field(max_length=64)]
    password: Password


class NewPassword(Fields):
    """A change of one's own password."""

    old: Password
    new: Password


class AccountView(View):
    """An account, without its password."""

    account: str
    role: Role
    status: Status
    created_ms: int
    change_by_ms: int = Field(
        description="Until when a one-time code has to be replaced by a password; 0: it has been."
    )


class SessionView(View):
    """A fresh sign-in; the token is shown once."""

    token: str
    csrf: str = Field(description="Send it as X-Hanse-CSRF with changes made by cookie.")
    expires_ms: int
    account: AccountView


class MeView(AccountView):
    """Who asks, and which member this board belongs to."""

    csrf: str
    member: str
    member_name: str


def sessions(accounts: Accounts, member: str, member_name: str, *, secure: bool) -> Resource:
    """Make the resource.

    Parameters
    ----------
    secure
        Whether people reach the board by https, so that the cookie must not travel otherwise.
    """
    resource = Resource("sessions")

    @resource.operation("POST", "/sessions", "Sign in", role=None, answer=SessionView, status=201)
    def create(body: Credentials) -> Reply:
        agent = request.headers.get("User-Agent", "")
        token, account, expires_ms = accounts.sign_in(body.account, body.password, agent)
        cookie = Response()
        cookie.set_cookie(COOKIE, token, httponly=True, samesite="Strict", secure=secure, path="/")
        value = {"token": token, "csrf": csrf_of(token), "expires_ms": expires_ms, "account": account}
        return Reply(value, "/sessions/current", headers={"Set-Cookie": cookie.headers["Set-Cookie"]})

    @resource.operation("DELETE", "/sessions/current", "Sign out", early=True, in_person=True)
    def delete(account: Account, token: str) -> Reply:
        accounts.sign_out(account, token)
        cookie = Response()
        cookie.delete_cookie(COOKIE, path="/", httponly=True, samesite="Strict", secure=secure)
        return Reply(None, headers={"Set-Cookie": cookie.headers["Set-Cookie"]})

    @resource.operation("GET", "/me", "Who am I", answer=MeView, early=True)
    def me(account: Account, token: str) -> dict[str, object]:
        about = AccountView.model_validate(account).model_dump()
        return about | {"csrf": csrf_of(token), "member": member, "member_name": member_name}

    @resource.operation("PUT", "/me/password", "Change my password; other sign-ins end", early=True, in_person=True)
    def password(account: Account, token: str, body: NewPassword) -> None:
        accounts.set_password(account, body.old, body.new, token)

    return resource
