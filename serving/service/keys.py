"""API keys: who may ask which model, and how often."""

import hashlib
import hmac
import re
import secrets

from common.errors import InvalidInput, NotFound
from common.rpc.wire import now_ms
from serving.domain.errors import BadKey, OtherModelsKey, QuotaReached, UnknownModel
from serving.domain.models import ApiKey
from serving.store.base import KeyStore, ModelStore, QuotaStore

_KEY_BYTES = 32
_FORM = re.compile(r"hanse_([0-9a-f]{16})_[A-Za-z0-9_-]{43}")
_LONGEST_CLIENT = 255
_MOST_CALLS = 1_000_000


class Keys:
    """Makes and checks keys; a key is "hanse_", its id, "_" and 256 random bits."""

    def __init__(self, store: KeyStore, quota: QuotaStore, models: ModelStore) -> None:
        self._store, self._quota, self._models = store, quota, models

    def create(self, model: str, client: str, calls_per_minute: int) -> tuple[str, ApiKey]:
        """Make a key for one client of one model; the key itself is shown this once and kept as a hash only."""
        if not self._models.versions(model):
            raise UnknownModel(f"there is no model {model}")
        if not 0 < len(client) <= _LONGEST_CLIENT:
            raise InvalidInput("the client needs a name of at most 255 characters")
        if not 0 < calls_per_minute <= _MOST_CALLS:
            raise InvalidInput(f"calls_per_minute is {calls_per_minute}, not between 1 and {_MOST_CALLS}")
        key = ApiKey(secrets.token_hex(8), model, client, calls_per_minute, now_ms())
        text = f"hanse_{key.key_id}_{secrets.token_urlsafe(_KEY_BYTES)}"
        self._store.add(key, hashlib.sha256(text.encode()).digest())
        return text, key

    def of_model(self, model: str) -> list[ApiKey]:
        """Return a model's keys, newest first."""
        return self._store.of_model(model)

    def revoke(self, model: str, key_id: str) -> None:
        """End a key at once; raises NotFound."""
        if not self._store.drop(model, key_id):
            raise NotFound(f"model {model} has no key {key_id}")

    def check(self, text: str) -> ApiKey:
        """Return what the key opens; raises BadKey."""
        form = _FORM.fullmatch(text)
        found = self._store.find(form[1]) if form else None
        if found is None or not hmac.compare_digest(found[1], hashlib.sha256(text.encode()).digest()):
            raise BadKey("no such API key")
        return found[0]

    def admit(self, text: str, model: str) -> ApiKey:
        """Check a key for a call to a model and count the call.

        Raises
        ------
        BadKey, OtherModelsKey, QuotaReached
            Why not.
        """
        key = self.check(text)
        if key.model != model:
            raise OtherModelsKey(f"key {key.key_id} opens model {key.model}", public_detail=OtherModelsKey.title)
        if not self._quota.use(f"key {key.key_id}", 1, key.calls_per_minute, now_ms()):
            raise QuotaReached(f"{key.calls_per_minute} calls a minute")
        return key
