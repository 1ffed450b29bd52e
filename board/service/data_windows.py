"""The data of a schedule's runs: each party tells the newest version that it allows, and the run reads exactly that."""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from board.domain.columns import DATA_SET
from board.service.jobs import Jobs
from board.service.messages import Messages
from board.service.outbox import SERVICE
from board.service.own_data import QUIET_MS, Found, OwnData
from board.service.ports import Gateway
from common import canonical
from common.errors import HanseError, InvalidInput
from proto.board.v1 import board_pb2
from proto.flow.v1 import flow_pb2 as pb

_ASKED_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Told:
    """What a party said of its data, or why a run cannot read it."""

    member: str
    answer: board_pb2.CheckDataResponse = field(default_factory=board_pb2.CheckDataResponse)
    error: HanseError | None = None


class DataWindows:
    """Finds what a run reads."""

    def __init__(self, member: str, jobs: Jobs, own: OwnData, gateway: Gateway, messages: Messages) -> None:
        self._member, self._jobs, self._own = member, jobs, own
        self._gateway, self._messages = gateway, messages

    def prepare(self, schedule: str, template: pb.JobSpec, max_age_days: int) -> pb.JobSpec:
        """Return a schedule's job with the newest version of each data set.

        Raises
        ------
        HanseError
            A party's data cannot be read, or the party not be asked; `party` can act. Our people read it as a message.
        """
        try:
            self._jobs.startable(template.project)
            told = list(self.ask(template, newest=True, max_age_days=max_age_days, schedule=template.name or schedule))
            error = next((one.error for one in told if one.error is not None), None)
            if error is not None:
                raise error
            return _with_versions(template, {one.member: one.answer for one in told})
        except HanseError as error:
            values = {"schedule": template.name or schedule, "code": error.code, "party": error.party}
            values |= {"detail": error.detail}
            self._messages.note("schedule_refused", schedule, values, quiet_ms=QUIET_MS)
            raise

    def ask(self, spec: pb.JobSpec, *, newest: bool, max_age_days: int, schedule: str = "") -> Iterator[Told]:
        """Ask every party that brings data, all at once; a named schedule means a run, else somebody looks."""
        questions: dict[str, board_pb2.CheckDataRequest] = {}
        for party in spec.parties:
            uses = uses_of(spec, party.member)
            if uses:
                questions[party.member] = board_pb2.CheckDataRequest(
                    project=spec.project,
                    uses=uses,
                    components=_components(spec, party.member),
                    newest=newest,
                    max_age_days=max_age_days,
                    schedule=schedule,
                )
        with ThreadPoolExecutor(_ASKED_AT_ONCE) as pool:
            yield from pool.map(self._ask, questions, questions.values())

    def _ask(self, member: str, question: board_pb2.CheckDataRequest) -> Told:
        try:
            if member == self._member:
                return Told(member, rendered(self._own.for_us(question)))
            answer = self._gateway.ask(member, f"{SERVICE}CheckData", question, board_pb2.CheckDataResponse)
            _refuse_unasked(member, question, answer)
        except HanseError as error:
            error.party = error.party or member
            return Told(member, error=error)
        return Told(member, answer)


def uses_of(spec: pb.JobSpec, member: str) -> list[board_pb2.DataUse]:
    """Return what a job reads of a member's data, each data set once, with all columns that its nodes name."""
    own = [canonical.loads(node.own_params.get(member, b"") or b"{}") for node in spec.nodes]
    named = sorted({str(name) for params in own if not params.get(DATA_SET) for name in params.get("columns") or ()})
    uses = {}
    for params in own:
        name = str(params.get(DATA_SET) or "")
        if name:
            columns = [str(column) for column in params.get("columns") or ()]
            use = board_pb2.DataUse(data_set=name, version=spec.data_versions.get(name, ""), named=named)
            use.columns.extend(columns)
            use.label = str(params.get("label") or "")
            uses[canonical.dumps([name, columns, use.label])] = use
    return list(uses.values())


def rendered(found: list[Found]) -> board_pb2.CheckDataResponse:
    """Render what was found."""
    answer = board_pb2.CheckDataResponse(unlimited=True)
    for one in found:
        newest = one.newest
        answer.data.add(data_set=one.drawn, newest=newest.data_set, version=newest.version, made_ms=newest.created_ms)
    return answer


def _components(spec: pb.JobSpec, member: str) -> list[str]:
    theirs = [node for node in spec.nodes if not node.parties or member in [party.member for party in node.parties]]
    return sorted({f"{node.component}=={node.component_version}" for node in theirs})


def _refuse_unasked(member: str, question: board_pb2.CheckDataRequest, answer: board_pb2.CheckDataResponse) -> None:
    asked, told = {use.data_set for use in question.uses}, {one.data_set for one in answer.data}
    if asked != told or any(not one.newest or not one.version for one in answer.data):
        raise InvalidInput(f"{member} has answered about other data than was asked for", party=member)


def _with_versions(template: pb.JobSpec, answers: Mapping[str, board_pb2.CheckDataResponse]) -> pb.JobSpec:
    """Put the found data sets in the place of the drawn ones, and their versions."""
    spec = pb.JobSpec()
    spec.CopyFrom(template)
    spec.data_versions.clear()
    for member, answer in answers.items():
        newest = {one.data_set: one for one in answer.data}
        for node in spec.nodes:
            own = canonical.loads(node.own_params.get(member, b"") or b"{}")
            if own.get(DATA_SET) in newest:
                found = newest[own[DATA_SET]]
                node.own_params[member] = canonical.dumps(own | {DATA_SET: found.newest})
                spec.data_versions[found.newest] = found.version
    return spec
