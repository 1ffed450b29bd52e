"""The node's web page: served beside the API, opened by a link that only the node's own machine prints."""

import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from fusion.home import create_node, read_token
from fusion.openapi import document
from fusion.tests.nodes import Node


def _link(home: Path, listen: str) -> subprocess.CompletedProcess[str]:
    config = home / "fusion.toml"
    config.write_text(f'home = "."\ndata = "data"\nhttp_listen = "{listen}"\n')
    command = [sys.executable, "-m", "fusion", "link", "--config", str(config)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize(
    ("listen", "here"),
    [("127.0.0.1:8095", "127.0.0.1:8095"), ("0.0.0.0:9000", "127.0.0.1:9000"), ("[::]:9000", "[::1]:9000")],
)
def test_the_link_holds_the_token_where_no_server_sees_it(tmp_path: Path, listen: str, here: str) -> None:
    create_node(tmp_path / "alpha", "alpha")
    (tmp_path / "alpha" / "token").write_text("of one's own/%#?")
    told = _link(tmp_path / "alpha", listen)
    assert (told.returncode, told.stderr) == (0, "")
    assert told.stdout == f"http://{here}/#token=of%20one%27s%20own%2F%25%23%3F\n"


def test_a_port_that_nobody_knows_yet_has_no_link(tmp_path: Path) -> None:
    create_node(tmp_path / "alpha", "alpha")
    told = _link(tmp_path / "alpha", "127.0.0.1:0")
    assert told.returncode != 0
    assert read_token(tmp_path / "alpha") not in told.stdout + told.stderr
    assert "Give http_listen a port" in told.stderr


@pytest.mark.parametrize("built", [True, False])
def test_a_node_shows_its_page_or_says_how_to_build_it(tmp_path: Path, *, built: bool) -> None:
    dist = tmp_path / "dist"
    dist.mkdir()
    if built:
        (dist / "fusion.html").write_text("<html>fusion</html>")
    node = Node(tmp_path, "alpha", web=dist).start()
    try:
        with httpx.Client(base_url=f"http://{node.app.http_address}", trust_env=False) as anybody:
            page = anybody.get("/partners")
            assert page.status_code == 200
            assert ("<html>fusion</html>" if built else "make setup") in page.text
            assert "default-src 'self'" in page.headers["content-security-policy"]
            assert anybody.get("/fusion-service/api/v1/partners").status_code == 401
            told = anybody.get("/fusion-service/api/v1/openapi.json").json()
            assert told == document(), "the page's types are made from another description than the node's"
            assert anybody.get("/fusion-service/other").json()["code"] == "HAN-1002"
        assert node.call("GET", "/partners")["items"] == []
    finally:
        node.stop()
