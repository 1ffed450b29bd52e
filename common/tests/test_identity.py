"""Identities on disk."""

import stat
from pathlib import Path

import pytest

from common.errors import InvalidInput
from common.identity import (
    Identity,
    IdentityExistsError,
    add_trust,
    create_member,
    load_ledger_key,
    load_member,
    load_service,
    load_tls,
    load_trust,
)
from common.keyfiles import KeyFileError, WrongPassphraseError


def test_create_and_load(tmp_path: Path) -> None:
    create_member(tmp_path, "bank", "Bank AG", ["board", "flow"])
    trust = load_trust(tmp_path)
    for identity in (load_member(tmp_path), load_service(tmp_path, "board"), load_service(tmp_path, "flow")):
        assert trust.find(identity.id) == identity.public
    assert trust.find("stranger") is None
    assert len(load_ledger_key(tmp_path)) == 64
    assert load_tls(tmp_path).cert_der


def test_private_files_are_0600(tmp_path: Path) -> None:
    create_member(tmp_path, "bank", "Bank", ["board"])
    keys = list((tmp_path / "identity").rglob("*.key"))
    assert len(keys) == 6
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in keys)
    (tmp_path / "identity" / "signing.key").chmod(0o644)
    with pytest.raises(KeyFileError, match="others"):
        load_member(tmp_path)


def test_passphrase_protects_every_key(tmp_path: Path) -> None:
    create_member(tmp_path, "bank", "Bank", ["board"], "correct horse")
    assert all(b"ENCRYPTED" in path.read_bytes() for path in (tmp_path / "identity").rglob("*.key"))
    assert load_service(tmp_path, "board", "correct horse").id == "board@bank"
    assert len(load_ledger_key(tmp_path, "correct horse")) == 64
    for wrong in (None, "battery staple"):
        with pytest.raises(WrongPassphraseError):
            load_member(tmp_path, wrong)
        with pytest.raises(WrongPassphraseError):
            load_tls(tmp_path, wrong)


def test_an_identity_is_never_overwritten(tmp_path: Path) -> None:
    create_member(tmp_path, "bank", "Bank", [])
    before = load_ledger_key(tmp_path)
    with pytest.raises(IdentityExistsError):
        create_member(tmp_path, "bank", "Bank", [])
    assert load_ledger_key(tmp_path) == before
    assert [path.name for path in tmp_path.iterdir()] == ["identity"]


@pytest.mark.parametrize("member", ["", "Bank", "a@b", "../x", "9a"])
def test_odd_ids_are_refused(tmp_path: Path, member: str) -> None:
    with pytest.raises(InvalidInput):
        create_member(tmp_path, member, "x", [])
    assert not any(tmp_path.iterdir())


def test_added_trust_is_seen_at_once(tmp_path: Path) -> None:
    create_member(tmp_path, "bank", "Bank", [])
    trust = load_trust(tmp_path)
    union = Identity.generate("union")
    add_trust(tmp_path, "union", union.public)
    assert trust.find("union") == union.public
