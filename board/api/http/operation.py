"""The board's way to declare operations: who may, by role. The rest is `common.http`, named here for all resources."""

from collections.abc import Callable
from typing import Any

from pydantic import BaseModel

from board.api.http.guard import Access
from board.domain.accounts import Role
from common.http import operation
from common.http.models import JSON, Empty, Fields, Paging, View
from common.http.operation import Operation, Reply, download

__all__ = ["API", "JSON", "Empty", "Fields", "Operation", "Paging", "Reply", "Resource", "View", "download"]
API = "/board-service/api/v1"


class Resource(operation.Resource):
    """The operations of one kind of thing."""

    def __init__(self, name: str) -> None:
        super().__init__(name, API)

    def operation(
        self,
        method: str,
        path: str,
        summary: str,
        *,
        role: Role | None = Role.NORMAL,
        answer: type[BaseModel] | None = None,
        status: int = 0,
        media: str = JSON,
        raw_body: bool = False,
        idempotent: bool = False,
        conditional: bool = False,
        early: bool = False,
        in_person: bool = False,
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Declare an operation; the decorated function does it.

        Parameters
        ----------
        role
            The least one that may; None: everybody, without a sign-in.
        early
            Possible while the password is a one-time code.
        in_person
            Needs a sign-in, not a personal token.
        """
        return self.declare(
            method,
            path,
            summary,
            access=None if role is None else Access(role, early=early, in_person=in_person),
            answer=answer,
            status=status,
            media=media,
            raw_body=raw_body,
            idempotent=idempotent,
            conditional=conditional,
        )
