"""Whose columns serve at which level of which tree: what all parties know beforehand."""

from dataclasses import dataclass
from typing import Literal

Boosting = Literal["normal", "skip", "layered"]


@dataclass(frozen=True)
class Plan:
    """The run of a training.

    Parameters
    ----------
    alone
        Whether the promoter has the providers' columns, noised, and needs nobody.
    with_candidates
        Whether each member has a column to split, the promoter first, then the providers in the job's order.
    """

    n_trees: int
    max_depth: int
    boosting: Boosting
    layered_depth: int
    complete_secure: int
    alone: bool
    with_candidates: tuple[bool, ...]

    def members(self, tree: int, depth: int) -> tuple[int, ...]:
        """Members whose columns are looked at; 0 is the promoter."""
        able = [member for member, has in enumerate(self.with_candidates) if has]
        if depth >= self.max_depth or not able:
            return ()
        if self.alone:
            return (0,)
        if tree < self.complete_secure:
            wanted = [0]
        elif self.boosting == "skip":
            wanted = [able[tree % len(able)]]
        elif self.boosting == "layered" and able != [0]:
            wanted = able[able[0] == 0 :] if depth < self.layered_depth else [0]
        else:
            wanted = able
        return tuple(member for member in wanted if member in able)

    def providers(self, tree: int, depth: int) -> tuple[int, ...]:
        """Return the members among them that are not the promoter."""
        return tuple(member for member in self.members(tree, depth) if member)

    def takes_part(self, member: int, tree: int, depth: int = 0) -> bool:
        """Whether a member's columns are looked at."""
        return member in self.members(tree, depth)

    def reach(self, member: int, done: int) -> range:
        """Numbers of finished trees for which a member's state after `done` trees is the right one."""
        last = done
        while last < self.n_trees and not self.takes_part(member, last):
            last += 1
        return range(done, last + 1)
