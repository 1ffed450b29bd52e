"""What serving needs to keep: ports of its stores."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from serving.domain.models import ApiKey, Asked, Call, Calls, ModelPart


class ModelStore(Protocol):
    """Model parts, their versions and their snapshots."""

    def add(self, part: ModelPart, rows: Iterable[tuple[bytes, bytes]]) -> ModelPart:
        """Keep a part and its snapshot (tag, values) as a whole, in place of the same version, if there is one.

        Returns
        -------
        ModelPart
            As kept, with `rows`; it is offline.

        Raises
        ------
        BadSnapshot
            A tag occurs twice.
        """
        ...

    def online(self, model: str) -> ModelPart | None:
        """Return the part that is online."""
        ...

    def versions(self, model: str) -> list[ModelPart]:
        """Return all versions of a model, oldest first."""
        ...

    def all(self) -> list[ModelPart]:
        """Return all parts, newest first."""
        ...

    def set_online(self, model: str, version: str) -> bool:
        """Put one version online instead of the present one; empty: none. False when there is no such version."""
        ...

    def rows_of(self, part: int, tags: Sequence[bytes]) -> dict[bytes, bytes]:
        """Return tag → values of the tags that are in the part's snapshot."""
        ...


class KeyStore(Protocol):
    """API keys by their hash."""

    def add(self, key: ApiKey, sha256: bytes) -> None:
        """Keep a key."""
        ...

    def find(self, key_id: str) -> tuple[ApiKey, bytes] | None:
        """Return a key and its hash."""
        ...

    def of_model(self, model: str) -> list[ApiKey]:
        """Return a model's keys, newest first."""
        ...

    def drop(self, model: str, key_id: str) -> bool:
        """Forget a key; False when the model has none of this id."""
        ...


class UsageStore(Protocol):
    """How calls for predictions went."""

    def note(self, call: Call, now_ms: int) -> None:
        """Count a call."""
        ...

    def since(self, model: str, from_ms: int) -> list[Calls]:
        """Return what was counted of a model, oldest first; minutes older than 30 days are forgotten."""
        ...


class QuotaStore(Protocol):
    """Counts what was used in the present minute, for all processes of the service together."""

    def use(self, subject: str, amount: int, limit: int, now_ms: int) -> bool:
        """Count `amount`, unless the minute's limit would be passed: then False."""
        ...


class AuditStore(Protocol):
    """Which partner asked for how many scores."""

    def append(self, line: Asked) -> None:
        """Add a line."""
        ...

    def lines(self) -> list[Asked]:
        """Return all lines, oldest first."""
        ...


class PartKeys(Protocol):
    """Secret keys of model parts: X25519, from which also the key of the tags is derived."""

    def make(self) -> str:
        """Make a key and return its name."""
        ...

    def read(self, name: str) -> bytes:
        """Return the 32 raw bytes."""
        ...

    def drop(self, name: str) -> None:
        """Forget a key."""
        ...
