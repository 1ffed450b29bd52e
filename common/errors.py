"""The catalogue of errors: one class a cause, one HAN-nnnn code a class, one table to gRPC and HTTP.

Ranges: 1xxx common and rpc, 2xxx union, 3xxx gateway, 4xxx kernel, 5xxx flow, 6xxx board, 7xxx serving, 8xxx fusion,
9xxx hanse and deploy. A class registers itself when it is defined; a second class with the same code is a
programming error and fails at import.
"""

from __future__ import annotations

import re
from typing import ClassVar

_CODE = re.compile(r"HAN-\d{4}")
_REGISTRY: dict[str, type[HanseError]] = {}


class HanseError(Exception):
    """Base of every error that a caller may see.

    Parameters
    ----------
    detail : str
        What happened, for our own people. It never leaves the member.
    hint : str, optional
        What to do next; the class's own hint when omitted. It may cross a member's border, so it names no data.
    party : str
        The member whose part failed, when it is known.
    component : str
        The component (algorithm) that failed, when there is one.
    public_detail : str, optional
        What other members may read instead of `detail`; the class's title when omitted.
    """

    code: ClassVar[str] = "HAN-1000"
    title: ClassVar[str] = "Something went wrong"
    status: ClassVar[str] = "UNKNOWN"
    http: ClassVar[int] = 500
    hint: str = "Look at the service's log for this time."
    retry_after_s: int = 0  # when it makes sense to try again; 0: nobody knows

    def __init__(
        self,
        detail: str = "",
        *,
        hint: str | None = None,
        party: str = "",
        component: str = "",
        public_detail: str | None = None,
    ) -> None:
        super().__init__(detail)
        self.detail = detail or self.title
        if hint is not None:
            self.hint = hint
        self.party = party
        self.component = component
        self.public_detail = self.title if public_detail is None else public_detail

    def __init_subclass__(cls, **kwargs: object) -> None:
        """Register the class under its code."""
        super().__init_subclass__(**kwargs)
        code = cls.__dict__.get("code")
        if not isinstance(code, str) or not _CODE.fullmatch(code):
            msg = f"{cls.__qualname__} needs a code of its own, HAN-nnnn"
            raise TypeError(msg)
        known = _REGISTRY.get(code)
        if known is not None and (known.__module__, known.__qualname__) != (cls.__module__, cls.__qualname__):
            msg = f"{cls.__qualname__} and {known.__qualname__} both claim {code}"
            raise TypeError(msg)
        _REGISTRY[code] = cls

    def __str__(self) -> str:
        """Render as one line: code and detail."""
        return f"{self.code}: {self.detail}"

    def public(self) -> HanseError:
        """Make the form of this error that may cross the member's border."""
        return error_from(
            self.code, self.public_detail, self.hint, party=self.party, component=self.component, status=self.status
        )

    def problem(self, request_id: str = "") -> dict[str, object]:
        """Render as an RFC 9457 problem; empty members are left out."""
        members: dict[str, object] = {
            "type": f"https://hanse.dev/errors/{self.code}",
            "title": self.title,
            "status": self.http,
            "code": self.code,
            "detail": self.detail,
            "hint": self.hint,
            "party": self.party,
            "component": self.component,
            "request_id": request_id,
        }
        return {name: value for name, value in members.items() if value != ""}


class InvalidInput(HanseError):
    """A value that the caller gave is not acceptable."""

    code = "HAN-1001"
    title = "The input is not valid"
    status = "INVALID_ARGUMENT"
    http = 400
    hint = "Correct the named value and try again."


class NotFound(HanseError):
    """The named thing does not exist."""

    code = "HAN-1002"
    title = "There is no such thing"
    status = "NOT_FOUND"
    http = 404
    hint = "Check the id."


class Conflict(HanseError):
    """The thing is in a state that does not allow this."""

    code = "HAN-1003"
    title = "This conflicts with the present state"
    status = "FAILED_PRECONDITION"
    http = 409
    hint = "Read the present state and try again."


class PermissionDenied(HanseError):
    """The caller is known but may not do this."""

    code = "HAN-1004"
    title = "This is not allowed"
    status = "PERMISSION_DENIED"
    http = 403
    hint = "Ask someone who may, or ask for the permission."


class Unauthenticated(HanseError):
    """The caller has not proved who it is."""

    code = "HAN-1005"
    title = "You are not signed in"
    status = "UNAUTHENTICATED"
    http = 401
    hint = "Sign in and try again."


class Unavailable(HanseError):
    """The other side cannot be reached."""

    code = "HAN-1006"
    title = "The service cannot be reached"
    status = "UNAVAILABLE"
    http = 503
    hint = "Check that it runs and that its address is right; then try again."


class ResourceExhausted(HanseError):
    """A limit is reached: rate, quota, disk, memory."""

    code = "HAN-1007"
    title = "A limit is reached"
    status = "RESOURCE_EXHAUSTED"
    http = 429
    hint = "Wait, use less, or ask for a greater limit."


class Internal(HanseError):
    """A fault of Hanse itself."""

    code = "HAN-1008"
    title = "Hanse made a mistake"
    status = "INTERNAL"
    http = 500
    hint = "The service's log has the details; please report them."


class DeadlineExceeded(HanseError):
    """The answer did not come in time."""

    code = "HAN-1009"
    title = "The answer did not come in time"
    status = "DEADLINE_EXCEEDED"
    http = 504
    hint = "Try again; if it stays, look at the load of the other side."


class RemoteError(HanseError):
    """An error of another process whose class this process does not have; it keeps the foreign code."""

    code = "HAN-1010"
    title = "Another service reported an error"

    def __init__(self, code: str, detail: str, hint: str = "", *, party: str = "", component: str = "") -> None:
        super().__init__(detail, hint=hint, party=party, component=component, public_detail=detail)
        # Shadows the class attribute on purpose: the code is what users look up.
        self.__dict__["code"] = code


_HTTP_OF = {
    "INVALID_ARGUMENT": 400,
    "UNAUTHENTICATED": 401,
    "PERMISSION_DENIED": 403,
    "NOT_FOUND": 404,
    "FAILED_PRECONDITION": 409,
    "ALREADY_EXISTS": 409,
    "ABORTED": 409,
    "RESOURCE_EXHAUSTED": 429,
    "INTERNAL": 500,
    "UNAVAILABLE": 503,
    "DEADLINE_EXCEEDED": 504,
}


def error_from(
    code: str, detail: str, hint: str = "", *, party: str = "", component: str = "", status: str = "UNKNOWN"
) -> HanseError:
    """Rebuild an error from what crossed the wire.

    Returns
    -------
    HanseError
        An instance of the registered class of `code`, or a `RemoteError` that keeps `code` and `status`.
    """
    known = _REGISTRY.get(code)
    if known is None or known is RemoteError:
        remote = RemoteError(code, detail, hint, party=party, component=component)
        remote.__dict__.update(status=status, http=_HTTP_OF.get(status, 500))
        return remote
    # A class may ask for more arguments than these, so its own __init__ is not used.
    error = known.__new__(known)
    HanseError.__init__(error, detail, hint=hint or None, party=party, component=component, public_detail=detail)
    return error


def catalogue() -> dict[str, type[HanseError]]:
    """List every registered class by its code."""
    return dict(sorted(_REGISTRY.items()))
