from pathlib import Path

from common.disk import measure


def test_files_in_folders_are_added_up(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "x").write_bytes(bytes(10))
    (tmp_path / "a" / "b" / "y").write_bytes(bytes(5))
    (tmp_path / "a" / "link").symlink_to(tmp_path / "x")
    found = measure("things", tmp_path)
    assert found.used_bytes == 15 + (tmp_path / "a" / "link").lstat().st_size
    assert (found.what, found.free_bytes <= found.total_bytes) == ("things", True)
