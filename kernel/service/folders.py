"""Folders that the operator has opened for imports; nothing outside of them can be named."""

from dataclasses import dataclass
from pathlib import Path

from common.errors import NotFound

_MOST = 1000
_READABLE = (".csv", ".txt", ".tsv", ".parquet", ".xlsx")


@dataclass(frozen=True, slots=True)
class Entry:
    """A file or folder that can be chosen."""

    path: str
    folder: bool
    bytes: int


class Folders:
    """The opened folders."""

    def __init__(self, roots: tuple[Path, ...]) -> None:
        self._roots = tuple(root.resolve() for root in roots)

    def find(self, path: str) -> Path:
        """Return a path below an opened folder; links are followed first, so that none leads out.

        Raises
        ------
        NotFound
            The same words for what does not exist and what may not be seen.
        """
        try:
            found = Path(path).resolve(strict=True)
        except (OSError, ValueError, RuntimeError):
            found = None
        if found is None or not Path(path).is_absolute() or not any(found.is_relative_to(r) for r in self._roots):
            raise NotFound(f"there is no {path[:200]!r} in a folder that is opened for imports")
        return found

    def file(self, path: str) -> Path:
        """Return a file that can be imported."""
        found = self.find(path)
        if not found.is_file() or found.suffix.lower() not in _READABLE:
            raise NotFound(f"there is no {path[:200]!r} in a folder that is opened for imports")
        return found

    def entries(self, path: str) -> list[Entry]:
        """List a folder, or the opened ones."""
        if not path:
            return [Entry(str(root), folder=True, bytes=0) for root in self._roots if root.is_dir()]
        folder = self.find(path)
        if not folder.is_dir():
            raise NotFound(f"{path[:200]!r} is no folder")
        found = []
        for item in sorted(folder.iterdir())[:_MOST]:
            if item.name.startswith("."):
                continue
            if item.is_dir():
                found.append(Entry(str(item), folder=True, bytes=0))
            elif item.is_file() and item.suffix.lower() in _READABLE:
                found.append(Entry(str(item), folder=False, bytes=item.stat().st_size))
        return found
