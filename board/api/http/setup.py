"""First run: the first administrator, who we are, a backup of our keys, and the way to a partner and back."""

import hashlib
from collections.abc import Callable
from typing import Annotated

from flask import Response
from pydantic import Field

from board.api.http.consents import MemberId
from board.api.http.operation import Fields, Reply, Resource, View, download
from board.api.http.sessions import AccountName, AccountView, Password
from board.domain.accounts import Account, Role
from board.service.audit import Audit
from board.service.ports import Identity
from board.service.reach import Reach
from board.service.setup import Setup


class SetupView(View):
    """Whether the board waits for its first administrator."""

    needed: bool
    member: str
    member_name: str


class NewSetup(Fields):
    """The first administrator; the token is in a file that only the machine's operator reads."""

    token: Annotated[str, Field(max_length=200)]
    account: AccountName
    password: Password


class IdentityView(View):
    """Who we are; compare the fingerprints with partners over the telephone."""

    member: str
    name: str
    gateway: str
    contact: str
    fingerprint: str = Field(description="SHA-256 over the member's public keys and its TLS certificate.")
    signing_key: str
    stream_key: str
    loopback: bool = Field(description="Whether no other machine can reach the gateway's address.")


class NewBackup(Fields):
    """Under what the keys are encrypted."""

    passphrase: Annotated[str, Field(min_length=12, max_length=1000)]


class NewReachTest(Fields):
    """Whom to test."""

    member: MemberId


class ReachedView(View):
    """Whether the member's gateway answers ours."""

    reachable: bool
    round_trip_ms: float
    problem: str


class ReachTestView(View):
    """A test in both directions."""

    test: str
    member: str
    started_ms: int
    there: ReachedView
    back_ms: int = Field(description="How long the member's board took to call us back; 0: no word has come yet.")


def setup(service: Setup, identity: Identity, seal: Callable[[str], bytes], reach: Reach, audit: Audit) -> Resource:
    """Make the resource.

    Parameters
    ----------
    seal
        Returns the member's keys, encrypted under a passphrase.
    """
    resource = Resource("setup")

    @resource.operation(
        "GET", "/setup", "Whether the board waits for its first administrator", role=None, answer=SetupView
    )
    def show() -> dict[str, object]:
        return {"needed": service.needed, "member": identity.member, "member_name": identity.name}

    @resource.operation("POST", "/setup", "Make the first administrator", role=None, answer=AccountView, status=201)
    def finish(body: NewSetup) -> Reply:
        return Reply(service.finish(body.token, body.account, body.password), "/me")

    @resource.operation("GET", "/member/identity", "Who we are, with fingerprints", answer=IdentityView)
    def who() -> dict[str, object]:
        keys = f"{identity.member}\n{identity.signing_key}\n{identity.stream_key}\n{identity.tls_cert}"
        host = identity.gateway.rpartition(":")[0].strip("[]")
        return {
            "member": identity.member,
            "name": identity.name,
            "gateway": identity.gateway,
            "contact": identity.contact,
            "fingerprint": hashlib.sha256(keys.encode()).hexdigest(),
            "signing_key": identity.signing_key,
            "stream_key": identity.stream_key,
            "loopback": host in ("localhost", "::1", "") or host.startswith("127."),
        }

    @resource.operation(
        "POST",
        "/member/key-backup",
        "Download the member's keys, encrypted",
        role=Role.SUPER_ADMIN,
        media="application/octet-stream",
        in_person=True,
    )
    def backup(account: Account, body: NewBackup) -> Response:
        sealed = seal(body.passphrase)
        audit.note(account.account, "keys_backed_up", identity.member)
        return download([sealed], "application/octet-stream", f"{identity.member}-keys.json")

    @resource.operation("POST", "/reach-tests", "Test the way to a member and back", answer=ReachTestView, status=201)
    def test(body: NewReachTest) -> Reply:
        made = reach.start(body.member)
        return Reply(made, f"/reach-tests/{made.test}")

    @resource.operation("GET", "/reach-tests/{test}", "How a test stands", answer=ReachTestView)
    def outcome(test: str) -> object:
        return reach.find(test)

    return resource
