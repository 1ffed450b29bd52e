"""Accounts: anyone may ask for one, administrators decide."""

from pydantic import Field

from board.api.http.operation import Empty, Fields, Paging, Reply, Resource, View
from board.api.http.sessions import AccountName, AccountView, Password
from board.domain.accounts import Account, Role, Status
from board.service.accounts import Accounts


class NewAccount(Fields):
    """A request for an account."""

    account: AccountName
    password: Password


class AccountChange(Fields):
    """A decision about an account."""

    role: Role | None = Field(default=None, description="Only the super administrator decides about administrators.")
    status: Status | None = None


class CodeView(View):
    """A one-time code in place of a password; it is shown once."""

    code: str
    until_ms: int


class AccountPage(View):
    """A page of accounts."""

    items: list[AccountView]
    next_after: str = ""


def accounts(service: Accounts) -> Resource:
    """Make the resource."""
    resource = Resource("accounts")

    @resource.operation("POST", "/accounts", "Ask for an account", role=None, answer=AccountView, status=201)
    def create(body: NewAccount) -> Reply:
        made = service.register(body.account, body.password)
        return Reply(made, f"/accounts/{made.account}")

    @resource.operation("GET", "/accounts", "List the accounts", role=Role.ADMIN, answer=AccountPage)
    def index(query: Paging) -> dict[str, object]:
        found = service.page(query.after, query.limit + 1)
        page = found[: query.limit]
        return {"items": page, "next_after": page[-1].account if len(found) > query.limit else ""}

    @resource.operation("PATCH", "/accounts/{name}", "Decide about an account", role=Role.ADMIN, answer=AccountView)
    def change(name: str, account: Account, body: AccountChange) -> Account:
        return service.change(account, name, body.role, body.status)

    @resource.operation(
        "POST",
        "/accounts/{name}/password-reset",
        "Give an account a one-time code; its sign-ins end",
        role=Role.ADMIN,
        answer=CodeView,
        status=201,
        in_person=True,
    )
    def reset(name: str, account: Account, body: Empty) -> Reply:  # noqa: ARG001  an empty body is still checked
        code, until = service.reset_password(account, name)
        return Reply({"code": code, "until_ms": until}, "/accounts")

    return resource
