"""What partners call their data sets, as far as they have told us."""

from board.domain.requests import DataRequest
from board.service.ports import Union
from board.store.base import ProjectStore
from board.store.letters import SharedStore
from common.errors import HanseError


class PartnerNames:
    """Looks in offers, in what was shown to us, and among what the ledger shows to everybody."""

    def __init__(self, projects: ProjectStore, shared: SharedStore, union: Union) -> None:
        self._projects, self._shared, self._union = projects, shared, union

    def of(self, request: DataRequest) -> str:
        """Return the name of the data set that a request of ours asks for; empty when nobody has told it."""
        told = {(one.member, one.data_set): one.name for one in self._shared.of(request.owner)}
        told |= {(one.member, one.data_set): one.name for one in self._projects.offers(request.project)}
        return told.get((request.owner, request.data_set)) or self._public(request)

    def _public(self, request: DataRequest) -> str:
        try:
            entry = self._union.entry("data_resource", request.data_set, request.owner)
        except HanseError:
            return ""
        return str(entry.body.get("name") or "") if entry else ""
