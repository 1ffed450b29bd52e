"""A result of fusion becomes a data resource at the member's real board, whose kernel keeps it."""

import secrets
import socket
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from board.api.http.operation import API
from board.app import BoardApp, create_admin
from board.settings import BoardSettings
from common.identity import create_member
from fusion.tests.nodes import Node
from kernel.app import KernelApp
from kernel.settings import KernelSettings

PASSWORD = secrets.token_urlsafe(12)
NOBODY = "127.0.0.1:9"  # a port where nobody listens


class House:
    """A board and its kernel, without a union."""

    def __init__(self, folder: Path) -> None:
        home = folder / "bank"
        create_member(home, "bank", "Harbour Bank", ["board", "flow", "kernel", "gateway", "serving"])
        with socket.create_server(("127.0.0.1", 0)) as free:
            kernel = f"127.0.0.1:{free.getsockname()[1]}"
        self.kernel = KernelApp(
            KernelSettings(home=home, data=folder / "kernel", listen=kernel, gateway_address=NOBODY, warm_executors=0)
        )
        self.kernel.start()
        settings = BoardSettings(
            home=home,
            data=folder / "board",
            flow_address=NOBODY,
            kernel_address=kernel,
            gateway_address=NOBODY,
            gateway_peer_address="127.0.0.1:7001",
            union_address=NOBODY,
            federation_salt="00" * 32,
        )
        create_admin(settings, "admin", PASSWORD)
        self.board = BoardApp(settings)
        self.board.start()
        self.url = f"http://{self.board.http_address}"
        self.http = httpx.Client(base_url=f"{self.url}{API}", timeout=60, trust_env=False)
        signed = self.http.post("/sessions", json={"account": "admin", "password": PASSWORD}).json()
        self.http.cookies.clear()
        self.http.headers["Authorization"] = f"Bearer {signed['token']}"

    def token(self, scope: str) -> str:
        """Make a personal access token."""
        made = self.http.post("/me/tokens", json={"name": f"fusion {scope}", "scope": scope})
        return str(made.json()["text"])

    def close(self) -> None:
        self.http.close()
        self.board.stop()
        self.kernel.stop()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path)
    yield made
    made.close()


def test_a_result_becomes_a_data_resource(tmp_path: Path, house: House) -> None:
    token_file = tmp_path / "token"
    token_file.write_text(house.token("write"))
    token_file.chmod(0o600)
    alpha = Node(tmp_path, "alpha", board_url=house.url, board_token_file=token_file).start()
    beta = Node(tmp_path, "beta").start()
    try:
        alpha.trust(beta)
        beta.trust(alpha)
        content = b"id,age,town\na,31,X\nb,42,Y\nb,42,Y\nc,53,Z\n"  # b is there twice
        made = alpha.call("POST", "/data-sets", 201, params={"name": "x", "file_name": "x.csv"}, content=content)
        task = alpha.propose("beta", made["data_set"], columns_of_result=["town"])
        beta.accept(task, beta.upload(["b", "c", "d"]))
        alpha.wait(task, "succeeded")
        assert alpha.call("GET", "/node")["board"] == house.url
        saved = alpha.call("POST", f"/tasks/{task}/save", json={"name": "both"})
        assert saved["board"] == house.url
        kept = house.http.get(f"/data-sets/{saved['data_set']}").json()
        assert (kept["name"], kept["rows"], kept["id_column"] or kept.get("id_columns")) == ("both", 2, "id")
        assert {column["name"] for column in kept["columns"]} >= {"town"}
        assert "age" not in str(kept["columns"])
        assert list((alpha.home / "data" / "incoming").iterdir()) == []

        token_file.write_text(house.token("read"))
        told = alpha.call("POST", f"/tasks/{task}/save", 502, json={"name": "again"})
        assert (told["code"], "HAN-6" in told["detail"]) == ("HAN-8047", True)
        token_file.chmod(0o644)
        told = alpha.call("POST", f"/tasks/{task}/save", 409, json={"name": "again"})
        assert (told["code"], told["hint"]) == ("HAN-8046", "chmod 600 the file.")
        token_file.chmod(0o600)
        house.board.stop()
        assert alpha.call("POST", f"/tasks/{task}/save", 503, json={"name": "again"})["code"] == "HAN-1006"
    finally:
        alpha.stop()
        beta.stop()
