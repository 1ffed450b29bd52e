"""The built web page: files with a hash in their name for ever, the page itself never kept."""

import gzip
import mimetypes
from functools import lru_cache
from pathlib import Path

from flask import Blueprint, Response, request

from common.errors import NotFound

POLICY = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_NOT_BUILT = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Hanse board</title></head>
<body><h1>The web page is not built</h1>
<p>Run <code>make setup</code> in Hanse's folder (or <code>npm ci &amp;&amp; npm run build</code> in
<code>board/web</code>) and start the board again. The API works: <a href="/board-service/apis">all APIs</a>.</p>
</body></html>
"""
_SERVICE = "board-service/"
_LEAST_TO_PACK = 1400
_PACKED = ("text/", "application/json", "application/javascript", "image/svg+xml")


def pages(dist: Path | None) -> Blueprint:
    """Serve the page at "/", with its history: paths that no file has get the page itself."""
    blueprint = Blueprint("pages", __name__)
    root = dist.resolve() if dist is not None and (dist / "index.html").is_file() else None

    @lru_cache(maxsize=256)
    def read(path: Path, _written_ns: int) -> tuple[bytes, bytes, str]:
        content = path.read_bytes()
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        packed = gzip.compress(content, mtime=0) if kind.startswith(_PACKED) and len(content) > _LEAST_TO_PACK else b""
        return content, packed, kind if not kind.startswith("text/") else f"{kind}; charset=utf-8"

    @blueprint.get("/")
    @blueprint.get("/<path:name>")
    def page(name: str = "index.html") -> Response:
        if name.startswith(_SERVICE):
            raise NotFound(f"there is no /{name}")
        if root is None:
            return Response(_NOT_BUILT, content_type="text/html; charset=utf-8", headers={"Cache-Control": "no-cache"})
        path = (root / name).resolve()
        if not path.is_relative_to(root) or not path.is_file():
            if name.startswith("assets/"):
                raise NotFound(f"there is no /{name}")
            path = root / "index.html"
        # A page built anew names new files: kept under its time, the old one never sends people to files that are gone.
        content, packed, kind = read(path, path.stat().st_mtime_ns)
        use_packed = bool(packed) and "gzip" in request.headers.get("Accept-Encoding", "")
        response = Response(packed if use_packed else content, content_type=kind)
        response.headers["Vary"] = "Accept-Encoding"
        if use_packed:
            response.headers["Content-Encoding"] = "gzip"
        hashed = path.is_relative_to(root / "assets")
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if hashed else "no-cache"
        return response

    return blueprint
