"""Health and metrics over plain HTTP on loopback: no signature, no data."""

from __future__ import annotations

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from common import log
from common.errors import HanseError
from common.metrics import HEALTH
from common.rpc.errors import AddressInUseError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_LOG = log.get(__name__)


def run_checks(checks: Mapping[str, Callable[[], None]]) -> tuple[bool, dict[str, dict[str, object]]]:
    """Run every check; one that raises does not hold.

    Returns
    -------
    tuple
        Whether all hold, and per check ``{"ok", "ms"}`` with ``"code"`` and ``"detail"`` where it does not.
    """
    results: dict[str, dict[str, object]] = {}
    for name, check in checks.items():
        started = time.perf_counter()
        result: dict[str, object] = {"ok": True}
        try:
            check()
        except HanseError as error:
            result = {"ok": False, "code": error.code, "detail": error.detail, "hint": error.hint}
        except Exception as problem:  # noqa: BLE001 (a check that breaks is a failed check; the service lives on)
            _LOG.warning("health_check_failed", check=name, exc_info=problem)
            result = {"ok": False, "detail": type(problem).__name__}
        result["ms"] = round(1000 * (time.perf_counter() - started), 1)
        HEALTH.labels(name).set(1 if result["ok"] else 0)
        results[name] = result
    return all(result["ok"] for result in results.values()), results


class HealthServer:
    """Answers ``/health`` (200, or 503 when a check does not hold) and ``/metrics``.

    Parameters
    ----------
    port : int
        Loopback port; 0 picks one.
    checks : mapping
        Name to a function that raises when the check does not hold; it should take well under a second.
    host : str
        Loopback by default; a cluster-internal address where probes come from outside.
    """

    def __init__(self, port: int, checks: Mapping[str, Callable[[], None]], host: str = "127.0.0.1") -> None:
        class Answer(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if self.path == "/health":
                    ok, results = run_checks(checks)
                    body = json.dumps({"status": "ok" if ok else "failing", "checks": results}).encode()
                    self._answer(200 if ok else 503, "application/json", body)
                elif self.path == "/metrics":
                    self._answer(200, CONTENT_TYPE_LATEST, generate_latest())
                else:
                    self._answer(404, "text/plain", b"/health or /metrics\n")

            def _answer(self, status: int, kind: str, body: bytes) -> None:
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_args: object) -> None:
                """Log nothing: probes come every few seconds."""

        try:
            self._server = ThreadingHTTPServer((host, port), Answer)
        except OSError as problem:
            raise AddressInUseError(f"the health port {port}: {problem.strerror}") from problem
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.1,), name="health", daemon=True)

    @property
    def port(self) -> int:
        """The bound port."""
        return int(self._server.server_address[1])

    def start(self) -> int:
        """Answer from now on; returns the bound port."""
        self._thread.start()
        return self.port

    def stop(self) -> None:
        """Stop answering and free the port."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()
