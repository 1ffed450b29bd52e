"""HTTP to a Hanse service: JSON in and out, problems as exceptions."""

from collections.abc import Iterator
from typing import Any

import httpx

from common.errors import HanseError, Unavailable, error_from

_TIMEOUT = httpx.Timeout(60.0, connect=5.0)


class Http:
    """One service's base address and the caller's token."""

    def __init__(self, base: str, token: str = "") -> None:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self.base = base.rstrip("/")
        self._client = httpx.Client(base_url=self.base, headers=headers, timeout=_TIMEOUT, trust_env=False)

    def call(self, method: str, path: str, **arguments: Any) -> Any:
        """Make a call and return its JSON, or None when there is no content.

        Raises
        ------
        HanseError
            The problem that the service tells, under its own code.
        Unavailable
            No answer.
        """
        try:
            answer = self._client.request(method, path, **arguments)
        except httpx.HTTPError as error:
            raise Unavailable(
                f"{self.base} does not answer: {error}",
                hint="Check the address, and that the service runs (hanse status).",
            ) from error
        if answer.is_error:
            raise problem_of(answer)
        return answer.json() if answer.content else None

    def pages(self, path: str, **params: Any) -> Iterator[Any]:
        """Yield all items of a list, page by page."""
        after = ""
        while True:
            page = self.call("GET", path, params={**params, **({"after": after} if after else {})})
            yield from page["items"]
            after = page.get("next_after", "")
            if not after:
                return

    def read(self, path: str, **params: Any) -> Iterator[bytes]:
        """Yield a download in chunks."""
        try:
            with self._client.stream("GET", path, params=params) as answer:
                if answer.is_error:
                    answer.read()
                    raise problem_of(answer)
                yield from answer.iter_bytes()
        except httpx.HTTPError as error:
            raise Unavailable(f"{self.base} broke off: {error}") from error

    def events(self, path: str) -> Iterator[str]:
        """Yield the data of server-sent events, "" for a sign of life; ends when the service closes the stream."""
        timeout = httpx.Timeout(_TIMEOUT.connect, read=60.0)
        try:
            with self._client.stream("GET", path, headers={"Accept": "text/event-stream"}, timeout=timeout) as answer:
                if answer.is_error:
                    answer.read()
                    raise problem_of(answer)
                for line in answer.iter_lines():
                    if line.startswith("data:"):
                        yield line[5:].strip()
                    elif line.startswith(":"):
                        yield ""
        except httpx.HTTPError as error:
            raise Unavailable(f"{self.base} broke off: {error}") from error

    def close(self) -> None:
        """Free the connections."""
        self._client.close()


def problem_of(answer: httpx.Response) -> HanseError:
    """Make the exception that a problem+json answer tells of."""
    try:
        told = answer.json()
    except ValueError:
        told = {}
    if not isinstance(told, dict) or "code" not in told:
        return error_from(
            "HAN-1008", f"{answer.request.url.path}: HTTP {answer.status_code}", "Look at the service's log."
        )
    error = error_from(
        told["code"],
        told.get("detail", ""),
        told.get("hint", ""),
        party=told.get("party", "") or "",
        component=told.get("component", "") or "",
    )
    # Shadows the class attribute: this process does not know every service's errors, and exit codes depend on it.
    error.__dict__["http"] = answer.status_code
    return error
