"""Checkpoints of a task: kept across attempts until the task has finished."""

import shutil
from pathlib import Path

from kernel.store.layout import write_whole

_KEPT = 3  # the parties are at most one step apart, so the newest common one is always among them


class FileCheckpoint:
    """One file a step; a fresh start forgets the old ones."""

    def __init__(self, folder: Path, *, resume: bool) -> None:
        self._folder = folder
        if not resume:
            shutil.rmtree(folder, ignore_errors=True)

    def save(self, step: int, state: bytes) -> None:
        """See `Checkpoint.save`."""
        write_whole(self._folder / f"{step:08d}.bin", state)
        for old in self.steps()[:-_KEPT]:
            self._path(old).unlink(missing_ok=True)

    def steps(self) -> tuple[int, ...]:
        """See `Checkpoint.steps`."""
        return tuple(sorted(int(path.stem) for path in self._folder.glob("[0-9]*.bin")))

    def load(self, step: int) -> bytes:
        """See `Checkpoint.load`."""
        return self._path(step).read_bytes()

    def forget_after(self, step: int) -> None:
        """See `Checkpoint.forget_after`."""
        for later in [kept for kept in self.steps() if kept > step]:
            self._path(later).unlink(missing_ok=True)

    def _path(self, step: int) -> Path:
        return self._folder / f"{step:08d}.bin"
