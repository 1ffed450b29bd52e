"""BoardPeerService: what other members' boards ask, brought by the own gateway, which has proved `origin`."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from board.domain.projects import Offer, Terms
from board.domain.requests import PENDING, DataRequest, Granted
from board.service.clock import now_ms
from board.service.data_windows import rendered
from board.service.outbox import SERVICE
from board.service.own_data import OwnData
from board.service.partners import Partners
from board.service.reach import Reach
from board.store.letters import Shared
from common.errors import InvalidInput
from common.rpc import RelayDispatcher
from proto.board.v1 import board_pb2 as pb

_ID = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$"


class _Terms(BaseModel):
    model_config = ConfigDict(extra="forbid")

    project: str = Field(pattern=_ID)
    name: str = Field(min_length=1, max_length=200)
    purpose: str = Field(max_length=2000)
    promoter: str = Field(pattern=_ID)
    providers: list[str] = Field(min_length=1, max_length=100)
    components: list[str] = Field(min_length=1, max_length=1000)
    expires_ms: int = Field(ge=0)


class _Offer(BaseModel):
    model_config = ConfigDict(extra="forbid")

    data_set: str = Field(pattern=_ID)
    name: str = Field(min_length=1, max_length=200)
    version: str = Field(pattern=r"^[0-9a-f]{64}$")
    rows: int = Field(ge=0, lt=2**53)


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid")

    # A refusal stands on the ledger under this id, as our record: no id of another record of ours may be chosen.
    request: str = Field(pattern=r"^req-[0-9a-f]{16}$")
    project: str = Field(pattern=_ID)
    data_set: str = Field(pattern=_ID)
    columns: list[Annotated[str, Field(max_length=200)]] = Field(max_length=20_000)
    components: list[Annotated[str, Field(max_length=128)]] = Field(min_length=1, max_length=1000)
    runs: int | None = Field(default=None, ge=1, le=1_000_000)
    expires_ms: int = Field(ge=0, lt=2**53)
    newer_versions: bool
    purpose: str = Field(max_length=2000)


class _Tags(BaseModel):
    tags: list[Annotated[str, Field(max_length=64)]] = Field(max_length=32)


class BoardPeer:
    """Answers other members' boards."""

    def __init__(self, partners: Partners, reach: Reach, own_data: OwnData) -> None:
        self._partners, self._reach, self._own_data = partners, reach, own_data

    def register(self, relay: RelayDispatcher) -> None:
        """Open our methods to partners."""
        relay.register(f"{SERVICE}Invite", pb.InviteRequest, self.invite)
        relay.register(f"{SERVICE}AnswerInvitation", pb.AnswerInvitationRequest, self.answer)
        relay.register(f"{SERVICE}OfferDataSet", pb.OfferDataSetRequest, self.offer)
        relay.register(f"{SERVICE}RequestDataSet", pb.RequestDataSetRequest, self.request)
        relay.register(f"{SERVICE}AnswerRequest", pb.AnswerRequestRequest, self.answer_request)
        relay.register(f"{SERVICE}ProjectChanged", pb.ProjectChangedRequest, self.project_changed)
        relay.register(f"{SERVICE}ShareDataSet", pb.ShareDataSetRequest, self.share)
        relay.register(f"{SERVICE}CheckReach", pb.CheckReachRequest, self.check_reach)
        relay.register(f"{SERVICE}Reached", pb.ReachedRequest, self.reached)
        relay.register(f"{SERVICE}AnnounceModel", pb.AnnounceModelRequest, self.announce)
        relay.register(f"{SERVICE}CheckData", pb.CheckDataRequest, self.check_data)

    def invite(self, origin: str, request: pb.InviteRequest) -> pb.InviteResponse:
        """Take an invitation."""
        told = request.terms
        try:
            terms = _Terms(
                project=told.project,
                name=told.name,
                purpose=told.purpose,
                promoter=told.promoter,
                providers=list(told.providers),
                components=list(told.components),
                expires_ms=told.expires_ms,
            )
        except ValidationError as problem:
            raise _invalid(problem) from problem
        values = terms.model_dump() | {"providers": tuple(terms.providers), "components": tuple(terms.components)}
        self._partners.invited(origin, Terms(**values))
        return pb.InviteResponse()

    def answer(self, origin: str, request: pb.AnswerInvitationRequest) -> pb.AnswerInvitationResponse:
        """Take an answer to our invitation."""
        self._partners.answered(origin, request.project, accept=request.accept, reason=request.reason)
        return pb.AnswerInvitationResponse()

    def offer(self, origin: str, request: pb.OfferDataSetRequest) -> pb.OfferDataSetResponse:
        """Take the description of a partner's data set."""
        try:
            told = _Offer(data_set=request.data_set, name=request.name, version=request.version, rows=request.rows)
        except ValidationError as problem:
            raise _invalid(problem) from problem
        offer = Offer(
            project=request.project,
            member=origin,
            data_set=told.data_set,
            name=told.name,
            version=told.version,
            rows=told.rows,
            columns=tuple(request.columns),
            has_label=request.has_label,
            at_ms=now_ms(),
        )
        self._partners.offered(origin, offer)
        return pb.OfferDataSetResponse()

    def request(self, origin: str, request: pb.RequestDataSetRequest) -> pb.RequestDataSetResponse:
        """Take a request for a data set."""
        try:
            told = _Request(
                request=request.request,
                project=request.project,
                data_set=request.data_set,
                columns=list(request.columns),
                components=list(request.components),
                runs=request.runs or None,
                expires_ms=request.expires_ms,
                newer_versions=request.newer_versions,
                purpose=request.message,
            )
        except ValidationError as problem:
            raise _invalid(problem) from problem
        values = told.model_dump() | {"columns": tuple(told.columns), "components": tuple(told.components)}
        asked = DataRequest(**values, asker=origin, owner=self._partners.member, status=PENDING, created_ms=now_ms())
        self._partners.requested(origin, asked)
        return pb.RequestDataSetResponse()

    def answer_request(self, origin: str, request: pb.AnswerRequestRequest) -> pb.AnswerRequestResponse:
        """Take the owner's answer to a request of ours."""
        self._partners.request_answered(
            origin,
            request.request,
            approve=request.approve,
            reason=request.reason,
            consent=request.consent,
            granted=_granted(request.granted) if request.HasField("granted") else None,
        )
        return pb.AnswerRequestResponse()

    def project_changed(self, origin: str, request: pb.ProjectChangedRequest) -> pb.ProjectChangedResponse:
        """Look at a project's record again."""
        self._partners.project_changed(origin, request.project)
        return pb.ProjectChangedResponse()

    def share(self, origin: str, request: pb.ShareDataSetRequest) -> pb.ShareDataSetResponse:
        """Take a description that is shown to us alone."""
        try:
            told = _Offer(data_set=request.data_set, name=request.name, version=request.version, rows=request.rows)
            tags = _Tags(tags=list(request.tags))
        except ValidationError as problem:
            raise _invalid(problem) from problem
        shared = Shared(
            origin,
            told.data_set,
            told.name,
            told.version,
            told.rows,
            tuple(request.columns),
            request.has_label,
            tuple(tags.tags),
            now_ms(),
        )
        self._partners.shared(shared, withdrawn=request.withdrawn)
        return pb.ShareDataSetResponse()

    def check_reach(self, origin: str, request: pb.CheckReachRequest) -> pb.CheckReachResponse:
        """Call the asker back."""
        self._reach.asked(origin, request.test[:128])
        return pb.CheckReachResponse()

    def reached(self, origin: str, request: pb.ReachedRequest) -> pb.ReachedResponse:
        """Note that a partner has called us back."""
        self._reach.arrived(origin, request.test)
        return pb.ReachedResponse()

    def announce(self, origin: str, request: pb.AnnounceModelRequest) -> pb.AnnounceModelResponse:
        """Take word of a model."""
        self._partners.announced(origin, request.project, request.model)
        return pb.AnnounceModelResponse()

    def check_data(self, origin: str, request: pb.CheckDataRequest) -> pb.CheckDataResponse:
        """Tell a promoter which versions its schedule's run may read."""
        found, consents = self._own_data.for_partner(origin, request)
        answer = rendered(found)
        left = [consent.runs_left() for consent in consents]
        bounded = [count for count in left if count is not None]
        answer.unlimited, answer.runs_left = not bounded, min(bounded, default=0)
        answer.expires_ms = min((one.expires_ms for one in consents if one.expires_ms), default=0)
        answer.newer_versions = bool(consents) and all(consent.newer_versions for consent in consents)
        return answer


def _granted(told: pb.GrantedTerms) -> Granted:
    return Granted(tuple(told.columns), told.runs or None, told.expires_ms, told.newer_versions, told.narrowed)


def _invalid(problem: ValidationError) -> InvalidInput:
    # The sender wrote it, so it may read what is wrong with it.
    words = "; ".join(f"{'.'.join(map(str, error['loc']))}: {error['msg']}" for error in problem.errors()[:5])
    return InvalidInput(words, public_detail=words)
