"""Tables that outlive alignments, encrypted under the node's key: a folder each."""

import shutil
from pathlib import Path

from cryptography.exceptions import InvalidTag

from common.keyfiles import write_private
from fusion.store.sealed import Seal, full_named


class FileShelves:
    """See `fusion.store.base.Shelves`."""

    def __init__(self, folder: Path, key: bytes) -> None:
        """Open the node's folder; `key` is 32 secret bytes of the node."""
        self._folder, self._seal = folder / "tables", Seal(key)
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def put(self, table: str, name: str, content: bytes) -> None:
        """See `Shelves.put`."""
        with full_named(f"table {table}"):
            folder = self._folder / table
            folder.mkdir(exist_ok=True, mode=0o700)
            write_private(folder / name, self._seal.close(f"table {table}/{name}", content))

    def get(self, table: str, name: str) -> bytes | None:
        """See `Shelves.get`."""
        try:
            return self._seal.open(f"table {table}/{name}", (self._folder / table / name).read_bytes())
        except (FileNotFoundError, InvalidTag, ValueError):
            return None

    def has(self, table: str, name: str) -> bool:
        """See `Shelves.has`."""
        return (self._folder / table / name).is_file()

    def drop(self, table: str) -> None:
        """See `Shelves.drop`."""
        shutil.rmtree(self._folder / table, ignore_errors=True)

    def kept(self) -> list[str]:
        """See `Shelves.kept`."""
        return [path.name for path in self._folder.iterdir()]
