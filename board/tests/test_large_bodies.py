"""Uploads over the real HTTP server: who is signed in sends pieces of any size; of others' bodies nothing is read."""

import socket
from collections.abc import Iterator

import httpx
import pytest

from board.api.http.operation import API
from board.tests.house import House
from common.http.server import HttpServer


@pytest.fixture
def server(bank: House) -> Iterator[HttpServer]:
    made = HttpServer("the board", "127.0.0.1:0", bank.app, threads=4, most_bytes=1 << 22)
    made.start()
    yield made
    made.stop()


def test_a_large_piece_of_an_upload_arrives(bank: House, server: HttpServer) -> None:
    us = bank.admin()
    content = b"id,x\n" + b"a,1\n" * 250_000
    upload = us.post("/uploads", {"file_name": "c.csv", "total_bytes": len(content)})["upload"]
    headers = {"Authorization": f"Bearer {us.token}", "Content-Type": "application/octet-stream"}
    with httpx.Client(base_url=f"http://{server.address}{API}", headers=headers, trust_env=False) as client:
        for start, end in ((0, 700_000), (700_000, len(content))):
            place, piece = f"/uploads/{upload}/content?offset={start}", content[start:end]
            assert client.put(place, content=piece).json()["received"] == end


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("PUT", "/uploads/x/content", b"401"), ("POST", "/projects", b"401"), ("POST", "/sessions", b"400")],
)
def test_who_is_not_signed_in_is_answered_before_anything_of_the_body_has_come(
    server: HttpServer, method: str, path: str, status: bytes
) -> None:
    host, _, port = server.address.rpartition(":")
    with socket.create_connection((host, int(port)), 10) as line:
        line.sendall(
            f"{method} {API}{path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            "Content-Length: 3000000\r\n\r\n".encode()
        )
        assert line.recv(1 << 16).split()[1] == status
