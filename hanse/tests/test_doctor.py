"""What `hanse doctor` says of the installed packages."""

from importlib import metadata
from pathlib import Path

import pytest

from hanse.cli.doctor import _packages

_CLICK = f"click=={metadata.version('click')}"


@pytest.mark.parametrize(
    ("line", "fits"),
    [
        (_CLICK, True),
        (f"{_CLICK} ; python_full_version < '99'", True),
        ("click==0.1", False),
        ("click==0.1 ; python_full_version < '99'", False),
        ("click==0.1 ; python_full_version < '3'", True),
        ("no-such-package==1", False),
        ("no-such-package==1.0b0 ; sys_platform == 'none'", True),
    ],
)
def test_packages_are_wanted_where_the_lock_says_so(line: str, fits: bool, tmp_path: Path) -> None:  # noqa: FBT001
    """A line's marker tells whether this machine has it."""
    lock = tmp_path / "requirements.lock"
    lock.write_text(f"# made by uv\n{line} \\\n    --hash=sha256:00\n    # via hanse\n", "utf-8")
    assert _packages(lock) is fits


def test_without_a_lock_pip_has_checked(tmp_path: Path) -> None:
    """Hanse as an installed package has none."""
    assert _packages(tmp_path / "requirements.lock")
