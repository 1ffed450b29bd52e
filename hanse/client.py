"""A member's board from Python: `hanse.connect("http://127.0.0.1:8081", "admin", password)`."""

import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from common.errors import InvalidInput
from hanse import templates
from hanse.bringing import Bringing
from hanse.calls import API, Json
from hanse.deciding import Deciding
from hanse.flows import Flows
from hanse.http import Http
from hanse.models import Models
from hanse.notifications import Notifications
from hanse.schedules import Schedules

_CHUNK = 1 << 20


def connect(url: str, account: str = "", password: str = "", *, token: str = "") -> "Client":
    """Sign in at a board, with an account and its password or with a token.

    Raises
    ------
    common.errors.HanseError
        The board does not answer or refuses the sign-in; `.hint` says what to do.
    """
    if not token:
        http = Http(url)
        token = http.call("POST", f"{API}/sessions", json={"account": account, "password": password})["token"]
        http.close()
    return Client(Http(url, token), token)


class Client(Bringing, Deciding, Flows, Notifications, Schedules, Models):
    """A signed-in account of one member."""

    def __init__(self, http: Http, token: str) -> None:
        self.http, self.token = http, token

    def __enter__(self) -> Self:
        """Use as a context manager."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connections; the sign-in stays valid."""
        self.http.close()

    def sign_out(self) -> None:
        """End this sign-in."""
        self._call("DELETE", "/sessions/current")

    # members

    def member(self) -> Json:
        """Describe this member and how it stands at the union."""
        return self._call("GET", "/member")

    def register(self) -> Json:
        """Register this member at the union, on the ledger."""
        return self._call("POST", "/member/registration", json={})

    def members(self, *, probe: bool = False) -> list[Json]:
        """List the federation's members."""
        return list(self.http.pages(f"{API}/members", **({"probe": 1} if probe else {})))

    # data

    def upload(
        self,
        path: str | Path,
        *,
        name: str = "",
        id_column: str = "",
        label_column: str = "",
        encoding: str = "",
        duplicates: str = "refuse",
        visibility: str = "private",
    ) -> Json:
        """Import a CSV, Parquet or Excel file as a data set of this member.

        Parameters
        ----------
        id_column
            Column that names the rows; empty: rows are numbered.
        duplicates
            "refuse", or "first" to keep the first row of each id.
        visibility
            "private", or "federation" to show the description (never rows) in the union's catalogue.
        """
        file = Path(path)
        params = {
            "name": name or file.stem,
            "file_name": file.name,
            "id_column": id_column,
            "label_column": label_column,
            "encoding": encoding,
            "duplicates": duplicates,
            "visibility": visibility,
        }
        headers = {
            "Content-Type": "application/octet-stream",
            "Content-Length": str(file.stat().st_size),
            "Idempotency-Key": secrets.token_hex(16),
        }
        with file.open("rb") as stream:
            content = iter(lambda: stream.read(_CHUNK), b"")
            return self._call("POST", "/data-sets", params=params, headers=headers, content=content, timeout=600.0)

    def data_sets(self) -> list[Json]:
        """List this member's data sets."""
        return list(self.http.pages(f"{API}/data-sets"))

    def data_set(self, data_set: str) -> Json:
        """Describe a data set."""
        return self._call("GET", f"/data-sets/{data_set}")

    def delete_data_set(self, data_set: str) -> None:
        """Delete a data set."""
        self._call("DELETE", f"/data-sets/{data_set}")

    def data_resources(self, text: str = "", **filters: str | int) -> list[Json]:
        """Search the federation's catalogue; filters: tag, column, member, least_rows."""
        wanted = {"text": text, **filters}
        return list(self.http.pages(f"{API}/data-resources", **{name: v for name, v in wanted.items() if v}))

    # projects

    def create_project(
        self, name: str, providers: Sequence[str], *, purpose: str = "", components: Sequence[str] = ()
    ) -> Json:
        """Create a project on the ledger and invite the providers."""
        body = {"name": name, "purpose": purpose, "providers": list(providers), "components": list(components)}
        return self._call("POST", "/projects", json=body, headers={"Idempotency-Key": secrets.token_hex(16)})

    def projects(self) -> list[Json]:
        """List the projects of this member."""
        return list(self.http.pages(f"{API}/projects"))

    def project(self, project: str) -> Json:
        """Describe a project: parties, answers, data sets, consents."""
        return self._call("GET", f"/projects/{project}")

    def invitations(self) -> list[Json]:
        """List the invitations that wait for an answer."""
        return list(self.http.pages(f"{API}/invitations"))

    def answer_invitation(self, project: str, *, accept: bool, reason: str = "") -> Json:
        """Accept or refuse an invitation; the answer stands on the ledger."""
        return self._call("POST", f"/projects/{project}/answer", json={"accept": accept, "reason": reason})

    def offer_data_set(self, project: str, data_set: str) -> Json:
        """Show a data set's description to the project's parties."""
        return self._call("POST", f"/projects/{project}/data-sets", json={"data_set": data_set})

    def project_data_sets(self, project: str) -> list[Json]:
        """List what all parties offer in a project."""
        return list(self.http.pages(f"{API}/projects/{project}/data-sets"))

    def consent(
        self,
        project: str,
        data_set: str,
        *,
        components: Sequence[str] = (),
        runs: int | None = None,
        newer_versions: bool = False,
    ) -> Json:
        """Allow a data set, perhaps with versions to come, to be used in a project's jobs; it stands on the ledger."""
        body = {"data_set": data_set, "components": list(components), "runs": runs, "newer_versions": newer_versions}
        return self._call("POST", f"/projects/{project}/consents", json=body)

    def consents(self) -> list[Json]:
        """List this member's consents."""
        return list(self.http.pages(f"{API}/consents"))

    # what needs several of them

    def graph(self, project: str, template: str, data_sets: Mapping[str, str] | None = None, arbiter: str = "") -> Json:
        """Fill a flow template in for a project's parties.

        Parameters
        ----------
        template
            Name of one of `templates()`, for instance "vert_lr".
        data_sets
            Member → its data set's id; where a member is left out, the only one that it offers in the project.
        arbiter
            For templates whose training has one: a member of the project that brings no data.
        """
        told = self.project(project)
        members = [party["member"] for party in told["parties"]]
        if arbiter and arbiter not in members[1:]:
            raise InvalidInput(
                f"{arbiter} cannot be the arbiter", hint=f"Members beside the promoter: {', '.join(members[1:])}."
            )
        members = [member for member in members if member != arbiter]
        chosen = templates.choose(self.project_data_sets(project), members, data_sets or {})
        return templates.fill(templates.find(self.templates(), template), chosen, told["promoter"], arbiter)

    # evidence

    def ledger_entries(self, *, mine: bool = True, kind: str = "") -> list[Json]:
        """List records on the ledger with their transactions."""
        params: Json = {"mine": 1} if mine else {}
        return list(self.http.pages(f"{API}/ledger-entries", **params, **({"kind": kind} if kind else {})))

    def evidence(self, subject: str) -> bytes:
        """Return the evidence of a job, or of a model's job, as canonical JSON; see `hanse audit verify`."""
        return b"".join(self.http.read(f"{API}/evidence/{subject}"))

    def status(self) -> Json:
        """Tell the health and versions of the member's services."""
        return self._call("GET", "/status")
