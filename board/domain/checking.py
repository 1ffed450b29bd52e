"""Whether a job may run here: the rules by which a member checks for itself what its own people have allowed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from board.domain.data_sets import DataSet
from board.domain.projects import ACCEPTED, ACTIVE, REFUSED, Consent, Project

ALLOWED, PENDING, REFUSED_JOB = "allowed", "pending", "refused"


@dataclass(frozen=True, slots=True)
class Use:
    """One of our data sets in a job: the version meant, and the columns chosen (none: all of them)."""

    data_set: str
    version: str
    columns: tuple[str, ...] = ()
    label: str = ""

    def columns_of(self, data_set: DataSet) -> tuple[str, ...]:
        """Return all columns that the job would read, without the id: features, and the label if there is one."""
        features = self.columns or tuple(
            name for name in data_set.usable_columns if name != (self.label or data_set.label_column)
        )
        label = self.label or data_set.label_column
        return tuple(dict.fromkeys([*features, *([label] if label else [])]))


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the check needs to know of a job."""

    job: str
    project: str
    parties: tuple[str, ...]  # the promoter first
    components: frozenset[tuple[str, str]]  # (name, version) of all nodes
    our_components: frozenset[tuple[str, str]]  # of the nodes in which we take part
    uses: tuple[Use, ...]  # our data sets in it
    arbiters: tuple[str, ...] = ()  # who holds the key in nodes in which we take part


@dataclass(frozen=True, slots=True)
class Decision:
    """allowed, pending or refused; `consents` are those that allow it."""

    decision: str
    reason: str = ""
    consents: tuple[str, ...] = ()


def check_own(proposal: Proposal, project: Project | None, now_ms: int) -> Decision:
    """Check a job that our own people started."""
    if project is None:
        return _refuse(f"there is no project {proposal.project}")
    refusal = _terms(proposal, project, now_ms)
    if refusal:
        return _refuse(refusal)
    answers = {member: project.answer_of(member).decision for member in proposal.parties}
    refused = [member for member, decision in answers.items() if decision == REFUSED]
    if refused:
        return _refuse(f"{', '.join(refused)} refused the project")
    waiting = [member for member, decision in answers.items() if decision != ACCEPTED]
    if waiting:
        return Decision(PENDING, f"{', '.join(waiting)} has not answered the invitation yet")
    return Decision(ALLOWED)


def check_foreign(
    proposal: Proposal,
    origin: str,
    us: str,
    project: Project | None,
    data_sets: Mapping[str, DataSet],
    consents: Iterable[Consent],
    now_ms: int,
) -> Decision:
    """Check a job that another member proposes to us.

    Parameters
    ----------
    origin
        The member that proposes it, as our gateway has proved it.
    us
        Our own id.
    data_sets
        Ours, by id.
    consents
        Ours in this project.
    """
    refusal = _foreign_project(proposal, origin, us, project, now_ms) or _foreign_data(proposal, data_sets)
    if refusal:
        return _refuse(refusal)
    if not proposal.uses:
        return Decision(PENDING, "the job names none of our data sets; a person decides")
    given = [consent for consent in consents if _given(consent, proposal)]
    in_force = [consent for consent in given if not _over(consent, proposal, now_ms)]
    # What was allowed under other terms was allowed for other parties; on the ledger it names those terms' digest.
    agreed_ms = project.answer_of(us).at_ms if project else 0
    usable = [consent for consent in in_force if consent.created_ms >= agreed_ms]
    # Who holds the key is chosen by the promoter, job by job; that it sides with nobody the owner has to believe.
    named = [consent for consent in usable if consent.job or not proposal.arbiters]
    chosen: list[str] = []
    for use in proposal.uses:
        data_set = data_sets[use.data_set]
        covering = next((consent for consent in named if not _beyond(consent, use, data_set, proposal)), None)
        if covering is None and any(not _beyond(consent, use, data_set, proposal) for consent in usable):
            whom = ", ".join(proposal.arbiters)
            return Decision(PENDING, f"{whom} is the job's arbiter, whom no standing consent names; its owner decides")
        if covering is None and any(not _beyond(consent, use, data_set, proposal) for consent in in_force):
            return Decision(PENDING, f"the consent for data set {use.data_set} is of other terms; its owner decides")
        if covering is None:
            standing = [one for one in given if one.speaks_of(data_set) and one.created_ms >= agreed_ms]
            return _uncovered(use, data_set, proposal, standing, now_ms)
        if covering.consent not in chosen:
            chosen.append(covering.consent)
    return Decision(ALLOWED, "", tuple(chosen))


def _refuse(reason: str) -> Decision:
    return Decision(REFUSED_JOB, reason)


def _foreign_project(proposal: Proposal, origin: str, us: str, project: Project | None, now_ms: int) -> str:
    # A stranger learns the same whether or not we know the project.
    if project is None or us not in project.terms.providers or origin != project.terms.promoter:
        return "there is no such project of yours here"
    if project.answer_of(us).decision != ACCEPTED:
        return "the project has not been accepted here"
    if not proposal.parties or proposal.parties[0] != origin:
        return "the job's first party must be the project's promoter"
    return _terms(proposal, project, now_ms)


def _foreign_data(proposal: Proposal, data_sets: Mapping[str, DataSet]) -> str:
    for use in proposal.uses:
        data_set = data_sets.get(use.data_set)
        if data_set is None:
            return f"there is no data set {use.data_set} here"
        if data_set.version != use.version:
            return f"the job means another version of data set {use.data_set}"
    return ""


def _terms(proposal: Proposal, project: Project, now_ms: int) -> str:
    if project.status != ACTIVE:
        return f"the project is {project.status}"
    if not project.open_at(now_ms):
        return "the project's time has passed"
    strangers = [member for member in proposal.parties if member not in project.members]
    if strangers:
        return f"{', '.join(strangers)} is not a party of the project"
    foreign = sorted(
        f"{name}=={version}" for name, version in proposal.components if not project.allows_component(name, version)
    )
    return f"the project's terms do not name {', '.join(foreign)}" if foreign else ""


def _uncovered(use: Use, data_set: DataSet, proposal: Proposal, standing: Sequence[Consent], now_ms: int) -> Decision:
    """Say what the newest consent about a data set lacks; what its owner had left out of a request is refused."""
    told = f"no consent covers data set {use.data_set} in this job"
    newest = max((one for one in standing if not one.job), key=lambda one: one.created_ms, default=None)
    if newest is None:
        return Decision(PENDING, f"{told}; its owner decides")
    lacks = "; ".join(filter(None, (_over(newest, proposal, now_ms), _beyond(newest, use, data_set, proposal))))
    if newest.narrowed:
        return _refuse(f"{told}: less was granted than was asked for: {lacks}")
    return Decision(PENDING, f"{told}: {lacks}; its owner decides")


def _given(consent: Consent, proposal: Proposal) -> bool:
    return (
        consent.status == ACTIVE
        and consent.project == proposal.project
        and (not consent.job or consent.job == proposal.job)
    )


def _over(consent: Consent, proposal: Proposal, now_ms: int) -> str:
    """Say why a consent allows nothing more; empty when it does."""
    if consent.expires_ms and now_ms >= consent.expires_ms:
        return f"it ended on {datetime.fromtimestamp(consent.expires_ms / 1000, UTC):%Y-%m-%d %H:%M} UTC"
    # A job that has used a run keeps it: it is asked for again when it is resumed.
    used_up = consent.runs is not None and len(consent.used_by) >= consent.runs
    return f"its {consent.runs} runs are used" if used_up and proposal.job not in consent.used_by else ""


def _beyond(consent: Consent, use: Use, data_set: DataSet, proposal: Proposal) -> str:
    """Say what a job needs beyond a consent; empty when it is covered."""
    if not consent.names(data_set):
        newer = consent.series == data_set.first and data_set.number > consent.number
        return "it does not cover newer versions" if newer else "it is for another version"
    # A consent that names no columns is for all but the id, which joins rows and is nobody's label.
    allowed = set(data_set.usable_columns)
    allowed &= set(consent.columns) or allowed
    columns = [name for name in use.columns_of(data_set) if name not in allowed]
    if consent.data_set != data_set.data_set:  # nobody was shown what came with a later version
        columns = [
            name if name in (*consent.columns, *use.columns, use.label) else "of the newer version" for name in columns
        ]
    ours = sorted(f"{name}=={version}" for name, version in proposal.our_components)
    components = [name for name in ours if name not in consent.components]
    parts = (("column", columns), ("component", components))
    return "; ".join(f"it does not allow {kind} {', '.join(names)}" for kind, names in parts if names)
