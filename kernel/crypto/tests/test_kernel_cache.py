"""Compiled kernels are taken from nowhere that somebody else can write."""

from pathlib import Path

import pytest
from numba import config

from kernel.crypto.kernel_cache import claimed, compiler, private


def test_a_folder_is_made_for_its_user_alone(tmp_path):
    folder = private(tmp_path / "a" / "b")
    assert folder is not None
    assert folder.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("mode", [0o777, 0o770, 0o702, 0o1777])
def test_a_folder_that_others_may_write_is_not_used(tmp_path, mode):
    folder = tmp_path / "kernels"
    folder.mkdir()
    folder.chmod(mode)
    assert private(folder) is None


def test_nor_one_in_a_folder_that_others_may_write(tmp_path):
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o777)
    assert private(shared / "kernels") is None


def test_a_link_is_judged_by_where_it_leads(tmp_path):
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o777)
    (shared / "kernels").mkdir(mode=0o700)
    (tmp_path / "link").symlink_to(shared / "kernels")
    assert private(tmp_path / "link") is None


def test_a_place_where_no_folder_can_be_made_is_none(tmp_path):
    (tmp_path / "file").write_text("")
    assert private(tmp_path / "file" / "kernels") is None


def test_a_user_without_a_home_compiles_for_each_process(monkeypatch):
    def homeless():
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setattr(Path, "home", homeless)
    before = config.CACHE_DIR
    assert claimed(Path(__file__).parent) is None
    assert compiler(Path(__file__).parent)(lambda: 7)() == 7
    assert before == config.CACHE_DIR
