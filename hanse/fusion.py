"""A fusion node from Python: sample alignment with a partner, without the rest of Hanse."""

from urllib.parse import quote

from hanse.fusion_calls import Json
from hanse.fusion_data import FusionData
from hanse.fusion_partners import FusionPartners
from hanse.fusion_results import FusionResults
from hanse.fusion_schedules import FusionSchedules
from hanse.fusion_tables import FusionTables
from hanse.fusion_tasks import FusionTasks
from hanse.http import Http


class FusionNode(FusionPartners, FusionData, FusionTasks, FusionResults, FusionSchedules, FusionTables):
    """One fusion node, by its address and the token that its operator finds in its home folder."""

    def __init__(self, url: str, token: str) -> None:
        self.http = Http(url, token)
        self._token = token

    def close(self) -> None:
        """Free the connections."""
        self.http.close()

    def page(self) -> str:
        """Return the address of the node's web page; what stands behind the # opens it and stays in the browser."""
        return f"{self.http.base}/#token={quote(self._token, safe='')}"

    def protocols(self) -> list[Json]:
        """List the protocols, and what each can be agreed on for."""
        return self._items("/protocols")

    def node(self) -> Json:
        """Describe the node's machine: cores, vectors, free disk, and the board at which results are saved."""
        return self._call("GET", "/node")
