"""Where compiled kernels are kept between processes.

numba unpickles what it finds in its cache, so whoever can write there runs code as us. Only a folder that is ours, in
folders that nobody else can change, will do; else each process compiles for itself, which takes some seconds.
"""

import hashlib
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

from numba import config, njit

_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH


def compiler(*packages: Path) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return the decorator of kernels, which are compiled on first use and release the interpreter lock.

    Parameters
    ----------
    packages
        Folders of the sources: the kernels' own, and others whose routines they use.
    """
    folder = claimed(*packages)

    def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
        if folder is not None:  # numba looks there while it decorates; another package's may have been set since
            config.CACHE_DIR = str(folder)  # type: ignore[attr-defined]
        return cast("Callable[..., Any]", njit(nogil=True, cache=folder is not None)(function))

    return compiled


def claimed(*packages: Path) -> Path | None:
    """Find the user's private folder for the kernels of these sources; None if there is none.

    The folder's name depends on the sources: numba itself sees only changes of the file that a
    function stands in, not of what it calls.
    """
    sources = b"".join(path.read_bytes() for package in packages for path in sorted(package.glob("*.py")))
    try:
        home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    except RuntimeError:  # a user without a name and a home, as in containers
        return None
    return private(home / "hanse" / f"kernels-{hashlib.sha256(sources).hexdigest()[:16]}")


def private(folder: Path) -> Path | None:
    """Make `folder` for us alone; None if it cannot be made or somebody else could change what lies there."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder = folder.resolve(strict=True)
        mine = folder.stat()
        trusted = mine.st_uid == os.geteuid() and not mine.st_mode & (_OTHERS_WRITE | stat.S_IRWXO)
        return folder if trusted and all(_kept(parent) for parent in folder.parents) else None
    except (OSError, RuntimeError):
        return None


def _kept(folder: Path) -> bool:
    """Tell whether only root and we can rename what lies in `folder`; the sticky bit keeps others' hands off ours."""
    about = folder.stat()
    if about.st_uid not in (0, os.geteuid()):
        return False
    return not about.st_mode & _OTHERS_WRITE or bool(about.st_mode & stat.S_ISVTX)
