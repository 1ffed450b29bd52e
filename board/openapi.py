"""`python -m board.openapi`: prints the OpenAPI description, from which the web page's types are generated."""

import json
import sys
from typing import Any

import sqlalchemy as sa

from board.api.http.events import Views
from board.api.http.openapi import about
from board.api.http.routes import all_resources
from board.app import sql_stores
from board.service.board import Board, Outside
from board.service.passwords import Passwords
from board.service.ports import Identity, Services
from common.http.openapi import describe


def document() -> dict[str, Any]:
    """Describe every operation; nothing is called, so that no service needs to be there."""
    nobody: Any = None
    services = Services(nobody, nobody, nobody, nobody)
    outside = Outside(nobody, nobody)
    stores = sql_stores(sa.create_engine("sqlite://"))
    board = Board(
        Identity("member", "Member", "", "", "", ""), services, stores, Passwords(), 1.0, nobody, nobody, outside
    )
    resources = all_resources(
        board, services, Views(1), nobody, seal=lambda _: b"", knobs=[], secure=False, max_upload_bytes=1
    )
    return describe([operation for resource in resources for operation in resource.operations], about("Hanse board"))


def lean() -> dict[str, Any]:
    """Leave the examples out, which say nothing about types and would stand in them as comments."""
    made = document()
    for operations in made["paths"].values():
        for told in operations.values():
            for answer in (told.get("requestBody", {}), *told["responses"].values()):
                for content in answer.get("content", {}).values():
                    content.pop("example", None)
    return made


if __name__ == "__main__":
    json.dump(lean(), sys.stdout, indent=1, sort_keys=True)
