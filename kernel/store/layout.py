"""Where things lie under the kernel's data folder, and how a file appears there whole or not at all."""

import os
import re
import secrets
from pathlib import Path

from common.disk import DiskUse, measure, room
from common.errors import InvalidInput

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")


def safe(name: str) -> str:
    """Return `name` when it is fit to be a file name.

    Raises
    ------
    InvalidInput
        It holds a separator or another sign that has no place in an id.
    """
    if not _NAME.fullmatch(name) or ".." in name:
        raise InvalidInput(f"{name!r} is not a valid id: use letters, digits, dot, dash and underscore")
    return name


class Layout:
    """Folders of one kernel."""

    def __init__(self, root: Path) -> None:
        self.root = root
        root.mkdir(parents=True, exist_ok=True, mode=0o700)

    def check(self) -> None:
        """Raise OSError when the data folder is not there."""
        self.root.stat()

    def disks(self) -> list[DiskUse]:
        """Measure what the data sets and the jobs' outputs, logs and checkpoints take."""
        folders = {"data_sets": self.root / "data_sets", "jobs": self.root / "jobs"}
        return [measure(what, folder) for what, folder in folders.items() if folder.exists()]

    def room(self) -> DiskUse:
        """Tell the room of the disk on which tasks work, and not what lies there."""
        return room("data", self.root)

    def data_set(self, data_set: str) -> Path:
        """Return the folder of a data set."""
        return self.root / "data_sets" / safe(data_set)

    def upload(self, upload: str) -> Path:
        """Return the folder of an upload that waits."""
        return self.root / "uploads" / safe(upload)

    def job(self, job: str) -> Path:
        """Return the folder of a job."""
        return self.root / "jobs" / safe(job)

    def task(self, job: str, task: str) -> Path:
        """Return the folder of a task."""
        return self.job(job) / safe(task)

    def checkpoints(self, job: str, task: str) -> Path:
        """Return the folder of a task's checkpoints, which all its attempts share."""
        return self.task(job, task) / "checkpoints"

    def attempt(self, job: str, task: str, attempt: int) -> Path:
        """Return the folder of an attempt."""
        return self.task(job, task) / f"{attempt:04d}"


def write_whole(path: Path, data: bytes) -> None:
    """Write a file that only its owner reads, so that it is there whole or not at all, whatever happens."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(path)
    except BaseException:  # whatever ends the writing, no draft must stay; raised again
        draft.unlink(missing_ok=True)
        raise
