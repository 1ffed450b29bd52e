"""Boards of several members in one process: real SQLite stores and use cases, other services in memory."""

import json
import os
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient

from board.api.http.application import create_application
from board.api.http.events import Views
from board.api.http.guard import Guard
from board.api.http.operation import API, Operation, Resource
from board.api.http.routes import all_resources
from board.api.outbound.carrier import NetworkCarrier
from board.api.rpc.peer import BoardPeer
from board.app import MIGRATIONS, SAMPLE, sql_stores
from board.service.board import Board, Outside
from board.service.key_rotation import KeyRotation
from board.service.passwords import Passwords
from board.service.ports import Identity, Services
from board.store.secret_file import FileSecretBox
from board.tests.doubles import Ledger, MemoryFlow, MemoryGateway, MemoryKernel, MemoryServing, MemoryToken, MemoryUnion
from board.tests.recording import record
from common.identity import create_member
from common.rpc import RelayDispatcher
from common.settings import Knob
from common.sql import open_database
from proto.common.v1 import signing_pb2

PASSWORD = "correct horse battery"
KNOB = Knob("database_url", "sqlite:////somewhere/board.db", "Where the tables are.", changed=True)
FAST = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
CSV = b"id,x,y\na,1,0\nb,2,1\nc,3,0\n"


class House:
    """One member's board."""

    def __init__(
        self,
        name: str,
        folder: Path,
        houses: "dict[str, House]",
        ledger: Ledger,
        dist: Path | None = None,
        union: Any = None,
        flow: Any = None,
        notify_allow: Sequence[str] = (),
    ) -> None:
        self.name = name
        self.engine = open_database(f"sqlite:///{folder}/{name}.db", migrations=MIGRATIONS)
        self.kernel, self.flow, self.serving = MemoryKernel(), MemoryFlow(name), MemoryServing()
        self.gateway, self.union = MemoryGateway(name, houses), union or MemoryUnion(ledger, name)
        self.services = Services(self.kernel, flow or self.flow, self.gateway, self.union, self.serving)
        self.setup_token = MemoryToken()
        identity = Identity(name, name.title(), "127.0.0.1:7001", "0" * 64, "1" * 64, "AAAA")
        self.board = Board(
            identity,
            self.services,
            sql_stores(self.engine),
            Passwords(FAST),
            12.0,
            self.setup_token,
            SAMPLE.read_bytes,
            Outside(FileSecretBox(folder / f"{name}.key"), NetworkCarrier(notify_allow, name, "https://board.test")),
        )
        self.flow.prepare = self.board.windows.prepare
        self.home = folder / f"{name}-home"
        if not self.home.exists():
            create_member(self.home, name, name.title(), ["board"])
        self.rotation = KeyRotation(self.home, lambda: None, lambda _: nullcontext(self.union), self.board.audit)
        self._relay = RelayDispatcher()
        BoardPeer(self.board.partners, self.board.reach, self.board.own_data).register(self._relay)
        self.resources: list[Resource] = all_resources(
            self.board,
            self.services,
            Views(4),
            self.rotation,
            seal=lambda words: f"sealed under {len(words)}".encode(),
            knobs=[KNOB],
            secure=False,
            max_upload_bytes=1 << 20,
        )
        guard = Guard(self.board.accounts, self.board.stores.idempotency)
        self.app: Flask = create_application(self.resources, guard, f"Hanse board of {name}", dist)
        if "HANSE_EXAMPLES" in os.environ:
            record(self.app, Path(os.environ["HANSE_EXAMPLES"]))
        self.app.testing = False  # errors become problems, as they do for users
        houses[name] = self

    @property
    def operations(self) -> list[Operation]:
        return [operation for resource in self.resources for operation in resource.operations]

    def relay(self, origin: str, method: str, request: bytes) -> bytes:
        """Take a call that the own gateway has proved to come from `origin`; returns the answer."""
        call = signing_pb2.RelayedCall(origin=origin, method=method, request=request)
        return bytes(self._relay.Relay(call, None).response)  # type: ignore[arg-type]  # it looks at no context

    def sign_in(self, account: str = "admin", password: str = PASSWORD) -> "Caller":
        client = self.app.test_client(use_cookies=False)
        answer = client.post(f"{API}/sessions", json={"account": account, "password": password})
        assert answer.status_code == 201, answer.text
        return Caller(client, answer.get_json()["token"])

    def admin(self) -> "Caller":
        if self.board.accounts.page("", 1) == []:
            self.board.accounts.create_admin("admin", PASSWORD)
        return self.sign_in()

    def pins(self, *names: str) -> list[str]:
        """Pin components by the versions of today's catalogue, as terms and requests do."""
        versions = {about["name"]: about["version"] for about in self.kernel.catalogue()}
        return [f"{name}=={versions[name]}" for name in names]

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
