"""BoardService, for the member's own flow: parse, one call, render."""

import grpc
import structlog

from board.service.anchors import Anchors
from board.service.data_windows import DataWindows
from board.service.models import Models
from board.service.proposals import Proposals
from common.errors import HanseError
from proto.board.v1 import board_pb2 as pb
from proto.board.v1.board_pb2_grpc import BoardServiceServicer

log = structlog.get_logger()


class BoardServicer(BoardServiceServicer):
    """What our own flow asks and tells."""

    def __init__(self, proposals: Proposals, models: Models, anchors: Anchors, windows: DataWindows) -> None:
        self._proposals, self._models, self._anchors, self._windows = proposals, models, anchors, windows

    def CheckJob(self, request: pb.CheckJobRequest, context: grpc.ServicerContext) -> pb.CheckJobResponse:
        decided = self._proposals.check(request.spec, request.origin)
        return pb.CheckJobResponse(decision=decided.decision, reason=decided.reason, consent=",".join(decided.consents))

    def PrepareRun(self, request: pb.PrepareRunRequest, context: grpc.ServicerContext) -> pb.PrepareRunResponse:
        return pb.PrepareRunResponse(
            spec=self._windows.prepare(request.schedule, request.template, request.max_age_days)
        )

    def JobEnded(self, request: pb.JobEndedRequest, context: grpc.ServicerContext) -> pb.JobEndedResponse:
        self._proposals.ended(request.job, request.state)
        if request.state == "succeeded":
            try:
                self._models.learn(request.job)
            except HanseError as error:
                # Looked at again when somebody lists the models.
                log.info("models_later", job=request.job, code=error.code)
        self._anchors.ended(request.job)
        return pb.JobEndedResponse()
