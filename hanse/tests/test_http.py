"""Problems become exceptions under their own codes; silence says where to look."""

import http.server
import json
import threading
from collections.abc import Iterator

import pytest

from common.errors import NotFound, RemoteError, Unavailable
from hanse.http import Http


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers a few fixed paths."""

    def do_GET(self) -> None:
        answers = {
            "/ok": (200, {"token": self.headers.get("Authorization")}),
            "/missing": (404, {"code": "HAN-1002", "detail": "no such thing", "hint": "look again", "party": "bank"}),
            "/foreign": (418, {"code": "HAN-9999", "detail": "unheard of", "hint": ""}),
            "/list": (200, {"items": [1, 2], "next_after": "2"}),
            "/list?after=2": (200, {"items": [3], "next_after": ""}),
        }
        status, body = answers.get(self.path, (502, None))
        data = json.dumps(body).encode() if body is not None else b"<html>"
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *arguments: object) -> None:
        pass


@pytest.fixture
def service() -> Iterator[Http]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    client = Http(f"http://127.0.0.1:{server.server_port}", "secret")
    yield client
    client.close()
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_token_travels(service: Http) -> None:
    assert service.call("GET", "/ok") == {"token": "Bearer secret"}


def test_pages_are_joined(service: Http) -> None:
    assert list(service.pages("/list")) == [1, 2, 3]


def test_a_problem_is_its_exception(service: Http) -> None:
    with pytest.raises(NotFound) as caught:
        service.call("GET", "/missing")
    assert (caught.value.detail, caught.value.hint, caught.value.party) == ("no such thing", "look again", "bank")


def test_an_unknown_code_is_kept(service: Http) -> None:
    with pytest.raises(RemoteError) as caught:
        service.call("GET", "/foreign")
    assert "HAN-9999" in str(caught.value)
    assert caught.value.http == 418


def test_an_answer_that_is_no_problem_document(service: Http) -> None:
    with pytest.raises(Exception, match="HTTP 502"):
        service.call("GET", "/proxy")


def test_silence_says_where_to_look() -> None:
    with pytest.raises(Unavailable, match="does not answer"):
        Http("http://127.0.0.1:9").call("GET", "/ok")
