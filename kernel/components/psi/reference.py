"""psi in the clear."""

from collections.abc import Iterable


def common_ids(sets: Iterable[Iterable[str]]) -> set[str]:
    """Ids that all sets hold."""
    return set.intersection(*map(set, sets))
