"""Which versions of our data sets a run of a schedule may read: the rules of its owner, for us and for partners."""

from collections.abc import Sequence
from dataclasses import dataclass

from board.domain.checking import ALLOWED, Proposal, Use, check_foreign
from board.domain.data_sets import DataSet
from board.domain.errors import ColumnsMissing, DataGone, DataTooOld, NewerNotAllowed
from board.domain.projects import Consent, Project
from board.service.clock import now_ms
from board.service.consents import Consents
from board.service.messages import Messages
from board.service.ports import Kernel
from board.store.base import DataSetStore, ProjectStore
from common.errors import HanseError, InvalidInput, NotFound
from proto.board.v1 import board_pb2 as pb

_MOST_USES = 200
_DAY_MS = 24 * 3600 * 1000
QUIET_MS = 3_600_000  # a schedule that is refused every minute is told of once an hour


@dataclass(frozen=True, slots=True)
class Found:
    """What a run reads of a data set; `drawn` is the one that the flow names."""

    drawn: str
    newest: DataSet


class OwnData:
    """Answers for our data sets."""

    def __init__(
        self,
        member: str,
        projects: ProjectStore,
        data_sets: DataSetStore,
        consents: Consents,
        kernel: Kernel,
        messages: Messages,
    ) -> None:
        self._member, self._projects, self._data_sets = member, projects, data_sets
        self._consents, self._kernel, self._messages = consents, kernel, messages

    def for_us(self, asked: pb.CheckDataRequest) -> list[Found]:
        """Return what a run of ours reads; our own data needs no consent.

        Raises
        ------
        DataGone, ColumnsMissing, DataTooOld
            It cannot be read.
        """
        found = [Found(use.data_set, self._find(use, newest=asked.newest)) for use in asked.uses]
        for use, one in zip(asked.uses, found, strict=True):
            self._refuse_unfit(use, one.newest, asked, None)
        return found

    def for_partner(self, origin: str, asked: pb.CheckDataRequest) -> tuple[list[Found], list[Consent]]:
        """Return what a run of a project's promoter reads, and the consents that allow it; uses up nothing.

        Raises
        ------
        DataGone, NewerNotAllowed, ColumnsMissing, DataTooOld
            Our people read it as a message, too, when it is a run and not a look.
        """
        try:
            return self._allowed(origin, asked)
        except HanseError as error:
            if asked.schedule and self._promotes(origin, asked.project):  # no stranger writes into our messages
                told = {"member": origin, "schedule": asked.schedule, "code": error.code, "detail": error.detail}
                self._messages.note("partner_run_refused", asked.project, told, quiet_ms=QUIET_MS)
            raise

    def _allowed(self, origin: str, asked: pb.CheckDataRequest) -> tuple[list[Found], list[Consent]]:
        if len(asked.uses) > _MOST_USES:
            raise InvalidInput(f"{len(asked.uses)} data sets", public_detail=f"at most {_MOST_USES} data sets")
        project = self._projects.find(asked.project)
        consents = self._consents.of_project(asked.project) if project else []
        # What was neither offered nor allowed in this project does not exist for its promoter.
        shown = {offer.data_set for offer in self._projects.offers(asked.project) if offer.member == self._member}
        shown |= {consent.data_set for consent in consents}
        if project is None or origin != project.terms.promoter or any(use.data_set not in shown for use in asked.uses):
            raise _gone("a data set", self._member)
        found, chosen = [], []
        for use in asked.uses:
            newest = self._find(use, newest=asked.newest)
            covering = [one for one in consents if one.in_force(now_ms()) and not one.job and one.names(newest)]
            if covering:  # nobody else learns anything of a newer version, and these nothing of other columns
                self._refuse_unfit(use, newest, asked, _granted(covering, newest))
            chosen += self._allowing(project, use, newest, asked.components, consents)
            found.append(Found(use.data_set, newest))
        return found, list({consent.consent: consent for consent in chosen}.values())

    def _promotes(self, origin: str, project: str) -> bool:
        found = self._projects.find(project)
        return found is not None and found.terms.promoter == origin

    def _allowing(
        self,
        project: Project,
        use: pb.DataUse,
        newest: DataSet,
        components: Sequence[str],
        consents: Sequence[Consent],
    ) -> list[Consent]:
        ours = frozenset((name, version) for name, _, version in (text.partition("==") for text in components))
        promoter, wanted = project.terms.promoter, Use(newest.data_set, newest.version, tuple(use.columns), use.label)
        proposal = Proposal("", project.terms.project, (promoter, self._member), ours, ours, (wanted,))
        mine = {newest.data_set: newest}
        decided = check_foreign(proposal, promoter, self._member, project, mine, consents, now_ms())
        if decided.decision != ALLOWED:
            newer = "a newer version of " if newest.data_set != use.data_set else ""
            told = f"{newer}data set {use.data_set}: {decided.reason}"
            raise NewerNotAllowed(told, party=self._member, public_detail=told)
        return [consent for consent in consents if consent.consent in decided.consents]

    def _find(self, use: pb.DataUse, *, newest: bool) -> DataSet:
        drawn = self._data_sets.find(use.data_set)
        found = next(reversed(self._data_sets.of_series(drawn.first if drawn else use.data_set)), drawn)
        found = found if newest else drawn
        if found is None:
            raise _gone(f"data set {use.data_set}", self._member)
        try:
            there = self._kernel.version(found.data_set)
        except NotFound as error:
            raise _gone(f"data set {use.data_set}", self._member) from error
        if there != found.version or (not newest and use.version != found.version):
            raise _gone(f"this version of data set {use.data_set}", self._member)
        return found

    def _refuse_unfit(
        self, use: pb.DataUse, newest: DataSet, asked: pb.CheckDataRequest, told_of: frozenset[str] | None
    ) -> None:
        """Refuse what lacks a column or is too old; columns outside `told_of` (None: all) are not spoken of."""
        drawn = self._data_sets.find(use.data_set)
        had = drawn.usable_columns if drawn else ()
        needed = [*use.columns, *([use.label] if use.label else []), *(name for name in use.named if name in had)]
        missing = [name for name in dict.fromkeys(needed) if name not in newest.usable_columns]
        missing = [name for name in missing if told_of is None or name in told_of]
        if missing:
            told = f"the newest version of data set {use.data_set} has no column {', '.join(missing)}"
            raise ColumnsMissing(told, party=self._member, public_detail=told)
        days, most = (now_ms() - newest.created_ms) / _DAY_MS, asked.max_age_days
        if asked.newest and most and days > most:
            told = f"the newest version of data set {use.data_set} is {days:.1f} days old; the schedule takes {most}"
            raise DataTooOld(told, party=self._member, public_detail=told)


def _granted(consents: Sequence[Consent], newest: DataSet) -> frozenset[str] | None:
    """Return the columns that are granted; None when it is all columns of this very version."""
    if any(not one.columns and one.data_set == newest.data_set for one in consents):
        return None
    return frozenset(name for one in consents for name in one.columns)


def _gone(what: str, member: str) -> DataGone:
    told = f"{what} is not there"
    return DataGone(told, party=member, public_detail=told)
