"""What this member knows of the columns that a project's members have: its own, and what partners offer."""

from board.domain.columns import Find, Known
from board.store.base import DataSetStore, ProjectStore


class KnownColumns:
    """Answers for our data sets and for the offers of a project."""

    def __init__(self, member: str, data_sets: DataSetStore, projects: ProjectStore) -> None:
        self._member, self._data_sets, self._projects = member, data_sets, projects

    def of(self, project: str) -> Find:
        """Return how to find what is known of a member's data set in a project."""
        offers = {(offer.member, offer.data_set): offer for offer in self._projects.offers(project)}

        def find(member: str, data_set: str) -> Known | None:
            if member == self._member:
                ours = self._data_sets.find(data_set)
                return Known.of_ours(ours) if ours else None
            offer = offers.get((member, data_set))
            return Known.of_offer(offer) if offer else None

        return find
