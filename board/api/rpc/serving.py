"""The board's client of the own serving."""

from collections.abc import Iterable, Iterator

from proto.serving.v1 import serving_pb2 as pb
from proto.serving.v1.serving_pb2_grpc import ServingServiceStub

_IMPORT_S = 600.0
_CHUNK = 1 << 20
_PING_S = 2.0


class ServingClient:
    """See `Serving`."""

    def __init__(self, stub: ServingServiceStub) -> None:
        self._stub = stub

    def import_model(self, part: pb.ModelPart, features: Iterable[bytes]) -> int:
        """See `Serving.import_model`."""

        def parts() -> Iterator[pb.ImportModelRequest]:
            yield pb.ImportModelRequest(header=part)
            for chunk in features:
                for start in range(0, len(chunk), _CHUNK):
                    yield pb.ImportModelRequest(features_chunk=chunk[start : start + _CHUNK])

        return int(self._stub.ImportModel(parts(), timeout=_IMPORT_S).rows)

    def set_online(self, model: str, version: str) -> None:
        """See `Serving.set_online`."""
        self._stub.SetOnline(pb.SetOnlineRequest(model=model, version=version))

    def predict(self, model: str, rows: list[tuple[str, dict[str, float | str]]]) -> pb.PredictResponse:
        """See `Serving.predict`."""
        lines = [
            pb.FeatureRow(
                id=name,
                features={column: value for column, value in row.items() if not isinstance(value, str)},
                texts={column: value for column, value in row.items() if isinstance(value, str)},
            )
            for name, row in rows
        ]
        return self._stub.Predict(pb.PredictRequest(model=model, rows=lines), timeout=30.0)

    def usage(self, model: str, from_ms: int) -> pb.GetUsageResponse:
        """See `Serving.usage`."""
        return self._stub.GetUsage(pb.GetUsageRequest(model=model, from_ms=from_ms))

    def create_key(self, model: str, client: str, calls_per_minute: int) -> pb.CreateKeyResponse:
        """See `Serving.create_key`."""
        return self._stub.CreateKey(pb.CreateKeyRequest(model=model, client=client, calls_per_minute=calls_per_minute))

    def keys(self, model: str) -> list[pb.KeyInfo]:
        """See `Serving.keys`."""
        return list(self._stub.ListKeys(pb.ListKeysRequest(model=model)).keys)

    def revoke_key(self, model: str, key: str) -> None:
        """See `Serving.revoke_key`."""
        self._stub.RevokeKey(pb.RevokeKeyRequest(model=model, key_id=key))

    def ping(self) -> None:
        """See `Serving.ping`."""
        self._stub.ListModels(pb.ListModelsRequest(), timeout=_PING_S)
