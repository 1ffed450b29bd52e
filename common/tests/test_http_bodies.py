"""Large bodies over real connections: nothing of them is read before the door has let the headers in."""

import contextlib
import hashlib
import itertools
import re
import socket
from collections.abc import Iterator, Mapping
from typing import Annotated, Any

import httpx
import pytest
from flask import request
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import Field

from common.errors import Unauthenticated
from common.http.application import create_application
from common.http.models import Fields, View
from common.http.openapi import About
from common.http.operation import Door, Entrance, Operation, Resource
from common.http.reading import bearer
from common.http.server import HttpServer

MOST, MOST_JSON = 4_000_000, 200_000


class WordIn(Fields):
    word: Annotated[str, Field(max_length=MOST)]


class Told(View):
    size: int
    digest: str


class Ann(Door):
    """Lets ann in; remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.broken = False

    def admit(self, operation: Operation, variables: Mapping[str, str]) -> Mapping[str, Any]:
        self.asked.append(operation.name)
        if self.broken:
            raise OSError("the database is away")
        if operation.access is not None and bearer() != "ann":
            raise Unauthenticated
        return {}


@pytest.fixture(scope="module")
def door() -> Ann:
    return Ann()


@pytest.fixture(scope="module")
def address(door: Ann) -> Iterator[str]:
    things = Resource("things", "/api")

    @things.declare("POST", "/raw", "Take bytes.", access="ann", answer=Told, raw_body=True)
    def raw() -> Told:
        content = request.stream.read()
        return Told(size=len(content), digest=hashlib.sha256(content).hexdigest())

    @things.declare("POST", "/words", "Take a word.", access="ann", answer=Told)
    def word(body: WordIn) -> Told:
        return Told(size=len(body.word), digest="")

    @things.declare("POST", "/sign-in", "Take a word of anybody.", access=None, answer=Told)
    def sign_in(body: WordIn) -> Told:
        return Told(size=len(body.word), digest="")

    entrance = Entrance(door, most_json_bytes=MOST_JSON)
    server = HttpServer(
        "it", "127.0.0.1:0", create_application("x", "/api", [things], entrance, About("X", "", {})), 4, MOST
    )
    server.start()
    yield server.address
    server.stop()


@contextlib.contextmanager
def line_to(address: str) -> Iterator[socket.socket]:
    host, _, port = address.rpartition(":")
    with socket.create_connection((host, int(port)), 10) as line:
        yield line


def head(path: str, *more: str, token: str = "") -> bytes:
    lines = [f"POST /api{path} HTTP/1.1", "Host: x", *more, *([f"Authorization: Bearer {token}"] if token else [])]
    return "\r\n".join([*lines, "", ""]).encode()


def status(line: socket.socket) -> bytes:
    """Read up to the headers' end, and return the first line."""
    got = b""
    while b"\r\n\r\n" not in got:
        more = line.recv(1 << 16)
        assert more, got
        got += more
    return got.split(b"\r\n")[0]


@pytest.mark.parametrize(
    ("path", "length", "answer"),
    [
        ("/raw", "Content-Length: 3999999", b"401"),
        ("/raw", "Transfer-Encoding: chunked", b"401"),
        ("/words", "Content-Length: 100000", b"401"),
        ("/sign-in", "Content-Length: 100000", b"400"),
        ("/nothing", "Content-Length: 3999999", b"404"),
    ],
)
@pytest.mark.parametrize("expects", ["Expect: 100-continue", "Accept: */*"])
def test_who_is_not_let_in_is_answered_before_anything_of_the_body_has_come(address, path, length, answer, expects):
    with line_to(address) as line:
        line.sendall(head(path, length, "Content-Type: application/json", expects))
        assert status(line).split()[1] == answer
        line.settimeout(10)
        while line.recv(1 << 16):  # the rest of the answer; then the server ends the connection
            pass


def test_what_is_refused_is_neither_kept_nor_read_to_its_end(address, monkeypatch):
    kept = []
    monkeypatch.setattr("waitress.receiver.FixedStreamReceiver.received", lambda *a: kept.append(a))
    monkeypatch.setattr("waitress.receiver.ChunkedReceiver.received", lambda *a: kept.append(a))
    with line_to(address) as line:
        line.sendall(head("/raw", "Content-Length: 3999999"))
        with pytest.raises(OSError, match=r"reset|pipe|timed"):
            line.sendall(bytes(1_000_000_000))
    assert kept == []


def test_a_client_that_sends_on_still_hears_the_answer(address):
    told = httpx.post(f"http://{address}/api/raw", content=b"x" * 3_900_000, trust_env=False)
    assert (told.status_code, told.json()["code"], told.headers["connection"]) == (401, "HAN-1005", "close")


@pytest.mark.parametrize("size", [0, 10, 65_536, 65_537, 3_900_000])
@pytest.mark.parametrize("chunked", [False, True])
def test_who_is_let_in_brings_bodies_of_any_size_one_after_the_other(address, size, chunked):
    content = hashlib.shake_256(b"any").digest(size)
    with httpx.Client(
        base_url=f"http://{address}/api", headers={"Authorization": "Bearer ann"}, trust_env=False
    ) as ann:
        for _ in range(2):
            told = ann.post("/raw", content=iter([content[:100], content[100:]]) if chunked else content)
            assert told.json() == {"size": size, "digest": hashlib.sha256(content).hexdigest()}
        assert ann.post("/words", json={"word": "tea"}).json()["size"] == 3
        assert ann.post("/words", json={"word": "t" * 150_000}).json()["size"] == 150_000


def test_the_word_to_go_on_comes_once_the_headers_are_let_in(address):
    with line_to(address) as line:
        line.sendall(head("/raw", "Content-Length: 100000", "Expect: 100-continue", token="ann"))
        assert status(line) == b"HTTP/1.1 100 Continue"
        line.sendall(b"x" * 100_000)
        assert status(line) == b"HTTP/1.1 200 OK"


def test_what_follows_a_large_body_at_once_is_the_next_request(address):
    with line_to(address) as line:
        first = head("/raw", "Content-Length: 70000", token="ann") + b"x" * 70_000
        line.sendall(first + head("/raw", "Content-Length: 5", "Connection: close", token="ann") + b"after")
        got = b""
        while more := line.recv(1 << 16):
            got += more
    assert (got.count(b"200 OK"), got.count(b'"size":70000'), got.count(b'"size":5,')) == (2, 1, 1)


def test_limits_hold_for_those_who_are_let_in(address):
    ann = {"Authorization": "Bearer ann", "Content-Type": "application/json"}
    long = httpx.post(f"http://{address}/api/words", content=b"x" * 300_000, headers=ann, trust_env=False)
    assert (long.status_code, "200000" in long.json()["detail"]) == (400, True)
    for content, path, answer in ((b"x" * MOST, "/raw", 413), (iter([b"x" * 1_000_000] * 5), "/raw", 413)):
        told = httpx.post(f"http://{address}/api{path}", content=content, headers=ann, trust_env=False)
        assert told.status_code == answer


def test_a_door_that_fails_lets_nothing_in(address, door):
    door.broken = True
    try:
        with line_to(address) as line:
            line.sendall(head("/raw", "Content-Length: 3999999", token="ann"))
            assert status(line).split()[1] == b"500"
    finally:
        door.broken = False


def test_small_bodies_are_asked_about_once(address, door):
    door.asked.clear()
    assert httpx.post(f"http://{address}/api/sign-in", json={"word": "tea"}, trust_env=False).json()["size"] == 3
    assert door.asked == ["things_sign_in"]


_SIZES = st.sampled_from([0, 1, 100, 65_536, 65_537, 70_000])


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    requests=st.lists(st.tuples(_SIZES, st.booleans(), st.booleans()), min_size=1, max_size=4),
    cuts=st.lists(st.integers(0, 300_000), max_size=12),
)
def test_requests_in_pieces_of_any_size_are_answered_in_their_order(address, requests, cuts):
    sent, expected = b"", []
    for size, chunked, let_in in requests:
        token, body = "ann" if let_in else "", bytes(size)
        length = "Transfer-Encoding: chunked" if chunked else f"Content-Length: {size}"
        pieces = b"%x\r\n%b\r\n0\r\n\r\n" % (size, body) if size else b"0\r\n\r\n"
        sent += head("/raw", length, token=token) + (pieces if chunked else body)
        expected.append(b"200" if let_in else b"401")
        if not let_in and (chunked or size > 65_536):
            break  # the connection ends here
    else:
        sent += head("/raw", "Content-Length: 0", "Connection: close", token="ann")
        expected.append(b"200")
    with line_to(address) as line:
        places = sorted({0, *(cut % len(sent) for cut in cuts), len(sent)})
        with contextlib.suppress(ConnectionError):  # it may have ended already
            for start, end in itertools.pairwise(places):
                line.sendall(sent[start:end])
        got = b""
        while more := line.recv(1 << 16):
            got += more
    assert re.findall(rb"HTTP/1\.1 (\d+) ", got) == expected
