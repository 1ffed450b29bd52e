"""What all parts of a fusion node's client share: the API's address and one call."""

from typing import Any

import httpx

from hanse.http import Http

API = "/fusion-service/api/v1"
Json = dict[str, Any]
#: For operations that read all rows of a large data set.
LONG = httpx.Timeout(3600.0, connect=5.0)


class FusionCalls:
    """A connection to a node."""

    http: Http

    def _call(self, method: str, path: str, **arguments: Any) -> Json:
        told: Json = self.http.call(method, f"{API}{path}", **arguments)
        return told

    def _items(self, path: str, **params: Any) -> list[Json]:
        return list(self.http.pages(f"{API}{path}", **{name: value for name, value in params.items() if value}))
