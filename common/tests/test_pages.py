"""A service shows its own page of the web application, and never another's."""

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from common.http.application import create_application
from common.http.openapi import About
from common.http.operation import Entrance
from common.http.pages import POLICY, Pages, pages_blueprint


def _client(dist: Path | None) -> FlaskClient:
    headers = {"Content-Security-Policy": POLICY}
    app = create_application("toy", "/toy-service/api/v1", [], Entrance(), About("Toy", "A toy.", {}), headers)
    app.register_blueprint(pages_blueprint(Pages(dist, "toy.html", "A <toy>", "toy-service", "/toy-service/apis")))
    return app.test_client()


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    folder = tmp_path / "dist"
    (folder / "assets").mkdir(parents=True)
    (folder / "toy.html").write_text("<html>toy</html>")
    (folder / "index.html").write_text("<html>another's</html>")
    (folder / "icon.svg").write_text("<svg/>")
    (folder / "assets" / "toy-1a2b.js").write_text("x = 1;" * 500)
    (tmp_path / "secret").write_text("secret")
    return folder


@pytest.mark.parametrize("path", ["/", "/things/1", "/index.html", "/toy.html", "/../secret", "/%2e%2e/secret"])
def test_every_address_that_is_no_file_is_the_services_own_page(dist: Path, path: str) -> None:
    page = _client(dist).get(path)
    assert (page.status_code, page.text) == (200, "<html>toy</html>")
    assert page.headers["Cache-Control"] == "no-cache"
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    assert page.headers["X-Content-Type-Options"] == "nosniff"


def test_files_come_packed_and_are_kept_for_ever_if_their_name_has_a_hash(dist: Path) -> None:
    client = _client(dist)
    asset = client.get("/assets/toy-1a2b.js", headers={"Accept-Encoding": "gzip"})
    assert asset.headers["Content-Encoding"] == "gzip"
    assert "immutable" in asset.headers["Cache-Control"]
    assert client.get("/assets/toy-1a2b.js").text == "x = 1;" * 500
    assert client.get("/icon.svg").headers["Cache-Control"] == "no-cache"
    assert client.get("/assets/gone.js").status_code == 404


def test_the_apis_addresses_are_no_pages(dist: Path) -> None:
    assert _client(dist).get("/toy-service/other").get_json()["code"] == "HAN-1002"


def test_a_page_built_anew_is_shown_at_once(dist: Path) -> None:
    client = _client(dist)
    assert client.get("/").text == "<html>toy</html>"
    (dist / "toy.html").write_text("<html>newer</html>")
    assert client.get("/").text == "<html>newer</html>"


@pytest.mark.parametrize("there", [True, False])
def test_without_a_built_page_it_is_said_how_to_build_it(tmp_path: Path, *, there: bool) -> None:
    page = _client(tmp_path if there else None).get("/")
    assert page.status_code == 200
    assert "make setup" in page.text
    assert "A &lt;toy&gt;" in page.text
