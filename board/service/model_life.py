"""What people say of a model, which version is online, who may call it, and how the calls went."""

from dataclasses import replace

from board.domain.errors import Changed, NoServing
from board.domain.models import Card, Model
from board.domain.usage import Counted, Usage, summed
from board.service.audit import Audit
from board.service.clock import now_ms
from board.service.models import Models
from board.service.ports import Serving
from board.store.base import ModelStore
from common.errors import NotFound
from proto.serving.v1 import serving_pb2 as pb

_HOUR_MS = 3_600_000
_MOST_POINTS = 120


class ModelLife:
    """The life of a model after its training."""

    def __init__(self, models: Models, store: ModelStore, serving: Serving | None, audit: Audit) -> None:
        self._models, self._store, self._serving, self._audit = models, store, serving, audit

    def card(self, model: str) -> Card:
        """Return what our people wrote; raises UnknownModel."""
        return self._store.card(self._models.find(model).model)

    def write_card(self, model: str, card: Card, based_on: int, by: str) -> Card:
        """Keep a new card in place of revision `based_on`; raises Changed when there is a newer one."""
        former = self.card(model)
        kept = replace(card, revision=based_on + 1, changed_ms=now_ms(), changed_by=by)
        if former.revision != based_on or not self._store.put_card(model, kept):
            raise Changed(f"the card of model {model} was changed meanwhile")
        told = f"stage {former.stage} to {kept.stage}" if former.stage != kept.stage else ""
        self._audit.note(by, "model_card_changed", model, told)
        return kept

    def put_online(self, model: str, version: str, by: str) -> Model:
        """Put an already published version online, a newer or an older one; no call is dropped meanwhile."""
        found = self._models.find(model)
        if version not in {publication.version for publication in found.publications}:
            raise NotFound(f"model {model} has no published version {version}")
        self._need_serving().set_online(model, version)
        self._store.set_online(model, version)
        self._audit.note(by, "model_online", model, f"version {version}")
        return self._models.find(model)

    def usage(self, model: str, hours: int) -> Usage:
        """Sum up how the calls of the last hours went."""
        self._models.find(model)
        from_ms = now_ms() - hours * _HOUR_MS
        told = self._need_serving().usage(model, from_ms)
        lines = [
            Counted(line.minute_ms, line.client, line.code, line.latency, line.calls, line.rows, line.total_ms)
            for line in told.lines
        ]
        step_ms = max(60_000, hours * _HOUR_MS // _MOST_POINTS)
        return summed(lines, list(told.latency_ms), from_ms, step_ms)

    def keys(self, model: str) -> list[pb.KeyInfo]:
        """List the API keys of a model."""
        self._models.find(model)
        return self._need_serving().keys(model)

    def create_key(self, model: str, client: str, calls_per_minute: int, by: str) -> pb.CreateKeyResponse:
        """Make an API key for a client; it is shown this once."""
        self._models.find(model)
        made = self._need_serving().create_key(model, client, calls_per_minute)
        self._audit.note(by, "api_key_created", model, f"key {made.key_id} for {client}")
        return made

    def revoke_key(self, model: str, key: str, by: str) -> None:
        """End an API key."""
        self._models.find(model)
        self._need_serving().revoke_key(model, key)
        self._audit.note(by, "api_key_revoked", model, key)

    def _need_serving(self) -> Serving:
        if self._serving is None:
            raise NoServing("serving_address is not set")
        return self._serving
