"""Boards of several members in one process: real SQLite stores and use cases, other services in memory."""

import json
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient

from board.api.http.accounts import accounts
from board.api.http.application import create_application
from board.api.http.approvals import approvals
from board.api.http.blocked import blocked
from board.api.http.consents import consents
from board.api.http.data_about import data_about
from board.api.http.data_sets import data_sets
from board.api.http.events import Views, events
from board.api.http.flows import flows
from board.api.http.guard import Guard
from board.api.http.jobs import jobs
from board.api.http.member import member
from board.api.http.membership import membership
from board.api.http.messages import messages
from board.api.http.models import models
from board.api.http.operation import API, Operation, Resource
from board.api.http.operations import operations
from board.api.http.own_access import own_access
from board.api.http.projects import projects
from board.api.http.requests import requests
from board.api.http.resources import resources
from board.api.http.results import results
from board.api.http.samples import samples
from board.api.http.schedules import schedules
from board.api.http.sessions import sessions
from board.api.http.setup import setup
from board.api.http.staging import staging
from board.api.http.uploads import uploads
from board.api.rpc.peer import BoardPeer
from board.app import MIGRATIONS, SAMPLE, sql_stores
from board.service.board import Board
from board.service.passwords import Passwords
from board.service.ports import Identity, Services
from board.tests.doubles import Ledger, MemoryFlow, MemoryGateway, MemoryKernel, MemoryServing, MemoryToken, MemoryUnion
from common.rpc import RelayDispatcher
from common.sql import open_database
from proto.common.v1 import signing_pb2

PASSWORD = "correct horse battery"
FAST = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
CSV = b"id,x,y\na,1,0\nb,2,1\nc,3,0\n"


class House:
    """One member's board."""

    def __init__(
        self, name: str, folder: Path, houses: "dict[str, House]", ledger: Ledger, dist: Path | None = None
    ) -> None:
        self.name = name
        self.engine = open_database(f"sqlite:///{folder}/{name}.db", migrations=MIGRATIONS)
        self.kernel, self.flow, self.serving = MemoryKernel(), MemoryFlow(name), MemoryServing()
        self.gateway, self.union = MemoryGateway(name, houses), MemoryUnion(ledger, name)
        self.services = Services(self.kernel, self.flow, self.gateway, self.union, self.serving)
        self.setup_token = MemoryToken()
        identity = Identity(name, name.title(), "127.0.0.1:7001", "0" * 64, "1" * 64, "AAAA")
        self.board = Board(
            identity, self.services, sql_stores(self.engine), Passwords(FAST), 12.0, self.setup_token, SAMPLE.read_bytes
        )
        self._relay = RelayDispatcher()
        BoardPeer(self.board.partners, self.board.reach).register(self._relay)
        board = self.board
        self.resources: list[Resource] = [
            sessions(board.accounts, name, name.title(), secure=False),
            accounts(board.accounts),
            own_access(board.accounts, board.tokens),
            setup(board.setup, identity, lambda words: f"sealed under {len(words)}".encode(), board.reach, board.audit),
            member(board.members),
            data_sets(board.data_sets, 1 << 20),
            data_about(board.data_sets),
            uploads(board.uploads, 1 << 20),
            staging(board.uploads),
            resources(board.resources),
            projects(board.projects, board.consents, board.data_sets),
            membership(board.projects, board.consents),
            consents(board.consents, board.data_sets),
            requests(board.requests),
            approvals(board.approvals, board.messages),
            messages(board.messages),
            blocked(board.blocking),
            flows(board.flows, board.catalogue),
            jobs(board.jobs),
            events(board.jobs, board.feed, Views(4)),
            results(self.kernel, self.gateway, self.flow),
            models(board.models),
            schedules(board.schedules),
            samples(board.samples),
            operations(self.services, self.gateway, board.audit),
        ]
        guard = Guard(board.accounts, board.stores.idempotency)
        self.app: Flask = create_application(self.resources, guard, f"Hanse board of {name}", dist)
        self.app.testing = False  # errors become problems, as they do for users
        houses[name] = self

    @property
    def operations(self) -> list[Operation]:
        return [operation for resource in self.resources for operation in resource.operations]

    def relay(self, origin: str, method: str, request: bytes) -> None:
        """Take a call that the own gateway has proved to come from `origin`."""
        call = signing_pb2.RelayedCall(origin=origin, method=method, request=request)
        self._relay.Relay(call, None)  # type: ignore[arg-type]  # it looks at no context

    def sign_in(self, account: str = "admin", password: str = PASSWORD) -> "Caller":
        client = self.app.test_client(use_cookies=False)
        answer = client.post(f"{API}/sessions", json={"account": account, "password": password})
        assert answer.status_code == 201, answer.text
        return Caller(client, answer.get_json()["token"])

    def admin(self) -> "Caller":
        if self.board.accounts.page("", 1) == []:
            self.board.accounts.create_admin("admin", PASSWORD)
        return self.sign_in()

    def close(self) -> None:
        self.flow.hang_up()
        self.engine.dispose()


class Caller:
    """A signed-in account; each call tells status and JSON."""

    def __init__(self, client: FlaskClient, token: str) -> None:
        self.client, self.token = client, token

    def call(self, method: str, path: str, **arguments: Any) -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {self.token}", **arguments.pop("headers", {})}
        answer = self.client.open(f"{API}{path}", method=method, headers=headers, **arguments)
        return answer.status_code, json.loads(answer.data) if answer.data else None

    def get(self, path: str, **arguments: Any) -> Any:
        status, value = self.call("GET", path, **arguments)
        assert status == 200, value
        return value

    def post(self, path: str, body: Any, expect: int = 201, **arguments: Any) -> Any:
        status, value = self.call("POST", path, json=body, **arguments)
        assert status == expect, value
        return value

    def upload(self, content: bytes = CSV, expect: int = 201, **query: str) -> Any:
        told = {"name": "clients", "file_name": "clients.csv", "id_column": "id", **query}
        status, value = self.call(
            "POST", "/data-sets", data=content, query_string=told, content_type="application/octet-stream"
        )
        assert status == expect, value
        return value
