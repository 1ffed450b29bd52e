"""The health port."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest

from common.errors import Unavailable
from common.health import HealthServer
from common.rpc.errors import AddressInUseError

BROKEN: list[Exception] = []


def check() -> None:
    for problem in BROKEN:
        raise problem


@pytest.fixture
def server() -> Iterator[HealthServer]:
    BROKEN.clear()
    health = HealthServer(0, {"database": check})
    health.start()
    yield health
    health.stop()


def get(port: int, path: str) -> tuple[int, bytes]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()


def test_health_follows_its_checks(server: HealthServer) -> None:
    status, body = get(server.port, "/health")
    assert (status, json.loads(body)["checks"]["database"]["ok"]) == (200, True)
    BROKEN.append(Unavailable("no disk"))
    status, body = get(server.port, "/health")
    assert (status, json.loads(body)["checks"]["database"]["code"]) == (503, "HAN-1006")
    BROKEN[:] = [ZeroDivisionError("row 7 of somebody")]
    status, body = get(server.port, "/health")
    assert status == 503
    assert b"somebody" not in body


def test_metrics_and_nothing_else(server: HealthServer) -> None:
    get(server.port, "/health")
    assert b'hanse_health{check="database"} 1.0' in get(server.port, "/metrics")[1]
    assert get(server.port, "/")[0] == 404


def test_a_taken_port_is_named(server: HealthServer) -> None:
    with pytest.raises(AddressInUseError, match=str(server.port)):
        HealthServer(server.port, {})
