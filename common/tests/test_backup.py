"""An identity survives backup and restore byte for byte; a wrong passphrase or a changed byte opens nothing."""

import json
from pathlib import Path

import pytest

from common.backup import BackupUnreadable, open_identity, seal_identity
from common.errors import InvalidInput
from common.identity import create_member, load_ledger_key, load_member

PASSPHRASE = "a long passphrase"


def files(home: Path) -> dict[str, tuple[bytes, int]]:
    return {
        str(path.relative_to(home)): (path.read_bytes(), path.stat().st_mode & 0o777)
        for path in sorted((home / "identity").rglob("*"))
        if path.is_file()
    }


def test_backup_and_restore(tmp_path: Path) -> None:
    home, other = tmp_path / "bank", tmp_path / "restored"
    create_member(home, "bank", "Bank", ["board", "kernel"])
    sealed = seal_identity(home, PASSPHRASE)
    assert load_ledger_key(home).encode() not in sealed
    open_identity(sealed, PASSPHRASE, other)
    assert files(other) == files(home)
    assert load_member(other).public == load_member(home).public
    with pytest.raises(InvalidInput):
        open_identity(sealed, PASSPHRASE, other)


def test_what_does_not_fit_opens_nothing(tmp_path: Path) -> None:
    home, other = tmp_path / "bank", tmp_path / "restored"
    create_member(home, "bank", "Bank", ["board"])
    with pytest.raises(InvalidInput):
        seal_identity(home, "short")
    sealed = seal_identity(home, PASSPHRASE)
    told = json.loads(sealed)
    broken = [
        sealed[:-20],
        b"[]",
        b"\xff",
        json.dumps(told | {"content": told["content"][:-8] + "AAAAAAA="}).encode(),
        json.dumps(told | {"log_n": 15}).encode(),
        json.dumps(told | {"version": 2}).encode(),
    ]
    for content in broken:
        with pytest.raises(BackupUnreadable):
            open_identity(content, PASSPHRASE, other)
    with pytest.raises(BackupUnreadable):
        open_identity(sealed, "another passphrase", other)
    assert not other.exists() or not any(other.iterdir())
