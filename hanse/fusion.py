"""A fusion node from Python: sample alignment with a partner, without the rest of Hanse."""

from pathlib import Path

from hanse.fusion_calls import API, Json
from hanse.fusion_results import FusionResults
from hanse.fusion_schedules import FusionSchedules
from hanse.fusion_tasks import FusionTasks
from hanse.http import Http


class FusionNode(FusionTasks, FusionResults, FusionSchedules):
    """One fusion node, by its address and the token that its operator finds in its home folder."""

    def __init__(self, url: str, token: str) -> None:
        self.http = Http(url, token)

    def close(self) -> None:
        """Free the connections."""
        self.http.close()

    def identity(self) -> Json:
        """Describe the node: id, address, keys, fingerprint; this is what partners need."""
        return self._call("GET", "/identity")

    def add_partner(self, identity: Json) -> Json:
        """Trust a partner by what its `identity()` says; compare the fingerprint over another channel first."""
        wanted = ("node", "address", "signing_key", "stream_key", "tls_cert")
        return self._call("POST", "/partners", json={name: identity[name] for name in wanted})

    def partners(self) -> list[Json]:
        """List the partners."""
        return list(self.http.pages(f"{API}/partners"))

    def protocols(self) -> list[Json]:
        """List the protocols, and what each can be agreed on for."""
        return list(self.http.pages(f"{API}/protocols"))

    def upload(self, path: str | Path, name: str = "") -> Json:
        """Give the node a CSV or Parquet file."""
        file = Path(path)
        params = {"name": name or file.stem, "file_name": file.name}
        headers = {"Content-Type": "application/octet-stream"}
        return self._call("POST", "/data-sets", params=params, headers=headers, content=file.read_bytes())

    def node(self) -> Json:
        """Describe the node's machine: cores, vectors, free disk, and the board at which results are saved."""
        return self._call("GET", "/node")
