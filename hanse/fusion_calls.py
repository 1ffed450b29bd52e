"""How the parts of a fusion node's interface are called."""

from typing import Any

import httpx

from hanse.http import Http

API = "/fusion-service/api/v1"
Json = dict[str, Any]
#: For operations that read all rows of a large data set.
LONG = httpx.Timeout(3600.0, connect=5.0)


class FusionCalls:
    """One node, by its address and the token that its operator finds in its home folder."""

    def __init__(self, url: str, token: str) -> None:
        self._http = Http(url, token)

    def close(self) -> None:
        """Free the connections."""
        self._http.close()

    def _call(self, method: str, path: str, **arguments: Any) -> Json:
        told: Json = self._http.call(method, f"{API}{path}", **arguments)
        return told

    def _all(self, path: str, **params: Any) -> list[Json]:
        given = {name: value for name, value in params.items() if value}
        return list(self._http.pages(f"{API}{path}", **given))
