"""The nodes that the conformance suite runs over: the embedded one and one behind HTTP with FISCO BCOS's habits."""

from __future__ import annotations

import json
import secrets
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from union.ledger.embedded import EmbeddedNode
from union.ledger.json_rpc import JsonRpcNode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from union.ledger.base import Node

FISCO_BLOCKS = 10


class _Front(ThreadingHTTPServer):
    """JSON-RPC over HTTP in front of an embedded node."""

    daemon_threads = True

    def __init__(self, node: EmbeddedNode) -> None:
        self.node = node
        super().__init__(("127.0.0.1", 0), _Request)


class _Request(BaseHTTPRequestHandler):
    server: _Front

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        answer: dict[str, Any] = dict(self._answer(request["method"], request["params"]))
        body = json.dumps({**answer, "id": request["id"]}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _answer(self, method: str, params: list[Any]) -> Any:
        if method == "eth_getLogs":
            query = dict(params[0])
            if any(query.get(name) is None for name in ("fromBlock", "toBlock", "address", "topics")):
                return {"jsonrpc": "2.0", "error": {"code": -32602, "message": "toBlock is null"}}
            # The first ten blocks of the range, and no word about the others.
            last = min(int(query["toBlock"], 16), int(query["fromBlock"], 16) + FISCO_BLOCKS - 1)
            params = [{**query, "toBlock": hex(last)}]
        return self.server.node.web3.provider.make_request(method, params)  # type: ignore[arg-type]

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(params=["embedded", "json_rpc"])
def open_node(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], Node]]:
    """Give a function that opens the node, again and again over the same data."""
    relay = secrets.token_hex(32)
    path = tmp_path / "chain.sqlite"
    if request.param == "embedded":
        yield lambda: EmbeddedNode(path, relay)
        return
    behind = EmbeddedNode(path, relay)
    front = _Front(behind)
    thread = threading.Thread(target=front.serve_forever, args=(0.01,))
    thread.start()
    url = f"http://127.0.0.1:{front.server_address[1]}"
    yield lambda: JsonRpcNode(url, relay, page_blocks=FISCO_BLOCKS, timestamp_unit_ms=1)
    front.shutdown()
    thread.join()
    front.server_close()
    behind.close()
