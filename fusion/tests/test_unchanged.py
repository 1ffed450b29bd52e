"""A data set whose file is replaced by another one is never aligned in its place, whatever the two have in common."""

import os
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet
import pytest
import sqlalchemy as sa

from fusion.domain.errors import DataSetChanged
from fusion.domain.models import DataSet
from fusion.service.unchanged import Unchanged, digest_of
from fusion.store.tables import DATA_SETS
from fusion.tests.nodes import Node, trusting_pair, until


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Node, Node]]:
    with trusting_pair(tmp_path_factory.mktemp("nodes")) as made:
        yield made


def _place(node: Node, data_set: str) -> Path:
    return node.home / "data" / "sets" / f"{data_set}.parquet"


def _replace(node: Node, data_set: str, by: str) -> None:
    """Put another data set's rows in the place of one's, of the same moment."""
    place = _place(node, data_set)
    before, content = place.stat(), _place(node, by).read_bytes()
    place.write_bytes(content)
    os.utime(place, ns=(before.st_atime_ns, before.st_mtime_ns))


def test_a_replaced_file_is_named_wherever_it_would_be_read(pair: tuple[Node, Node]) -> None:
    alpha, _ = pair
    mine, other = alpha.upload(["a1", "a2"]), alpha.upload(["b1", "b2"])
    assert _place(alpha, mine).stat().st_size == _place(alpha, other).stat().st_size
    _replace(alpha, mine, other)
    body = {"partner": "beta", "data_set": mine, "columns": ["id"]}
    for method, path, content in (
        ("POST", "/tasks", body),
        ("POST", "/tables", body),
        ("POST", f"/data-sets/{mine}/key-check", {"columns": ["id"]}),
        ("GET", f"/data-sets/{mine}/preview", None),
    ):
        told = alpha.call(method, path, 409, json=content)
        assert (told["code"], "not the one that was uploaded" in told["detail"]) == ("HAN-8043", True)
    _place(alpha, mine).unlink()
    assert "is gone" in alpha.call("POST", "/tasks", 409, json=body)["detail"]
    assert alpha.call("GET", "/tasks")["items"] == []
    alpha.call("DELETE", f"/data-sets/{mine}", 204)


@pytest.mark.parametrize("where", ["proposer", "accepting"])
def test_a_file_that_is_replaced_after_it_was_counted_ends_the_alignment(pair: tuple[Node, Node], where: str) -> None:
    alpha, beta = pair
    task = alpha.propose("beta", mine := alpha.upload(["a1", "a2"]))
    beta.wait(task, "pending_approval")
    theirs = beta.upload(["a1", "a3"])
    if where == "proposer":
        _replace(alpha, mine, alpha.upload(["b1", "b2"]))
    else:
        _replace(beta, theirs, beta.upload(["c1", "c2"]))
        refused = beta.http.post(f"/tasks/{task}/answer", json={"accept": True, "data_set": theirs, "columns": ["id"]})
        assert (refused.status_code, refused.json()["code"]) == (409, "HAN-8043")
        assert beta.task(task)["state"] == "pending_approval", "it can be answered with another data set"
        beta.call("POST", f"/tasks/{task}/answer", json={"accept": False})
        return
    beta.accept(task, theirs)
    assert alpha.wait(task, "failed")["failure"]["code"] == "HAN-8043"
    assert beta.wait(task, "failed")["failure"]["party"] == "alpha"


def test_a_file_that_is_replaced_while_an_alignment_is_paused_ends_it(pair: tuple[Node, Node]) -> None:
    alpha, beta = pair
    task = alpha.propose("beta", alpha.upload([f"a{n}" for n in range(500)]), role="sender")
    beta.wait(task, "pending_approval")
    alpha.call("POST", f"/tasks/{task}/pause")
    until(lambda: beta.task(task)["paused_by"] == "alpha")
    theirs = beta.upload([f"a{n}" for n in range(500)])
    beta.accept(task, theirs)
    _replace(beta, theirs, beta.upload([f"b{n}" for n in range(500)]))
    alpha.call("POST", f"/tasks/{task}/resume")
    assert beta.wait(task, "failed")["failure"]["code"] == "HAN-8043"
    alpha.wait(task, "failed")


def _kept(place: Path, ids: list[str]) -> DataSet:
    pa.parquet.write_table(pa.table({"id": ids}), place)
    held_bytes, sha256 = digest_of(place)
    return DataSet("0" * 32, "set", "", len(ids), (), 1, 1, held_bytes=held_bytes, sha256=sha256)


def _ruined(place: Path) -> Path:
    place.write_bytes(b"PAR1")
    return place


def test_the_same_contents_under_another_stamp_are_the_same_file(tmp_path: Path) -> None:
    place = tmp_path / "a.parquet"
    known, unchanged = _kept(place, ["a"]), Unchanged()
    unchanged.check(known, place)
    copy = tmp_path / "b"
    copy.write_bytes(place.read_bytes())
    copy.replace(place)
    os.utime(place, (1, 1))
    unchanged.check(known, place)


def test_a_file_is_looked_through_once_for_each_stamp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place, looks = tmp_path / "a.parquet", []
    known, unchanged = _kept(place, ["a"]), Unchanged()

    def counted(path: Path) -> tuple[int, str]:
        looks.append(path)
        return digest_of(path)

    monkeypatch.setattr("fusion.service.unchanged.digest_of", counted)
    for _ in range(3):
        unchanged.check(known, place)
    assert len(looks) == 1
    os.utime(place, (1, 1))
    unchanged.check(known, place)
    assert len(looks) == 2
    place.write_bytes(b"another size")
    with pytest.raises(DataSetChanged):
        unchanged.check(known, place)
    assert len(looks) == 2, "the size says it"


def test_a_file_that_changes_while_it_is_read_is_noticed(tmp_path: Path) -> None:
    place = tmp_path / "a.parquet"
    known, unchanged = _kept(place, ["a", "b"]), Unchanged()
    with pytest.raises(DataSetChanged), unchanged.reading(known, place) as path:
        _kept(path, ["c", "d"])
    known = _kept(place, ["a", "b"])
    with pytest.raises(DataSetChanged), unchanged.reading(known, place) as path:
        pa.parquet.read_table(_ruined(path))


def test_data_sets_of_before_are_looked_through_at_the_start(tmp_path: Path) -> None:
    alpha = Node(tmp_path, "alpha").start()
    try:
        mine, gone, other = alpha.upload(["a1"]), alpha.upload(["a2"]), alpha.upload(["a3"])
        alpha.stop()
        engine = sa.create_engine(f"sqlite:///{alpha.home}/data/fusion.db")
        with engine.begin() as connection:
            connection.execute(DATA_SETS.update().values(held_bytes=0, sha256=""))
        engine.dispose()
        _place(alpha, gone).unlink()
        alpha.app = alpha._make(("127.0.0.1:0", "127.0.0.1:0"))
        alpha.start()
        assert alpha.call("GET", f"/data-sets/{mine}/preview")["rows"] == [["a1", "0"]]
        _replace(alpha, mine, other)
        for data_set in (mine, gone):
            assert alpha.call("GET", f"/data-sets/{data_set}/preview", 409)["code"] == "HAN-8043"
    finally:
        alpha.stop()
