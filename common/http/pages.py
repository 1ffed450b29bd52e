"""The built web page: files with a hash in their name for ever, the page itself never kept."""

import gzip
import html
import mimetypes
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from flask import Blueprint, Response, request

from common.errors import NotFound

#: What a service sends as Content-Security-Policy that shows people pages.
POLICY = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_NOT_BUILT = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title></head>
<body><h1>The web page is not built</h1>
<p>Run <code>make setup</code> in Hanse's folder (or <code>npm ci &amp;&amp; npm run build</code> in
<code>board/web</code>) and start the service again. The API works: <a href="{api}">{api}</a>.</p>
</body></html>
"""
_LEAST_TO_PACK = 1400
_PACKED = ("text/", "application/json", "application/javascript", "image/svg+xml")


@dataclass(frozen=True, slots=True)
class Pages:
    """A service's pages.

    Parameters
    ----------
    dist : Path or None
        Folder of the built pages of all services; None, or one without `entry`: how to build them is said instead.
    entry : str
        The service's own page in it; pages of other services are not shown.
    title : str
        What is called so while it is not built.
    service : str
        First step of the API's paths, such as "board-service": they are no pages.
    api : str
        Where people read what the API can do.
    """

    dist: Path | None
    entry: str
    title: str
    service: str
    api: str

    @property
    def root(self) -> Path | None:
        """The folder, if the page is built."""
        return self.dist.resolve() if self.dist is not None and (self.dist / self.entry).is_file() else None

    @property
    def missing(self) -> str:
        """What is shown while the page is not built."""
        return _NOT_BUILT.format(title=html.escape(self.title), api=html.escape(self.api))


def pages_blueprint(pages: Pages) -> Blueprint:
    """Serve the page at "/", with its history: paths that no file has get the page itself."""
    blueprint = Blueprint("pages", __name__)
    root = pages.root

    @lru_cache(maxsize=256)
    def read(path: Path, _written_ns: int) -> tuple[bytes, bytes, str]:
        content = path.read_bytes()
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        packed = gzip.compress(content, mtime=0) if kind.startswith(_PACKED) and len(content) > _LEAST_TO_PACK else b""
        return content, packed, kind if not kind.startswith("text/") else f"{kind}; charset=utf-8"

    @blueprint.get("/")
    @blueprint.get("/<path:name>")
    def page(name: str = "") -> Response:
        if name.startswith(f"{pages.service}/"):
            raise NotFound(f"there is no /{name}")
        if root is None:
            return Response(
                pages.missing, content_type="text/html; charset=utf-8", headers={"Cache-Control": "no-cache"}
            )
        path = (root / name).resolve()
        if not path.is_relative_to(root) or not path.is_file() or path.suffix == ".html":
            if name.startswith("assets/"):
                raise NotFound(f"there is no /{name}")
            path = root / pages.entry
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
