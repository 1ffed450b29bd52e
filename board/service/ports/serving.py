"""The own serving."""

from collections.abc import Iterable
from typing import Protocol

from proto.serving.v1 import serving_pb2


class Serving(Protocol):
    """The own serving."""

    def import_model(self, part: serving_pb2.ModelPart, features: Iterable[bytes]) -> int:
        """Hand a model part over; returns the rows of its feature snapshot."""
        ...

    def set_online(self, model: str, version: str) -> None:
        """Put a version online; an empty one takes the model offline."""
        ...

    def predict(self, model: str, rows: list[tuple[str, dict[str, float | str]]]) -> serving_pb2.PredictResponse:
        """Score rows together with the partners."""
        ...

    def usage(self, model: str, from_ms: int) -> serving_pb2.GetUsageResponse:
        """Tell how calls went since then."""
        ...

    def create_key(self, model: str, client: str, calls_per_minute: int) -> serving_pb2.CreateKeyResponse:
        """Make an API key; it is shown this once."""
        ...

    def keys(self, model: str) -> list[serving_pb2.KeyInfo]:
        """List a model's API keys."""
        ...

    def revoke_key(self, model: str, key: str) -> None:
        """End an API key; raises NotFound."""
        ...

    def ping(self) -> None:
        """Raise when it does not answer."""
        ...
