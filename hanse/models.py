"""Models from Python: where they come from, what is said of them, online versions, keys, calls."""

from collections.abc import Sequence

from hanse.calls import Calls, Json


class Models(Calls):
    """The part of the client that concerns models."""

    def models(self) -> list[Json]:
        """List the models of which this member has a part."""
        return self._items("/models")

    def publish(self, model: str) -> Json:
        """Put this member's part of a model online at its own serving."""
        return self._call("POST", f"/models/{model}/publication", json={"online": True}, timeout=300.0)

    def unpublish(self, model: str) -> None:
        """Take this member's part offline."""
        self._call("DELETE", f"/models/{model}/publication")

    def predict(self, model: str, rows: Sequence[Json]) -> Json:
        """Score rows online, together with the partners; each row is {"id", "features": {column: number}}."""
        return self._call("POST", f"/models/{model}/predictions", json={"rows": list(rows)})

    def model(self, model: str) -> Json:
        """Describe a model with its publications."""
        return self._call("GET", f"/models/{model}")

    def put_online(self, model: str, version: str) -> Json:
        """Put a version online that was published before: the way back from a bad one."""
        return self._call("POST", f"/models/{model}/online", json={"version": version})

    def card(self, model: str) -> Json:
        """Return what our people say of a model."""
        return self._call("GET", f"/models/{model}/card")

    def write_card(self, model: str, **changes: str) -> Json:
        """Change purpose, limits, notes or stage of the card as it stands; who changed it in between is told."""
        told = self.card(model)
        body = {name: told[name] for name in ("purpose", "limits", "notes", "stage")} | changes
        headers = {"If-Match": f'"{model}-{told["revision"]}"'}
        return self._call("PUT", f"/models/{model}/card", json=body, headers=headers)

    def lineage(self, model: str) -> Json:
        """Tell which flow, data versions, code and consents made a model."""
        return self._call("GET", f"/models/{model}/lineage")

    def model_usage(self, model: str, hours: int = 24) -> Json:
        """Tell how calls for predictions went."""
        return self._call("GET", f"/models/{model}/usage", params={"hours": hours})

    def keys(self, model: str) -> list[Json]:
        """List a model's API keys, without what opens anything."""
        return self._items(f"/models/{model}/keys")

    def create_key(self, model: str, client: str, calls_per_minute: int = 600) -> Json:
        """Make an API key; it is in the answer, this once."""
        body = {"client": client, "calls_per_minute": calls_per_minute}
        return self._call("POST", f"/models/{model}/keys", json=body)

    def revoke_key(self, model: str, key: str) -> None:
        """End an API key."""
        self._call("DELETE", f"/models/{model}/keys/{key}")
