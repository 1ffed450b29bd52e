"""Versions of editable objects in ETag and If-Match."""

from flask import request

from board.domain.errors import Changed, EtagMissing


def etag(name: str, revision: int) -> str:
    """Return the tag of one revision of a thing."""
    return f'"{name}-{revision}"'


def based_on(name: str, revision: int) -> int:
    """Return the present revision if the request's change is based on it: If-Match names it, "*" takes what is there.

    Raises
    ------
    EtagMissing, Changed
        Nothing is named, or an older revision.
    """
    given = request.headers.get("If-Match", "").strip()
    if not given:
        raise EtagMissing
    if given != "*" and etag(name, revision) not in [tag.strip() for tag in given.split(",")]:
        raise Changed(f"{name} has revision {revision} now")
    return revision
