"""The HTTP side of one node: token, partners, data sets, problems, the description, no 500; and the command line."""

import os
import re
import socket
import subprocess
import sys

import httpx
import pytest
import schemathesis
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import HealthCheck, given
from hypothesis import settings as effort
from openapi_spec_validator import validate

from common.identity import load_member
from fusion.domain.identity import NodeIdentity
from fusion.settings import FusionSettings
from fusion.tests.nodes import BASE, Node


@pytest.fixture(scope="module")
def node(tmp_path_factory):
    made = Node(tmp_path_factory.mktemp("nodes"), "alpha", max_upload_bytes=4_000_000).start()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def other(tmp_path_factory):
    made = Node(tmp_path_factory.mktemp("nodes"), "beta").start()
    yield made
    made.stop()


def test_every_request_needs_the_token(node):
    base = f"http://{node.app.http_address}{BASE}"
    for headers in ({}, {"Authorization": "Bearer no"}, {"Authorization": "Basic x"}, {"Authorization": "Bearer é"}):
        raw = {name: value.encode("latin-1") for name, value in headers.items()}
        told = httpx.get(f"{base}/tasks", headers=raw, trust_env=False)
        assert (told.status_code, told.json()["code"]) == (401, "HAN-8013")
        assert told.headers["www-authenticate"].startswith("Bearer ")
    assert httpx.get(f"{base}/health", trust_env=False).json() == {"status": "ok"}
    assert (node.home / "token").stat().st_mode & 0o777 == 0o600


def by_fields(node):
    """What people give field by field, and the fingerprint."""
    told = node.call("GET", "/identity")
    return {name: told[name] for name in ("node", "address", "signing_key", "stream_key", "tls_cert")}, told[
        "fingerprint"
    ]


def test_partners_are_added_once_and_never_changed_silently(node, other):
    told, fingerprint = by_fields(other)
    for _ in range(2):
        assert node.call("POST", "/partners", 201, json=told)["fingerprint"] == fingerprint
    moved = {**told, "address": "localhost:1"}
    assert node.call("POST", "/partners", 201, json=moved)["address"] == "localhost:1"
    changed = {**told, "signing_key": told["stream_key"]}
    assert node.call("POST", "/partners", 409, json=changed)["code"] == "HAN-8010"
    assert [found["node"] for found in node.call("GET", "/partners")["items"]] == ["beta"]
    assert node.call("DELETE", "/partners/beta", 204) is None
    assert node.call("DELETE", "/partners/beta", 404)["code"] == "HAN-8002"


@pytest.mark.parametrize(
    "change",
    [
        {"node": "alpha"},
        {"node": "Beta"},
        {"node": "a@b"},
        {"address": "nowhere"},
        {"address": "h:99999"},
        {"signing_key": "00"},
        {"stream_key": "zz" * 32},
        {"tls_cert": "AAAA"},
        {"tls_cert": "§"},
        {"more": 1},
    ],
)
def test_partners_that_cannot_be_are_refused(node, other, change):
    told, _ = by_fields(other)
    assert node.call("POST", "/partners", 400, json={**told, **change})["code"] == "HAN-1001"
    assert node.call("GET", "/partners")["items"] == []


def test_data_sets_come_and_go(node):
    made = node.call("POST", "/data-sets", 201, params={"name": "n"}, content=b"id,v\n007,1\n008,2\n")
    assert (made["rows"], made["columns"][0]) == (2, {"name": "id", "type": "string"})
    assert node.call("GET", "/data-sets")["items"][0] == made
    assert node.call("GET", f"/data-sets/{made['data_set']}") == made
    bad = node.call("POST", "/data-sets", 400, content=b"id,v\n007\n")
    assert (bad["code"], bad["detail"]) == ("HAN-8004", "line 2: 1 values where the header has 2")
    node.call("DELETE", f"/data-sets/{made['data_set']}", 204)
    assert node.call("GET", f"/data-sets/{made['data_set']}", 404)["code"] == "HAN-8003"
    assert list((node.home / "data" / "sets").iterdir()) == []
    assert list((node.home / "data" / "incoming").iterdir()) == []


def test_rows_of_a_data_set_that_was_being_added_in_a_crash_do_not_stay(tmp_path):
    alpha = Node(tmp_path, "alpha").start()
    try:
        kept = alpha.upload(["a"])
        folder = alpha.home / "data" / "sets"
        assert [path.name for path in folder.iterdir()] == [f"{kept}.parquet"]
        for name in (f"{'0' * 32}.parquet", f"{'0' * 32}.mark", f"{'1' * 32}.part", f"{kept}.mark"):
            (folder / name).write_bytes(b"rows")
        alpha.restart()
        assert [path.name for path in folder.iterdir()] == [f"{kept}.parquet"]
        assert alpha.call("GET", f"/data-sets/{kept}/preview")["rows"] == [["a", "0"]]
    finally:
        alpha.stop()


def test_too_much_is_refused(node):
    assert node.http.post("/data-sets", content=b"x" * 5_000_000).status_code == 413
    chunked = node.http.post("/data-sets", content=iter([b"id\n", *[b"x" * 1_000_000] * 5]))
    assert chunked.status_code in (400, 413)
    body = b'{"partner": "' + b"x" * 1_100_000 + b'"}'
    assert node.call("POST", "/tasks", 400, content=body, headers={"Content-Type": "application/json"})


def test_without_the_token_no_upload_is_read(node):
    host, _, port = node.app.http_address.rpartition(":")
    for length in ("Content-Length: 3999999", "Transfer-Encoding: chunked"):
        with socket.create_connection((host, int(port)), 10) as line:
            line.sendall(f"POST {BASE}/data-sets HTTP/1.1\r\nHost: x\r\n{length}\r\n\r\n".encode())
            answer = b""
            while more := line.recv(1 << 16):  # though not a byte of the body has come
                answer += more
        assert answer.startswith(b"HTTP/1.1 401 ")
        assert b"HAN-8013" in answer


def test_proposals_are_checked_here_first(node, other):
    ids = node.upload(["a", "b"])
    propose = {"partner": "beta", "data_set": ids, "columns": ["id"]}
    assert node.call("POST", "/tasks", 404, json=propose)["code"] == "HAN-8002"
    node.trust(other)
    for change, status, code in (
        ({"data_set": "none"}, 404, "HAN-8003"),
        ({"columns": ["nix"]}, 400, "HAN-8005"),
        ({"columns": []}, 400, "HAN-1001"),
        ({"protocol": "rot13"}, 400, "HAN-1001"),
        ({"protocol": "rsa", "learns": "size"}, 400, "HAN-1001"),
        ({"role": "spy"}, 400, "HAN-1001"),
        ({"key_rule": {"case": "odd"}}, 400, "HAN-1001"),
    ):
        assert node.call("POST", "/tasks", status, json={**propose, **change})["code"] == code, change
    empty = node.upload([" ", ""])
    assert node.call("POST", "/tasks", 400, json={**propose, "data_set": empty})["code"] == "HAN-8015"
    assert node.call("GET", "/tasks")["items"] == []
    # beta does not know alpha: the handshake fails, the proposal waits for somebody to mend that.
    told = node.call("POST", "/tasks", 202, json=propose)
    assert (told["state"], told["waiting_for"]) == ("created", "beta")
    assert node.call("DELETE", "/partners/beta", 409)["code"] == "HAN-8018"
    assert node.call("DELETE", f"/data-sets/{ids}", 409)["code"] == "HAN-8014"
    assert node.call("POST", f"/tasks/{told['task']}/stop")["state"] == "stopped"
    assert node.call("POST", f"/tasks/{told['task']}/stop", 409)["code"] == "HAN-8009"
    assert node.call("GET", f"/tasks/{told['task']}/result", 404)["code"] == "HAN-8012"
    node.call("DELETE", "/partners/beta", 204)
    pages = [node.call("GET", "/tasks", params={"limit": 1, "after": told["task"]})["items"]]
    assert pages == [[]]


def test_the_description_is_valid_and_no_input_gives_500(node):
    address = f"http://{node.app.http_address}"
    validate(httpx.get(f"{address}{BASE}/openapi.json", trust_env=False).json())
    schema = schemathesis.openapi.from_url(f"{address}{BASE}/openapi.json")
    ran = 0
    for operation in schema.get_all_operations():

        @effort(max_examples=12, deadline=None, database=None, suppress_health_check=list(HealthCheck))
        @given(case=operation.ok().as_strategy())
        def fuzz(case):
            nonlocal ran
            ran += 1
            if case.operation.path.endswith("/database") and isinstance(case.body, dict):
                case.body |= {"host": "127.0.0.1", "port": 1}  # a made-up host may be somebody's
            response = case.call(headers=dict(node.http.headers))
            case.validate_response(response, checks=[schemathesis.checks.not_a_server_error])

        fuzz()
    assert ran > 80


def _run(*arguments):
    environment = {**os.environ, "PYTHONSAFEPATH": "1"}
    command = [sys.executable, "-m", "fusion", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment, timeout=60)


def test_the_command_line(tmp_path, node):
    home = tmp_path / "gamma"
    made = _run("init", "--home", home, "--name", "gamma", "--no-try", "--peer-listen", "0.0.0.0:9095")
    assert (made.returncode, f"the settings are in {home / 'fusion.toml'}" in made.stdout) == (0, True)
    again = _run("init", "--home", home, "--name", "gamma")
    assert (again.returncode, "HAN-1023" in again.stderr) == (78, True)
    config = home / "fusion.toml"
    assert config.stat().st_mode & 0o077 == 0
    read = FusionSettings.load(config)
    at_defaults = FusionSettings(home=home, data=home / "data", peer_listen="0.0.0.0:9095")
    assert read == at_defaults
    text = config.read_text()
    for name in set(FusionSettings.model_fields) - {"listen"}:
        assert re.search(f"^(# )?{name} ", text, re.MULTILINE), name
    assert _run("--config", config, "--check-config").returncode == 0
    config.write_text('home = "."\ndata = "data"\n')
    assert _run("--config", config, "--check-config").returncode == 0
    keys = (home / "identity" / "signing.key").read_bytes()
    renewed = _run("renew", "--config", config)
    assert (renewed.returncode, renewed.stderr) == (0, "")
    certificate = x509.load_pem_x509_certificate((home / "identity" / "tls.crt").read_bytes())
    public = load_member(home).public
    der = certificate.public_bytes(Encoding.DER)
    now = NodeIdentity("gamma", "", public.signing, public.stream, der)
    assert now.fingerprint_groups in renewed.stdout
    (old,) = (home / "identity").glob("old-*")
    assert (old / "signing.key").read_bytes() == keys != (home / "identity" / "signing.key").read_bytes()
    config.write_text(f'home = "."\ndata = "data"\nhttp_listen = "{node.app.http_address}"\n')
    taken = _run("--config", config)
    assert (taken.returncode, "http_listen" in taken.stderr) == (78, True)
    (home / "token").chmod(0o644)
    assert "chmod 600" in _run("--config", config).stderr
    config.write_text('home = "."\ndata = "data"\ntypo = 1\n')
    assert "typo" in _run("--config", config, "--check-config").stderr
