"""Fusion nodes whose disks are full in the middle: small tmpfs, so the errors are the system's own.

They wait, say why, and go on by themselves when there is room again.
"""

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from fusion.tests.nodes import Node, until

MANY = [f"{number:05d}" for number in range(40_000)]
FULL = "HAN-8042"


@pytest.fixture
def small_disk() -> Iterator[Callable[[Path, str], None]]:
    """Give a function that puts a disk of a size at a folder, or changes the size of the one that is there."""
    mounted: list[Path] = []

    def mount(folder: Path, size: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        how = f"remount,size={size}" if folder in mounted else f"size={size}"
        command = ["/usr/bin/mount", "-t", "tmpfs", "-o", how, "tmpfs", str(folder)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            assert "CI" not in os.environ, f"CI needs root to mount a small disk: {done.stderr}"
            pytest.skip(f"needs root to mount a small disk: {done.stderr}")
        if folder not in mounted:
            mounted.append(folder)

    yield mount
    for folder in mounted:
        subprocess.run(["/usr/bin/umount", str(folder)], check=True)


@pytest.mark.parametrize(
    ("who", "folder", "size"),
    [("alpha", "secret", "512k"), ("beta", "secret", "512k"), ("alpha", "results", "16k")],
    ids=["the receiver's vault and inbox", "the sender's vault and inbox", "the receiver's result"],
)
def test_a_full_disk_is_waited_for(
    tmp_path: Path, small_disk: Callable[[Path, str], None], who: str, folder: str, size: str
) -> None:
    alpha, beta = (Node(tmp_path, name) for name in ("alpha", "beta"))
    place = tmp_path / who / "data" / folder
    small_disk(place, size)
    alpha.start()
    beta.start()
    try:
        alpha.trust(beta)
        beta.trust(alpha)
        task = alpha.propose("beta", alpha.upload(MANY), protocol="curve25519")
        beta.accept(task, beta.upload(MANY[15_000:]))

        def troubles() -> set[tuple[str, str]]:
            found = [node.task(task)["trouble"] for node in (alpha, beta)]
            return {(trouble["code"], trouble["party"]) for trouble in found if trouble}

        until(lambda: any(code == FULL for code, _ in troubles()), 60, lambda: str(troubles()))
        assert {node.task(task)["state"] for node in (alpha, beta)} <= {"queued", "running", "ready"}
        assert not list(place.rglob("*.part"))
        if folder == "results":
            assert list(place.iterdir()) == []
        small_disk(place, "64m")
        assert alpha.wait(task, "succeeded")["intersection"] == 25_000
        assert beta.wait(task, "succeeded")["trouble"] is None
        assert len(alpha.result(task)) == 25_001
        until(lambda: not alpha.secrets() and not beta.secrets())
    finally:
        alpha.stop()
        beta.stop()


@pytest.mark.parametrize("who", ["alpha", "beta"])
def test_a_disk_without_room_even_for_the_database_is_waited_for(
    tmp_path: Path, small_disk: Callable[[Path, str], None], who: str
) -> None:
    alpha, beta = (Node(tmp_path, name) for name in ("alpha", "beta"))
    place = tmp_path / who / "data"
    small_disk(place, "24m")
    alpha.start()
    beta.start()
    try:
        alpha.trust(beta)
        beta.trust(alpha)
        task = alpha.propose("beta", alpha.upload(MANY), protocol="curve25519")
        theirs = beta.upload(MANY[15_000:])
        filler = place / "filler"
        with pytest.raises(OSError, match="No space left"):
            _fill(filler)
        body = {"accept": True, "data_set": theirs, "columns": ["id"]}
        answered = beta.http.post(f"/tasks/{task}/answer", json=body)
        if who == "beta":
            assert (answered.status_code, answered.json()["code"]) == (507, "HAN-1051"), answered.text
        else:
            assert answered.status_code == 200
            until(
                lambda: (beta.task(task)["trouble"] or {}).get("code") == "HAN-1051", 60, lambda: str(beta.task(task))
            )
        filler.unlink()
        if who == "beta":
            beta.accept(task, theirs)
        assert alpha.wait(task, "succeeded")["intersection"] == 25_000
        assert beta.wait(task, "succeeded")["trouble"] is None
    finally:
        alpha.stop()
        beta.stop()


def test_tables_wait_for_room_where_they_are_made_and_where_they_are_kept(
    tmp_path: Path, small_disk: Callable[[Path, str], None]
) -> None:
    alpha, beta = (Node(tmp_path, name) for name in ("alpha", "beta"))
    places = [tmp_path / node.name / "data" / "tables" for node in (alpha, beta)]
    for place in places:
        small_disk(place, "256k")
    alpha.start()
    beta.start()
    try:
        alpha.trust(beta)
        beta.trust(alpha)
        body = {"partner": "beta", "data_set": alpha.upload(MANY), "columns": ["id"]}
        table = alpha.call("POST", "/tables", 202, json=body)["table"]

        def told() -> dict[str, Any]:
            found: dict[str, Any] = alpha.call("GET", f"/tables/{table}")
            return found

        until(lambda: (told()["failure"] or {}).get("code") == FULL, 60, lambda: str(told()))
        assert told()["state"] == "preparing"
        small_disk(places[0], "64m")
        until(lambda: told()["state"] == "ready", 60, lambda: str(told()))
        assert told()["failure"] is None
        task = beta.propose("alpha", beta.upload(MANY[:100]), protocol="unbalanced")
        alpha.accept(task, body["data_set"])
        until(lambda: (beta.task(task)["trouble"] or {}).get("code") == FULL, 60, lambda: str(beta.task(task)))
        assert beta.call("GET", "/tables")["items"] == []
        small_disk(places[1], "64m")
        assert beta.wait(task, "succeeded")["intersection"] == 100
        assert [one["uses"] for one in beta.call("GET", "/tables")["items"]] == [1]
    finally:
        alpha.stop()
        beta.stop()


def _fill(filler: Path) -> None:
    with filler.open("wb", buffering=0) as stream:
        while True:
            stream.write(bytes(4096))


@pytest.mark.parametrize("folder", ["incoming", "sets"])
def test_an_upload_without_room_is_refused_by_name_and_leaves_nothing(
    tmp_path: Path, small_disk: Callable[[Path, str], None], folder: str
) -> None:
    alpha = Node(tmp_path, "alpha")
    (alpha.home / "data").mkdir(mode=0o700)
    alpha.start()
    place = alpha.home / "data" / folder
    small_disk(place, "16k")
    try:
        content = ("id\n" + "\n".join(MANY)).encode()
        told = alpha.http.post("/data-sets", params={"name": "n"}, content=content)
        assert (told.status_code, told.json()["code"]) == (507, FULL), told.text
        assert "add the file again" in told.json()["hint"]
        assert list(place.iterdir()) == []
        assert alpha.call("GET", "/data-sets")["items"] == []
    finally:
        alpha.stop()


def test_columns_of_a_result_that_find_no_room_are_refused_by_name(
    tmp_path: Path, small_disk: Callable[[Path, str], None]
) -> None:
    alpha, beta = (Node(tmp_path, name).start() for name in ("alpha", "beta"))
    try:
        alpha.trust(beta)
        beta.trust(alpha)
        task = alpha.propose("beta", alpha.upload(MANY))
        beta.accept(task, beta.upload(MANY[15_000:]))
        alpha.wait(task, "succeeded")
        small_disk(alpha.home / "data" / "incoming", "16k")
        chosen = {"format": "parquet", "columns": "id"}
        assert alpha.call("GET", f"/tasks/{task}/result", 507, params=chosen)["code"] == FULL
        assert list((alpha.home / "data" / "incoming").iterdir()) == []
        small_disk(alpha.home / "data" / "incoming", "64m")
        assert alpha.http.get(f"/tasks/{task}/result", params=chosen).content[:4] == b"PAR1"
        assert list((alpha.home / "data" / "incoming").iterdir()) == []
    finally:
        alpha.stop()
        beta.stop()
