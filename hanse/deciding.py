"""Asking and deciding from Python: requests for data, the inbox, messages, membership, own tokens and sign-ins."""

import secrets
from collections.abc import Sequence
from typing import Any

from common.errors import NotFound
from hanse.calls import Calls, Json


class Deciding(Calls):
    """The part of the client that concerns people's decisions."""

    def request_data(
        self,
        project: str,
        owner: str,
        data_set: str,
        purpose: str,
        *,
        columns: Sequence[str] = (),
        components: Sequence[str] = (),
        runs: int | None = None,
        expires_ms: int = 0,
        newer_versions: bool = False,
    ) -> Json:
        """Ask a partner for the use of its data set in a project, perhaps with the versions to come."""
        body = {
            "project": project,
            "owner": owner,
            "data_set": data_set,
            "purpose": purpose,
            "columns": list(columns),
            "components": list(components),
            "runs": runs,
            "expires_ms": expires_ms,
            "newer_versions": newer_versions,
        }
        return self._call("POST", "/data-requests", json=body, headers={"Idempotency-Key": secrets.token_hex(16)})

    def data_requests(self, *, of_us: bool = False) -> list[Json]:
        """List what we have asked, or what was asked of us."""
        return self._items("/data-requests", asked="of_us" if of_us else "by_us")

    def approvals(self, tab: str = "todo") -> list[Json]:
        """List what waits for us ("todo"), what we wait for ("asked"), or what was decided ("done")."""
        return self._items("/approvals", tab=tab)

    def decide(self, kind: str, name: str, *, approve: bool, reason: str = "") -> None:
        """Decide about something in the inbox; a refusal needs a reason."""
        self._call("POST", f"/approvals/{kind}/{name}/decision", json={"approve": approve, "reason": reason})

    def grant(self, request: str, **less: Any) -> None:
        """Approve a request for data, perhaps for less than was asked for.

        Parameters
        ----------
        less
            columns, runs, expires_ms or newer_versions; what is not named is granted as it was asked for.
        """
        permits = self._call("GET", f"/approvals/data_request/{request}")["permits"]
        if not permits:
            raise NotFound(f"what request {request} asks for is not here (any more)")
        terms = {name: permits[0][name] for name in ("columns", "runs", "expires_ms", "newer_versions")} | less
        body = {"approve": True, "terms": terms}
        self._call("POST", f"/approvals/data_request/{request}/decision", json=body)

    def decide_all(self, items: Sequence[tuple[str, str]], *, approve: bool, reason: str = "") -> list[Json]:
        """Decide about several things (kind, id), each for itself; returns of each whether it was, or why not."""
        chosen = [{"kind": kind, "id": name} for kind, name in items]
        body = {"items": chosen, "approve": approve, "reason": reason}
        told: list[Json] = self._call("POST", "/approvals/decisions", json=body)["items"]
        return told

    def messages(self, *, unread: bool = False) -> list[Json]:
        """List messages, the newest first."""
        return self._items("/messages", unread=1 if unread else 0)

    def read_messages(self) -> None:
        """Note that all messages are read."""
        self._call("POST", "/messages/read", json={})

    def revoke_consent(self, consent: str) -> None:
        """End a consent; it allows no further job."""
        self._call("DELETE", f"/consents/{consent}")

    def close_project(self, project: str) -> Json:
        """Close a project of ours."""
        return self._call("PATCH", f"/projects/{project}", json={"status": "closed"})

    def leave_project(self, project: str, reason: str) -> Json:
        """Leave a project: our consents end, then our acceptance."""
        return self._call("POST", f"/projects/{project}/leave", json={"reason": reason})

    def propose_members(self, project: str, providers: Sequence[str]) -> Json:
        """Propose further members; every provider has to agree to the new terms."""
        return self._call("POST", f"/projects/{project}/members", json={"providers": list(providers)})

    def blocked_members(self) -> list[Json]:
        """List the members that our gateway refuses."""
        return self._items("/blocked-members")

    def block_member(self, member: str, reason: str) -> Json:
        """Refuse a member."""
        return self._call("PUT", f"/blocked-members/{member}", json={"reason": reason})

    def unblock_member(self, member: str) -> None:
        """Answer a member again."""
        self._call("DELETE", f"/blocked-members/{member}")

    def tokens(self) -> list[Json]:
        """List one's own personal access tokens."""
        return self._items("/me/tokens")

    def create_token(self, name: str, *, scope: str = "read", days: int = 90) -> Json:
        """Make a personal access token; its text is in the answer, this once."""
        return self._call("POST", "/me/tokens", json={"name": name, "scope": scope, "days": days})

    def delete_token(self, token: str) -> None:
        """Delete one of one's own tokens."""
        self._call("DELETE", f"/me/tokens/{token}")

    def accounts(self) -> list[Json]:
        """List the accounts of this board."""
        return self._items("/accounts")

    def change_account(self, account: str, **changes: str) -> Json:
        """Change an account's role or status."""
        return self._call("PATCH", f"/accounts/{account}", json=changes)

    def reset_password(self, account: str) -> Json:
        """Give an account a one-time code in place of its password."""
        return self._call("POST", f"/accounts/{account}/password-reset", json={})

    def sample_project(self) -> Json:
        """Make the sample project, at this member alone, and run it."""
        return self._call("POST", "/sample-project", json={}, headers={"Idempotency-Key": secrets.token_hex(16)})
