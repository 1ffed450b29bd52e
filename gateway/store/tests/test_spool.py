"""Payload files."""

import hashlib
import os
from pathlib import Path

import pytest

from gateway.domain import errors as e
from gateway.domain.messages import MessageKey
from gateway.store.spool import FileSpool


def key(step: str = "1", attempt: int = 1, task: str = "t") -> MessageKey:
    return MessageKey("j", task, attempt, "m", step, "a", "b")


def put(spool: FileSpool, message: MessageKey, payload: bytes) -> None:
    draft = spool.draft(message, 0)
    draft.write(payload)
    draft.finish(hashlib.sha256(payload).digest())


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_what_was_written_is_read(tmp_path: Path) -> None:
    spool = FileSpool(tmp_path)
    payload = os.urandom(2_500_000)
    put(spool, key(), payload)
    assert b"".join(spool.chunks(key())) == payload
    assert b"".join(spool.chunks(key(), 1_234_567)) == payload[1_234_567:]
    spool.remove(key())
    assert files(tmp_path) == []


def test_a_part_is_continued_and_hashed_from_its_beginning(tmp_path: Path) -> None:
    spool = FileSpool(tmp_path)
    draft = spool.draft(key(), 0)
    draft.write(b"12345")
    draft.keep()
    assert spool.part_size(key()) == 5
    again = spool.draft(key(), 3)
    again.write(b"xyz")
    again.finish(hashlib.sha256(b"123xyz").digest())
    assert b"".join(spool.chunks(key())) == b"123xyz"
    assert spool.part_size(key()) == 0


def test_nobody_continues_beyond_the_end(tmp_path: Path) -> None:
    spool = FileSpool(tmp_path)
    with pytest.raises(e.ResumeMismatchError):
        spool.draft(key(), 1)


def test_a_wrong_hash_leaves_nothing(tmp_path: Path) -> None:
    spool = FileSpool(tmp_path)
    draft = spool.draft(key(), 0)
    draft.write(b"1")
    with pytest.raises(e.DigestMismatchError):
        draft.finish(bytes(32))
    assert files(tmp_path) == []


def test_drop_by_task_and_attempt(tmp_path: Path) -> None:
    spool = FileSpool(tmp_path)
    for message in (key(), key(attempt=2), key(task="u")):
        put(spool, message, b"x")
    spool.drop("j", "t", below=2)
    assert not spool.path(key()).exists()
    assert spool.path(key(attempt=2)).exists()
    spool.drop("j", "t")
    spool.drop("j", "unheard")
    assert [p.name for p in files(tmp_path)] == [key(task="u").id]


def test_a_broken_disk_is_named_without_its_paths(tmp_path: Path) -> None:
    spool = FileSpool(tmp_path / "spool")
    (tmp_path / "spool").rmdir()
    (tmp_path / "spool").write_text("a file is in the way")
    with pytest.raises(e.SpoolBrokenError) as caught:
        spool.draft(key(), 0)
    assert str(tmp_path) not in caught.value.public().detail
