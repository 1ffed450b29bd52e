"""The member's board over HTTP: results become data resources through its public upload."""

import hashlib
import stat
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx

from common.errors import Unavailable
from fusion.domain.errors import BoardRefuses, NoBoard

_API = "/board-service/api/v1"
_PIECE = 8 << 20
_TIMEOUT = httpx.Timeout(60.0, connect=5.0)
_MAKING_S = 1800.0  # until a large file is a data set


class HttpBoard:
    """See `fusion.service.ports.Board`; the token is read anew each time, so that it can be replaced."""

    def __init__(self, url: str, token_file: Path | None) -> None:
        self.url, self._token_file = url.rstrip("/"), token_file

    def save(self, file: Path, name: str, id_columns: Sequence[str]) -> str:
        """See `Board.save`."""
        headers = {"Authorization": f"Bearer {self._token()}"}
        with httpx.Client(base_url=self.url, headers=headers, timeout=_TIMEOUT, trust_env=False) as client:
            begun = {"file_name": f"{name}.parquet", "total_bytes": file.stat().st_size}
            upload = str(_call(client, "POST", "/uploads", json=begun)["upload"])
            offset = 0
            with file.open("rb") as stream:
                while piece := stream.read(_PIECE):
                    params = {"offset": str(offset), "sha256": hashlib.sha256(piece).hexdigest()}
                    octets = {"Content-Type": "application/octet-stream"}
                    _call(client, "PUT", f"/uploads/{upload}/content", params=params, headers=octets, content=piece)
                    offset += len(piece)
            # Rows of one id that occur several times are one's own duplicates; the board wants an id once.
            asked = {"name": name, "id_columns": list(id_columns), "duplicates": "first"}
            made = _call(client, "POST", f"/uploads/{upload}/data-set", json=asked, timeout=_MAKING_S)
            return str(made["data_set"])

    def _token(self) -> str:
        if not self.url or self._token_file is None:
            raise NoBoard("board_url and board_token_file are not set")
        try:
            if stat.S_IMODE(self._token_file.stat().st_mode) & 0o077:
                raise NoBoard(f"{self._token_file} may be read by others", hint="chmod 600 the file.")
            return self._token_file.read_text("utf-8").strip()
        except OSError as problem:
            raise NoBoard(f"{self._token_file} cannot be read: {problem.strerror}") from problem


def _call(client: httpx.Client, method: str, path: str, **arguments: Any) -> dict[str, Any]:
    try:
        answer = client.request(method, f"{_API}{path}", **arguments)
        told = answer.json()
    except httpx.HTTPError as problem:
        raise Unavailable(f"the board at {client.base_url} does not answer: {problem}") from problem
    except ValueError:
        told = {}
    if answer.is_error or not isinstance(told, dict) or not told:
        detail = f"{told.get('code', '')} {told.get('detail') or told.get('title') or ''}".strip()
        raise BoardRefuses(detail or f"HTTP {answer.status_code}", hint=told.get("hint") or None)
    return told
