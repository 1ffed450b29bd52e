"""What an approval lets happen, in full."""

from collections.abc import Mapping
from dataclasses import dataclass

from board.domain.checking import Proposal
from board.domain.data_sets import DataSet


@dataclass(frozen=True, slots=True)
class Permit:
    """What is allowed, in full: the approval shows it and the consent is made of it, so that both say the same."""

    project: str
    data_set: str
    name: str
    version: str
    columns: tuple[str, ...]  # all that may be used; the id joins the rows and is not among them
    components: tuple[str, ...]  # "name==version"
    runs: int | None  # None: any number
    expires_ms: int  # 0: as long as the project
    job: str = ""  # for this job only
    newer_versions: bool = False  # versions to come, too, on the columns named here
    narrowed: bool = False  # less than was asked for


def job_permits(proposal: Proposal, data_sets: Mapping[str, DataSet]) -> tuple[Permit, ...]:
    """Return what approving a job allows: one run of this job's components on its columns of our data, nothing more.

    Parameters
    ----------
    data_sets
        Ours that the job names, by id; what is not there, or there in another version, is not permitted.
    """
    components = tuple(sorted(f"{name}=={version}" for name, version in proposal.our_components))
    found = [(use, data_sets[use.data_set]) for use in proposal.uses if use.data_set in data_sets]
    return tuple(
        Permit(
            proposal.project,
            data_set.data_set,
            data_set.name,
            data_set.version,
            use.columns_of(data_set),
            components,
            1,
            0,
            proposal.job,
        )
        for use, data_set in found
        if use.version == data_set.version
    )
