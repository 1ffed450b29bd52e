"""Uploads in pieces: over cuts and restarts, with checksums, within a quota; and folders that lead nowhere else."""

import hashlib
import os
import resource
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from common.errors import Conflict, InvalidInput, NotFound
from kernel.service.folders import Folders
from kernel.service.uploads import ChecksumWrong, OffsetConflict, UploadQuota, Uploads
from kernel.store.layout import Layout

DATA = b"id,x\n" + b"".join(b"%d,%d\n" % (row, row % 7) for row in range(5000))
HALF = len(DATA) // 2


@pytest.fixture
def uploads(tmp_path: Path) -> Uploads:
    return Uploads(Layout(tmp_path), 1 << 20, 1 << 20)


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def cut(data: bytes) -> Iterator[bytes]:
    yield data
    raise ConnectionResetError("the line was cut")


def test_a_cut_upload_goes_on_where_it_stopped_even_after_a_restart(tmp_path: Path, uploads: Uploads) -> None:
    uploads.begin("up-1", "a.csv", len(DATA), sha(DATA))
    with pytest.raises(ConnectionResetError):
        uploads.put("up-1", 0, "", cut(DATA[:HALF]))
    again = Uploads(Layout(tmp_path), 1 << 20, 1 << 20)
    assert again.get("up-1").received == HALF
    assert again.begin("up-1", "a.csv", len(DATA)).received == HALF, "the same id goes on"
    with pytest.raises(OffsetConflict):
        again.put("up-1", 0, "", [DATA])
    with pytest.raises(Conflict):
        again.path("up-1")
    done = again.put("up-1", HALF, sha(DATA[HALF:]), [DATA[HALF:]])
    assert (done.complete, done.sha256) == (True, sha(DATA))
    assert again.path("up-1").read_bytes() == DATA


def test_a_piece_with_a_wrong_checksum_leaves_nothing(uploads: Uploads) -> None:
    uploads.begin("up-1", "a.csv", len(DATA))
    uploads.put("up-1", 0, "", [DATA[:10]])
    with pytest.raises(ChecksumWrong):
        uploads.put("up-1", 10, sha(b"other"), [DATA[10:]])
    with pytest.raises(ConnectionResetError):
        uploads.put("up-1", 10, sha(DATA[10:]), cut(DATA[10:50]))
    assert uploads.get("up-1").received == 10
    with pytest.raises(InvalidInput):
        uploads.put("up-1", 10, "", [DATA])
    assert uploads.get("up-1").received == 10


def test_a_whole_file_with_a_wrong_checksum_begins_anew(uploads: Uploads) -> None:
    uploads.begin("up-1", "a.csv", len(DATA), sha(b"other"))
    with pytest.raises(ChecksumWrong):
        uploads.put("up-1", 0, "", [DATA])
    assert uploads.get("up-1").received == 0


def test_limits_quota_and_expiry(tmp_path: Path, uploads: Uploads) -> None:
    with pytest.raises(InvalidInput):
        uploads.begin("up-1", "a.csv", (1 << 20) + 1)
    uploads.begin("up-1", "a.csv", 1 << 19)
    uploads.begin("up-2", "a.csv", 1 << 19)
    with pytest.raises(UploadQuota):
        uploads.begin("up-3", "a.csv", 1)
    old = tmp_path / "uploads" / "up-1" / "content"
    os.utime(old, (1, 1))
    uploads.begin("up-3", "a.csv", 1)
    with pytest.raises(NotFound):
        uploads.get("up-1")
    with pytest.raises(InvalidInput):
        uploads.begin("../up", "a.csv", 1)


def test_rows_of_a_query_keep_to_the_quota(tmp_path: Path, uploads: Uploads) -> None:
    uploads.begin("up-1", "a.csv", (1 << 20) - 100)
    with pytest.raises(UploadQuota):
        uploads.keep_rows("up-2", "q.csv", iter([b"x" * 101]), {})
    assert not (tmp_path / "uploads" / "up-2").exists()

    def rows() -> Iterator[bytes]:
        with pytest.raises(UploadQuota):
            uploads.begin("up-4", "a.csv", 1)  # what the query may take is no one else's
        yield b"x" * 100

    assert uploads.keep_rows("up-3", "q.csv", rows(), {}).complete
    with pytest.raises(UploadQuota):
        uploads.keep_rows("up-4", "q.csv", iter([b"x"]), {})
    uploads.drop("up-3")
    (tmp_path / "own.csv").write_bytes(b"x" * (1 << 20))
    uploads.stage("up-5", tmp_path / "own.csv")
    uploads.begin("up-6", "a.csv", 100)  # the operator's file takes no room here


def test_a_large_file_passes_in_little_memory(tmp_path: Path) -> None:
    size, piece = 256 << 20, b"x" * (1 << 20)
    uploads = Uploads(Layout(tmp_path), size, size)
    uploads.begin("up-1", "a.csv", size)
    tracemalloc.start()
    done = uploads.put("up-1", 0, "", (piece for _ in range(size >> 20)))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert done.complete
    assert peak < 16 << 20, f"{peak} bytes at once"
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss > 0


def test_only_what_lies_in_an_opened_folder_can_be_named(tmp_path: Path) -> None:
    opened, secret = tmp_path / "opened", tmp_path / "secret"
    for folder in (opened, secret):
        folder.mkdir()
        (folder / "a.csv").write_text("id,x\n1,2\n")
    (opened / "link.csv").symlink_to(secret / "a.csv")
    (opened / "way").symlink_to(secret)
    (opened / "keys.pem").write_text("x")
    folders = Folders((opened,))
    assert folders.file(str(opened / "a.csv")) == opened / "a.csv"
    outside = [
        secret / "a.csv",
        opened / ".." / "secret" / "a.csv",
        opened / "link.csv",
        opened / "way" / "a.csv",
        opened / "keys.pem",
        opened / "none.csv",
        Path("a.csv"),
        Path("/etc/passwd"),
    ]
    told = set()
    for path in outside:
        with pytest.raises(NotFound) as refused:
            folders.file(str(path))
        told.add(str(refused.value).replace(repr(str(path)), "PATH"))
    assert len(told) == 1, "what exists and what does not are told the same"
    with pytest.raises(NotFound):
        folders.file(str(opened) + "/\0.csv")
    assert [entry.path for entry in folders.entries("")] == [str(opened)]
    assert str(opened / "a.csv") in [entry.path for entry in folders.entries(str(opened))]
    with pytest.raises(NotFound):
        folders.entries(str(secret))
    with pytest.raises(NotFound):
        Folders(()).file(str(opened / "a.csv"))
