"""The door for the member's own board, and for own applications that speak signed gRPC."""

import secrets
from collections.abc import Iterator
from pathlib import Path

import grpc

from common.errors import InvalidInput
from common.rpc import caller_of
from proto.serving.v1 import serving_pb2 as pb
from proto.serving.v1 import serving_pb2_grpc
from serving.domain.errors import BadSnapshot
from serving.domain.models import LATENCY_MS, ModelPart, Row, Score
from serving.service.keys import Keys
from serving.service.models import Models, content_of, write_chunks
from serving.service.predictions import Predictions
from serving.store.base import UsageStore

_PREFIX = "/hanse.serving.v1.ServingService/"
_OWN_BOARD = {"board@self"}
#: Whoever is in the member's trust file may ask for predictions, with an API key; the own board needs none.
ACCESS = {f"{_PREFIX}*": _OWN_BOARD, f"{_PREFIX}Predict": {"anyone"}}


class ServingServicer(serving_pb2_grpc.ServingServiceServicer):
    """Parses, makes one call, renders."""

    def __init__(
        self, member: str, models: Models, predictions: Predictions, keys: Keys, usage: UsageStore, incoming: Path
    ) -> None:
        self._board = f"board@{member}"
        self._models, self._predictions, self._keys, self._usage = models, predictions, keys, usage
        self._incoming = incoming

    def ImportModel(
        self, request_iterator: Iterator[pb.ImportModelRequest], context: grpc.ServicerContext
    ) -> pb.ImportModelResponse:
        """Take a model part in; it counts only once the stream is closed and everything fits."""
        first = next(request_iterator, None)
        if first is None or first.WhichOneof("part") != "header":
            raise InvalidInput("an import begins with its header")
        header = first.header
        part = ModelPart(
            model=header.model,
            version=header.version,
            name=header.name,
            kind=header.kind,
            role=header.role,
            members=tuple(header.promoter_and_providers),
            content=content_of(header.content, header.kind),
            imported_ms=0,
        )
        self._models.check(part)
        path = self._incoming / f"{secrets.token_hex(8)}.arrow"
        try:
            size = write_chunks(path, (message.features_chunk for message in request_iterator))
            kept = self._models.add(part, path if size else None, header.id_column)
        except OSError as problem:
            raise BadSnapshot(
                f"the snapshot cannot be stored: {problem.strerror}", hint="Free disk space."
            ) from problem
        finally:
            path.unlink(missing_ok=True)
        return pb.ImportModelResponse(model=kept.model, version=kept.version, rows=kept.rows)

    def SetOnline(self, request: pb.SetOnlineRequest, context: grpc.ServicerContext) -> pb.SetOnlineResponse:
        """Put a version online, or take the model offline."""
        self._models.set_online(request.model, request.version)
        return pb.SetOnlineResponse()

    def ListModels(self, request: pb.ListModelsRequest, context: grpc.ServicerContext) -> pb.ListModelsResponse:
        """List all versions of all parts, newest first."""
        return pb.ListModelsResponse(models=[_info(part) for part in self._models.all()])

    def CreateKey(self, request: pb.CreateKeyRequest, context: grpc.ServicerContext) -> pb.CreateKeyResponse:
        """Make an API key."""
        text, key = self._keys.create(request.model, request.client, request.calls_per_minute)
        return pb.CreateKeyResponse(key=text, key_id=key.key_id)

    def ListKeys(self, request: pb.ListKeysRequest, context: grpc.ServicerContext) -> pb.ListKeysResponse:
        """List a model's keys without what opens anything."""
        keys = [
            pb.KeyInfo(
                key_id=key.key_id,
                client=key.client,
                calls_per_minute=key.calls_per_minute,
                created_ms=key.created_ms,
            )
            for key in self._keys.of_model(request.model)
        ]
        return pb.ListKeysResponse(keys=keys)

    def RevokeKey(self, request: pb.RevokeKeyRequest, context: grpc.ServicerContext) -> pb.RevokeKeyResponse:
        """End a key."""
        self._keys.revoke(request.model, request.key_id)
        return pb.RevokeKeyResponse()

    def GetUsage(self, request: pb.GetUsageRequest, context: grpc.ServicerContext) -> pb.GetUsageResponse:
        """Tell how calls went."""
        lines = [
            pb.UsageLine(
                minute_ms=line.minute_ms,
                client=line.client,
                code=line.code,
                latency=line.latency,
                calls=line.calls,
                rows=line.rows,
                total_ms=line.total_ms,
            )
            for line in self._usage.since(request.model, request.from_ms)
        ]
        return pb.GetUsageResponse(lines=lines, latency_ms=LATENCY_MS)

    def Predict(self, request: pb.PredictRequest, context: grpc.ServicerContext) -> pb.PredictResponse:
        """Score rows."""
        client = ""
        if caller_of(context) != self._board:
            client = self._keys.admit(request.api_key, request.model).client
        rows = [Row(row.id, {**row.features, **row.texts}) for row in request.rows]
        made = self._predictions.predict(request.model, rows, client)
        return pb.PredictResponse(
            predictions=[_prediction(line) for line in made.scores],
            model=made.model,
            version=made.version,
            bound=made.bound,
            task=made.task,
        )


def _prediction(line: Score) -> pb.Prediction:
    return pb.Prediction(
        id=line.id,
        score=line.score,
        probability=line.probability,
        problem=line.problem,
        classes=[pb.ClassProbability(label=label, probability=chance) for label, chance in line.classes],
        predicted=line.predicted,
        value=line.value,
    )


def _info(part: ModelPart) -> pb.ModelInfo:
    return pb.ModelInfo(
        model=part.model,
        version=part.version,
        name=part.name,
        kind=part.kind,
        role=part.role,
        online=part.online,
        members=part.members,
        imported_ms=part.imported_ms,
    )
