"""How much lies in a folder, and how much room its disk has."""

import errno
import os
import shutil
from dataclasses import dataclass, replace
from pathlib import Path


@dataclass(frozen=True, slots=True)
class DiskUse:
    """What lies in a folder, in bytes, and the room on its disk."""

    what: str
    used_bytes: int
    free_bytes: int
    total_bytes: int


def is_full(problem: OSError) -> bool:
    """Whether an error says that a disk, or what an account may have of it, is used up."""
    return problem.errno in (errno.ENOSPC, errno.EDQUOT)


def room(what: str, folder: Path) -> DiskUse:
    """Tell the room of a folder's disk; what lies in the folder is not looked at and counts nothing."""
    disk = shutil.disk_usage(folder)
    return DiskUse(what, 0, disk.free, disk.total)


def measure(what: str, folder: Path) -> DiskUse:
    """Add up the files under a folder; files that vanish meanwhile count nothing."""
    used, waiting = 0, [folder]
    while waiting:
        try:
            with os.scandir(waiting.pop()) as entries:
                for entry in entries:
                    try:
                        if entry.is_dir(follow_symlinks=False):
                            waiting.append(Path(entry.path))
                        else:
                            used += entry.stat(follow_symlinks=False).st_size
                    except FileNotFoundError:
                        continue
        except FileNotFoundError:
            continue
    return replace(room(what, folder), used_bytes=used)
